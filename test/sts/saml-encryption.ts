/** Encrypts assertions as identity providers do. Paddings are made here, so that the code under test is not its own judge. */
import { constants, createCipheriv, createHash, createPublicKey, type KeyObject, publicEncrypt, randomBytes } from 'node:crypto';
import type { IdentityProvider, ResponseOptions } from './saml-identity-provider';

const xenc = 'http://www.w3.org/2001/04/xmlenc#';
const xenc11 = 'http://www.w3.org/2009/xmlenc11#';
const dsig = 'http://www.w3.org/2000/09/xmldsig#';

type Hash = 'sha1' | 'sha256';

export interface EncryptionOptions {
  /** Whose private key opens it. */
  readonly key: KeyObject;
  readonly cipher?: 'aes128-cbc' | 'aes256-cbc' | 'aes128-gcm' | 'aes256-gcm';
  readonly transport?: 'rsa-oaep-mgf1p' | 'rsa-oaep';
  /** Left out where they are not given. */
  readonly digest?: Hash;
  readonly mask?: Hash;
  /** Where the encrypted key stands: in the data's KeyInfo, or beside the data. */
  readonly beside?: boolean;
  /** Null for none. */
  readonly type?: string | null;
  readonly contentKey?: Buffer;
  /** Changes the ciphertext of the assertion. */
  readonly change?: (bytes: Buffer) => Buffer;
  readonly changeKey?: (bytes: Buffer) => Buffer;
  /** Instead of the assertion. */
  readonly plain?: (assertion: string) => string;
  /** Of CBC: the bytes after the text, the last of which says how many they are. */
  readonly padding?: (count: number) => Buffer;
}

const assertionForm = /<saml:Assertion [\s\S]*<\/saml:Assertion>/;

/** A response whose assertion is encrypted: signed inside, outside (as it is sent), on both sides or not at all. */
export function encryptedResponse(
  idp: IdentityProvider,
  encryption: EncryptionOptions,
  { sign = 'assertion', ...options }: ResponseOptions = {},
): string {
  const plain = idp.response({ ...options, sign: sign === 'both' ? 'assertion' : sign === 'response' ? 'neither' : sign });
  const sent = plain.replace(assertionForm, (assertion) => encryptedAssertion(assertion, encryption));
  return sign === 'response' || sign === 'both' ? idp.sign(sent, 'Response', options) : sent;
}

export function encryptedAssertion(assertion: string, options: EncryptionOptions): string {
  const { cipher = 'aes256-gcm', beside = false, type = `${xenc}Element`, change = same, plain = same, contentKey } = options;
  const key = contentKey ?? randomBytes(cipher.startsWith('aes128') ? 16 : 32);
  const text = Buffer.from(plain(assertion));
  const bytes = change(cipher.endsWith('gcm') ? gcm(key, text) : cbc(key, text, options.padding));
  const wrapped = encryptedKey(key, options);
  const retrieval = `<ds:RetrievalMethod Type="${xenc}EncryptedKey" URI="#_key"/>`;
  const data = `<xenc:EncryptedData${type === null ? '' : ` Type="${type}"`}><xenc:EncryptionMethod Algorithm="${cipher.endsWith('gcm') ? xenc11 : xenc}${cipher}"/><ds:KeyInfo>${beside ? retrieval : wrapped}</ds:KeyInfo>${cipherData(bytes)}</xenc:EncryptedData>`;
  return `<saml:EncryptedAssertion xmlns:xenc="${xenc}" xmlns:xenc11="${xenc11}" xmlns:ds="${dsig}">${data}${beside ? wrapped : ''}</saml:EncryptedAssertion>`;
}

function encryptedKey(
  contentKey: Buffer,
  { key, transport = 'rsa-oaep-mgf1p', digest, mask, changeKey = same }: EncryptionOptions,
): string {
  const uri = transport === 'rsa-oaep' ? xenc11 : xenc;
  const digestMethod = digest === undefined ? '' : `<ds:DigestMethod Algorithm="${digest === 'sha1' ? dsig : xenc}${digest}"/>`;
  const mgf = mask === undefined ? '' : `<xenc11:MGF Algorithm="${xenc11}mgf1${mask}"/>`;
  const wrapped = wrap(key, contentKey, digest ?? 'sha1', transport === 'rsa-oaep' ? (mask ?? 'sha1') : 'sha1');
  return `<xenc:EncryptedKey Id="_key"><xenc:EncryptionMethod Algorithm="${uri}${transport}">${digestMethod}${mgf}</xenc:EncryptionMethod>${cipherData(changeKey(wrapped))}</xenc:EncryptedKey>`;
}

const same = <T>(value: T): T => value;
const cipherData = (bytes: Buffer) => `<xenc:CipherData><xenc:CipherValue>${bytes.toString('base64')}</xenc:CipherValue></xenc:CipherData>`;

function gcm(key: Buffer, text: Buffer): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv(key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm', key, iv);
  return Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

const randomPadding = (count: number): Buffer => Buffer.concat([randomBytes(count - 1), Buffer.of(count)]);

/** All but the last byte may be anything (XML Encryption 1.1 §5.2.2). */
function cbc(key: Buffer, text: Buffer, padding: (count: number) => Buffer = randomPadding): Buffer {
  const iv = randomBytes(16);
  const cipher = createCipheriv(key.length === 16 ? 'aes-128-cbc' : 'aes-256-cbc', key, iv).setAutoPadding(false);
  return Buffer.concat([iv, cipher.update(text), cipher.update(padding(16 - (text.length % 16))), cipher.final()]);
}

/** Node's own OAEP where it has the pair of hashes, which is the more independent judge. */
function wrap(key: KeyObject, text: Buffer, digest: Hash, mask: Hash): Buffer {
  const publicKey = createPublicKey(key);
  if (digest === mask) return publicEncrypt({ key: publicKey, oaepHash: digest, padding: constants.RSA_PKCS1_OAEP_PADDING }, text);
  const size = (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  const hash = createHash(digest).digest();
  const block = Buffer.concat([hash, Buffer.alloc(size - text.length - 2 * hash.length - 2), Buffer.of(1), text]);
  const seed = randomBytes(hash.length);
  const maskedBlock = xor(block, mgf1(seed, block.length, mask));
  const maskedSeed = xor(seed, mgf1(maskedBlock, seed.length, mask));
  return publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, Buffer.concat([Buffer.of(0), maskedSeed, maskedBlock]));
}

const xor = (a: Buffer, b: Buffer) => Buffer.from(a.map((byte, i) => byte ^ (b[i] ?? 0)));

function mgf1(seed: Buffer, length: number, digest: Hash): Buffer {
  const count = (n: number) => Buffer.of(n >> 24, n >> 16, n >> 8, n);
  const blocks = Array.from({ length: Math.ceil(length / 20) }, (_, n) => createHash(digest).update(seed).update(count(n)).digest());
  return Buffer.concat(blocks).subarray(0, length);
}
