/** What `nuvola start` was told, and what a cloud makes of it. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CloudOptions, Durability } from '../gateway/options';
import type { AccessMode, SignatureMode } from '../security/modes';

export interface StartOptions {
  readonly port: number;
  readonly listen?: readonly string[];
  readonly data?: string;
  readonly durability?: Durability;
  readonly signatures: SignatureMode;
  readonly signaturesOf?: Readonly<Record<string, SignatureMode>>;
  readonly iam: AccessMode;
  readonly iamOf?: Readonly<Record<string, AccessMode>>;
  readonly rootSecret: string;
  readonly seed?: string;
  readonly allowOrigin?: readonly string[];
  readonly allowHost?: readonly string[];
  readonly publicUrl?: string;
  /** Absent: requests in the foreground, errors in the background. */
  readonly log?: 'requests' | 'errors' | 'off';
  readonly detach?: boolean;
  /** This process is the detached one: its parent waits for a word from it. */
  readonly detached?: boolean;
  /** False: `--no-call-history`. */
  readonly callHistory?: boolean;
  readonly strict?: boolean;
}

/** Where the certificate authority and the logs of detached clouds are kept. */
export function homeDirectory(): string {
  return process.env.NUVOLA_HOME || join(homedir(), '.nuvola');
}

export function toCloudOptions(options: StartOptions, report: NonNullable<CloudOptions['report']>): CloudOptions {
  return {
    port: options.port,
    listen: options.listen,
    data: options.data === undefined ? undefined : resolve(options.data),
    durability: options.durability,
    signatures: options.signatures,
    iam: options.iam,
    accounts: modesByAccount(options),
    rootSecret: options.rootSecret,
    seed: options.seed,
    allowOrigins: options.allowOrigin,
    allowHosts: options.allowHost,
    publicUrl: options.publicUrl,
    callHistory: options.callHistory,
    strict: options.strict,
    certificates: join(homeDirectory(), 'certificates'),
    report,
  };
}

function modesByAccount({ signaturesOf = {}, iamOf = {} }: StartOptions): NonNullable<CloudOptions['accounts']> {
  const accounts = new Set([...Object.keys(signaturesOf), ...Object.keys(iamOf)]);
  return Object.fromEntries([...accounts].map((account) => [account, { signatures: signaturesOf[account], iam: iamOf[account] }]));
}

/** Turns what can go wrong at the start into something to do about it. */
export function explanationOf(error: unknown, { port, data, listen }: StartOptions): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return (
      `Port ${port} is taken, perhaps by another Nuvola (\`nuvola status --url http://127.0.0.1:${port}\`). ` +
      'Stop that one, or choose a port with --port (0 picks a free one).'
    );
  }
  const listens = (error as NodeJS.ErrnoException).syscall === 'listen';
  if (code === 'EACCES' && listens) return `Port ${port} may not be used by this user. Choose one above 1023 with --port.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || (code === 'EINVAL' && listens)) {
    return `This machine does not have the address ${listen?.join(', ') ?? '127.0.0.1'} (--listen).`;
  }
  if (error.name.startsWith('DataDirectory') || error instanceof RangeError) return error.message;
  return code !== undefined && data !== undefined && dataProblems.has(code)
    ? `The data directory ${resolve(data)} cannot be used: ${error.message}.`
    : undefined;
}

const dataProblems = new Set(['EACCES', 'EPERM', 'ENOTDIR', 'EROFS', 'ENOSPC', 'EDQUOT', 'EMFILE', 'EIO']);
