/** Which clients are installed here, and the environment that `nuvola env` gives them. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { nuvola, run, Server } from '../cli/command';

/** What a program prints, or undefined when there is no such program or it fails. */
export function outputOf(program: string, ...args: string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 });
  return status === 0 ? `${stdout}${stderr}`.trim() : undefined;
}

/** Exactly what `nuvola env --shell json` says, for a child process: null removes. */
export async function environmentFor(server: Server): Promise<Record<string, string | undefined>> {
  const { stdout } = await nuvola(['env', '--shell', 'json', '--url', server.url]);
  const settings = JSON.parse(stdout) as Record<string, string | null>;
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value ?? undefined]));
}

/** Runs a script of this folder against a cloud of its own; it must say nothing on stderr, and `done` at its end. */
export async function runScript(name: string): Promise<void> {
  await using server = await Server.start(['--log', 'errors', '--strict']);
  const env = { ...(await environmentFor(server)), AWS_PAGER: '', PYTHONUTF8: '1' };
  const { code, stdout, stderr } = await run('python3', [fileURLToPath(new URL(name, import.meta.url))], { env });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout.trim().split('\n').at(-1)).toBe('done');
}
