/** Base32, as unique ids and authenticator apps write bytes (RFC 4648). */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const groupBytes = 5;

/** Of bytes in whole groups of five, which need no padding. */
export function base32(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  let text = '';
  for (let at = 0; at < buffer.length; at += groupBytes) {
    const group = buffer.readUIntBE(at, groupBytes);
    for (let shift = 35; shift >= 0; shift -= 5) text += alphabet[Math.floor(group / 2 ** shift) % 32];
  }
  return text;
}
