/** A Java key store (JKS) of trusted certificates, as every JVM reads it; `keytool` need not be there. */
import { createHash } from 'node:crypto';

/** What Java's own `cacerts` is sealed with; it keeps nothing secret. */
const password = 'changeit';

/** The store's bytes for certificates in PEM. Format: sun.security.provider.JavaKeyStore, version 2. */
export function javaTrustStore(certificates: readonly string[], now: number): Buffer {
  const entries = certificates.map((pem, n) => {
    const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    const created = Buffer.alloc(8);
    created.writeBigInt64BE(BigInt(now));
    return Buffer.concat([uint32(2), utf(`nuvola-${n}`), created, utf('X.509'), uint32(der.length), der]);
  });
  const body = Buffer.concat([uint32(0xfeedfeed), uint32(2), uint32(entries.length), ...entries]);
  // The seal is a digest over the password, a fixed phrase and the body.
  const seal = createHash('sha1').update(Buffer.from(password, 'utf16le').swap16()).update('Mighty Aphrodite').update(body).digest();
  return Buffer.concat([body, seal]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Length in two bytes, then the text (ASCII here). */
function utf(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length >> 8, text.length & 0xff]), Buffer.from(text, 'latin1')]);
}
