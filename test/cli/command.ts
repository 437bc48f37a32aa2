/** Runs the built `nuvola` command as a user would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

export const command = fileURLToPath(new URL('../../dist/nuvola.cjs', import.meta.url));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/** An empty directory that goes when the test is over. */
export class Scratch implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'nuvola-test-'));

  file(...names: string[]): string {
    return join(this.path, ...names);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The environment of somebody who has nothing of AWS or Nuvola configured. */
export function plainEnvironment(extra: RunOptions['env'] = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|NUVOLA_|NODE_OPTIONS|VITEST)/.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}

/** Runs `nuvola …` to its end. */
export function nuvola(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return run(process.execPath, [command, ...args], options);
}

/** Runs any program to its end, with nothing on its stdin. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return begin(program, args, options).ended;
}

/** Starts a program; `output` is what it wrote to stdout so far. */
export function begin(program: string, args: readonly string[], { env, cwd }: RunOptions = {}) {
  const child = spawn(program, args, { env: plainEnvironment(env), cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: stdout(), stderr: stderr() }));
  });
  return { output: stdout, ended };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

/** `nuvola start …` on a free port, in the foreground of a process of its own. */
export class Server implements AsyncDisposable {
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything it wrote so far. */
  readonly output: () => string;

  private constructor(url: string, child: ChildProcess, output: () => string) {
    this.url = url;
    this.child = child;
    this.output = output;
  }

  static async start(args: readonly string[] = [], { env, cwd }: RunOptions = {}): Promise<Server> {
    const child = spawn(process.execPath, [command, 'start', '--port', '0', ...args], {
      env: plainEnvironment(env),
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('exit', (code) => reject(new Error(`nuvola start ended with ${code}: ${stderr()}`)));
    });
    return new Server(url, child, () => stdout() + stderr());
  }

  /** What SDK v3 clients take. */
  config(account = '000000000000') {
    const credentials = { accessKeyId: account, secretAccessKey: 'test' };
    return { endpoint: this.url, region: 'us-east-1', credentials, forcePathStyle: true };
  }

  /** What `nuvola …` prints when it is asked about this cloud; it must succeed. */
  async ask(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await nuvola(args, { env: { NUVOLA_URL: this.url } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.trimEnd();
  }

  /** What it complains of when it must fail. */
  async refuse(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await nuvola(args, { env: { NUVOLA_URL: this.url } });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    return stderr;
  }

  /** Ends it and resolves to its exit code; null when the signal killed it. */
  end(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return Promise.resolve(this.child.exitCode);
    const ended = new Promise<number | null>((resolve) => this.child.once('close', resolve));
    this.child.kill(signal);
    return ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }
}
