/** `nuvola doctor` in shells and homes of many kinds. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkAwsCli } from '../../src/cli/doctor-machine';
import { checkClock, checkPort } from '../../src/cli/doctor-network';
import { nuvola, Scratch, Server } from './command';

interface Finding {
  readonly check: string;
  readonly level: 'ok' | 'warn' | 'fail';
  readonly says: string;
  readonly advice?: string;
}

let scratch: Scratch;
let server: Server;
let home: Record<string, string>;
beforeAll(async () => {
  scratch = new Scratch();
  mkdirSync(scratch.file('.aws'));
  // Nothing on the PATH: asking a real AWS CLI for its version takes a second.
  home = { HOME: scratch.path, USERPROFILE: scratch.path, NUVOLA_HOME: scratch.file('nuvola'), PATH: scratch.path };
  server = await Server.start(['--data', scratch.file('state')], { env: home });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  scratch[Symbol.dispose]();
});

/** Without the proxies and certificates of whoever runs the tests. */
const nothing = Object.fromEntries(
  ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY']
    .flatMap((name) => [name, name.toLowerCase()])
    .concat('AWS_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE', 'GIT_SSL_CAINFO', 'NODE_EXTRA_CA_CERTS')
    .map((name) => [name, undefined]),
);

/** Of a shell as `nuvola env` leaves it, but for `changes`. */
async function examine(changes: Record<string, string | undefined> = {}, url = server.url) {
  const ours = { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const { code, stdout, stderr } = await nuvola(['doctor', '--json', '--url', url], { env: { ...nothing, ...home, ...ours, ...changes } });
  expect(stderr).toBe('');
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
  expect({ code, ok }).toEqual(findings.some(({ level }) => level === 'fail') ? { code: 1, ok: false } : { code: 0, ok: true });
  return { code, findings, of: (check: string) => findings.filter((finding) => finding.check === check) };
}

test('where everything is right nothing would break, and every check has its line', async () => {
  const { code, findings } = await examine();
  expect(code).toBe(0);
  expect(findings.map(({ check }) => check)).toEqual([
    'port',
    'clock',
    'proxy',
    'endpoint',
    'credentials',
    'certificates',
    'IPv6',
    'localhost',
    '*.localhost',
    '*.localhost.localstack.cloud',
    'home',
    'data',
    'Node',
    'AWS CLI',
  ]);
  const { stdout } = await nuvola(['doctor', '--url', server.url], { env: { ...nothing, ...home } });
  expect(stdout.split('\n')).toHaveLength(findings.length + 1);
  expect(stdout).toMatch(new RegExp(`^✓ port: Nuvola \\S+ listens at ${server.url} \\(process ${server.child.pid}\\)\n`));
  expect(stdout).toContain('! endpoint: AWS_ENDPOINT_URL is not set, so clients in this shell call AWS itself → eval "$(nuvola env)"');
});

test('what would break makes the exit code 1', async () => {
  const { code, of } = await examine({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1', HTTP_PROXY: 'http://corp.example:3128' });
  expect(code).toBe(1);
  expect([of('endpoint')[0]?.level, of('proxy')[0]?.level]).toEqual(['fail', 'fail']);
});

describe('the port', () => {
  const serving = async (answer: (url: string) => unknown, check: (url: string) => Promise<void>) => {
    const other: HttpServer = createServer((request, response) => {
      response.setHeader('server', 'other/1.0').end(JSON.stringify(answer(request.url ?? '')));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    try {
      await check(`http://127.0.0.1:${(other.address() as AddressInfo).port}`);
    } finally {
      other.closeAllConnections();
      other.close();
    }
  };

  test('somebody else listens', () =>
    serving(
      () => [],
      async (url) => expect((await checkPort(url)).finding).toMatchObject({ level: 'fail', says: expect.stringContaining('(other/1.0)') }),
    ));

  test('LocalStack listens', () =>
    serving(
      (path) => (path === '/_localstack/health' ? { services: {} } : {}),
      async (url) => expect((await checkPort(url)).finding).toMatchObject({ level: 'fail', says: `LocalStack listens at ${url}` }),
    ));

  test('another release listens', () =>
    serving(
      () => ({ status: 'running', version: '0.0.1', pid: 1, time: new Date(0).toISOString() }),
      async (url) => {
        expect((await checkPort(url)).finding).toMatchObject({ level: 'warn', advice: 'nuvola stop, and start it again' });
        expect(await checkClock(url)).toMatchObject({ level: 'warn', says: expect.stringContaining('1970-01-01') });
      },
    ));

  test('nothing listens', async () => {
    let free = '';
    await serving(
      () => ({}),
      async (url) => {
        free = url;
      },
    );
    expect((await checkPort(free)).finding).toMatchObject({ level: 'warn', says: `nothing listens at ${free}` });
  });
});

test('a frozen clock is told', async () => {
  await using other = await Server.start([], { env: home });
  await nuvola(['clock', 'freeze', '--url', other.url]);
  expect(await checkClock(other.url)).toMatchObject({ level: 'warn', says: expect.stringContaining(', frozen') });
});

test('a home that is none', async () => {
  writeFileSync(scratch.file('a-file'), '');
  expect((await examine({ NUVOLA_HOME: scratch.file('a-file') })).of('home')[0]?.level).toBe('fail');
});

describe.skipIf(process.platform === 'win32')('the AWS CLI (a script stands in for it, which needs a shebang)', () => {
  test.each([
    ['aws-cli/1.45.11 Python/3.11.7', 'warn', /sqs, rds and docdb/],
    ['aws-cli/1.28.0 Python/3.11.7', 'warn', /does not know AWS_ENDPOINT_URL/],
    ['aws-cli/2.12.9 Python/3.11.7', 'warn', /does not know AWS_ENDPOINT_URL/],
    ['aws-cli/2.31.0 Python/3.11.7', 'ok', /^2\.31\.0$/],
    ['something else', 'ok', /not installed/],
  ])('%s', async (text, level, says) => {
    using files = new Scratch();
    writeFileSync(files.file('aws'), `#!${process.execPath}\nconsole.log(${JSON.stringify(text)})\n`, { mode: 0o755 });
    expect(await checkAwsCli({ PATH: files.path })).toMatchObject({ level, says: expect.stringMatching(says) });
  });
});
