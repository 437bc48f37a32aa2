/** Every operation that is built has a class in CloudTrail, told by its service. */
import { describe, expect, it } from 'vitest';
import { services } from '../../generated/services';
import { loadModel } from '../../src/api/load';
import { auditedOperation } from '../../src/gateway/audit';
import { ownOperation } from '../../src/gateway/services';
import { Registry } from '../../src/kernel/registry';

const registry = new Registry(services);

/** What operations that change something begin with; those that only read are known to the gateway. */
const writes =
  /^(Abort|Accept|Add|Associate|Assume|Attach|Cancel|Change|Close|Complete|Confirm|Copy|Create|Deactivate|Decline|Delete|Deregister|Detach|Disable|Disassociate|Enable|Execute|Generate|Import|Invite|Leave|Move|Opt|Post|Publish|Purge|Put|Receive|Register|Reject|Remove|Reset|Restore|Resync|Send|Set|Start|Stop|Subscribe|Tag|Terminate|Transact|Unsubscribe|Untag|Update|Upload|Verify)|^Batch(Write|Execute)/;

async function classesOf(id: string) {
  const { trail, operations, wire } = await registry.load(id);
  const model = loadModel(id);
  const service = { id, model, definition: await registry.load(id) };
  const names = Object.keys(operations);
  const audited = names.map((name) => {
    const operation = model.operation(name) ?? ownOperation(service, name);
    return { name, audited: auditedOperation(id, operation, trail ?? {}, model.endpointPrefix) };
  });
  return { trail, names: [...names, ...(wire?.ownOperations ?? [])], model, audited };
}

describe.each(Object.keys(services))('%s', (id) => {
  it('tells how its operations count', async () => {
    const { trail } = await classesOf(id);
    expect(trail, `src/services/${id}/service.ts has no trail: say what are data events, or {} for none`).toBeDefined();
  });

  it('names only operations that there are', async () => {
    const { trail = {}, names, model } = await classesOf(id);
    const { data, readOnly, eventNames, unrecorded = [], answered = [] } = trail;
    const named = [...Object.keys({ ...data, ...readOnly, ...eventNames }), ...unrecorded, ...answered];
    expect(named.filter((name) => !names.includes(name) && !model.operation(name))).toEqual([]);
  });

  it('says of every operation whether it only reads, by its name or by declaration', async () => {
    const { trail, audited } = await classesOf(id);
    const unclear = audited.filter(
      ({ name, audited: each }) => each !== undefined && !each.readOnly && trail?.readOnly?.[name] === undefined && !writes.test(name),
    );
    expect(unclear.map(({ name }) => name)).toEqual([]);
  });
});

it('data events are those that AWS documents', async () => {
  const data: Record<string, string[]> = {};
  for (const id of ['sqs', 'sns', 'dynamodb', 's3', 'iam', 'sts', 'organizations', 'account', 'cloudtrail']) {
    const { audited } = await classesOf(id);
    data[id] = audited.filter(({ audited: each }) => each?.dataType !== undefined).map(({ name }) => name);
  }
  expect(data).toMatchObject({ sns: ['Publish', 'PublishBatch'], iam: [], sts: [], organizations: [], account: [], cloudtrail: [] });
  expect(data.sqs?.sort()).toEqual([
    'ChangeMessageVisibility',
    'ChangeMessageVisibilityBatch',
    'DeleteMessage',
    'DeleteMessageBatch',
    'ReceiveMessage',
    'SendMessage',
    'SendMessageBatch',
  ]);
  expect(data.dynamodb).toEqual(expect.arrayContaining(['PutItem', 'Query', 'TransactWriteItems']));
  expect(data.dynamodb).not.toContain('DescribeTable');
  expect(data.s3).toEqual(expect.arrayContaining(['GetObject', 'ListObjectsV2', 'HeadBucket', 'DeleteObjects', 'PostObject']));
  expect(data.s3?.filter((name) => /Bucket/.test(name))).toEqual(['HeadBucket']);
});
