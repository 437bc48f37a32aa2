/** Starts what is measured, and reads its CPU time and memory from outside. */
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { execPath, platform } from 'node:process';

export interface Server {
  readonly name: string;
  readonly port: number;
  /** Undefined for a peer that we did not start. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** A process that prints where it listens. */
export async function startServer(name: string, args: readonly string[]): Promise<Server> {
  const child = spawn(execPath, [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    name,
    port: await portOf(child, name),
    pid: child.pid,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

export const nuvolaArgs = (...more: readonly string[]) => ['dist/nuvola.cjs', 'start', '--port', '0', '--log', 'off', ...more];

export const startNuvola = (...more: readonly string[]) => startServer('nuvola', nuvolaArgs(...more));

export const startBare = () => startServer('bare', ['bench/bare-server.mjs']);

/** Settles with the port of the first `http://127.0.0.1:PORT` that a process prints. */
export function portOf(child: ChildProcess, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (data: Buffer) => {
      text += data.toString();
      const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once('exit', (code) => reject(new Error(`${name} ended (${code}) before it listened: ${text}`)));
  });
}

/** User and system time of a process so far, in µs; undefined where it cannot be told. */
export function cpuUsOf(pid: number | undefined): number | undefined {
  if (pid === undefined || platform === 'win32') return undefined;
  if (platform === 'linux') {
    // Fields 14 and 15 after the command in brackets, in ticks of 1/100 s.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  }
  const [seconds = '0', minutes = '0', hours = '0'] = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' })
    .trim()
    .split(':')
    .reverse();
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e6;
}

/** Resident memory in bytes; undefined where it cannot be told. */
export function rssOf(pid: number | undefined): number | undefined {
  if (pid === undefined || platform === 'win32') return undefined;
  if (platform === 'linux') return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
}

/** See load-generator.mjs. */
export interface LoadRequest {
  readonly bytes?: Uint8Array;
  readonly head?: string;
  readonly template?: readonly [before: string, after: string];
  readonly extract?: readonly [before: string, after: string];
  readonly expect?: string;
}

export interface LoadPlan {
  readonly port: number;
  readonly connections: number;
  readonly seconds?: number;
  readonly calls?: number;
  readonly requests: readonly LoadRequest[];
  readonly spread: boolean;
}

export interface LoadResult {
  readonly calls: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What the generator itself used. */
  readonly cpuUs: number;
}

/** The load generator: one process for the whole bench, so that it is as warm at the end as at the beginning. */
export class LoadGenerator {
  readonly #child = fork('bench/load-generator.mjs', { serialization: 'advanced' });

  run(plan: LoadPlan): Promise<LoadResult> {
    return new Promise((resolve, reject) => {
      const died = () => reject(new Error('the load generator died'));
      this.#child.once('exit', died);
      this.#child.once('message', (message: { result?: LoadResult; error?: string }) => {
        this.#child.off('exit', died);
        if (message.result === undefined) reject(new Error(message.error));
        else resolve(message.result);
      });
      this.#child.send(plan);
    });
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}
