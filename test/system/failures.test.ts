/** A fault of ours: each service's own 500, told once to whoever reads the log, and nothing else suffers. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cloud } from '../../src/gateway/cloud';
import { call, codeOf, type RawRequest, scope } from './raw-call';

let cloud: Cloud;
const reports: string[] = [];
beforeAll(async () => {
  cloud = await Cloud.open({ strict: true, report: (what, error) => reports.push(`${what}: ${(error as Error).message}`) });
  await cloud.listen(0);
  const breaks = { sqs: ['ListQueues', 'PurgeQueue'], s3: ['ListBuckets', 'HeadBucket'], sts: ['GetCallerIdentity'] };
  for (const [service, operations] of Object.entries(breaks)) {
    const definition = await cloud.world.registry.load(service);
    for (const operation of operations) {
      Object.assign(definition.operations, {
        [operation]: () => {
          throw new Error('broken');
        },
      });
    }
  }
});
afterAll(() => cloud.close());

const json = (operation: string): RawRequest => ({
  headers: { 'x-amz-target': `AmazonSQS.${operation}`, 'content-type': 'application/x-amz-json-1.0', authorization: scope('sqs') },
  body: '{"QueueUrl":"http://localhost/111111111111/q","QueueName":"q"}',
});
const form = (service: string, body: string): RawRequest => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: scope(service) },
  body,
});
const s3 = (method: string, path: string): RawRequest => ({ method, path, headers: { authorization: scope('s3') } });

it.each<[string, RawRequest, string | undefined, string]>([
  ['JSON', json('ListQueues'), 'InternalFailure', 'sqs:ListQueues'],
  ['a form', form('sqs', 'Action=ListQueues'), 'InternalFailure', 'sqs:ListQueues'],
  ['another service’s form', form('sts', 'Action=GetCallerIdentity'), 'InternalFailure', 'sts:GetCallerIdentity'],
  ['S3', s3('GET', '/'), 'InternalError', 's3:ListBuckets'],
  ['a HEAD, which has no body to say it in', s3('HEAD', '/bucket'), undefined, 's3:HeadBucket'],
])('in answer to %s', async (_, request, code, operation) => {
  reports.length = 0;
  const answer = await call(cloud.url, request);
  expect([answer.status, codeOf(answer)]).toEqual([500, code]);
  const id = answer.headers['x-amzn-requestid'] ?? answer.headers['x-amz-request-id'];
  expect(reports).toEqual([`${operation} (request ${id}): broken`]);
  expect(answer.body).not.toContain('broken');
  expect((await call(cloud.url, json('CreateQueue'))).status).toBe(200);
});
