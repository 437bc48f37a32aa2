/** One cloud for all whole-system tests: the built command, on a free port, checking its own answers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { buildIfNeeded } from '../scripts/build.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    readonly nuvolaUrl: string;
  }
}

let child: ChildProcess | undefined;

export async function setup(project: TestProject): Promise<void> {
  await buildIfNeeded();
  const command = fileURLToPath(new URL('../dist/nuvola.cjs', import.meta.url));
  child = spawn(process.execPath, [command, 'start', '--port', '0', '--log', 'errors', '--strict'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child?.stdout as NodeJS.ReadableStream }).once('line', resolve);
    child?.once('exit', (code) => reject(new Error(`The cloud for the tests ended with code ${code}.`)));
  });
  project.provide('nuvolaUrl', url);
}

export async function teardown(): Promise<void> {
  if (!child || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child?.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
