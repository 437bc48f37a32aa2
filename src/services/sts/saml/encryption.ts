/**
 * XML encryption as SAML has it (SAML Core §6): an element encrypted with AES under a key of its own, which is encrypted
 * with RSA-OAEP for the service. Nothing else is read. Whatever is wrong, the answer is the same: who sends changed
 * ciphertexts must not learn where they fail.
 */
import { constants, createDecipheriv, createHash, type KeyObject, privateDecrypt, randomBytes, timingSafeEqual } from 'node:crypto';
import { attributeOf, childrenNamed, textOf, type XmlElement } from './xml';

const xencUri = 'http://www.w3.org/2001/04/xmlenc#';
const xenc11Uri = 'http://www.w3.org/2009/xmlenc11#';
const dsigUri = 'http://www.w3.org/2000/09/xmldsig#';
const elementType = `${xencUri}Element`;

const blockBytes = 16;
const gcmIvBytes = 12;
const tagBytes = 16;

type Digest = 'sha1' | 'sha256';

interface Cipher {
  readonly keyBytes: number;
  /** Undefined when it was not made with this key, or was changed. */
  readonly open: (key: Uint8Array, bytes: Buffer) => Buffer | undefined;
}

/** IAM User Guide, "Create a SAML identity provider in IAM": AES-128 and AES-256, in CBC and GCM. */
const ciphers: Readonly<Record<string, Cipher>> = {
  [`${xencUri}aes128-cbc`]: { keyBytes: 16, open: (key, bytes) => openCbc('aes-128-cbc', key, bytes) },
  [`${xencUri}aes256-cbc`]: { keyBytes: 32, open: (key, bytes) => openCbc('aes-256-cbc', key, bytes) },
  [`${xenc11Uri}aes128-gcm`]: { keyBytes: 16, open: (key, bytes) => openGcm('aes-128-gcm', key, bytes) },
  [`${xenc11Uri}aes256-gcm`]: { keyBytes: 32, open: (key, bytes) => openGcm('aes-256-gcm', key, bytes) },
};
const digests: Readonly<Record<string, Digest>> = { [`${dsigUri}sha1`]: 'sha1', [`${xencUri}sha256`]: 'sha256' };
const masks: Readonly<Record<string, Digest>> = { [`${xenc11Uri}mgf1sha1`]: 'sha1', [`${xenc11Uri}mgf1sha256`]: 'sha256' };

/** A content key, encrypted for somebody. */
interface WrappedKey {
  readonly digest: Digest;
  /** Of MGF1. */
  readonly mask: Digest;
  readonly bytes: Buffer;
}

/** The bytes of the one encrypted element in a holder (EncryptedAssertion), with the first of the keys that opens it. */
export function decrypt(holder: XmlElement, keys: readonly KeyObject[]): Buffer | undefined {
  const data = only(holder, xencUri, 'EncryptedData');
  const cipher = data && named(ciphers, algorithmOf(data));
  const bytes = data && cipherValue(data);
  const wrapped = data && wrappedKey(holder, data);
  if (!data || !cipher || !bytes || !wrapped || (attributeOf(data, 'Type') ?? elementType) !== elementType) return undefined;
  for (const key of keys) {
    const unwrapped = unwrap(wrapped, key);
    const isKey = unwrapped?.length === cipher.keyBytes;
    // a key that cannot be had is replaced by another, so that both failures take as long
    const opened = cipher.open(isKey ? unwrapped : randomBytes(cipher.keyBytes), bytes);
    if (isKey && opened) return opened;
  }
  return undefined;
}

/** The key stands in the data's KeyInfo, or beside the data. More than one would be for others too, which SAML providers at AWS are not. */
function wrappedKey(holder: XmlElement, data: XmlElement): WrappedKey | undefined {
  const inside = childrenNamed(data, dsigUri, 'KeyInfo').flatMap((info) => childrenNamed(info, xencUri, 'EncryptedKey'));
  const [key, another] = [...inside, ...childrenNamed(holder, xencUri, 'EncryptedKey')];
  const method = key && only(key, xencUri, 'EncryptionMethod');
  const bytes = key && cipherValue(key);
  if (!method || !bytes || another || childrenNamed(method, xencUri, 'OAEPparams').length > 0) return undefined;
  const digest = named(digests, algorithmIn(method, dsigUri, 'DigestMethod') ?? `${dsigUri}sha1`);
  const mask = maskOf(method);
  return digest && mask && { digest, mask, bytes };
}

/** XML Encryption 1.1 §5.5.2: the older name of RSA-OAEP means MGF1 with SHA-1, the newer one says which. */
function maskOf(method: XmlElement): Digest | undefined {
  switch (attributeOf(method, 'Algorithm')) {
    case `${xencUri}rsa-oaep-mgf1p`:
      return 'sha1';
    case `${xenc11Uri}rsa-oaep`:
      return named(masks, algorithmIn(method, xenc11Uri, 'MGF') ?? `${xenc11Uri}mgf1sha1`);
    default:
      return undefined;
  }
}

function algorithmOf(data: XmlElement): string | undefined {
  return algorithmIn(data, xencUri, 'EncryptionMethod');
}

function algorithmIn(element: XmlElement, uri: string, name: string): string | undefined {
  const [method] = childrenNamed(element, uri, name);
  return method && attributeOf(method, 'Algorithm');
}

function cipherValue(element: XmlElement): Buffer | undefined {
  const data = only(element, xencUri, 'CipherData');
  const value = data && only(data, xencUri, 'CipherValue');
  return value && Buffer.from(textOf(value), 'base64');
}

function only(element: XmlElement, uri: string, name: string): XmlElement | undefined {
  const [found, another] = childrenNamed(element, uri, name);
  return another === undefined ? found : undefined;
}

function named<T>(known: Readonly<Record<string, T>>, name: string | undefined): T | undefined {
  return name !== undefined && Object.hasOwn(known, name) ? known[name] : undefined;
}

// ---- AES ----

/** XML Encryption 1.1 §5.2.2: the vector first; the last byte says how many were added, which may be anything else. */
function openCbc(algorithm: string, key: Uint8Array, bytes: Buffer): Buffer | undefined {
  if (bytes.length < 2 * blockBytes || bytes.length % blockBytes !== 0) return undefined;
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, blockBytes)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(bytes.subarray(blockBytes)), decipher.final()]);
  const added = plain.at(-1) as number;
  return added >= 1 && added <= blockBytes ? plain.subarray(0, plain.length - added) : undefined;
}

/** §5.2.4: a vector of 12 bytes first, a tag of 16 last. */
function openGcm(algorithm: 'aes-128-gcm' | 'aes-256-gcm', key: Uint8Array, bytes: Buffer): Buffer | undefined {
  if (bytes.length < gcmIvBytes + tagBytes) return undefined;
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, gcmIvBytes), { authTagLength: tagBytes });
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
  const plain = decipher.update(bytes.subarray(gcmIvBytes, bytes.length - tagBytes));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return undefined;
  }
}

// ---- RSA-OAEP ----

/**
 * RFC 8017 §7.1.2, with an empty label. Node takes one hash for both the digest and MGF1, which are often two here; so the
 * padding is taken off by hand, without looking away early.
 */
function unwrap({ digest, mask, bytes }: WrappedKey, key: KeyObject): Buffer | undefined {
  const encoded = rawDecrypt(key, bytes);
  const hash = createHash(digest).digest();
  if (encoded === undefined || encoded.length < 2 * hash.length + 2) return undefined;
  const maskedSeed = encoded.subarray(1, 1 + hash.length);
  const maskedBlock = encoded.subarray(1 + hash.length);
  const seed = masked(maskedSeed, maskedBlock, mask);
  const block = masked(maskedBlock, seed, mask);
  let isBad = Number(encoded[0] !== 0) | Number(!timingSafeEqual(block.subarray(0, hash.length), hash));
  let isPadding = 1;
  let from = 0;
  for (let at = hash.length; at < block.length; at++) {
    const isOne = Number(block[at] === 1);
    isBad |= isPadding & Number(block[at] !== 0) & (1 - isOne);
    from += isPadding & isOne ? at + 1 : 0;
    isPadding &= 1 - isOne;
  }
  return (isBad | isPadding) === 0 ? block.subarray(from) : undefined;
}

/** Undefined for what is no number below the modulus. */
function rawDecrypt(key: KeyObject, bytes: Buffer): Buffer | undefined {
  try {
    return privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, bytes);
  } catch {
    return undefined;
  }
}

/** Text under the mask that MGF1 makes of a seed (RFC 8017 §B.2.1). */
function masked(text: Buffer, seed: Buffer, digest: Digest): Buffer {
  const blocks: Buffer[] = [];
  for (let counter = 0, length = 0; length < text.length; counter++) {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const block = createHash(digest).update(seed).update(count).digest();
    blocks.push(block);
    length += block.length;
  }
  const mask = Buffer.concat(blocks);
  return Buffer.from(text.map((byte, index) => byte ^ (mask[index] as number)));
}
