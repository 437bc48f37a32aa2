/** Commands that ask a running cloud for one thing: stop, status, reset, snapshot. */
import { resolve } from 'node:path';
import { callAdmin, type Target } from './admin-client';
import { CliError } from './cli-error';
import { print } from './terminal';

export interface Health {
  readonly status: string;
  readonly version: string;
  readonly store: string;
  readonly uptimeMs: number;
  readonly memoryBytes: number;
  readonly services: readonly string[];
  readonly pid: number;
  readonly data?: string;
}

async function healthOf(target: Target): Promise<Health> {
  const health = await callAdmin<Health>(target, '/_nuvola/health');
  if (health.status !== 'running')
    throw new CliError(`What answers at ${target.url} is not Nuvola, or a release that is not like this one.`);
  return health;
}

const stoppedWithinMs = 10_000;

/** Returns when the process is gone, so that its port and its data directory are free. */
export async function stop(target: Target): Promise<void> {
  const { pid } = await healthOf(target);
  await callAdmin(target, '/_nuvola/stop', {});
  const deadline = Date.now() + stoppedWithinMs;
  while (isAlive(pid) && (await listens(target))) {
    if (Date.now() > deadline) throw new CliError(`Process ${pid} is still finishing its requests.`);
    await pause(20);
  }
  // It has left the port; its state is closed a moment later. (In a container, the pid may mean nothing here.)
  for (let tries = 0; tries < 50 && isAlive(pid); tries++) await pause(20);
  print(`Stopped ${target.url}.`);
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

async function listens({ url }: Target): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export async function status({ url, json }: Target & { readonly json?: boolean }): Promise<void> {
  const health = await healthOf({ url });
  if (json) {
    print(JSON.stringify({ url, ...health }));
    return;
  }
  const { version, pid, memoryBytes, uptimeMs, data, services } = health;
  print(`Nuvola ${version} runs at ${url} (process ${pid}, ${Math.round(memoryBytes / 1e6)} MB, up ${duration(uptimeMs)}).`);
  print(`State: ${data ?? 'in memory'}. Services: ${services.join(', ')}.`);
}

export async function reset({ url, account }: Target & { readonly account?: string }): Promise<void> {
  await callAdmin({ url }, '/_nuvola/reset', account === undefined ? {} : { account });
  print(account === undefined ? 'Everything is empty.' : `Account ${account} is empty.`);
}

export async function snapshot(action: 'save' | 'load', where: string, target: Target): Promise<void> {
  await callAdmin(target, `/_nuvola/snapshot/${action}`, snapshotPlace(where));
  print(action === 'save' ? `Saved ${where}.` : `Back at ${where}.`);
}

/** A name in memory, or a file: what has a separator or ends in `.nuvola`. */
export function snapshotPlace(where: string): { readonly name: string } | { readonly file: string } {
  if (/[/\\]|\.nuvola$/.test(where)) return { file: resolve(where) };
  if (/^[\w.-]{1,100}$/.test(where)) return { name: where };
  throw new CliError('A name has letters, digits, ".", "_" and "-"; a file has a "/" or ends in ".nuvola".');
}

export async function snapshots(target: Target): Promise<void> {
  const { snapshots: names } = await callAdmin<{ snapshots: string[] }>(target, '/_nuvola/snapshots');
  print(names.length > 0 ? names.join('\n') : 'None. Save one with `nuvola snapshot save NAME`.');
}

/** `42 s`, `7 min`, `3 h 5 min`. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
