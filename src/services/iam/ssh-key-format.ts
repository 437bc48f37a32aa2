/** RSA public keys in the two forms that SSH users have them in: one line of OpenSSH, or PEM. */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

interface SshPublicKey {
  /** `ssh-rsa AAAA…` */
  readonly line: string;
  /** MD5 of the key as SSH sends it. */
  readonly fingerprint: string;
  readonly bits: number;
}

const algorithm = 'ssh-rsa';

/** Undefined when it is neither form, or no RSA key. */
export function readSshKey(text: string): SshPublicKey | undefined {
  const trimmed = text.trim();
  const key = trimmed.startsWith('-----BEGIN') ? fromPem(trimmed) : fromLine(trimmed);
  return key && describe(key);
}

/** `SubjectPublicKeyInfo` in PEM. */
export function sshKeyPem(line: string): string {
  return fromLine(line)?.export({ type: 'spki', format: 'pem' }).toString() ?? '';
}

function fromPem(pem: string): KeyObject | undefined {
  // Node would also take the key out of a certificate, which AWS does not.
  if (!/^-----BEGIN (RSA )?PUBLIC KEY-----/.test(pem)) return undefined;
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined; // not a key inside
  }
}

function fromLine(line: string): KeyObject | undefined {
  const [name, base64 = ''] = line.split(/\s+/);
  if (name !== algorithm || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const fields = readFields(Buffer.from(base64, 'base64'));
  const [type, exponent, modulus] = fields ?? [];
  if (fields?.length !== 3 || type?.toString('latin1') !== algorithm || !exponent || !modulus) return undefined;
  try {
    return createPublicKey({ key: { kty: 'RSA', e: unsigned(exponent), n: unsigned(modulus) }, format: 'jwk' });
  } catch {
    return undefined; // numbers that are no key
  }
}

/** What follows its own length, again and again to the end (RFC 4251, section 5). */
function readFields(bytes: Buffer): Buffer[] | undefined {
  const fields: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    fields.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

function unsigned(number: Buffer): string {
  return (number[0] === 0 ? number.subarray(1) : number).toString('base64url');
}

function describe(key: KeyObject): SshPublicKey {
  const { n = '', e = '' } = key.export({ format: 'jwk' });
  const wire = Buffer.concat([Buffer.from(algorithm), signed(e), signed(n)].map(withLength));
  const digest = createHash('md5').update(wire).digest('hex');
  return {
    line: `${algorithm} ${wire.toString('base64')}`,
    fingerprint: digest.replace(/..(?=.)/g, '$&:'),
    bits: key.asymmetricKeyDetails?.modulusLength ?? 0,
  };
}

/** A number whose first bit is set is preceded by a zero, so that it is not negative. */
function signed(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url');
  return (bytes[0] ?? 0) >= 128 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
}

function withLength(field: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(field.length);
  return Buffer.concat([length, field]);
}
