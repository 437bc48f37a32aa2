/** The commands of `nuvola` and their options. What a command does is loaded when it is called. */
import { Command, Option } from 'commander';
import { defaultPort } from '../gateway/options';
import { version } from '../gateway/version';
import { accountNumber, modeOfAccount, portNumber, publicUrl, regionName, serverUrl } from './arguments';
import { addDoctor, addRun } from './client-commands';
import { addIam } from './iam-commands';
import { shells } from './shells';

const url = new Option('--url <url>', 'where Nuvola listens')
  .env('NUVOLA_URL')
  .default(`http://127.0.0.1:${defaultPort}`)
  .argParser(serverUrl);

export function program(): Command {
  const nuvola = new Command('nuvola')
    .description('An AWS cloud that runs on this machine. Start it, point any AWS client at it.')
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('(nuvola --help lists the commands)')
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'nuvola: ')) })
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `
First steps:
  $ nuvola start --detach          a cloud on http://127.0.0.1:${defaultPort}, empty, in memory
  $ eval "$(nuvola env)"           what AWS clients need, in this shell
  $ aws s3 mb s3://my-bucket       any client works as it is
  $ nuvola logs                    every request as it happens
  $ nuvola stop

Environment:
  NUVOLA_URL                       where commands find the cloud, instead of --url
  NUVOLA_HOME                      certificates and logs (default: ~/.nuvola)`,
    );
  addStart(nuvola);
  addLifecycle(nuvola);
  addSnapshot(nuvola);
  addClients(nuvola);
  addRun(nuvola, url);
  addDoctor(nuvola, url);
  addIam(nuvola, url);
  addExperiments(nuvola);
  return nuvola;
}

const signatureModes = ['off', 'verify'] as const;
const accessModes = ['off', 'audit', 'enforce'] as const;

function addStart(nuvola: Command): void {
  nuvola
    .command('start')
    .description('start a cloud and serve it until stopped')
    .option('--detach', 'go to the background once it is ready')
    .option('--port <port>', 'port to listen on; 0 picks a free one', portNumber, defaultPort)
    .option('--listen <address...>', 'addresses to listen on (default: loopback only)')
    .option('--data <dir>', 'keep the state in this directory (default: in memory, gone at the end)')
    .addOption(
      new Option('--durability <level>', 'what an acknowledged write survives: a killed process (default), or a power cut').choices([
        'process',
        'disk',
      ]),
    )
    .addOption(
      new Option('--log <what>', 'what to print while running (default: requests; detached: errors)').choices([
        'requests',
        'errors',
        'off',
      ]),
    )
    .option('--seed <text>', 'make ids repeatable')
    .addOption(new Option('--signatures <mode>', 'check request signatures').choices(signatureModes).default('off'))
    .option('--signatures-of <account=mode...>', 'the same for single accounts', modeOfAccount(signatureModes))
    .addOption(new Option('--root-secret <secret>', 'secret key of every root access key').env('NUVOLA_ROOT_SECRET').default('test'))
    .addOption(new Option('--iam <mode>', 'evaluate policies').choices(accessModes).default('off'))
    .option('--iam-of <account=mode...>', 'the same for single accounts', modeOfAccount(accessModes))
    .option('--no-call-history', 'do not note calls for CloudTrail, which then refuses to work')
    .option('--allow-origin <origin...>', 'web pages that may call, besides those of loopback')
    .option('--allow-host <name...>', 'host names to answer to, besides the known ones')
    .option('--public-url <url>', 'base of the URLs that are handed out (default: as the client called it)', publicUrl)
    .addOption(new Option('--strict', 'check every answer against its model (for tests of Nuvola itself)').hideHelp())
    .addOption(new Option('--detached').hideHelp())
    .addHelpText(
      'after',
      `
The first line on stdout is the address.  Examples:
  $ nuvola start --detach --data ./state      keeps everything in ./state, also through kill -9
  $ nuvola start --port 0 --log errors        on a free port, quietly
  $ nuvola start --signatures verify --root-secret hunter2`,
    )
    .action(async (options) => (await import('./start')).start(options));
}

function addLifecycle(nuvola: Command): void {
  nuvola
    .command('stop')
    .description('stop a running cloud, once it has finished what is in flight')
    .addOption(url)
    .action(async (options) => (await import('./commands')).stop(options));
  nuvola
    .command('status')
    .description('say whether a cloud runs, and how it is')
    .addOption(url)
    .option('--json', 'as JSON')
    .action(async (options) => (await import('./commands')).status(options));
  nuvola
    .command('logs')
    .description('show requests as they happen')
    .addOption(url)
    .option('--no-follow', 'only the latest ones')
    .option('--json', 'one JSON object a line')
    .action(async (options) => (await import('./logs')).logs(options));
  nuvola
    .command('reset')
    .description('empty the cloud, or one account')
    .addOption(url)
    .option('--account <id>', 'only this account (twelve digits)', accountNumber)
    .action(async (options) => (await import('./commands')).reset(options));
}

function addSnapshot(nuvola: Command): void {
  const snapshot = nuvola.command('snapshot').description('save the state, or go back to a saved one');
  snapshot
    .command('save <where>')
    .description('a name keeps it in memory (at once); a path with "/", or ending in ".nuvola", writes a file')
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

function addClients(nuvola: Command): void {
  nuvola
    .command('env')
    .description('print what AWS clients need, for the shell to evaluate')
    .addOption(url)
    .addOption(new Option('--shell <shell>', 'whose syntax (default: this shell’s)').choices(shells))
    .option('--account <id>', 'act as the root of this account (twelve digits)', accountNumber)
    .option('--region <region>', 'default region', regionName)
    .addHelpText(
      'after',
      `
sh, bash, zsh:  eval "$(nuvola env)"
fish:           nuvola env | source
PowerShell:     nuvola env | Out-String | Invoke-Expression
cmd:            for /f "delims=" %i in ('nuvola env') do %i
programs:       nuvola env --shell json      (null: remove this one)`,
    )
    .action(async (options) => (await import('./env')).env(options));
  nuvola
    .command('aws [args...]')
    .usage('<service> <operation> …')
    .description('run the installed AWS CLI against Nuvola, whatever its configuration says')
    .allowUnknownOption()
    .helpOption(false)
    .passThroughOptions()
    .action(async () => {
      // As they were typed: our parser would take a `--` for itself.
      const args = process.argv.slice(process.argv.indexOf('aws', 2) + 1);
      await (await import('./aws')).aws(args, serverUrl(process.env.NUVOLA_URL || `http://127.0.0.1:${defaultPort}`));
    });
}

function addExperiments(nuvola: Command): void {
  nuvola
    .command('inbox')
    .description('show the e-mails, text messages and push notifications that the cloud would have sent')
    .addOption(url)
    .option('--account <id>', 'only of this account (twelve digits)', accountNumber)
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(['email', 'sms', 'push']))
    .option('--to <recipient>', 'only to this address, number or endpoint')
    .option('--json', 'one JSON object a line')
    .option('--clear', 'empty it instead')
    .action(async (options) => (await import('./inbox')).inbox(options));
  nuvola
    .command('clock [action] [value]')
    .description('show the clock of a cloud, or move it')
    .addOption(url)
    .addHelpText(
      'after',
      `
Actions:
  advance 2h30m                    and let everything happen that would have happened (ms, s, m, h, d)
  freeze, resume                   stop time; let it go on
  scale 60                         60 times as fast as real time
  set 2030-01-01T00:00:00Z         jump there; what lies between does not happen one by one
  real                             back to real time`,
    )
    .action(async (action, value, options) => (await import('./clock')).clock(action, value, options));
  nuvola
    .command('chaos [rules]')
    .description('show the faults that a cloud injects, or replace them')
    .addOption(url)
    .addHelpText(
      'after',
      `
Rules are JSON, a file of JSON as @FILE, or "off":
  $ nuvola chaos '[{"service":"sqs","operation":"SendMessage","error":"throttle","probability":0.1}]'
  $ nuvola chaos @faults.json
  $ nuvola chaos off`,
    )
    .action(async (rules, options) => (await import('./chaos')).chaos(rules, options));
}
