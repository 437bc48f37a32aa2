/** No web page may drive Nuvola. */
import { describe, expect, it } from 'vitest';
import { corsHeaders, type GuardOptions, guard, preflight } from '../../src/gateway/guard';

interface Row {
  readonly method?: string;
  readonly host?: string;
  readonly headers?: Record<string, string>;
  readonly options?: GuardOptions;
}

const refused = (row: Row): string | undefined => {
  const { method = 'POST', host = '127.0.0.1:4566', headers = {}, options = {} } = row;
  try {
    guard({ method, host, headers: { host, ...headers } }, options);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'AccessDenied', status: 403 });
    return (error as Error).message;
  }
};

const origin = (value: string) => ({ headers: { origin: value } });

describe('refuses, saying what to do', () => {
  it.each<[string, RegExp, Row]>([
    [
      'a form post from a page',
      /--allow-origin https:\/\/evil\.example/,
      { headers: { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    ['a sandboxed page or a file', /--allow-origin null/, origin('null')],
    ['an origin that only begins like ours', /may not call/, origin('http://localhost.evil.example')],
    ['an origin that contains ours', /may not call/, origin('http://evil.example/http://localhost')],
    ['an origin with our address in front', /may not call/, origin('http://127.0.0.1.evil.example')],
    ['an origin with credentials', /may not call/, origin('http://localhost@evil.example')],
    ['LocalStack public names as origin: others own their DNS', /may not call/, origin('http://x.localhost.localstack.cloud')],
    [
      'an image on another site',
      /another site/,
      { method: 'GET', headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' } },
    ],
    ['a rebinding host', /--allow-host evil\.example/, { host: 'evil.example:4566' }],
    ['a rebinding host that looks like AWS', /does not answer/, { host: 'sqs.us-east-1.amazonaws.com.evil.example' }],
    ['a rebinding host that looks like loopback', /does not answer/, { host: '127.0.0.1.nip.io' }],
    ['two hosts', /does not answer/, { host: '127.0.0.1, evil.example' }],
    ['a host with a user', /does not answer/, { host: 'localhost@evil.example' }],
    ['a bracketed nonsense host', /does not answer/, { host: '[::1' }],
    ['an admin change by a plain post', /x-nuvola/, { options: { admin: true } }],
    ['an admin change with a form', /x-nuvola/, { options: { admin: true }, headers: { 'x-nuvola': '1', 'content-type': 'text/plain' } }],
    ['an admin change without our header', /x-nuvola/, { options: { admin: true }, headers: { 'content-type': 'application/json' } }],
    ['an admin delete', /x-nuvola/, { method: 'DELETE', options: { admin: true } }],
    ['a host beside the allowed one', /does not answer/, { host: 'other.test', options: { allowHosts: ['cloud.test', '.wild.test'] } }],
    [
      'an origin beside the allowed one',
      /may not call/,
      { headers: { origin: 'https://b.test' }, options: { allowOrigins: ['https://a.test'] } },
    ],
    ['an unknown host, even where S3 decides about origins', /does not answer/, { host: 'evil.example', options: { ownCors: true } }],
  ])('%s', (_what, message, row) => {
    expect(refused(row)).toMatch(message);
  });
});

describe('lets through', () => {
  it.each<[string, Row]>([
    ['an SDK', {}],
    ['a page of this machine', origin('http://localhost:3000')],
    ['a page of this machine, by address', origin('https://127.0.0.1')],
    ['a page of this machine, by IPv6', origin('http://[::1]:8080')],
    ['a page of a local name', origin('http://app.localhost:5173')],
    ['a cross-site request of a loopback page', { headers: { origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' } }],
    ['a page of the same site', { method: 'GET', headers: { 'sec-fetch-site': 'same-site' } }],
    ['an address typed by hand', { method: 'GET', headers: { 'sec-fetch-site': 'none' } }],
    ['an allowed origin', { headers: { origin: 'https://App.test' }, options: { allowOrigins: ['https://app.test'] } }],
    ['any origin when all are allowed', { headers: { origin: 'null', 'sec-fetch-site': 'cross-site' }, options: { allowOrigins: ['*'] } }],
    ['any origin where S3 decides', { headers: { origin: 'https://evil.example' }, options: { ownCors: true } }],
    ['localhost', { host: 'localhost:4566' }],
    ['IPv6 loopback', { host: '[::1]:4566' }],
    ['an address of this machine', { host: '192.168.1.7:4566' }],
    ['an AWS name', { host: 'bucket.s3.eu-west-1.amazonaws.com' }],
    ['a name of LocalStack', { host: 'sqs.us-east-1.localhost.localstack.cloud:4566' }],
    ["a compose service's name", { host: 'nuvola:4566' }],
    ['a name under localhost', { host: 'a.b.localhost' }],
    ['no host at all (HTTP/1.0)', { host: '' }],
    ['an allowed host', { host: 'Cloud.test:4566', options: { allowHosts: ['cloud.test'] } }],
    ['a name under an allowed domain', { host: 'a.b.wild.test', options: { allowHosts: ['.wild.test'] } }],
    ['an admin read', { method: 'GET', options: { admin: true } }],
    ['an admin change', { options: { admin: true }, headers: { 'content-type': 'application/json; charset=utf-8', 'x-nuvola': '1' } }],
  ])('%s', (_what, row) => {
    expect(refused(row)).toBeUndefined();
  });
});

it('answers a preflight of an allowed page, and only that', () => {
  const headers = {
    origin: 'http://localhost:3000',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'x-amz-target',
  };
  expect(preflight({ method: 'OPTIONS', host: 'localhost', headers })).toMatchObject({
    status: 204,
    headers: {
      'Access-Control-Allow-Origin': 'http://localhost:3000',
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'x-amz-target',
    },
  });
  expect(preflight({ method: 'POST', host: 'localhost', headers })).toBeUndefined();
  expect(preflight({ method: 'OPTIONS', host: 'localhost', headers: {} })).toBeUndefined();
  expect(corsHeaders({ method: 'POST', host: 'localhost', headers: {} })).toBeUndefined();
});
