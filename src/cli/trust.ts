/** Files of certificates for programs under `nuvola run`: the system's authorities, the user's own, and Nuvola's. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { CliError } from './cli-error';
import { javaTrustStore } from './java-trust-store';
import { homeDirectory } from './start-options';

export interface TrustFiles {
  /** What is to be trusted besides a program's own authorities. */
  readonly additional: string;
  /** Everything, for settings that replace a program's own authorities. */
  readonly all: string;
  /** The same for Java. */
  readonly java: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings by which a user may already have said what to trust. */
export const trustVariables = [
  'AWS_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'SSL_CERT_FILE',
  'GIT_SSL_CAINFO',
  'NODE_EXTRA_CA_CERTS',
] as const;

/** Where most Linux distributions and macOS keep their authorities in one file; elsewhere Node's own list serves. */
// house-allow banned: only looked for
const systemFiles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];

/** Writes the files, unless they are there already: their names tell their content, and programs may outlive this one. */
export function writeTrustFiles(authorityPem: string, current: Environment): TrustFiles {
  const system = new Set(systemAuthorities());
  const forOthers = trustVariables.flatMap((name) => certificatesIn(current[name])).filter((pem) => !system.has(pem));
  // Node reads these at each start: the system's only when it was told to.
  const additional = [...new Set([...certificatesIn(current.NODE_EXTRA_CA_CERTS), ...forOthers, ...certificatesOf(authorityPem)])];
  const all = [...new Set([...system, ...additional])];
  const folder = join(homeDirectory(), 'certificates', 'trust');
  const hash = createHash('sha256').update(all.join()).update(additional.join()).digest('hex').slice(0, 12);
  const file = (name: string, content: () => string | Buffer): string => {
    const path = join(folder, `${hash}-${name}`);
    if (!existsSync(path)) writeWhole(path, content());
    return path;
  };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return {
      additional: file('additional.pem', () => additional.join('')),
      all: file('all.pem', () => all.join('')),
      java: file('all.jks', () => javaTrustStore(all, Date.now())),
    };
  } catch (error) {
    throw new CliError(
      `Certificates cannot be written to ${folder}: ${(error as Error).message}. Set NUVOLA_HOME to a directory that is yours.`,
    );
  }
}

function systemAuthorities(): readonly string[] {
  const file = systemFiles.find((path) => existsSync(path));
  const found = certificatesIn(file);
  return found.length > 0 ? found : rootCertificates.map((pem) => `${pem.trim()}\n`);
}

/** A setting may name a file that is not there, or a directory: then it adds nothing. */
function certificatesIn(path: string | undefined): string[] {
  if (path === undefined || path === '') return [];
  try {
    return certificatesOf(readFileSync(path, 'latin1'));
  } catch {
    // Programs will complain about it better than we can; `nuvola doctor` does too.
    return [];
  }
}

function certificatesOf(text: string): string[] {
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map(([pem]) => `${pem.replaceAll('\r', '')}\n`);
}

function writeWhole(path: string, content: string | Buffer): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, path);
}
