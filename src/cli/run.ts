/** `nuvola run -- <command>`: a program that reaches Nuvola where it would reach AWS, and cannot reach AWS. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { callAdmin } from './admin-client';
import { CliError } from './cli-error';
import type { Health } from './commands';
import { allowedHost, runSettings } from './run-environment';
import type { Settings } from './shells';
import { spawnable } from './spawn-command';
import { homeDirectory } from './start-options';
import { note } from './terminal';
import { writeTrustFiles } from './trust';

export interface RunOptions {
  readonly url: string;
  /** The address was given, so that it has to be there. */
  readonly urlGiven: boolean;
  readonly fresh?: boolean;
  readonly allow: readonly string[];
  readonly account?: string;
  readonly region?: string;
}

interface ReachableCloud {
  readonly url: string;
  close(): Promise<void>;
}

/** Runs the command to its end and ends this process with its exit code, or 128 + the signal that ended it. */
export async function run(command: string, args: readonly string[], { allow, account, region, ...options }: RunOptions): Promise<void> {
  const allowed = allow.map(allowedHost);
  const cloud = await cloudFor(options);
  let code: number;
  try {
    const { authority } = await callAdmin<{ authority: string }>(cloud, '/_nuvola/certificate');
    const trust = writeTrustFiles(authority, process.env);
    const target = { url: cloud.url, allow: allowed, ...(account !== undefined && { account }), ...(region !== undefined && { region }) };
    code = await exitCodeOf(command, args, applied(runSettings(target, trust, process.env)));
  } finally {
    await cloud.close();
  }
  process.exit(code);
}

const answersWithinMs = 5_000;

/** The cloud that runs; else, or with --fresh, one that lives as long as the command. */
async function cloudFor({ url, urlGiven, fresh }: Pick<RunOptions, 'url' | 'urlGiven' | 'fresh'>): Promise<ReachableCloud> {
  if (!fresh) {
    try {
      await requireCloud(url);
      return { url, close: async () => {} };
    } catch (error) {
      // Whoever says where the cloud is does not want an empty one instead.
      if (urlGiven || !(error instanceof CliError)) throw error;
    }
  }
  const cloud = await ownCloud();
  const why = fresh ? '' : `No cloud runs at ${url}. `;
  note(`nuvola: ${why}This command has a cloud of its own at ${cloud.url}: empty, and gone when it ends.`);
  return cloud;
}

async function requireCloud(url: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CliError(`What listens at ${url} does not answer.`)), answersWithinMs);
  });
  try {
    const { status } = await Promise.race([callAdmin<Health>({ url }, '/_nuvola/health'), late]);
    if (status !== 'running') throw new CliError(`What answers at ${url} is not Nuvola.`);
  } finally {
    clearTimeout(timer);
  }
}

async function ownCloud(): Promise<ReachableCloud> {
  const { Cloud } = await import('../gateway/cloud');
  const cloud = await Cloud.open({
    port: 0,
    certificates: join(homeDirectory(), 'certificates'),
    report: (what, error) => note(`nuvola: ${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  });
  await cloud.listen();
  return { url: cloud.url, close: () => cloud.close() };
}

/** This process's environment with the settings made. Windows does not tell `Path` from `PATH`. */
function applied({ set, unset }: Settings): Record<string, string | undefined> {
  const key = (name: string) => (process.platform === 'win32' ? name.toUpperCase() : name);
  const replaced = new Set([...Object.keys(set), ...unset].map(key));
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !replaced.has(key(name)))), ...set };
}

function exitCodeOf(command: string, args: readonly string[], env: Record<string, string | undefined>): Promise<number> {
  const { file, args: words, windowsVerbatimArguments } = spawnable(command, args, env);
  const child = spawn(file, words, { stdio: 'inherit', env, windowsVerbatimArguments });
  // A terminal sends Ctrl-C to both: the program decides what it means. Without one, only we were told.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY && !process.stderr.isTTY) child.kill('SIGINT');
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => reject(notStarted(command, error)));
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

function notStarted(command: string, error: NodeJS.ErrnoException): CliError {
  return error.code === 'ENOENT'
    ? new CliError(`There is no program ${command}, or it is not on the PATH.`, 127)
    : new CliError(`${command} does not start: ${error.message}.`, 126);
}
