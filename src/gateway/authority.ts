/** The local certificate authority: made once per folder, good only for names that Nuvola answers to. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { certificatePem, dayMs, distinguishedName, dnsName, extension, keyIdentifier } from '../kernel/certificates';
import { bits, boolean, integer, octets, oid, sequence, tlv } from '../kernel/der';
import { endpointDomains, ownedDomains } from './aws-names';

/** Names below which the authority may vouch; each covers itself and everything under it (RFC 5280 §4.2.1.10). */
const permittedNames = ['localhost', 'localhost.localstack.cloud', ...endpointDomains, ...ownedDomains];
/** 127.0.0.0/8 and ::1/128, address then mask. */
const permittedAddresses = [Buffer.from([127, 0, 0, 0, 255, 0, 0, 0]), Buffer.concat([loopback6(), Buffer.alloc(16, 0xff)])];

export interface Authority {
  /** The certificate that clients have to trust. */
  readonly pem: string;
  /** Key and certificate chain for a name that a client asked for; `localhost` for names outside the authority's reach. */
  leafFor(name: string | undefined): { readonly key: string; readonly cert: string };
}

/** Reads the authority kept in a folder, making it on first use. The file with its key is readable by its owner only. */
export function openAuthority(folder: string): Authority {
  const file = join(folder, 'local-ca.key.pem');
  const existing = readAuthority(file);
  if (existing) return existing;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (existsSync(file)) unlinkSync(file);
  const made = makeAuthority();
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, made.key + made.cert, { mode: 0o600, flag: 'wx' });
  try {
    // Linking fails when another process was quicker; then its authority is the one.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  const authority = readAuthority(file);
  if (!authority) throw new Error(`${file} was written but cannot be read back.`);
  writeFileSync(join(folder, 'local-ca.pem'), authority.pem, { mode: 0o644 });
  return authority;
}

/** Undefined when there is none, or one that is broken, about to expire, or good for other names than these. */
function readAuthority(file: string): Authority | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'latin1');
  try {
    const certificate = new X509Certificate(text.slice(text.indexOf('-----BEGIN CERTIFICATE-----')));
    const key = createPrivateKey(text);
    if (!certificate.checkPrivateKey(key) || Date.parse(certificate.validTo) < Date.now() + 30 * dayMs) return undefined;
    if (!certificate.raw.includes(nameConstraints())) return undefined;
    return authorityOf(key, certificate);
  } catch {
    // Not a key and a certificate: made anew.
    return undefined;
  }
}

function authorityOf(key: KeyObject, certificate: X509Certificate): Authority {
  const leafKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const leafKeyPem = leafKey.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const chain = certificate.toString();
  const leaves = new Map<string, string>();
  return {
    pem: chain,
    leafFor(asked) {
      // Clients check the certificate without the final dot of a full name.
      const name = asked?.replace(/\.$/, '').toLowerCase();
      const subject = name !== undefined && mayVouchFor(name) ? name : 'localhost';
      let cert = leaves.get(subject);
      if (cert === undefined) {
        // A client that asks for ever new names must not fill the memory.
        if (leaves.size >= 1_000) leaves.clear();
        cert = makeLeaf(subject, leafKey.publicKey, key) + chain;
        leaves.set(subject, cert);
      }
      return { key: leafKeyPem, cert };
    },
  };
}

/** Is this name inside the authority's constraints? */
function mayVouchFor(name: string): boolean {
  const lower = name.toLowerCase();
  if (!/^[a-z0-9_*.-]{1,253}$/.test(lower) || isIP(lower)) return false;
  return permittedNames.some((permitted) => lower === permitted || lower.endsWith(`.${permitted}`));
}

function nameConstraints(): Buffer {
  return sequence(
    tlv(
      0xa0,
      ...permittedNames.map((name) => sequence(dnsName(name))),
      ...permittedAddresses.map((address) => sequence(tlv(0x87, address))),
    ),
  );
}

function makeAuthority(): { key: string; cert: string } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const extensions = [
    extension('2.5.29.19', true, sequence(boolean(true), integer(Buffer.from([0])))),
    extension('2.5.29.15', true, bits(Buffer.from([0b0000_0110]), 1)),
    extension('2.5.29.30', true, nameConstraints()),
    extension('2.5.29.14', false, octets(keyIdentifier(pair.publicKey))),
  ];
  return {
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: certificatePem({
      subject: authorityName,
      issuer: authorityName,
      publicKey: pair.publicKey,
      days: 3650,
      extensions,
      signer: pair.privateKey,
    }),
  };
}

function makeLeaf(name: string, publicKey: KeyObject, authorityKey: KeyObject): string {
  const names = [dnsName(name)];
  if (name === 'localhost') {
    names.push(dnsName('*.localhost'), tlv(0x87, Buffer.from([127, 0, 0, 1])), tlv(0x87, loopback6()));
    names.push(dnsName('localhost.localstack.cloud'), dnsName('*.localhost.localstack.cloud'));
  }
  const extensions = [
    extension('2.5.29.19', true, sequence()),
    extension('2.5.29.15', true, bits(Buffer.from([0b1000_0000]), 7)),
    extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', false, sequence(...names)),
    extension('2.5.29.35', false, sequence(tlv(0x80, keyIdentifier(authorityKey)))),
  ];
  return certificatePem({
    subject: distinguishedName('Nuvola'),
    issuer: authorityName,
    publicKey,
    days: 397,
    extensions,
    signer: authorityKey,
  });
}

const authorityName = distinguishedName('Nuvola local CA');

function loopback6(): Buffer {
  const address = Buffer.alloc(16);
  address[15] = 1;
  return address;
}
