/**
 * Every operation that is built needs to be allowed what the service authorization reference says: what its service declares,
 * or the action of its name on `*`, which is wrong for most that were forgotten.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { services } from '../../generated/services';
import { loadModel } from '../../src/api/load';
import type { Operation, Protocol, Shape } from '../../src/api/model';
import type { Place, Principal, RequestFacts } from '../../src/kernel';
import type { AccessNeed } from '../../src/kernel/access';
import { serviceOfArn } from '../../src/kernel/arn';
import { Clock } from '../../src/kernel/clock';
import { AwsError } from '../../src/kernel/errors';
import { Registry } from '../../src/kernel/registry';
import type { ServiceDefinition } from '../../src/kernel/service';
import { World } from '../../src/kernel/world';
import { requireValidInput } from '../../src/protocol/validation';
import { accessNeeds } from '../../src/security/access/needs';
import { openMemory } from '../../src/store/memory';
import { openMemoryBlobs } from '../../src/store/memory-blobs';
import { randomStructure, seeded } from '../protocol/random-values';
import { fitted } from './fitting';
import { objections } from './reference';
import { sampleInput } from './sample-inputs';

const here: Place = { partition: 'aws', account: '111111111111', region: 'us-east-1' };
const principal: Principal = {
  type: 'user',
  account: here.account,
  arn: `arn:aws:iam::${here.account}:user/sample`,
  id: 'AIDASAMPLE',
  userName: 'sample',
  accessKeyId: 'AKIASAMPLE',
};
const request: RequestFacts = {
  id: 'request',
  baseUrl: 'https://s3.us-east-1.amazonaws.com',
  host: 's3.us-east-1.amazonaws.com',
  sourceIp: '127.0.0.1',
  userAgent: 'test',
  secure: true,
  headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'x-amz-date': '20260101T000000Z' },
  target: '/',
  method: 'POST',
  protocol: 'json',
  signature: { version: 'v4', presigned: false, accessKeyId: 'test' },
};

const registry = new Registry(services);
const world = new World({ engine: openMemory(), blobs: openMemoryBlobs(), registry, clock: new Clock(), report: () => {} });

/** What a declaration says to an input, and the condition keys that are known then, from it and from the resource. */
async function needsOf(definition: ServiceDefinition, name: string, input: unknown): Promise<{ need: AccessNeed; keys: string[] }[]> {
  return world.transactAt(here, (tx) => {
    const needs = accessNeeds({ definition, name, input }, here, request, { tx, principal });
    return needs.map((need) => {
      const { resource } = need;
      const known =
        resource.startsWith('arn:') && registry.has(serviceOfArn(resource)) ? registry.require(serviceOfArn(resource)) : undefined;
      const facts = known?.facts?.resource?.(tx, resource, here, need, principal);
      return { need, keys: [...Object.keys(need.conditions ?? {}), ...Object.keys(facts?.conditions?.() ?? {})] };
    });
  });
}

/**
 * What an operation may be sent: nothing that its model refuses, which never gets to a declaration. The same each time, save
 * for texts so long that their pattern is tried for a limited time only: such a one may seem to fit, and be refused later.
 */
function inputsOf(operation: Operation, protocol: Protocol, shape: Shape): Record<string, unknown>[] {
  const random = seeded(7);
  const made = Array.from(
    { length: 20 },
    () => fitted(shape, randomStructure(random, shape, { protocol, input: true })) as Record<string, unknown>,
  );
  return made.filter((input) => isTaken(operation, protocol, input));
}

function isTaken(operation: Operation, protocol: Protocol, input: Record<string, unknown>): boolean {
  try {
    requireValidInput(operation, protocol, input);
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

beforeAll(async () => {
  await Promise.all(Object.keys(services).map((id) => registry.load(id)));
  const call = world.call.bind(world) as unknown as (service: string, operation: string, input: unknown, place: Place) => Promise<unknown>;
  await call('organizations', 'CreateOrganization', {}, here);
  await call('sqs', 'CreateQueue', { QueueName: 'sample' }, here);
  await call('sns', 'CreateTopic', { Name: 'sample' }, here);
  await call('s3', 'CreateBucket', { Bucket: 'sample' }, here);
  await call('s3', 'PutBucketAbac', { Bucket: 'sample', AbacStatus: { Status: 'Enabled' } }, here);
  await call('s3', 'PutBucketTagging', { Bucket: 'sample', Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }, here);
  await call('s3', 'PutObject', { Bucket: 'sample', Key: 'sample', Tagging: 'a=b' }, here);
  const by = { IndexName: 'by', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } };
  await call(
    'dynamodb',
    'CreateTable',
    {
      TableName: 'sample',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [by],
    },
    here,
  );
});

afterAll(() => world.close());

describe.each(Object.keys(services))('%s', (id) => {
  it('declares needs of operations that it has', () => {
    const { operations, access = {} } = registry.require(id);
    expect(Object.keys(access).filter((name) => !Object.hasOwn(operations, name))).toEqual([]);
  });

  it('names actions, resources and condition keys as the service authorization reference does', async () => {
    const definition = registry.require(id);
    const model = loadModel(id);
    const found = new Set<string>();
    for (const name of Object.keys(definition.operations)) {
      const operation = model.operation(name);
      if (!operation) continue;
      for (const everything of [false, true]) {
        try {
          for (const { need, keys } of await needsOf(definition, name, sampleInput(operation, everything))) {
            for (const objection of await objections(need, keys, everything)) found.add(`${name}: ${objection}`);
          }
        } catch (error) {
          found.add(`${name}: ${error instanceof AwsError ? 'refuses the sample' : 'fails'}: ${(error as Error).message}`);
        }
      }
    }
    expect([...found]).toEqual([]);
  });

  it('tells needs of any input that its model takes, or refuses it', async () => {
    const definition = registry.require(id);
    const model = loadModel(id);
    for (const name of Object.keys(definition.operations)) {
      const operation = model.operation(name);
      if (!operation?.input) continue;
      const inputs = inputsOf(operation, model.protocols[0] as Protocol, operation.input);
      expect(inputs.length, name).toBeGreaterThan(10);
      for (const input of inputs) {
        const failure = await needsOf(definition, name, input).catch((error: unknown) => (error instanceof AwsError ? [] : error));
        expect(failure, `${name} ${JSON.stringify(input)}`).toBeInstanceOf(Array);
      }
    }
  });
});
