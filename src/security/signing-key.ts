/** Keys that signatures are made with: derived from secrets, which is dear, and so kept. */
import { createECDH, createHmac, createPublicKey, createVerify, hash, type KeyObject } from 'node:crypto';
import { BoundedCache } from '../kernel/bounded-cache';

/** Checks signatures of one secret in one scope. */
export interface SignatureKey {
  /** `AWS4-HMAC-SHA256` or `AWS4-ECDSA-P256-SHA256`. */
  readonly algorithm: string;
  /** Is this hex text the signature of a string to sign (latin1)? Takes as long whatever is wrong. */
  matches(stringToSign: string, signature: string): boolean;
}

interface SecretKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** By secret, and by scope: texts that are the same in call after call, so that nothing has to be hashed to look a key up. */
const hmacKeys = new BoundedCache<BoundedCache<SignatureKey>>(512);
const scopesOfSecret = 32;
const ecdsaKeys = new BoundedCache<SignatureKey>(64);

/** SigV4: the secret hashed with each part of the scope in turn: date, region, service and `aws4_request`. */
export function hmacKey(secretAccessKey: string, scope: string): SignatureKey {
  const keys = hmacKeys.get(secretAccessKey) ?? hmacKeys.set(secretAccessKey, new BoundedCache(scopesOfSecret));
  return keys.get(scope) ?? keys.set(scope, makeHmacKey(secretAccessKey, scope));
}

function makeHmacKey(secretAccessKey: string, scope: string): SignatureKey {
  const key = scope.split('/').reduce<Buffer>((derived, part) => hmac(derived, part), Buffer.from(`AWS4${secretAccessKey}`, 'utf8'));
  const digest = hmacWith(key);
  return {
    algorithm: 'AWS4-HMAC-SHA256',
    matches: (stringToSign, signature) => {
      const expected = digest(stringToSign);
      return sameText(expected, signature) || sameText(expected, signature.toLowerCase());
    },
  };
}

const blockBytes = 64;
const digestBytes = 32;
/** Longer than any string to sign. */
const longestText = 1024;

/**
 * HMAC-SHA256 of latin1 text, as hex, with a key of one digest's length: two hashes at one stroke each, in buffers that
 * already hold the padded key. (Measured: half the time of createHmac, which sets up a context per call.)
 */
function hmacWith(key: Buffer): (text: string) => string {
  const inner = Buffer.alloc(blockBytes + longestText, 0x36);
  const outer = Buffer.alloc(blockBytes + digestBytes, 0x5c);
  for (const [i, byte] of key.entries()) {
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  let padded = inner;
  return (text) => {
    if (text.length > longestText) return createHmac('sha256', key).update(text, 'latin1').digest('hex');
    const length = blockBytes + inner.write(text, blockBytes, 'latin1');
    // Strings to sign of one scope are all of one length.
    if (padded.length !== length) padded = inner.subarray(0, length);
    outer.write(hash('sha256', padded, 'binary'), blockBytes, 'binary');
    return hash('sha256', outer, 'hex');
  };
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text, 'utf8').digest();

/** SigV4A: an ECDSA P-256 key that follows from the secret, in every region. */
export function ecdsaKey(secret: SecretKey): SignatureKey {
  const name = `${secret.accessKeyId}\0${secret.secretAccessKey}`;
  return ecdsaKeys.get(name) ?? ecdsaKeys.set(name, makeEcdsaKey(secret));
}

function makeEcdsaKey(secret: SecretKey): SignatureKey {
  const { publicKey } = deriveEcdsaKey(secret);
  return {
    algorithm: 'AWS4-ECDSA-P256-SHA256',
    // chunk signatures are padded with `*` to a fixed length
    matches: (stringToSign, signature) =>
      createVerify('sha256')
        .update(stringToSign, 'latin1')
        .verify(publicKey, Buffer.from(signature.replace(/\*+$/, ''), 'hex')),
  };
}

/** The order of P-256, less 2. */
const orderLess2 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254fn;

/**
 * The private number is the first output of a counter-mode KDF (NIST SP 800-108, HMAC-SHA256, label = algorithm name,
 * context = access key id and a counter) that is at most n − 2, plus 1 (AWS Common Runtime, "SigV4A key derivation").
 */
export function deriveEcdsaKey(secret: SecretKey): {
  readonly d: Buffer;
  readonly x: Buffer;
  readonly y: Buffer;
  readonly publicKey: KeyObject;
} {
  const key = Buffer.from(`AWS4A${secret.secretAccessKey}`, 'utf8');
  for (let counter = 1; counter < 255; counter++) {
    const input = Buffer.concat([
      Buffer.of(0, 0, 0, 1),
      Buffer.from('AWS4-ECDSA-P256-SHA256\0', 'latin1'),
      Buffer.from(secret.accessKeyId, 'utf8'),
      Buffer.of(counter, 0, 0, 1, 0),
    ]);
    const candidate = BigInt(`0x${createHmac('sha256', key).update(input).digest('hex')}`);
    if (candidate > orderLess2) continue;
    const d = Buffer.from((candidate + 1n).toString(16).padStart(64, '0'), 'hex');
    const curve = createECDH('prime256v1');
    curve.setPrivateKey(d);
    const point = curve.getPublicKey();
    const [x, y] = [point.subarray(1, 33), point.subarray(33)];
    const jwk = { kty: 'EC', crv: 'P-256', x: x.toString('base64url'), y: y.toString('base64url') };
    return { d, x, y, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) };
  }
  throw new Error('No SigV4A key follows from this secret.'); // one in 2^8000
}

/** Hex SHA-256 of text whose characters are bytes. */
export function sha256Hex(text: string): string {
  if (text.length > scratch.length) return hash('sha256', Buffer.from(text, 'latin1'), 'hex');
  const length = scratch.write(text, 'latin1');
  // The texts of one client are mostly of one length.
  if (written.length !== length) written = scratch.subarray(0, length);
  return hash('sha256', written, 'hex');
}

/** Where texts become bytes: one that is made of many pieces is put together there, and not in a string first. */
const scratch = Buffer.alloc(4096);
let written = scratch;

/** Compares in time that depends only on the length of what was sent. */
export function sameText(expected: string, given: string): boolean {
  if (expected.length !== given.length) return false;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) difference |= expected.charCodeAt(i) ^ given.charCodeAt(i);
  return difference === 0;
}
