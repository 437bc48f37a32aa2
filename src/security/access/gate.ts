/**
 * The security stage as the rest of the cloud meets it: which modes hold, and, once one of them is on, the judge behind it.
 * Until then nothing of the policy engine is loaded.
 */
import type { AccessControl, AccessQuestion, InnerOperation } from '../../kernel/access';
import type { DenialDetails } from '../../kernel/denial-details';
import { type AwsError, fail } from '../../kernel/errors';
import type { Principal } from '../../kernel/principal';
import { NotReady, type Registry } from '../../kernel/registry';
import type { Tx } from '../../kernel/tx';
import { type AccessMode, accessModeOf, evaluatesPolicies, type ModeChange, type SecurityOptions, withMode } from '../modes';
import { Decisions } from './decisions';
import type { AccessJudge, Verdict } from './judge';

/** What the stage needs of its world. */
interface Judged {
  readonly registry: Registry;
  readonly epoch: number;
  /** Told what only a log can tell: deliveries that no policy allows. */
  report(what: string, error: unknown): void;
}

export class AccessGate implements AccessControl {
  readonly decisions = new Decisions();
  readonly #world: Judged;
  #security: SecurityOptions;
  #isActive: boolean;
  #judge: AccessJudge | undefined;
  #loading: Promise<AccessJudge> | undefined;

  constructor(world: Judged, security: SecurityOptions) {
    this.#world = world;
    this.#security = security;
    this.#isActive = evaluatesPolicies(security);
  }

  /** The modes as they are now. */
  get security(): SecurityOptions {
    return this.#security;
  }

  get isActive(): boolean {
    return this.#isActive;
  }

  setMode(change: ModeChange): void {
    this.#security = withMode(this.#security, change);
    this.#isActive = evaluatesPolicies(this.#security);
  }

  modeOf(account: string): AccessMode {
    return accessModeOf(this.#security, account);
  }

  /** Makes and records one decision for each need. Throws NotReady. */
  decide(tx: Tx, question: AccessQuestion): Verdict {
    return this.#ready().decide(tx, question);
  }

  authorise(tx: Tx, question: AccessQuestion): void {
    if (this.#isActive) this.#ready().authorise(tx, question);
  }

  authoriseOperation(tx: Tx, operation: InnerOperation, question: Omit<AccessQuestion, 'needs'>): void {
    if (this.#isActive) this.#ready().authoriseOperation(tx, operation, question);
  }

  refuse(tx: Tx, question: AccessQuestion, error: AwsError): void {
    if (this.#isActive) this.#ready().refuse(tx, question, error);
  }

  denialDetails(tx: Tx, authorizationId: string, asking: Principal): DenialDetails | undefined {
    return this.#judge?.denialDetails(tx, authorizationId, asking);
  }

  /** Loads what deciding takes. */
  load(): Promise<AccessJudge> {
    this.#loading ??= import('./judge').then(({ AccessJudge }) => {
      const { registry } = this.#world;
      this.#judge = new AccessJudge({
        registry,
        epoch: () => this.#world.epoch,
        decisions: this.decisions,
        modeOf: (account) => this.modeOf(account),
        report: (what, error) => this.#world.report(what, error),
      });
      return this.#judge;
    });
    return this.#loading;
  }

  #ready(): AccessJudge {
    return this.#judge ?? fail(new NotReady('The policy engine', () => this.load()));
  }
}
