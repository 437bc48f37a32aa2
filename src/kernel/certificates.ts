/** X.509 certificates as text, from their parts (RFC 5280). */
import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { bits, boolean, explicit, integer, octets, oid, sequence, set, time, tlv, utf8 } from './der';

export const dayMs = 86_400_000;

interface CertificateParts {
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly publicKey: KeyObject;
  readonly days: number;
  readonly extensions: readonly Buffer[];
  /** EC or RSA; it signs with SHA-256. */
  readonly signer: KeyObject;
}

/** PEM of a certificate that is valid from a day ago, in real time. */
export function certificatePem({ subject, issuer, publicKey, days, extensions, signer }: CertificateParts): string {
  const algorithm =
    signer.asymmetricKeyType === 'rsa' ? sequence(oid('1.2.840.113549.1.1.11'), tlv(0x05)) : sequence(oid('1.2.840.10045.4.3.2'));
  const now = Date.now();
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    algorithm,
    issuer,
    sequence(time(now - dayMs), time(now + days * dayMs)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions)),
  );
  const der = sequence(body, algorithm, bits(sign('sha256', body, signer)));
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}

export function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return critical ? sequence(oid(id), boolean(true), octets(value)) : sequence(oid(id), octets(value));
}

/** `CN=name` */
export function distinguishedName(commonName: string): Buffer {
  return sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))));
}

export function dnsName(name: string): Buffer {
  return tlv(0x82, Buffer.from(name, 'latin1'));
}

/** SHA-1 of the public point (RFC 5280 §4.2.1.2, method 1): the last 65 bytes of a P-256 key's SPKI. */
export function keyIdentifier(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha1')
    .update((publicKey.export({ type: 'spki', format: 'der' }) as Buffer).subarray(-65))
    .digest();
}
