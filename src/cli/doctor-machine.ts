/** Checks of what is installed, and of the directories that Nuvola writes to. */
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Environment, type Finding, fail, ok, warn, within } from './finding';
import { spawnable } from './spawn-command';
import { homeDirectory } from './start-options';

/** The oldest that Nuvola runs on (package.json, engines). */
const oldestNode = [20, 19] as const;

export function checkNode(nodeVersion: string): Finding {
  return isAtLeast(nodeVersion, oldestNode)
    ? ok('Node', nodeVersion)
    : fail('Node', `it is ${nodeVersion}`, `Nuvola needs ${oldestNode.join('.')} or newer: https://nodejs.org`);
}

function isAtLeast(text: string, [major, minor]: readonly [major: number, minor: number]): boolean {
  const [, first, second] = /(\d+)\.(\d+)/.exec(text)?.map(Number) ?? [];
  return first !== undefined && second !== undefined && (first > major || (first === major && second >= minor));
}

/** Where certificates and logs are kept, and where the running cloud keeps its state. */
export function checkDirectories(data: string | undefined): Finding[] {
  const home = homeDirectory();
  return [
    mayWrite(existing(home))
      ? ok('home', home)
      : fail('home', `${home} is no directory that may be written to`, 'make it one, or set NUVOLA_HOME to another'),
    ...(data === undefined ? [] : [checkData(data)]),
  ];
}

function checkData(data: string): Finding {
  if (!existsSync(data)) return warn('data', `the cloud's ${data} is not on this machine, or gone`, 'nuvola status');
  return mayWrite(data)
    ? ok('data', data)
    : fail('data', `this user may not write to ${data}`, 'the cloud belongs to somebody else: give the directory back, or start your own');
}

/** The directory, or the nearest one above it that is there. */
function existing(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existing(dirname(path));
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return statSync(path).isDirectory();
  } catch {
    // The finding says it.
    return false;
  }
}

/** Is there an AWS CLI, and does it look at AWS_ENDPOINT_URL? */
export async function checkAwsCli(current: Environment): Promise<Finding> {
  const text = await within(10_000, outputOf('aws', ['--version'], current));
  const found = /aws-cli\/((\d+)\.\d+\.\d+)/.exec(text ?? '');
  if (!found) return ok('AWS CLI', 'not installed, or not on the PATH');
  const [, cliVersion = '', major] = found;
  const knowsEndpoint = isAtLeast(cliVersion, major === '1' ? [1, 29] : [2, 13]);
  if (!knowsEndpoint) return warn('AWS CLI', `${cliVersion} does not know AWS_ENDPOINT_URL`, 'use nuvola aws …, or a newer one');
  if (major === '1')
    return warn(
      'AWS CLI',
      `${cliVersion}: its sqs, rds and docdb ignore AWS_ENDPOINT_URL`,
      'for these use nuvola aws …, or nuvola run aws …',
    );
  return ok('AWS CLI', cliVersion);
}

/** stdout and stderr together: version 1 on Python 2 wrote its version to stderr. */
function outputOf(command: string, args: readonly string[], current: Environment): Promise<string> {
  const { file, args: words, windowsVerbatimArguments } = spawnable(command, args, current);
  return new Promise((resolve, reject) => {
    const child = spawn(file, words, {
      env: { ...current },
      windowsVerbatimArguments,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 10_000,
      windowsHide: true,
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data));
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
}
