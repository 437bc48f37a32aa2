/**
 * Bytes that are kept in the state itself. Few of them are kept as a text, a character a byte: an array of bytes is two
 * objects and a piece of memory outside of the heap, and every 64 MB of such pieces make V8 look through its whole heap.
 */

export type InlineBytes = string | Uint8Array;

/** More would fill a heap, which has an end, with what may as well lie beside it. */
const maxText = 2048;

export const noBytes: InlineBytes = '';

/** A copy: what came may be a slice of something large. */
export function keepBytes(bytes: Uint8Array): InlineBytes {
  if (bytes.length > maxText) return new Uint8Array(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

export function bytesOf(kept: InlineBytes): Uint8Array {
  return typeof kept === 'string' ? Buffer.from(kept, 'latin1') : kept;
}
