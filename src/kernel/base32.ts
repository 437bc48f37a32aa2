/** Base32 (RFC 4648), in which AWS writes unique ids, and authenticator apps take bytes. */
import { createHash } from 'node:crypto';

export const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const groupBytes = 5;
const idLength = 17;

/** Of bytes in whole groups of five, which need no padding. */
export function base32(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  let text = '';
  for (let at = 0; at < buffer.length; at += groupBytes) {
    const group = buffer.readUIntBE(at, groupBytes);
    for (let shift = 35; shift >= 0; shift -= 5) text += base32Alphabet[Math.floor(group / 2 ** shift) % 32];
  }
  return text;
}

/** A unique id (`AROA…`) that is the same for a name each time: for what nobody created, and so was given none. */
export function uniqueIdOf(prefix: string, name: string): string {
  const digest = createHash('sha256').update(name).digest();
  return prefix + Array.from(digest.subarray(0, idLength), (byte) => base32Alphabet[byte & 31]).join('');
}
