import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { describe, expect, test } from 'vitest';
import { command, nuvola, plainEnvironment, run, Scratch } from './command';

/** Stands in for the AWS CLI: says how it was called, and ends with 42. */
const fake = `#!${process.execPath}
const names = Object.keys(process.env).filter((name) => name.startsWith('AWS_'));
console.log(JSON.stringify({ args: process.argv.slice(2), env: Object.fromEntries(names.map((name) => [name, process.env[name]])) }));
process.exitCode = 42;
`;

describe.skipIf(process.platform === 'win32')('nuvola aws (a script stands in for the AWS CLI, which needs a shebang)', () => {
  const call = async (args: string[], env: Record<string, string> = {}) => {
    using scratch = new Scratch();
    mkdirSync(scratch.file('bin'));
    writeFileSync(scratch.file('bin', 'aws'), fake, { mode: 0o755 });
    const PATH = `${scratch.file('bin')}${delimiter}${process.env.PATH}`;
    const { code, stdout } = await nuvola(['aws', ...args], { env: { ...env, PATH } });
    return { code, ...(JSON.parse(stdout) as { args: string[]; env: Record<string, string> }) };
  };

  test.each([
    [['s3', 'ls']],
    [['--help']],
    [['--version']],
    [['s3', 'cp', '--url', 'x', '--', '-', 'it\'s "here"  $HOME']],
    [['sqs', 'list-queues', '--endpoint-url', 'http://elsewhere']],
    [['s3api', 'put-object', '--help', '--port', '-v', '']],
  ])('passes %j as it is, and its exit code back', async (args) => {
    const { code, args: received } = await call(args);
    expect(received).toEqual(['--endpoint-url', 'http://127.0.0.1:4566', ...args]);
    expect(code).toBe(42);
  });

  test('points it at NUVOLA_URL whatever the environment says', async () => {
    const { args, env } = await call(['s3', 'ls'], {
      NUVOLA_URL: 'http://localhost:5000',
      AWS_PROFILE: 'production',
      AWS_SESSION_TOKEN: 'real',
      AWS_ENDPOINT_URL_S3: 'https://s3.amazonaws.com',
      AWS_SECRET_ACCESS_KEY: 'real',
      AWS_REGION: 'eu-west-1',
    });
    expect(args[1]).toBe('http://127.0.0.1:5000');
    expect(env).toMatchObject({ AWS_ENDPOINT_URL: 'http://127.0.0.1:5000', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-west-1' });
    for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL_S3']) expect(env).not.toHaveProperty(name);
  });
});

test('nuvola aws without the AWS CLI says where to get it', async () => {
  using scratch = new Scratch();
  const { code, stderr } = await nuvola(['aws', 's3', 'ls'], { env: { PATH: scratch.path, Path: scratch.path } });
  expect(code).toBe(127);
  expect(stderr).toContain('https://aws.amazon.com/cli/');
});

test.skipIf(process.platform === 'win32')('what nuvola env prints for sh is what a shell then has (where there is sh)', async () => {
  const script = `eval "$('${process.execPath}' '${command}' env --account 111122223333)" && env`;
  const env = plainEnvironment({ AWS_PROFILE: 'x', AWS_ENDPOINT_URL_SQS: 'stale', NO_PROXY: "it's,b" });
  const { stdout } = await run('/bin/sh', ['-euc', script], { env });
  const lines = stdout.split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'AWS_ENDPOINT_URL=http://127.0.0.1:4566',
      'AWS_ACCESS_KEY_ID=111122223333',
      "NO_PROXY=it's,b,127.0.0.1,localhost,::1",
    ]),
  );
  expect(lines.filter((line) => /^AWS_(PROFILE|ENDPOINT_URL_SQS)=/.test(line))).toEqual([]);
});
