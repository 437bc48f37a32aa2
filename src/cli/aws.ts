/** `nuvola aws …`: the installed AWS CLI, pointed here whatever its configuration says. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { CliError } from './cli-error';
import { settings } from './env';

/** Runs `aws` with the arguments as they are and gives its exit code to ours. */
export async function aws(args: readonly string[], url: string): Promise<void> {
  const { set, unset } = settings({ url }, process.env);
  const environment: Record<string, string | undefined> = { ...process.env, ...set };
  for (const name of unset) delete environment[name];
  // Some of its commands (sqs, rds and docdb of version 1) do not look at AWS_ENDPOINT_URL, so it is said outright.
  const child = spawn('aws', ['--endpoint-url', url, ...args], { stdio: 'inherit', env: environment });
  // A terminal sends Ctrl-C to both: the AWS CLI decides what it means, and we tell its exit code.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => reject(notStarted(error)));
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

function notStarted(error: NodeJS.ErrnoException): CliError {
  return error.code === 'ENOENT'
    ? new CliError('The AWS CLI is not installed, or not on the PATH: see https://aws.amazon.com/cli/.', 127)
    : new CliError(`The AWS CLI does not start: ${error.message}.`, 126);
}
