/** Keys that signatures are made with: derived from secrets, which is dear, and so kept. */
import { createECDH, createHmac, createPublicKey, createVerify, hash, type KeyObject } from 'node:crypto';
import { BoundedCache } from '../kernel/bounded-cache';
import { writeLatin1, writeUtf16 } from './write-text';

/** Checks signatures of one secret in one scope. */
export interface SignatureKey {
  /** `AWS4-HMAC-SHA256` or `AWS4-ECDSA-P256-SHA256`. */
  readonly algorithm: string;
  /** Is this hex text the signature of a string to sign (latin1)? Takes as long whatever is wrong. */
  matches(stringToSign: string, signature: string): boolean;
  /** The same for a request signed at a time (`20150830T123600Z`), given the hex hash of its canonical form. */
  matchesRequest(time: string, requestHash: string, signature: string): boolean;
}

interface SecretKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** By secret, and by scope: texts that are the same in call after call, so that nothing has to be hashed to look a key up. */
const hmacKeys = new BoundedCache<BoundedCache<SignatureKey>>(512);
const scopesOfSecret = 32;
const publicKeys = new BoundedCache<KeyObject>(64);

/** SigV4: the secret hashed with each part of the scope in turn: date, region, service and `aws4_request`. */
export function hmacKey(secretAccessKey: string, scope: string): SignatureKey {
  const keys = hmacKeys.get(secretAccessKey) ?? hmacKeys.set(secretAccessKey, new BoundedCache(scopesOfSecret));
  return keys.get(scope) ?? keys.set(scope, makeHmacKey(secretAccessKey, scope));
}

const makeHmacKey = (secretAccessKey: string, scope: string): SignatureKey =>
  new HmacKey(
    scope.split('/').reduce<Buffer>((derived, part) => hmac(derived, part), Buffer.from(`AWS4${secretAccessKey}`, 'utf8')),
    scope,
  );

const blockBytes = 64;
const digestBytes = 32;
/** Of `20150830T123600Z`, and of a hash in hex. */
const timeLength = 16;
const hexLength = 64;

/**
 * HMAC-SHA256 with a key of one digest's length. Of requests it is two hashes at one stroke each, in buffers that hold
 * the padded key already, and the string to sign up to where it changes. (Measured: half the time of createHmac,
 * which sets up a context per call and wants the string put together.)
 */
class HmacKey implements SignatureKey {
  readonly algorithm = 'AWS4-HMAC-SHA256';
  readonly #key: Buffer;
  readonly #scope: string;
  readonly #inner: Buffer;
  readonly #outer: Buffer;
  readonly #timeAt = blockBytes + this.algorithm.length + 1;
  readonly #hashAt: number;
  /** What stands in the buffer. */
  #time = '';

  constructor(key: Buffer, scope: string) {
    this.#key = key;
    this.#scope = scope;
    this.#hashAt = this.#timeAt + timeLength + scope.length + 2;
    this.#inner = Buffer.alloc(this.#hashAt + hexLength, 0x36);
    this.#outer = Buffer.alloc(blockBytes + digestBytes, 0x5c);
    for (const [i, byte] of key.entries()) {
      this.#inner[i] = byte ^ 0x36;
      this.#outer[i] = byte ^ 0x5c;
    }
    writeLatin1(this.#inner, `${this.algorithm}\n`, blockBytes);
    writeLatin1(this.#inner, `\n${scope}\n`, this.#timeAt + timeLength);
  }

  matches(stringToSign: string, signature: string): boolean {
    return isSignature(createHmac('sha256', this.#key).update(stringToSign, 'latin1').digest('hex'), signature);
  }

  matchesRequest(time: string, requestHash: string, signature: string): boolean {
    if (time.length !== timeLength) return this.matches(stringToSignOf(this.algorithm, time, this.#scope, requestHash), signature);
    if (time !== this.#time) writeLatin1(this.#inner, (this.#time = time), this.#timeAt);
    writeLatin1(this.#inner, requestHash, this.#hashAt);
    writeLatin1(this.#outer, hash('sha256', this.#inner, 'binary'), blockBytes);
    return isSignature(hash('sha256', this.#outer, 'hex'), signature);
  }
}

function isSignature(expected: string, signature: string): boolean {
  return sameText(expected, signature) || sameText(expected, signature.toLowerCase());
}

/** What a request's signature is made of. */
export function stringToSignOf(algorithm: string, time: string, scope: string, requestHash: string): string {
  return `${algorithm}\n${time}\n${scope}\n${requestHash}`;
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text, 'utf8').digest();

/** SigV4A: an ECDSA P-256 key that follows from the secret, in every region. */
export function ecdsaKey(secret: SecretKey, scope: string): SignatureKey {
  const name = `${secret.accessKeyId}\0${secret.secretAccessKey}`;
  const publicKey = publicKeys.get(name) ?? publicKeys.set(name, deriveEcdsaKey(secret).publicKey);
  const algorithm = 'AWS4-ECDSA-P256-SHA256';
  // chunk signatures are padded with `*` to a fixed length
  const matches = (stringToSign: string, signature: string): boolean =>
    createVerify('sha256')
      .update(stringToSign, 'latin1')
      .verify(publicKey, Buffer.from(signature.replace(/\*+$/, ''), 'hex'));
  const matchesRequest = (time: string, requestHash: string, signature: string): boolean =>
    matches(stringToSignOf(algorithm, time, scope, requestHash), signature);
  return { algorithm, matches, matchesRequest };
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
  const length = writeLatin1(scratch, text, 0);
  // The texts of one client are mostly of one length.
  if (written.length !== length) written = scratch.subarray(0, length);
  return hash('sha256', written, 'hex');
}

/** Where texts become bytes: one that is made of many pieces is put together there, and not in a string first. */
const scratch = Buffer.alloc(4096);
let written = scratch;

/** Compares in time that depends only on the length of what was sent. */
export function sameText(expected: string, given: string): boolean {
  const { length } = expected;
  if (length !== given.length) return false;
  let difference = 0;
  if (length === hexLength) {
    // as UTF-16, 32 bits at a time: character by character takes twice as long
    writeUtf16(comparedBytes, expected, 0);
    writeUtf16(comparedBytes, given, hexLength * 2);
    for (let i = 0; i < hexLength / 2; i++) difference |= compared[i]! ^ compared[i + hexLength / 2]!;
  } else for (let i = 0; i < length; i++) difference |= expected.charCodeAt(i) ^ given.charCodeAt(i);
  return difference === 0;
}

const compared = new Int32Array(hexLength);
const comparedBytes = Buffer.from(compared.buffer);
