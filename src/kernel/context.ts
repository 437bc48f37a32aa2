/** What a handler is given besides its input. */
import type { BlobStore } from '../store/blob-store';
import type { AccessNeed, AccountFacts } from './access';
import type { OperationInput, OperationOf, OperationOutput, ServiceId } from './api';
import type { DenialDetails } from './denial-details';
import type { AwsError } from './errors';
import type { Uses } from './key-uses';
import type { Place } from './place';
import type { Principal } from './principal';
import type { Tx } from './tx';

/** Facts about the HTTP request behind a call; in-process calls have their own. */
export interface RequestFacts {
  readonly id: string;
  /** `http://127.0.0.1:4566`, as the client spelt it; the base of every URL we hand out. */
  readonly baseUrl: string;
  readonly host: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly secure: boolean;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Path and query as the bytes on the wire. */
  readonly target: string;
  readonly method: string;
  /** How it was signed; undefined when it was not. */
  readonly signature?: undefined | { readonly version: 'v4' | 'v4a' | 'v2'; readonly presigned: boolean; readonly accessKeyId: string };
  /** Which of its protocols the caller speaks, where a service's answer depends on it (SQS error codes). */
  readonly protocol: string;
  /** Own operations that read browser forms (S3's PostObject) have the form's signature and policy checked by this. */
  readonly checkForm?: FormCheck | undefined;
}

/** Throws what stands against a form: its signature, its policy. The rights of whom it names are the operation's to ask for. */
export type FormCheck = (form: {
  /** Every field before the file, by lower-case name. */
  readonly fields: ReadonlyMap<string, string>;
  readonly bucket: string;
  readonly key: string;
}) => Promise<FormPermit>;

/** Who sent a form, and how long its file may be. */
interface FormPermit {
  readonly principal: Principal;
  readonly minBytes: number;
  readonly maxBytes: number;
}

export interface CallOptions {
  /**
   * Whose rights it needs: `ctx.principal` passes the caller's call on, as AWS's forward access sessions do. When absent,
   * the platform itself calls, which needs none, in the caller's name.
   */
  readonly as?: Principal;
  readonly place?: Partial<Place>;
}

export interface WaitOptions {
  /** Where it is notified, when that is not the caller's own place. */
  readonly place?: Place;
  /** Ends the wait early (false): begin to wait, look, and give up the wait when there was something after all. */
  readonly signal?: AbortSignal;
}

interface Context {
  readonly place: Place;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** Virtual time, ms since 1970. */
  readonly now: number;
  readonly principal: Principal;
  readonly request: RequestFacts;
  /** When and where credentials were last used. */
  readonly uses: Pick<Uses, 'ofKey' | 'ofEntity' | 'ofAccount'>;
  /** `arn:aws:sqs:us-east-1:123456789012:name` at this place. */
  arn(service: string, resource: string): string;
  /** What a client should be told for a virtual time that it compares with its own clock. */
  toClientTime(virtualMs: number): number;
}

/** A handler that decides in one transaction. */
export interface TxContext extends Context {
  readonly tx: Tx;
  id(prefix: string, length: number, alphabet?: string): string;
  uuid(): string;
  /**
   * Throws AccessDenied unless policies allow it, for rights that only the operation itself can name; what `access`
   * declares was asked before. Of the caller, or of another principal.
   */
  authorise(need: AccessNeed, principal?: Principal): void;
  /** For what AWS denies whatever policies say: throws the error in `enforce`, notes the denial in `audit`, does nothing in `off`. */
  refuse(need: AccessNeed, error: AwsError): void;
  /**
   * Refuses a policy that names users or roles who are not there, as `refuse` does: `error` is of the first of `names`
   * (from Principal elements) that is of nobody. Nobody is looked up in `off`.
   */
  refuseMissing(need: AccessNeed, names: readonly string[], error: (name: string) => AwsError): void;
  /** What Organizations knows of an account; undefined for one that is in no organization. */
  accountFacts(account: string): AccountFacts | undefined;
  /** What is remembered of a denial that the caller may see: one of its own account, or of its organization. */
  denialDetails(authorizationId: string): DenialDetails | undefined;
  /** Another operation, now, in this transaction; only operations that are themselves one transaction. */
  call<S extends ServiceId, O extends OperationOf<S>>(
    service: S,
    operation: O,
    input: OperationInput<S, O>,
    options?: CallOptions,
  ): OperationOutput<S, O>;
}

/** A handler that also moves bytes, runs code or waits. */
export interface IoContext extends Context {
  /** One decision. The function may run more than once and does nothing but through its tx. Throws when a reset came in between. */
  transact<T>(decide: (tx: Tx, ctx: TxContext) => T): Promise<T>;
  readonly blobs: BlobStore;
  /** Settles when (channel, key) is notified (true), when the deadline passes on the virtual or the real clock, or the caller goes away (false). */
  wait(channel: string, key: string, untilMs: number, options?: WaitOptions): Promise<boolean>;
  /** Runs a registered task on another thread; see kernel/offload.ts. */
  offload<T>(task: string, input: unknown, transfer?: readonly ArrayBuffer[]): Promise<T>;
  /** Aborted when the caller hung up or the process stops. */
  readonly signal: AbortSignal;
  call<S extends ServiceId, O extends OperationOf<S>>(
    service: S,
    operation: O,
    input: OperationInput<S, O>,
    options?: CallOptions,
  ): Promise<OperationOutput<S, O>>;
}
