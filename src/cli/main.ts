/** The `nuvola` command. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { defaultPort } from '../gateway/options';
import { version } from '../gateway/version';
import { CliError } from './cli-error';

const url = new Option('--url <url>', 'where Nuvola listens').env('NUVOLA_URL').default(`http://127.0.0.1:${defaultPort}`);

function program(): Command {
  const nuvola = new Command('nuvola')
    .description('An AWS cloud that runs on this machine. Start it, point any AWS client at it.')
    .version(version, '-v, --version')
    .showHelpAfterError('(nuvola --help lists the commands)')
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `
First steps:
  $ nuvola start --detach          a cloud on http://127.0.0.1:${defaultPort}, empty, in memory
  $ eval "$(nuvola env)"           what AWS clients need, in this shell
  $ aws s3 mb s3://my-bucket       any client works as it is
  $ nuvola logs                    every request as it happens
  $ nuvola stop`,
    );
  addStart(nuvola);
  addLifecycle(nuvola);
  addTools(nuvola);
  return nuvola;
}

function addStart(nuvola: Command): void {
  nuvola
    .command('start')
    .description('start a cloud and serve it until stopped')
    .option('--port <port>', 'port to listen on; 0 picks a free one', portNumber, defaultPort)
    .option('--listen <address...>', 'addresses to listen on (default: loopback only)')
    .option('--data <dir>', 'keep the state in this directory (default: in memory, gone at the end)')
    .addOption(
      new Option('--durability <level>', 'what an acknowledged write survives: a killed process, or a power cut')
        .choices(['process', 'disk'])
        .default('process'),
    )
    .addOption(new Option('--signatures <mode>', 'check request signatures').choices(['off', 'verify']).default('off'))
    .addOption(new Option('--iam <mode>', 'evaluate policies').choices(['off', 'audit', 'enforce']).default('off'))
    .option('--root-secret <secret>', 'the secret key of root access keys', 'test')
    .option('--seed <text>', 'make ids repeatable')
    .option('--allow-origin <origin...>', 'web pages that may call, besides those of loopback')
    .option('--allow-host <name...>', 'host names to answer to, besides the known ones')
    .option('--public-url <url>', 'base of the URLs that are handed out')
    .addOption(new Option('--log <what>', 'what to print while running').choices(['requests', 'errors', 'off']).default('requests'))
    .addOption(new Option('--strict', 'check every answer against its model (for tests of Nuvola itself)').hideHelp())
    .option('--detach', 'go to the background once it is ready')
    .action(async (options) => (await import('./start')).start(options));
}

function addLifecycle(nuvola: Command): void {
  nuvola
    .command('stop')
    .description('stop a running cloud')
    .addOption(url)
    .action(async (options) => (await import('./commands')).stop(options));
  nuvola
    .command('status')
    .description('say whether a cloud runs, and how it is')
    .addOption(url)
    .option('--json', 'as JSON')
    .action(async (options) => (await import('./commands')).status(options));
  nuvola
    .command('reset')
    .description('empty the cloud, or one account')
    .addOption(url)
    .option('--account <id>', 'only this account (twelve digits)')
    .action(async (options) => (await import('./commands')).reset(options));
  const snapshot = nuvola.command('snapshot').description('save the state, or go back to a saved one');
  snapshot
    .command('save <where>')
    .description('a name keeps it in memory (instant); a path with "/" or ".nuvola" writes a file')
    .addOption(url)
    .action(async (where, options) => (await import('./commands')).snapshot('save', where, options));
  snapshot
    .command('load <where>')
    .description('go back to a named snapshot, or to one in a file')
    .addOption(url)
    .action(async (where, options) => (await import('./commands')).snapshot('load', where, options));
  snapshot
    .command('list')
    .description('the names kept in memory')
    .addOption(url)
    .action(async (options) => (await import('./commands')).snapshots(options));
}

function addTools(nuvola: Command): void {
  nuvola
    .command('env')
    .description('print what AWS clients need: eval "$(nuvola env)"')
    .addOption(url)
    .addOption(new Option('--shell <shell>', 'whose syntax (default: this shell’s)').choices(['sh', 'fish', 'powershell', 'cmd', 'json']))
    .option('--account <id>', 'act as the root of this account', accountNumber)
    .option('--region <region>', 'default region')
    .action(async (options) => (await import('./env')).env(options));
  nuvola
    .command('aws [args...]')
    .description('run the installed AWS CLI against Nuvola, whatever its configuration says')
    .allowUnknownOption()
    .helpOption(false)
    .passThroughOptions()
    .action(async (args) => (await import('./aws')).aws(args));
  nuvola
    .command('clock [action] [value]')
    .description('show the clock, or move it: advance 15m | freeze | resume | scale 60 | set 2030-01-01T00:00:00Z | real')
    .addOption(url)
    .action(async (action, value, options) => (await import('./commands')).clock(action, value, options));
  nuvola
    .command('chaos [rules]')
    .description('show the faults that are injected, or replace them: \'[{"service":"sqs","error":"throttle","probability":0.1}]\', off')
    .addOption(url)
    .action(async (rules, options) => (await import('./commands')).chaos(rules, options));
  nuvola
    .command('logs')
    .description('show requests as they happen')
    .addOption(url)
    .option('--no-follow', 'only the latest ones')
    .option('--json', 'one JSON object a line')
    .action(async (options) => (await import('./logs')).logs(options));
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function accountNumber(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('An account is twelve digits.');
  return text;
}

async function main(): Promise<void> {
  try {
    await program().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else if (error instanceof CliError) {
      process.stderr.write(`nuvola: ${error.message}\n`);
      process.exitCode = error.exitCode;
    } else throw error;
  }
}

void main();
