/** `nuvola iam …`: why something was denied, what a principal needs, how strictly policies are taken. */
import { type Command, Option } from 'commander';
import { accountNumber, condition, pointInTime, regionName } from './arguments';

export function addIam(nuvola: Command, url: Option): void {
  const iam = nuvola
    .command('iam')
    .description('explain denials, write policies of what was done, set how strictly they are taken')
    .helpCommand(false)
    .addHelpText(
      'after',
      `
From nothing to least privilege:
  $ nuvola iam mode audit                    policies are evaluated, and nothing is denied
  $ npm test                                 or whatever your users and roles do
  $ nuvola iam audit                         what would have been denied, and what is missing
  $ nuvola iam generate deploy-role          the policy of what it did
  $ nuvola iam mode enforce                  from now on it is denied
  $ nuvola iam explain 6f1c0e1b-…            why this request was`,
    );
  addExplain(iam, url);
  addGenerate(iam, url);
  addAudit(iam, url);
  addMode(iam, url);
}

const account = () => new Option('--account <id>', 'where names are looked for (twelve digits)').argParser(accountNumber);
const since = () => new Option('--since <time>', 'only what happened since: 90s, 2h, 1d, or 2030-01-01T00:00:00Z').argParser(pointInTime);

function addExplain(iam: Command, url: Option): void {
  iam
    .command('explain <what> [action] [resource]')
    .usage('[options] <request id> | <principal> <action> [resource]')
    .summary('why a request was denied, or would be')
    .description('show every statement that was considered, and the one that decided')
    .addOption(url)
    .addOption(account())
    .option('--region <region>', 'of a request that is not made', regionName)
    .option('--condition <key=value>', 'a condition key of a request that is not made (repeatable)', condition)
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
A request is named by its id, which every answer carries and \`nuvola logs\` shows, or by the
authorization id in its error. A principal is the name or ARN of a user or a role (role/deploy when
a user has that name too), the ARN of a session, an access key id, root, an account, the name of a
service (sns.amazonaws.com), or anonymous.
  $ nuvola iam explain 6f1c0e1b-7f0e-4b9c-9d4f-0a8e3c6f2b11
  $ nuvola iam explain alice s3:GetObject arn:aws:s3:::photos/cat.jpg
  $ nuvola iam explain deploy sqs:SendMessage arn:aws:sqs:us-east-1:000000000000:jobs \\
      --condition aws:SourceIp=203.0.113.7 --condition aws:SecureTransport=true`,
    )
    .action(async (what, action, resource, options) => (await import('./iam')).explain(what, action, resource, options));
}

function addGenerate(iam: Command, url: Option): void {
  iam
    .command('generate <principal>')
    .summary('the policy of what a user or a role did')
    .description('print the least-privilege policy of what a user or a role did')
    .addOption(url)
    .addOption(account())
    .addOption(since())
    .option('--exact', 'name every resource (default: folders of objects, names that begin alike)')
    .option('--json', 'with what is to be known of it')
    .addHelpText(
      'after',
      `
Uses are remembered in modes audit and enforce. What is printed can be created as it is:
  $ nuvola iam generate deploy > deploy.json
  $ aws iam create-policy --policy-name deploy --policy-document file://deploy.json`,
    )
    .action(async (principal, options) => (await import('./iam')).generate(principal, options));
}

function addAudit(iam: Command, url: Option): void {
  iam
    .command('audit [principal]')
    .summary('what would have been denied')
    .description('list what mode enforce would have denied, and the statements that are missing')
    .addOption(url)
    .option('--account <id>', 'only what this account asked for, or was asked for (twelve digits)', accountNumber)
    .addOption(since())
    .addOption(new Option('--mode <mode>', 'what was denied in this mode').choices(['audit', 'enforce', 'all']).default('audit'))
    .option('--json', 'as JSON')
    .action(async (principal, options) => (await import('./iam')).audit(principal, options));
}

function addMode(iam: Command, url: Option): void {
  iam
    .command('mode [mode]')
    .summary('off, audit or enforce')
    .description('show how strictly policies are taken, or change it: off, audit, enforce')
    .addOption(url)
    .option('--account <id>', 'only for this account (twelve digits); its mode "default" is that of all', accountNumber)
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
  off      nothing is evaluated, everything is allowed
  audit    everything is evaluated and remembered, nothing is denied
  enforce  what no policy allows is denied; signatures are verified`,
    )
    .action(async (mode, options) => (await import('./iam')).mode(mode, options));
}
