/** `nuvola aws …`: the installed AWS CLI, pointed here whatever its configuration says. */
import { spawn } from 'node:child_process';
import { defaultPort } from '../gateway/options';
import { CliError } from './cli-error';
import { settings } from './env';

/** Runs `aws` with the arguments and gives its exit code to ours. */
export async function aws(args: readonly string[]): Promise<void> {
  const url = process.env.NUVOLA_URL ?? `http://127.0.0.1:${defaultPort}`;
  const { set, unset } = settings({ url }, process.env);
  const environment: Record<string, string | undefined> = { ...process.env, ...set };
  for (const name of unset) delete environment[name];
  // Some of its commands (sqs, rds and docdb of version 1) do not look at AWS_ENDPOINT_URL, so it is said outright.
  const child = spawn('aws', ['--endpoint-url', url, ...args], { stdio: 'inherit', env: environment, shell: process.platform === 'win32' });
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', () =>
      reject(new CliError('The AWS CLI is not installed, or not on the PATH: see https://aws.amazon.com/cli/.', 127)),
    );
    child.on('close', (code) => resolve(code ?? 1));
  });
}
