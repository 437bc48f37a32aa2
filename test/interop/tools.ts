/** Which clients are installed here, and the environment that `nuvola env` gives them. */
import { spawnSync } from 'node:child_process';
import { nuvola, type Server } from '../cli/command';

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
