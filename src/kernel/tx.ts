/** What a transaction may do. Everything here is synchronous; see ADR 1 for why. */
import type { Collection, Counter, Key } from './collection';
import type { Place } from './place';
import type { RetryPolicy } from './retry';
import type { SigningKey } from './signing-keys';

export interface ScanRange {
  /** Only keys that begin with these parts. */
  readonly prefix?: Key;
  /** Only keys whose text begins so: the last part of `prefix` + this is a partial string. */
  readonly textPrefix?: string;
  /** First key: inclusive `from`, or exclusive `after`. Relative to nothing: whole keys (index keys when scanning an index). */
  readonly from?: Key;
  readonly after?: Key;
  /** Last key, exclusive. */
  readonly to?: Key;
  readonly limit?: number;
  readonly reverse?: boolean;
}

export type Tags = Readonly<Record<string, string>>;

export interface Tx {
  readonly place: Place;
  /** Virtual time, ms since 1970; one value for the whole transaction. */
  readonly now: number;
  /** The same transaction, with another account or region as its place. */
  in(place: Partial<Place>): Tx;

  get<R extends object>(c: Collection<R, string>, key: Key): R | undefined;
  has(c: Collection<never, string> | Collection<any, string>, key: Key): boolean;
  /** Stores a record (never change it afterwards) and returns it. `tags` replaces the tags of its ARN; tag policies are asked as by `tag`. */
  put<R extends object>(c: Collection<R, string>, record: R, options?: { readonly tags?: Tags | undefined }): R;
  /** Deletes by record, and its tags with it. False when it was not there. */
  delete<R extends object>(c: Collection<R, string>, record: R): boolean;
  /** Records in key order. */
  scan<R extends object>(c: Collection<R, string>, range?: ScanRange): R[];
  /** Records in the order of an index; equal index keys in primary-key order. Range keys are index keys. */
  scanIndex<R extends object, I extends string>(c: Collection<R, I>, index: I, range?: ScanRange): R[];
  /** First record with this index key. */
  find<R extends object, I extends string>(c: Collection<R, I>, index: I, key: Key): R | undefined;
  /** Like scan / scanIndex, skipping what concurrent transactions took; delete or put each record it returns. */
  claim<R extends object, I extends string>(c: Collection<R, I>, range: ScanRange & { readonly index?: I; readonly limit: number }): R[];
  /** Deletes every record in a range; returns how many. */
  deleteAll<R extends object>(c: Collection<R, string>, range: ScanRange): number;

  add(c: Counter, key: Key, delta: number): void;
  count(c: Counter, key: Key): number;

  tagsOf(arn: string): Tags;
  /** Adds and replaces tags. Throws what the service's `tagPolicy` says of those that the account's organization forbids. */
  tag(arn: string, tags: Tags): void;
  untag(arn: string, keys: readonly string[]): void;

  /**
   * After commit, wakes those who wait on (channel, key) in this place, the longest waiting first: all, or at most
   * `wake` of them when each can use up one thing (a message). One that is woken in vain passes it on by notifying again.
   */
  notify(channel: string, key: string, wake?: number): void;
  /** A durable event `service.what-happened`. Subscribers see events of one `key` in order. */
  emit(event: string, detail: Readonly<Record<string, unknown>>, options?: { readonly key?: string }): void;
  /** A durable timer `service.what`, on the virtual clock. The same `id` replaces; returns the id. */
  at(timeMs: number, timer: string, detail: Readonly<Record<string, unknown>>, options?: { readonly id?: string }): string;
  cancel(timer: string, id: string): void;
  /**
   * Delivers to whatever this ARN names: at once, in this transaction, where the target only changes state and takes it;
   * else durably, after the commit. What fails there does not fail here.
   */
  send(targetArn: string, payload: unknown, options?: SendOptions): void;
  /** Whether there is a service that receives what is sent to this ARN. */
  receives(targetArn: string): boolean;
  /** Finished text, from text as a target keeps it. */
  readText(text: string): string;
  /** The key with which a service signs. Made when first asked for; the transaction is then run again. */
  signingKey(name: string): SigningKey;
  /** Marks a reconciler's key as needing attention; it runs after commit, and again until it says it is done. */
  reconcile(reconciler: string, key: string): void;
  /** A stream of randomness for ids, seedable; not for secrets. */
  id(prefix: string, length: number, alphabet?: string): string;
  uuid(): string;
}

export interface SendOptions {
  /** The service principal that sends, for the target's resource policy: `sns.amazonaws.com`. */
  readonly from?: string | undefined;
  /** `aws:SourceArn` of the delivery. */
  readonly sourceArn?: string | undefined;
  /** Where it goes when it cannot be delivered. */
  readonly deadLetterArn?: string | undefined;
  /** For failures that may pass; what the target refuses (an AwsError below 500) is not tried again. */
  readonly retry?: RetryPolicy;
  /** Not before this time, virtual ms. */
  readonly notBefore?: number | undefined;
  /** FIFO targets. */
  readonly groupId?: string | undefined;
  readonly dedupId?: string | undefined;
  readonly attributes?: MessageAttributes | undefined;
  readonly traceHeader?: string | undefined;
  /** The service that finishes the payload, a text, when it is first read; see late-text.ts. */
  readonly late?: string | undefined;
  /** What the target's own handler needs besides the payload, and a dead-letter queue does not. */
  readonly hint?: Readonly<Record<string, string>> | undefined;
  /** Deliveries of one key arrive in order. */
  readonly key?: string | undefined;
}

/** As SQS and SNS have them. */
export type MessageAttributes = Readonly<
  Record<string, { readonly DataType: string; readonly StringValue?: string | undefined; readonly BinaryValue?: Uint8Array | undefined }>
>;
