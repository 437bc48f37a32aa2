/** The commands that bring programs and Nuvola together: `nuvola run`, and `nuvola doctor` for when they do not meet. */
import type { Command, Option } from 'commander';
import { accountNumber, regionName } from './arguments';

export function addRun(nuvola: Command, url: Option): void {
  nuvola
    .command('run <command> [args...]')
    .usage('[options] [--] <command> [args...]')
    .description('run a program so that it reaches Nuvola where it would reach AWS')
    .addOption(url)
    .option('--fresh', 'an empty cloud of its own, also when one runs')
    .option('--allow <host>', 'let the program reach this host, and those below it, directly (repeatable)', listed)
    .option('--account <id>', 'act as the root of this account (twelve digits)', accountNumber)
    .option('--region <region>', 'default region', regionName)
    .passThroughOptions()
    .addHelpText(
      'after',
      `
Everything the program sends to AWS arrives at Nuvola, whatever its configuration and its code say; AWS itself
it cannot reach, nor, through the proxy, any host but those of --allow. Without a running cloud it has one of
its own, which goes when it ends. Its exit code is ours. See docs/run.md.
  $ nuvola run -- npm test
  $ nuvola run --fresh -- pytest tests/integration
  $ nuvola run --allow registry.npmjs.org -- npm ci
  $ nuvola run bash                  a shell, for looking around`,
    )
    .action(async (command, args, options, self: Command) => {
      const urlGiven = self.getOptionValueSource('url') !== 'default';
      await (await import('./run')).run(command, args, { allow: [], ...options, urlGiven });
    });
}

export function addDoctor(nuvola: Command, url: Option): void {
  nuvola
    .command('doctor')
    .description('check what comes between AWS clients and Nuvola, and say what to do')
    .addOption(url)
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExit code 1 when something would break.')
    .action(async (options) => (await import('./doctor')).doctor(options));
}

function listed(host: string, before: readonly string[] = []): string[] {
  return [...before, ...host.split(',')];
}
