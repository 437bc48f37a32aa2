/** Pages of other origins: the bucket's CORS configuration decides about its objects, the gateway's guard about everything else. */
import { type CORSRule, PutBucketCorsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { newBucket } from './cloud';

const page = 'https://app.example.com';
const rule: CORSRule = {
  AllowedOrigins: ['https://*.example.com'],
  AllowedMethods: ['GET', 'PUT'],
  AllowedHeaders: ['content-*', 'x-amz-*'],
  ExposeHeaders: ['ETag', 'x-amz-request-id'],
  MaxAgeSeconds: 3000,
};

async function sharedBucket(...CORSRules: CORSRule[]) {
  const { s3, Bucket, url } = await newBucket();
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello' }));
  if (CORSRules.length > 0) await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  const call = (path: string, headers: Record<string, string>, method = 'GET', body?: string) =>
    fetch(`${url}/${Bucket}${path}`, { method, headers, ...(body !== undefined && { body }) });
  const ask = (path: string, method: string, origin = page, headers?: string) =>
    call(
      path,
      { origin, 'access-control-request-method': method, ...(headers && { 'access-control-request-headers': headers }) },
      'OPTIONS',
    );
  return { s3, Bucket, url, call, ask };
}

const cors = (answer: Response) =>
  Object.fromEntries([...answer.headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'));

describe('with a CORS configuration', () => {
  it('a preflight is answered by the rule that allows it', async () => {
    const { ask } = await sharedBucket({ ...rule, AllowedMethods: ['DELETE'] }, rule);
    const answer = await ask('/k', 'PUT', page, 'Content-Type, x-amz-date');
    expect(answer.status).toBe(200);
    expect(cors(answer)).toEqual({
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': 'content-type, x-amz-date',
      'access-control-expose-headers': 'ETag, x-amz-request-id',
      'access-control-max-age': '3000',
      'access-control-allow-credentials': 'true',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    });
  });

  it.each([
    ['another origin', ['/k', 'PUT', 'https://example.com']],
    ['another method', ['/k', 'DELETE', page]],
    ['another header', ['/k', 'PUT', page, 'authorization']],
    ['another origin of this machine', ['/k', 'PUT', 'http://localhost:3000']],
  ] as const)('a preflight of %s is refused', async (_, [path, method, origin, headers]) => {
    const { ask } = await sharedBucket(rule);
    const answer = await ask(path, method, origin, headers);
    expect(answer.status).toBe(403);
    expect(cors(answer)).toEqual({});
    expect(await answer.text()).toMatch(
      /<Code>AccessForbidden<\/Code><Message>CORSResponse: This CORS request is not allowed\. .*<Method>(PUT|DELETE)<\/Method><ResourceType>OBJECT</s,
    );
  });

  it('pages read and write objects', async () => {
    const { call } = await sharedBucket(rule);
    const read = await call('/k', { origin: page });
    expect([read.status, await read.text(), cors(read)['access-control-allow-origin']]).toEqual([200, 'hello', page]);
    const written = await call('/new', { origin: page }, 'PUT', 'x');
    expect([written.status, cors(written)['access-control-expose-headers']]).toEqual([200, 'ETag, x-amz-request-id']);
    const missing = await call('/missing', { origin: page });
    expect([missing.status, cors(missing)['access-control-allow-origin']]).toEqual([404, page]);
  });

  it('a page of another origin is refused; one of this machine is served without leave to read', async () => {
    const { call } = await sharedBucket(rule);
    expect((await call('/k', { origin: 'https://evil.example' })).status).toBe(403);
    const local = await call('/k', { origin: 'http://localhost:3000' });
    expect([local.status, cors(local)]).toEqual([200, {}]);
  });

  it('an origin for all is answered with a star', async () => {
    const { call } = await sharedBucket({ AllowedOrigins: ['*'], AllowedMethods: ['GET'] });
    expect(cors(await call('/k', { origin: 'https://anywhere.test' }))).toEqual({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    });
    // As an image of a page elsewhere, which carries no Origin.
    expect((await call('/k', { 'sec-fetch-site': 'cross-site' })).status).toBe(200);
  });

  it('pages still cannot change the bucket itself, or drive the rest', async () => {
    const { call, url, ask } = await sharedBucket({ AllowedOrigins: ['*'], AllowedMethods: ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'] });
    const origin = 'https://evil.example';
    expect((await call('?policy', { origin }, 'PUT', '{}')).status).toBe(403);
    expect((await call('', { origin }, 'DELETE')).status).toBe(403);
    expect((await call('?delete', { origin }, 'POST', '<Delete/>')).status).toBe(403);
    expect((await ask('?policy', 'PUT', origin)).status).toBe(403);
    expect((await fetch(`${url}/`, { headers: { origin } })).status).toBe(403);
    expect((await fetch(`${url}/_nuvola/health`, { headers: { origin } })).status).toBe(403);
    expect((await fetch(`${url}/?Action=ListQueues`, { headers: { origin } })).status).toBe(403);
    // Listing is reading.
    expect((await call('?list-type=2', { origin })).status).toBe(200);
  });
});

describe('without a CORS configuration', () => {
  it('pages of other origins are refused', async () => {
    const { call, ask } = await sharedBucket();
    expect((await call('/k', { origin: page })).status).toBe(403);
    expect((await ask('/k', 'GET')).status).toBe(403);
    expect((await call('/k', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('pages of this machine may call', async () => {
    const { call, ask } = await sharedBucket();
    const origin = 'http://localhost:3000';
    expect(cors(await call('/k', { origin }))['access-control-allow-origin']).toBe(origin);
    expect((await ask('/k', 'PUT', origin)).status).toBe(204);
  });
});

it('OPTIONS without what a preflight says is refused', async () => {
  const { call } = await sharedBucket(rule);
  const bare = await call('/k', {}, 'OPTIONS');
  expect([bare.status, await bare.text()]).toEqual([
    400,
    expect.stringContaining('Insufficient information. Origin request header needed.'),
  ]);
  const half = await call('/k', { origin: 'http://localhost' }, 'OPTIONS');
  expect([half.status, await half.text()]).toEqual([400, expect.stringContaining('Invalid Access-Control-Request-Method: null')]);
});
