/** `nuvola start`: opens a cloud and serves it, in this process or a detached one. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CloudOptions, Durability } from '../gateway/options';
import type { AccessMode, SignatureMode } from '../security/modes';
import { CliError } from './cli-error';
import { formatEntry, paint } from './logs';

export interface StartOptions {
  readonly port: number;
  readonly listen?: readonly string[];
  readonly data?: string;
  readonly durability: Durability;
  readonly signatures: SignatureMode;
  readonly iam: AccessMode;
  readonly rootSecret: string;
  readonly seed?: string;
  readonly allowOrigin?: readonly string[];
  readonly allowHost?: readonly string[];
  readonly publicUrl?: string;
  readonly log: 'requests' | 'errors' | 'off';
  readonly detach?: boolean;
  readonly strict?: boolean;
}

/** Where the certificate authority and the logs of detached clouds are kept. */
function homeDirectory(): string {
  return process.env.NUVOLA_HOME ?? join(homedir(), '.nuvola');
}

export async function start(options: StartOptions): Promise<void> {
  if (options.detach) return startDetached(options);
  const { Cloud } = await import('../gateway/cloud');
  const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
  const cloud = await Cloud.open(toCloudOptions(options)).catch((error) => {
    throw explained(error, options);
  });
  cloud.onStop = () => void finish(cloud);
  try {
    await cloud.listen();
  } catch (error) {
    await cloud.close();
    throw explained(error, options);
  }
  greet(cloud.url, options, colour);
  if (options.log === 'requests') cloud.world.requests.follow((entry) => process.stdout.write(`${formatEntry(entry, colour)}\n`));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void finish(cloud));
}

let finishing = false;

/** Finishes what is in flight, then ends the process. */
async function finish(cloud: { close(): Promise<void> }): Promise<void> {
  if (finishing) return;
  finishing = true;
  await cloud.close();
  process.exit(0);
}

function toCloudOptions(options: StartOptions): CloudOptions {
  return {
    port: options.port,
    listen: options.listen,
    data: options.data === undefined ? undefined : resolve(options.data),
    durability: options.durability,
    signatures: options.signatures,
    iam: options.iam,
    rootSecret: options.rootSecret,
    seed: options.seed,
    allowOrigins: options.allowOrigin,
    allowHosts: options.allowHost,
    publicUrl: options.publicUrl?.replace(/\/+$/, ''),
    strict: options.strict,
    certificates: join(homeDirectory(), 'certificates'),
    report: (what, error) => {
      if (options.log !== 'off')
        process.stderr.write(`nuvola: ${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    },
  };
}

/** The first line is the address alone, so that scripts can read it. */
function greet(url: string, { data, port, listen }: StartOptions, colour: boolean): void {
  const lines = [url];
  if (process.stdout.isTTY) {
    const command = port === 4566 ? 'nuvola env' : `nuvola env --url ${url}`;
    lines.push(
      '',
      `Nuvola listens at ${paint(url, 'bold', colour)}, ${data === undefined ? 'in memory' : `keeping its state in ${resolve(data)}`}.`,
    );
    lines.push(`In another shell:  ${paint(`eval "$(${command})"`, 'bold', colour)}  and any AWS client works.`, 'Ctrl-C stops it.', '');
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  const open = listen?.filter((address) => !/^(127\.|::1$|localhost$)/.test(address)) ?? [];
  if (open.length > 0) process.stderr.write(`nuvola: listening on ${open.join(', ')}: whoever reaches this machine can use this cloud.\n`);
}

function explained(error: unknown, { port, data }: StartOptions): unknown {
  if (!(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE')
    return new CliError(
      `Port ${port} is taken, perhaps by another Nuvola (\`nuvola status --url http://127.0.0.1:${port}\`). Stop that one, or choose a port with --port.`,
    );
  if (code === 'EACCES' && data === undefined)
    return new CliError(`Port ${port} may not be used by this user. Choose one above 1023 with --port.`);
  if (code === 'EADDRNOTAVAIL') return new CliError('This machine does not have an address given with --listen.');
  if (error instanceof RangeError || error.name.startsWith('Data')) return new CliError(error.message);
  return code === 'EACCES' || code === 'ENOTDIR' || code === 'EROFS' || code === 'ENOSPC'
    ? new CliError(`The data directory cannot be used: ${error.message}`)
    : error;
}

const readyWithinMs = 15_000;

/** The same command without --detach, on its own; returns when it answers. */
async function startDetached(options: StartOptions): Promise<void> {
  mkdirSync(homeDirectory(), { recursive: true });
  const logFile = join(homeDirectory(), `nuvola-${options.port}.log`);
  const log = openSync(logFile, 'w');
  const args = [...process.argv.slice(1).filter((arg) => arg !== '--detach')];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log], windowsHide: true });
  closeSync(log);
  const ended = new Promise<number>((done) => child.once('exit', (code) => done(code ?? 1)));
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const url = /^(http:\S+)$/m.exec(readFileSync(logFile, 'utf8'))?.[1];
    if (url !== undefined) {
      child.unref();
      process.stdout.write(`${url}\n`);
      process.stderr.write(`Nuvola runs in the background (process ${child.pid}); its log is ${logFile}.\n`);
      return;
    }
    const code = await Promise.race([ended, new Promise<undefined>((done) => setTimeout(() => done(undefined), 10))]);
    if (code !== undefined)
      throw new CliError(
        readFileSync(logFile, 'utf8')
          .trim()
          .replace(/^nuvola: /, '') || `It ended at once with code ${code}.`,
        code,
      );
    if (Date.now() > deadline) throw new CliError(`It is not ready after ${readyWithinMs / 1000} s; see ${logFile}.`);
  }
}
