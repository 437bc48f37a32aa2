/** No web page can drive a cloud: what a browser lets any page send is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { call, type RawRequest, scope } from './raw-call';

let cloud: Nuvola;
beforeAll(async () => {
  cloud = await ownCloud({ allowOrigins: ['https://app.example.com'], allowHosts: ['.corp.example'] });
});
afterAll(() => cloud.close());

const formType = { 'content-type': 'application/x-www-form-urlencoded' };
const createQueue: RawRequest = { headers: { ...formType, authorization: scope('sqs') }, body: 'Action=CreateQueue&QueueName=hijacked' };
const reset: RawRequest = { path: '/_nuvola/reset', headers: { 'content-type': 'application/json', 'x-nuvola': '1' }, body: '{}' };

function from(request: RawRequest, headers: Record<string, string>): RawRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}

function without(request: RawRequest, name: string): RawRequest {
  return { ...request, headers: Object.fromEntries(Object.entries(request.headers ?? {}).filter(([key]) => key !== name)) };
}

describe('refused', () => {
  it.each<[string, RawRequest]>([
    [
      'a form posted by a page',
      { headers: { ...formType, origin: 'https://evil.example' }, body: 'Action=CreateQueue&QueueName=hijacked' },
    ],
    ['a form posted by a page without an origin', from(createQueue, { origin: 'null' })],
    ['a fetch of a page', from(createQueue, { origin: 'https://evil.example' })],
    ['a page whose name begins like a loopback one', from(createQueue, { origin: 'http://localhost.evil.example' })],
    ['a page whose name ends like an allowed one', from(createQueue, { origin: 'https://evil-app.example.com' })],
    ['an allowed page over plain http', from(createQueue, { origin: 'http://app.example.com' })],
    ['an image on a page', { method: 'GET', path: '/?Action=CreateQueue&QueueName=hijacked', headers: { 'sec-fetch-site': 'cross-site' } }],
    ['a link on a page, to a download', { method: 'GET', path: '/bucket/key', headers: { 'sec-fetch-site': 'cross-site' } }],
    ['a name that was made to point here', from(createQueue, { host: 'evil.example' })],
    ['a name that ends like an allowed one', from(createQueue, { host: 'evilcorp.example' })],
    [
      'a name that was made to point here, for our own endpoints',
      { method: 'GET', path: '/_nuvola/requests', headers: { host: 'evil.example' } },
    ],
    ['a reset by a page', from(reset, { origin: 'https://evil.example' })],
    ['a reset without x-nuvola', without(reset, 'x-nuvola')],
    ['a reset by a form', from(reset, { 'content-type': 'text/plain' })],
    ['a reset of LocalStack’s kind by a form', { ...from(reset, { 'content-type': 'text/plain' }), path: '/_localstack/state/reset' }],
    [
      'what a page asks leave for',
      { method: 'OPTIONS', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } },
    ],
  ])('%s', async (_, request) => {
    const answer = await call(cloud.url, request);
    expect(answer.status).toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    const queues = await call(cloud.url, { headers: { ...formType, authorization: scope('sqs') }, body: 'Action=ListQueues' });
    expect(queues.body).not.toContain('hijacked');
  });
});

it.each<[string, RawRequest]>([
  ['a reset by a form', from(reset, { ...formType })],
  ['a reset by a page', from(reset, { origin: 'https://evil.example' })],
  ['a strange host', { method: 'GET', path: '/_nuvola/requests', headers: { host: 'evil.example' } }],
])('%s is refused as the admin API words it', async (_, request) => {
  const answer = await call(cloud.url, request);
  expect(answer.status).toBe(403);
  expect(JSON.parse(answer.body)).toEqual({ code: 'AccessDenied', message: expect.any(String) });
});

describe('let through', () => {
  const list: RawRequest = { headers: { ...formType, authorization: scope('sqs') }, body: 'Action=ListQueues' };
  it.each<[string, RawRequest]>([
    ['a client', list],
    ['a page of an allowed origin', from(list, { origin: 'https://app.example.com' })],
    ['a page of this machine', from(list, { origin: 'http://localhost:3000' })],
    ['an allowed host', from(list, { host: 'cloud.corp.example' })],
    ['a host of AWS', from(list, { host: 'sqs.us-east-1.amazonaws.com' })],
    ['a compose service', from(list, { host: 'nuvola:4566' })],
    ['a reset by a program', reset],
  ])('%s', async (_, request) => {
    const answer = await call(cloud.url, request);
    expect(answer.status).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBe(request.headers?.origin);
  });
});
