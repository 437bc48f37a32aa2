import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type AwsConfig, readAwsConfig } from './aws-config';
import { checkCredentials, checkEndpoints, checkProxy, checkTrust, isExcepted } from './doctor-settings';
import type { Environment, Finding } from './finding';

const url = 'http://127.0.0.1:4566';
const ours = { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const noConfig: AwsConfig = { file: '~/.aws/config', profiles: new Map(), services: new Map() };
const folder = mkdtempSync(join(tmpdir(), 'nuvola-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

function findings(current: Environment, config = noConfig): Finding[] {
  return [
    checkProxy(url, current),
    ...checkEndpoints(url, current, config),
    checkCredentials(current, config),
    checkTrust(current, undefined),
  ];
}

/** The finding that matters of a shell as `nuvola env` leaves it, but for `changes`. */
function found(changes: Environment, check: string, config?: AwsConfig): Finding | undefined {
  const of = findings({ ...ours, ...changes }, config).filter((finding) => finding.check === check);
  return of.find(({ level }) => level !== 'ok') ?? of[0];
}

test('a shell as nuvola env leaves it is right', () => {
  expect(findings(ours).map(({ level }) => level)).not.toContain('fail');
  expect(findings(ours).map(({ level }) => level)).not.toContain('warn');
});

test.each<[Environment, check: string, level: string, says: RegExp]>([
  [{ HTTP_PROXY: 'http://corp.example:3128' }, 'proxy', 'fail', /HTTP_PROXY sends requests for 127\.0\.0\.1 to http:\/\/corp/],
  [{ all_proxy: 'socks5://corp.example', NO_PROXY: 'localhost' }, 'proxy', 'fail', /all_proxy/],
  [{ http_proxy: 'http://corp.example', NO_PROXY: '127.0.0.1', no_proxy: '' }, 'proxy', 'fail', /http_proxy/],
  [{ HTTP_PROXY: 'http://corp.example:3128', NO_PROXY: '127.0.0.0/8' }, 'proxy', 'ok', /NO_PROXY/],
  [{ HTTPS_PROXY: 'http://corp.example:3128' }, 'proxy', 'ok', /no proxy/],
  [{ HTTP_PROXY: 'http://localhost:4566' }, 'proxy', 'ok', /no proxy/],
  [{ AWS_ENDPOINT_URL: undefined }, 'endpoint', 'warn', /call AWS itself/],
  [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, 'endpoint', 'fail', /AWS_ENDPOINT_URL is http:\/\/127\.0\.0\.1:1, not/],
  [{ AWS_ENDPOINT_URL: 'http://localhost:4566' }, 'endpoint', 'warn', /bucket\.localhost/],
  [{ AWS_ENDPOINT_URL: 'nonsense:' }, 'endpoint', 'fail', /nonsense/],
  [{ AWS_ENDPOINT_URL_SQS: 'https://sqs.us-east-1.amazonaws.com' }, 'endpoint', 'fail', /AWS_ENDPOINT_URL_SQS/],
  [{ AWS_ENDPOINT_URL_SQS: url }, 'endpoint', 'ok', /./],
  [{ AWS_ENDPOINT_URL_SQS: 'https://sqs.us-east-1.amazonaws.com', HTTPS_PROXY: url }, 'endpoint', 'ok', /./],
  [{ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, 'endpoint', 'fail', /makes clients ignore/],
  [{ AWS_PROFILE: 'nobody' }, 'credentials', 'fail', /names nobody/],
  [{ AWS_SECRET_ACCESS_KEY: undefined }, 'credentials', 'fail', /only one is set/],
  [{ AWS_SESSION_TOKEN: 'x' }, 'credentials', 'warn', /AWS_SESSION_TOKEN/],
  [{ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }, 'credentials', 'warn', /there are none/],
  [{ AWS_CA_BUNDLE: join(folder, 'none.pem') }, 'certificates', 'fail', /AWS_CA_BUNDLE names .*none\.pem/],
])('%o: %s', (changes, check, level, says) => {
  expect(found(changes, check)).toMatchObject({ level, says: expect.stringMatching(says) });
});

describe('configuration files', () => {
  const config = (text: string): AwsConfig => {
    const file = join(folder, 'config');
    writeFileSync(file, text);
    return readAwsConfig({ AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') });
  };
  const unset = { AWS_ENDPOINT_URL: undefined };

  test('an endpoint elsewhere is found, in the profile and in its services', () => {
    const direct = config('[default]\nendpoint_url = http://127.0.0.1:1\n');
    expect(found(unset, 'endpoint', direct)).toMatchObject({ level: 'fail', says: expect.stringContaining('http://127.0.0.1:1') });
    const nested = config('[profile a]\nservices = s\n[services s]\nsqs =\n  endpoint_url = http://x.example\n');
    expect(found({ ...unset, AWS_PROFILE: 'a' }, 'endpoint', nested)).toMatchObject({
      level: 'fail',
      says: expect.stringContaining('sqs.endpoint_url'),
    });
  });

  test('the environment goes before them, and our own address is right', () => {
    expect(found({}, 'endpoint', config('[default]\nendpoint_url = http://127.0.0.1:1\n'))?.level).toBe('ok');
    expect(found(unset, 'endpoint', config('[default]\nendpoint_url = http://localhost:4566\n'))?.level).toBe('ok');
  });

  test.each(['sso_session = x', 'role_arn = arn:aws:iam::111122223333:role/x', 'credential_process = x'])('%s asks AWS', (line) => {
    const name = line.split(' ')[0] as string;
    const profile = config(`[profile a]\n${line}\n[default]\n${line}\n`);
    expect(found({ AWS_PROFILE: 'a' }, 'credentials', profile)).toMatchObject({ level: 'warn', says: expect.stringContaining(name) });
    expect(found({}, 'credentials', profile)?.level).toBe('ok');
  });
});

test.each([
  ['127.0.0.1', 'example.com, 127.0.0.1', true],
  ['127.0.0.1', '*', true],
  ['127.0.0.1', '127.0.0.0/8', true],
  ['127.0.0.1', '10.0.0.0/8,127.0.0.1/33', false],
  ['127.0.0.1', 'localhost', false],
  ['127.0.0.1', '.0.1', false],
  ['::1', '[::1]', true],
  ['cloud.corp.example', '.corp.example', true],
  ['cloud.corp.example', '*.corp.example', true],
  ['cloud.corp.example', 'corp.example', true],
  ['mycorp.example', 'corp.example', false],
  ['a', '', false],
])('is %s excepted by NO_PROXY=%s: %s', (host, list, expected) => {
  expect(isExcepted(host, list)).toBe(expected);
});
