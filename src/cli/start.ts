/** `nuvola start`: opens a cloud and serves it until it is told to stop. */
import { resolve } from 'node:path';
import { defaultPort } from '../gateway/options';
import { bypassesOf } from '../security/modes';
import { CliError } from './cli-error';
import { formatEntry } from './request-line';
import { currentShell, evaluation } from './shells';
import { explanationOf, type StartOptions, toCloudOptions } from './start-options';
import { note, paint, print, wantsColour } from './terminal';

export async function start(options: StartOptions): Promise<void> {
  if (options.durability !== undefined && options.data === undefined) {
    throw new CliError('--durability says what a data directory survives; give one with --data.');
  }
  if (options.detach) {
    const { startDetached } = await import('./detach');
    return startDetached(options);
  }
  try {
    await serve(options);
  } catch (error) {
    const explanation = explanationOf(error, options);
    const problem = explanation === undefined ? error : new CliError(explanation);
    if (options.detached) process.send?.({ problem: explanation ?? String((error as Error)?.stack ?? error) });
    throw problem;
  }
}

async function serve(options: StartOptions): Promise<void> {
  const { Cloud } = await import('../gateway/cloud');
  const log = options.log ?? (options.detached ? 'errors' : 'requests');
  const report = (what: string, error: unknown) => {
    if (log !== 'off') note(`nuvola: ${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };
  const cloud = await Cloud.open(toCloudOptions(options, report));
  let finishing = false;
  const finish = async () => {
    // Whoever asks a second time does not want to wait.
    if (finishing) process.exit(1);
    finishing = true;
    await cloud.close();
    process.exit(0);
  };
  cloud.onStop = () => void finish();
  try {
    await cloud.listen();
  } catch (error) {
    await cloud.close();
    throw error;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void finish());
  greet(cloud.url, options);
  for (const bypass of bypassesOf(cloud.access.security)) note(`nuvola: policies are enforced, but: ${bypass}`);
  if (log === 'requests') {
    const colour = wantsColour(process.stdout);
    cloud.world.requests.follow((entry) => print(formatEntry(entry, colour)));
  }
  if (options.detached) {
    process.send?.({ url: cloud.url });
    process.disconnect?.();
  }
}

/** The first line is the address alone, so that scripts can read it. */
function greet(url: string, { data, port, listen }: StartOptions): void {
  print(url);
  if (process.stdout.isTTY) {
    const colour = wantsColour(process.stdout);
    const command = evaluation(currentShell(), envCommand(url, port));
    print(`
Nuvola listens at ${paint(url, 'bold', colour)} and keeps its state in ${data === undefined ? 'memory' : resolve(data)}.
In another shell:  ${paint(command, 'bold', colour)}  and any AWS client works.
Ctrl-C stops it.
`);
  }
  const open = listen?.filter((address) => !/^(127\.|::1$|localhost$)/.test(address)) ?? [];
  if (open.length > 0) note(`nuvola: listening on ${open.join(', ')}: whoever reaches this machine can use this cloud.`);
}

/** The `nuvola env` that means this cloud. */
export function envCommand(url: string, port: number): string {
  return port === defaultPort ? 'nuvola env' : `nuvola env --url ${url}`;
}
