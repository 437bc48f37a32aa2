/** X.509 certificates as users upload them: read, and checked against their keys and their chains. */
import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { base32 } from '../../kernel';

const pemBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Undefined when the text is not exactly one certificate in PEM. */
export function readCertificate(pem: string): X509Certificate | undefined {
  const all = readCertificates(pem);
  return all?.length === 1 ? all[0] : undefined;
}

/** Undefined when there is anything but certificates in the text. */
export function readCertificates(pem: string): X509Certificate[] | undefined {
  const blocks = pem.match(pemBlock) ?? [];
  if (blocks.length === 0 || pem.replace(pemBlock, '').trim() !== '') return undefined;
  const certificates = blocks.map(parse);
  return certificates.every((certificate) => certificate !== undefined) ? certificates : undefined;
}

/** From PEM, or from DER. */
function parse(certificate: string | Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(certificate);
  } catch {
    return undefined; // a block of base64 that is no certificate
  }
}

/** A certificate of base64 without its frame, as XML holds it. */
export function readBareCertificate(base64: string): X509Certificate | undefined {
  const text = base64.replace(/\s+/g, '');
  return text !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? parse(Buffer.from(text, 'base64')) : undefined;
}

/** An unencrypted RSA or EC key in PEM: what server certificates may have. */
export function readPrivateKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'ec' ? key : undefined;
  } catch {
    return undefined; // not PEM, or encrypted
  }
}

/** When a certificate holds, ms since 1970. */
export function validity(certificate: X509Certificate): { readonly from: number; readonly to: number } {
  return { from: Date.parse(certificate.validFrom), to: Date.parse(certificate.validTo) };
}

/** What AWS calls a signing certificate: 32 characters. */
export function certificateId(certificate: X509Certificate): string {
  return base32(createHash('sha1').update(certificate.raw).digest());
}

/**
 * The first certificate of a chain that does not certify the one before it, as AWS counts them: -1 when the chain does not
 * begin with the issuer of the certificate itself. Undefined for a chain that holds.
 */
export function brokenLink(certificate: X509Certificate, chain: readonly X509Certificate[]): number | undefined {
  let subject = certificate;
  for (const [index, issuer] of chain.entries()) {
    if (!subject.checkIssued(issuer) || !subject.verify(issuer.publicKey)) return index === 0 ? -1 : index;
    subject = issuer;
  }
  return undefined;
}
