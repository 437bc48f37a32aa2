/** Decides: asks the services that know, lets the policy engine evaluate, records, and words denials. */
import type { AccessFacts, AccessNeed, AccessQuestion, InnerOperation, ResourceFacts } from '../../kernel/access';
import { accountOfArn, serviceOfArn } from '../../kernel/arn';
import { BoundedCache } from '../../kernel/bounded-cache';
import type { DenialDetails } from '../../kernel/denial-details';
import type { AwsError } from '../../kernel/errors';
import type { Principal } from '../../kernel/principal';
import type { Registry } from '../../kernel/registry';
import type { ServiceDefinition } from '../../kernel/service';
import type { Tx } from '../../kernel/tx';
import { type AttachedPolicy, type Decision, evaluate, isSameOrganization, type Policies } from '../../policy';
import { type AccessMode, stricter } from '../modes';
import { Asked, Origins } from './asked';
import type { DecisionEntry, Decisions } from './decisions';
import { denialError, denialSentence } from './denial-error';
import { denialDetails } from './explain-details';
import { missingStatement } from './missing-statement';
import { accessNeeds } from './needs';
import { OwnAllow } from './own-allow';
import { isOpen, sessionLimit } from './session-limits';
import { attach, callerAt, isOfAccount, KnownSubjects, type Owner, type Subject, type Subjects } from './subjects';

export interface JudgeOptions {
  readonly registry: Registry;
  /** Of the world; see World.epoch. */
  readonly epoch: () => number;
  readonly decisions: Decisions;
  readonly modeOf: (account: string) => AccessMode;
  readonly report: (what: string, error: unknown) => void;
}

interface Judged {
  readonly entry: DecisionEntry;
  readonly denial: AwsError | undefined;
}

/** What policies say to one right. */
export interface Considered {
  readonly request: Asked;
  readonly decision: Decision;
  /** No policy allows it, but a grant beside them does: an ACL of S3. */
  readonly byGrant: boolean;
}

/** A right, who needs it, and what is known of identities. */
interface AskedNeed {
  readonly subjects: Subjects;
  readonly subject: Subject;
  readonly need: AccessNeed;
}

/** What the service of a resource knows. */
interface Knowledge {
  readonly known: AccessFacts | undefined;
  readonly facts: ResourceFacts | undefined;
  /** The owner's. */
  readonly account: string;
}

export interface Verdict {
  /** One for each need that policies have a say about. */
  readonly entries: readonly DecisionEntry[];
  /** What the caller gets, when it is denied and the mode is `enforce`. */
  readonly denial: AwsError | undefined;
}

/**
 * RCPs bind the resources of these only (Organizations User Guide, "List of AWS services that support RCPs", for the first five;
 * the others are believed to have joined the list since, which no page at hand shows).
 */
const boundByRcps: ReadonlySet<string> = new Set([
  's3',
  'sts',
  'kms',
  'sqs',
  'secretsmanager',
  'ecr',
  'aoss',
  'cognito-idp',
  'logs',
  'dynamodb',
]);

const nothing: Verdict = { entries: [], denial: undefined };
const reportsKept = 500;
const actionsKept = 2_000;

export class AccessJudge {
  readonly #registry: Registry;
  readonly #decisions: Decisions;
  readonly #modeOf: JudgeOptions['modeOf'];
  readonly #report: JudgeOptions['report'];
  readonly #known: KnownSubjects;
  readonly #origins = new Origins();
  /** The service of an action and how ARNs name it: nearly every action is one on a resource of its own service. */
  readonly #ownServices = new BoundedCache<{ readonly inArn: string; readonly definition: ServiceDefinition }>(actionsKept);
  /** Deliveries that were reported: each is told once. */
  readonly #reported = new BoundedCache<true>(reportsKept);

  constructor({ registry, epoch, decisions, modeOf, report }: JudgeOptions) {
    this.#registry = registry;
    this.#decisions = decisions;
    this.#modeOf = modeOf;
    this.#report = report;
    this.#known = new KnownSubjects(registry, epoch);
  }

  /** Inside of an operation, with whatever that changed so far. */
  authorise(tx: Tx, question: AccessQuestion): void {
    const { denial } = this.#decide(tx, question, this.#known.within(tx));
    if (denial) throw denial;
  }

  authoriseOperation(tx: Tx, operation: InnerOperation, question: Omit<AccessQuestion, 'needs'>): void {
    this.authorise(tx, {
      ...question,
      needs: accessNeeds(operation, question.place, question.request, { tx, principal: question.principal }),
    });
  }

  /** In a transaction of its own, before an operation. */
  decide(tx: Tx, question: AccessQuestion): Verdict {
    return this.#decide(tx, question, this.#known.at(tx));
  }

  /** Decides about each need, then records all of it: a decision that had to wait for a service is made again from the start. */
  #decide(tx: Tx, question: AccessQuestion, subjects: Subjects): Verdict {
    const { needs, principal } = question;
    if (needs.length === 0) return nothing;
    let entries: DecisionEntry[] | undefined;
    let denial: AwsError | undefined;
    const subject = subjects.of(tx, principal);
    for (const need of needs) {
      const judged = this.#judgeNeed(tx, question, { subjects, subject, need });
      if (!judged) continue;
      if (entries) entries.push(judged.entry);
      else entries = [judged.entry];
      denial ??= judged.denial;
    }
    if (!entries) return nothing;
    for (const entry of entries) this.#record(entry);
    return { entries, denial };
  }

  /** A denial that an operation found itself. */
  refuse(tx: Tx, question: AccessQuestion, error: AwsError): void {
    const subject = this.#known.within(tx).of(tx, question.principal);
    for (const need of question.needs) {
      const judged = this.#refused(tx, question, subject, need, error);
      if (!judged) continue;
      this.#record(judged.entry);
      if (judged.denial) throw judged.denial;
    }
  }

  #judgeNeed(tx: Tx, question: AccessQuestion, asked: AskedNeed): Judged | undefined {
    const { subjects, subject, need } = asked;
    const rights = subjects.rightsTo(subject, need.action);
    const limit = rights ? undefined : sessionLimit(question.principal, need.action);
    if (limit) return this.#refused(tx, question, subject, need, limit);
    if (!rights && isOpen(need.action)) return undefined;
    const knowledge = this.#knowledgeOf(tx, question, need);
    const mode = this.#modeFor(question.principal, knowledge.account);
    if (mode === 'off') return undefined;
    const decision = rights && isOwnAffair(question, asked, knowledge) ? rights.allowed(need.resource) : undefined;
    if (!decision) return this.#judgeAnew(tx, question, asked, { ...knowledge, mode });
    const origin = this.#origins.of(question.request);
    return { entry: new OwnAllow(question, need, { subject, decision, mode, origin, at: tx.now }), denial: undefined };
  }

  /** With every policy that may have a say. */
  #judgeAnew(tx: Tx, question: AccessQuestion, asked: AskedNeed, knowledge: Knowledge & { readonly mode: DecisionEntry['mode'] }): Judged {
    const { subject, need } = asked;
    const { principal, place } = question;
    const { facts, mode } = knowledge;
    const { request, decision, byGrant } = this.#evaluate(tx, question, asked, knowledge);
    const allowed = byGrant || decision.effect === 'allow';
    if (!allowed || subject.isConditional || request.policies !== subject.policies) request.settle();
    else request.forget();
    const message = allowed ? undefined : denialSentence({ question, request, decision }, this.#registry);
    const entry: DecisionEntry = {
      requestId: question.request.id,
      at: tx.now,
      mode,
      service: question.service,
      principal,
      place,
      action: need.action,
      resource: need.resource,
      request,
      decision,
      allowed,
      byGrant,
      message,
      missingStatement: allowed || !question.source ? undefined : JSON.stringify(missingStatement(request, 'resource')),
    };
    if (message === undefined || mode === 'audit') return { entry, denial: undefined };
    return { entry, denial: facts?.denial?.(principal, need.action) ?? denialError(tx, { question, request, decision }, message) };
  }

  /** What policies would say, whatever the mode; nothing of it is recorded. Undefined for what no policy has a say about. */
  consider(tx: Tx, question: Omit<AccessQuestion, 'needs'>, need: AccessNeed): Considered | undefined {
    if (isOpen(need.action)) return undefined;
    const subjects = this.#known.at(tx);
    const asked = { subjects, subject: subjects.of(tx, question.principal), need };
    const considered = this.#evaluate(tx, question, asked, this.#knowledgeOf(tx, question, need));
    considered.request.settle();
    return considered;
  }

  /** "The calling principal must belong to that organization", if one was recorded, else to the account (IAM Toolbox). */
  denialDetails(tx: Tx, authorizationId: string, { account }: Principal): DenialDetails | undefined {
    const details = denialDetails(this.#decisions.byRequest(authorizationId));
    if (details === undefined || details.account === account) return details;
    const theirs = details.organizationId === undefined ? undefined : { id: details.organizationId };
    return isSameOrganization(this.#known.at(tx).owner(tx, account).organization, theirs) ? details : undefined;
  }

  #knowledgeOf(tx: Tx, { principal, place }: Omit<AccessQuestion, 'needs'>, need: AccessNeed): Knowledge {
    const known = this.#serviceOf(need)?.facts;
    const facts = known?.resource?.(tx, need.resource, place, need, principal);
    return { known, facts, account: facts?.account ?? accountOfArn(need.resource) ?? place.account };
  }

  #evaluate(tx: Tx, question: Omit<AccessQuestion, 'needs'>, asked: AskedNeed, { known, facts, account }: Knowledge): Considered {
    const { subjects, subject, need } = asked;
    const owner = subjects.owner(tx, account);
    const shared = facts?.policy;
    const policies = policiesFor(subject, owner, need, shared && attach(shared, facts.policyKind ?? 'resource'));
    const request = new Asked(question, need, {
      caller: callerAt(subject, tx.now, shared && known?.canonicalUser),
      policies,
      account,
      organization: owner.organization,
      facts,
      origin: this.#origins.of(question.request),
      now: tx.now,
      sourceOrganization: question.source?.account ? subjects.owner(tx, question.source.account).organization : undefined,
    });
    const decision = evaluate(request);
    // Within an account the caller's own policies need not grant what the resource does.
    const isOpen = decision.layer === 'resource' || (decision.layer === 'identity' && question.principal.account === account);
    const isUngranted = decision.effect === 'implicitDeny' && isOpen;
    return { request, decision, byGrant: isUngranted && facts?.grants?.(question.principal, need.action) === true };
  }

  /** An entry for what is denied whatever policies say; undefined where that counts for nothing. */
  #refused({ now: at }: Tx, question: AccessQuestion, subject: Subject, need: AccessNeed, error: AwsError): Judged | undefined {
    const { principal, place } = question;
    const account = accountOfArn(need.resource) ?? place.account;
    const mode = this.#modeFor(principal, account);
    if (mode === 'off') return undefined;
    const { caller, policies } = subject;
    const origin = this.#origins.of(question.request);
    const asked = { caller, policies, account, organization: undefined, facts: undefined, origin, now: at, sourceOrganization: undefined };
    const request = new Asked(question, need, asked);
    const entry: DecisionEntry = {
      requestId: question.request.id,
      at,
      mode,
      service: question.service,
      principal,
      place,
      action: need.action,
      resource: need.resource,
      request,
      decision: { effect: 'explicitDeny', layer: 'session' },
      allowed: false,
      byGrant: false,
      message: error.message,
      missingStatement: undefined,
    };
    return { entry, denial: mode === 'enforce' ? error : undefined };
  }

  /** Whose mode counts: the owner's for those who belong to no account; across accounts the stricter one. */
  #modeFor(principal: Principal, owner: string): AccessMode {
    const mode = this.#modeOf(owner);
    if (principal.account === owner || !isOfAccount(principal)) return mode;
    return stricter(mode, this.#modeOf(principal.account));
  }

  /** The service that knows the resource: the one that its ARN names, else the one whose action it is. */
  #serviceOf({ action, resource }: AccessNeed): ServiceDefinition | undefined {
    if (!resource.startsWith('arn:')) return undefined;
    const own = this.#ownServices.get(action);
    if (own && resource.startsWith(own.inArn, resource.indexOf(':', 4))) return own.definition;
    const vendor = action.slice(0, action.indexOf(':'));
    const named = serviceOfArn(resource);
    const definition = this.#registry.find(named) ?? this.#registry.find(vendor);
    if (definition && named === vendor) this.#ownServices.set(action, { inArn: `:${vendor}:`, definition });
    return definition;
  }

  #record(entry: DecisionEntry): void {
    this.#decisions.record(entry);
    if (entry.missingStatement !== undefined) this.#tell(entry);
  }

  #tell({ message, missingStatement, mode }: DecisionEntry): void {
    const text = `${message}. ${mode === 'audit' ? 'It was delivered all the same (mode audit). ' : ''}The statement that would allow it: ${missingStatement}`;
    if (this.#reported.get(text)) return;
    this.#reported.set(text, true);
    this.#report('a delivery that no policy allows', text);
  }
}

/** Is nobody else asked than the caller's own policies, and nothing else told than what conditions may look at? */
function isOwnAffair(
  { principal, calledVia, source }: AccessQuestion,
  { subject, need }: AskedNeed,
  { facts, account }: Knowledge,
): boolean {
  if (facts !== undefined && (facts.policy !== undefined || facts.policyFirst === true)) return false;
  if (account !== principal.account || rcpsFor(subject.owner, need)) return false;
  return calledVia === undefined && source === undefined && need.requestTags === undefined && need.tagKeys === undefined;
}

/** Of the resource's owner, as far as they bind the service. */
function rcpsFor({ rcps }: Owner, { action }: AccessNeed): Owner['rcps'] {
  return rcps && boundByRcps.has(action.slice(0, action.indexOf(':'))) ? rcps : undefined;
}

/** The caller's own policies, and those of the resource. The very same object when there are none. */
function policiesFor({ policies }: Subject, owner: Owner, need: AccessNeed, resource: AttachedPolicy | undefined): Policies {
  const rcps = rcpsFor(owner, need);
  if (resource === undefined && rcps === undefined) return policies;
  return { ...policies, ...(resource && { resource }), ...(rcps && { rcps }) };
}
