/** RSA keys with which services sign what they send, and the certificates that prove it: made once per state, when first needed. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { certificatePem, distinguishedName, dnsName, extension } from './certificates';
import { collection } from './collection';
import { bits, boolean, sequence } from './der';
import type { Tx } from './tx';

export interface SigningKey {
  /** Hexadecimal; changes with the certificate. */
  readonly id: string;
  readonly certificate: string;
  /** Base64 of the PKCS #1 v1.5 signature. */
  sign(digest: 'sha1' | 'sha256', text: string): string;
}

interface SigningKeyRecord {
  /** The host name in the certificate: `sns.amazonaws.com`. */
  readonly name: string;
  readonly id: string;
  readonly certificate: string;
  readonly privateKey: string;
}

export const SigningKeyRecords = collection<SigningKeyRecord>({
  name: 'kernel/signing-key',
  version: 1,
  scope: 'world',
  key: (k) => k.name,
});

const validDays = 3650;

/** The keys of a world, with their parsed forms: parsing one takes as long as signing. */
export class SigningKeys {
  readonly #transact: (decide: (tx: Tx) => void) => Promise<void>;
  readonly #parsed = new Map<string, SigningKey>();
  readonly #making = new Map<string, Promise<void>>();

  constructor(transact: (decide: (tx: Tx) => void) => Promise<void>) {
    this.#transact = transact;
  }

  find(tx: Tx, name: string): SigningKey | undefined {
    const record = tx.get(SigningKeyRecords, name);
    if (!record) return undefined;
    let parsed = this.#parsed.get(record.id);
    if (!parsed) {
      parsed = parse(record);
      this.#parsed.clear();
      this.#parsed.set(record.id, parsed);
    }
    return parsed;
  }

  /** Generating takes most of a second, on another thread. */
  make(name: string): Promise<void> {
    let making = this.#making.get(name);
    if (!making) {
      making = this.#make(name).finally(() => this.#making.delete(name));
      this.#making.set(name, making);
    }
    return making;
  }

  async #make(name: string): Promise<void> {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    const certificate = selfSigned(name, privateKey);
    const id = createHash('sha256').update(certificate).digest('hex').slice(0, 32);
    const record = { name, id, certificate, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
    await this.#transact((tx) => {
      if (!tx.has(SigningKeyRecords, name)) tx.put(SigningKeyRecords, record);
    });
  }
}

/** PEM of the certificate with this id; undefined when there is none. */
export function certificateOf(tx: Tx, id: string): string | undefined {
  return tx.scan(SigningKeyRecords).find((record) => record.id === id)?.certificate;
}

function parse({ id, certificate, privateKey }: SigningKeyRecord): SigningKey {
  const key = createPrivateKey(privateKey);
  return { id, certificate, sign: (digest, text) => sign(digest, Buffer.from(text), key).toString('base64') };
}

function selfSigned(name: string, key: KeyObject): string {
  const subject = distinguishedName(name);
  const extensions = [
    extension('2.5.29.19', true, sequence(boolean(false))),
    extension('2.5.29.15', true, bits(Buffer.from([0b1000_0000]), 7)),
    extension('2.5.29.17', false, sequence(dnsName(name))),
  ];
  return certificatePem({ subject, issuer: subject, publicKey: createPublicKey(key), days: validDays, extensions, signer: key });
}
