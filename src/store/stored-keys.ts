/** Keys as lmdb stores them: a tree number, then the key; past lmdb's limit an ordered beginning and a hash. */
import { createHash } from 'node:crypto';

/** lmdb-js takes 4,026 bytes at pages of 8 KiB and more; a key longer than this keeps its beginning and gains a hash. */
const maxInline = 3900;
const hashLength = 20;
export const treePrefixLength = 4;

/** Four bytes, so that trees lie one after another. */
export function treePrefix(tree: number): string {
  return String.fromCharCode(tree >>> 24, (tree >>> 16) & 255, (tree >>> 8) & 255, tree & 255);
}

/** Whether the stored form lacks a part of the key, so that the record has to carry it. */
export function isLong(key: string): boolean {
  return key.length > maxInline;
}

/** The same for a key as stored, tree prefix included. */
export function isStoredLong(stored: string): boolean {
  return stored.length > treePrefixLength + maxInline;
}

/** What the stored forms of long keys with the same beginning share. */
export function beginningOf(storedLong: string): string {
  return storedLong.slice(0, treePrefixLength + maxInline);
}

export function storedKey(prefix: string, key: string): string {
  return prefix + (isLong(key) ? key.slice(0, maxInline) + createHash('sha1').update(key, 'latin1').digest().toString('latin1') : key);
}

/**
 * Stored keys between which everything in [low, high) lies. Long bounds let in neighbours that share their
 * beginning; the caller sorts those out by their full keys.
 */
export function storedBounds(prefix: string, nextPrefix: string, low: string, high: string | undefined): { start: string; end: string } {
  const start = prefix + low.slice(0, maxInline);
  if (high === undefined) return { start, end: nextPrefix };
  return { start, end: prefix + (isLong(high) ? high.slice(0, maxInline) + '\xff'.repeat(hashLength + 1) : high) };
}

const { latin1Slice, latin1Write } = Buffer.prototype as unknown as {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  latin1Write(this: Uint8Array, text: string, start: number): number;
};

/** lmdb-js writes and reads our strings of bytes through this, without a buffer in between. */
export const keyEncoder = {
  writeKey(key: string, target: Uint8Array, start: number): number {
    if (latin1Write.call(target, key, start) < key.length) throw new RangeError('The key does not fit.');
    return start + key.length;
  },
  readKey(source: Uint8Array, start: number, end: number): string {
    return latin1Slice.call(source, start, end);
  },
};
