/** Declares what is kept: an ordered map of records, where it belongs, and what else can find a record. */
import type { Place, Scope } from './place';

/** A part of a key. Numbers order as numbers, strings as UTF-8 bytes. */
export type KeyPart = string | number | Uint8Array;

declare const encoded: unique symbol;
/**
 * Any number of parts in one string, as engines keep them; see key.ts. Held by a record, it is the string that the engine
 * has for it, so it costs nothing more. It is a type of its own: a string that is given as a key is one part.
 */
export type EncodedKey = { readonly [encoded]: true };

/** What has an encoded key stands for it wherever a key is asked for. */
export interface Keyed {
  readonly key: EncodedKey;
}

/** A key: one part, several that order part by part, or what has a key that is encoded already. */
export type Key = KeyPart | readonly KeyPart[] | Keyed;

interface CollectionSpec<R extends object, I extends string> {
  /** `service/thing`: `sqs/queue`. Part of the data format. */
  readonly name: string;
  /** Raised when R changes shape; `migrate` then brings older records up. */
  readonly version: number;
  readonly scope: Scope;
  readonly key: (record: R) => Key;
  /** Other ways to find records. Undefined: not in this index; an array of arrays is never a key, use `many`. */
  readonly indexes?: Readonly<Record<I, (record: R) => Key | undefined>>;
  /** The ARN of a record: with it, records can be tagged and found by ARN. */
  readonly arn?: (record: R, at: Place) => string;
  /** The account a record belongs to, where the scope does not say it (`partition`): what that account's reset deletes. */
  readonly owner?: (record: R) => string;
  /** Ids of the blobs a record keeps alive. */
  readonly blobs?: (record: R) => readonly string[];
  /** Written by many calls at once. */
  readonly hot?: boolean;
  /** From the version in which a record was written to the next one. Gets what it gave again, when a start was cut off on the way. */
  readonly migrate?: Readonly<Record<number, (record: never) => unknown>>;
}

export interface Collection<R extends object, I extends string = never> extends CollectionSpec<R, I> {
  readonly kind: 'collection';
}

export interface Counter {
  readonly kind: 'counter';
  readonly name: string;
  readonly scope: Scope;
}

/** Declares a collection. Give it to `defineService({ state })`; that is all persistence, snapshots, forks, resets and tags need. */
export function collection<R extends object, const I extends string = never>(spec: CollectionSpec<R, I>): Collection<R, I> {
  return { ...spec, kind: 'collection' };
}

/** Declares numbers that many calls add to at once without conflict. */
export function counter(spec: { readonly name: string; readonly scope: Scope }): Counter {
  return { ...spec, kind: 'counter' };
}
