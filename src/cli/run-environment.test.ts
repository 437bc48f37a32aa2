import { describe, expect, test } from 'vitest';
import { allowedHost, runSettings } from './run-environment';

const url = 'http://127.0.0.1:4566';
const trust = { additional: '/t/additional.pem', all: '/t/all.pem', java: '/t of me/all.jks' };
const settingsFor = (current: Record<string, string> = {}, allow: string[] = []) => runSettings({ url, allow }, trust, current).set;

test('endpoint, proxy and trust, in every spelling', () => {
  const set = settingsFor();
  for (const name of ['AWS_ENDPOINT_URL', 'NUVOLA_URL', 'HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'])
    expect(set[name]).toBe(url);
  for (const name of ['AWS_CA_BUNDLE', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO', 'PIP_CERT'])
    expect(set[name]).toBe(trust.all);
  for (const name of ['NODE_EXTRA_CA_CERTS', 'DENO_CERT']) expect(set[name]).toBe(trust.additional);
});

test('S3 Control is reached by its name, before which clients put the account', () => {
  const { set, unset } = runSettings({ url, allow: [], region: 'eu-west-1' }, trust, { AWS_ENDPOINT_URL_S3_CONTROL: 'http://x' });
  expect(set.AWS_ENDPOINT_URL_S3_CONTROL).toBe('https://s3-control.eu-west-1.amazonaws.com');
  expect(unset).not.toContain('AWS_ENDPOINT_URL_S3_CONTROL');
});

describe('NO_PROXY', () => {
  test.each([
    [{}, [], '127.0.0.1,localhost,::1'],
    [{}, ['example.com'], '127.0.0.1,localhost,::1,example.com'],
    [{ NO_PROXY: 'corp.example, 10.0.0.0/8', no_proxy: 'corp.example,x' }, [], 'corp.example,10.0.0.0/8,x,127.0.0.1,localhost,::1'],
    [{ NO_PROXY: '*' }, [], '127.0.0.1,localhost,::1'],
    [{ NO_PROXY: '.amazonaws.com,s3.amazonaws.com:443,com,*.aws,cn' }, [], '127.0.0.1,localhost,::1'],
  ])('of %o with --allow %j', (current, allow, expected) => {
    const set = settingsFor(current, allow);
    expect([set.NO_PROXY, set.no_proxy]).toEqual([expected, expected]);
  });
});

test('what NODE_OPTIONS and JAVA_TOOL_OPTIONS say already stays, and nothing is said twice', () => {
  const once = settingsFor({ NODE_OPTIONS: '--max-old-space-size=100', JAVA_TOOL_OPTIONS: '-Xmx100m' });
  expect(once.NODE_OPTIONS).toMatch(/^--max-old-space-size=100 --require ".+preload\.cjs"$/);
  expect(once.JAVA_TOOL_OPTIONS).toMatch(/^-Xmx100m -Dhttp\.proxyHost=127\.0\.0\.1 -Dhttp\.proxyPort=4566 -Dhttps\.proxyHost/);
  const { NODE_OPTIONS, JAVA_TOOL_OPTIONS } = settingsFor({ ...once });
  expect({ NODE_OPTIONS, JAVA_TOOL_OPTIONS }).toEqual({ NODE_OPTIONS: once.NODE_OPTIONS, JAVA_TOOL_OPTIONS: once.JAVA_TOOL_OPTIONS });
});

test('Java is told the same in its own words', () => {
  const { JAVA_TOOL_OPTIONS } = settingsFor({}, ['example.com', '.corp.example', '10.0.0.0/8']);
  expect(JAVA_TOOL_OPTIONS).toContain(
    '-Dhttp.nonProxyHosts=127.0.0.1|localhost|*.localhost|[::1]|example.com|*.example.com|*.corp.example ',
  );
  expect(JAVA_TOOL_OPTIONS).toContain('"-Djavax.net.ssl.trustStore=/t of me/all.jks"');
});

describe('--allow', () => {
  test.each([
    ['example.com', 'example.com'],
    ['*.example.com', '.example.com'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['registry.npmjs.org:443', 'registry.npmjs.org'],
    ['https://registry.npmjs.org/', 'registry.npmjs.org'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::/32', '2001:db8::/32'],
  ])('takes %s', (text, host) => expect(allowedHost(text)).toBe(host));

  test.each(['*', '', 'amazonaws.com', 's3.amazonaws.com', '.com', 'AWS', 'on.aws', 'https://s3.amazonaws.com/'])(
    'does not take "%s", which lets AWS through',
    (text) => {
      expect(() => allowedHost(text)).toThrow(/is AWS, or would let it through/);
    },
  );

  test.each(['http://example.com/path', 'a b', 'a,b', 'a/b'])('does not take "%s", which is no host', (text) => {
    expect(() => allowedHost(text)).toThrow(/is not a host/);
  });
});
