/** Facts handed to clients as text that only this world can make and read: sealed with a key that is part of its state. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/** What is sealed; each has a key of its own. */
type SealPurpose = 'token' | 'secret' | 'denial' | 'saml-key' | 'exchange';

/** Every sealed text begins with this, so that ours is told from one of the real AWS; 8 base64 characters. */
const mark = Buffer.from('nuvola');
const version = 1;
const ivBytes = 12;
const tagBytes = 16;
const headBytes = mark.length + 1;

/** Does a text claim to be sealed by us, right or wrong? */
export function isSealed(text: string): boolean {
  return text.startsWith(mark.toString('base64url'));
}

/** A value of JSON, encrypted and authenticated, as URL-safe text. */
export function seal(sealingKey: Uint8Array, purpose: SealPurpose, value: unknown): string {
  const head = Buffer.concat([mark, Buffer.of(version)]);
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', purposeKey(sealingKey, purpose), iv);
  cipher.setAAD(head);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([head, iv, sealed, cipher.getAuthTag()]).toString('base64url');
}

/** The value in a text; undefined when it was not sealed with this key and for this purpose, or was changed since. */
export function unseal(sealingKey: Uint8Array, purpose: SealPurpose, text: string): unknown {
  const bytes = Buffer.from(text, 'base64url');
  // base64 readers skip what they do not know: only the one spelling that we wrote is ours
  if (!isSealed(text) || bytes.length < headBytes + ivBytes + tagBytes || bytes.toString('base64url') !== text) return undefined;
  const iv = bytes.subarray(headBytes, headBytes + ivBytes);
  const decipher = createDecipheriv('aes-256-gcm', purposeKey(sealingKey, purpose), iv);
  decipher.setAAD(bytes.subarray(0, headBytes));
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
  try {
    const body = bytes.subarray(headBytes + ivBytes, bytes.length - tagBytes);
    return JSON.parse(decipher.update(body, undefined, 'utf8') + decipher.final('utf8'));
  } catch {
    return undefined; // the tag does not match: changed, or sealed in another world
  }
}

export function purposeKey(sealingKey: Uint8Array, purpose: SealPurpose): Buffer {
  return createHmac('sha256', sealingKey).update(purpose).digest();
}
