/** The built command in a process of its own, whose memory and errors can be watched. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { admin } from './admin-call';

const built = fileURLToPath(new URL('../../dist/nuvola.cjs', import.meta.url));

export interface OwnProcess {
  readonly url: string;
  /** What it has complained about; empty when nothing went wrong inside. */
  complaints(): string;
  /** False once it has ended by itself. */
  isAlive(): boolean;
  memoryBytes(): Promise<number>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts one (of another build, if told so) on a free port; `--strict`, so that answers which do not fit their model are failures. */
export async function ownProcess({ command = built } = {}, ...options: string[]): Promise<OwnProcess> {
  const child = spawn(process.execPath, [command, 'start', '--port', '0', '--log', 'errors', '--strict', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complaints += text;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`It ended with code ${code}: ${complaints}`)));
  });
  return {
    url,
    complaints: () => complaints,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    memoryBytes: async () => (await admin(url, 'health')).body.memoryBytes,
    kill: async (signal = 'SIGKILL') => {
      child.kill(signal);
      await ended;
    },
  };
}
