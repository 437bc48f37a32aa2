/** Calls of one service to another, in this process: whose rights they need. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallOptions } from '../../src/kernel/context';
import type { Principal } from '../../src/kernel/principal';
import { defineService, io } from '../../src/kernel/service';
import { allow, at, type MadeWorld, madeWorld, requestFacts, root, serviceOf, statements, userOf } from './made-world';

const user = userOf('ann');
let made: MadeWorld;
let callAs: CallOptions['as'];

beforeEach(async () => {
  callAs = undefined;
  made = await madeWorld({ access: 'enforce' }, [
    defineService({
      id: 's3',
      operations: {
        ListBuckets: (ctx) => ctx.call('sqs', 'ListQueues', {}, callAs ? { as: callAs } : {}),
        GetObject: io((ctx) => ctx.call('sqs', 'ListQueues', {}, callAs ? { as: callAs } : {})),
      },
    }),
    defineService({ id: 'sqs', operations: { ListQueues: (ctx) => ({ QueueUrls: [ctx.principal.arn] }) } }),
  ]);
});
afterEach(() => made.world.close());

async function call(operation: 'ListBuckets' | 'GetObject', principal: Principal): Promise<unknown> {
  const { world } = made;
  const { operations } = await world.registry.load('s3');
  await world.registry.load('sqs');
  const asked = {
    service: 's3',
    place: at,
    principal,
    request: requestFacts,
    epoch: world.epoch,
    signal: () => new AbortController().signal,
  };
  return world.invoke(operations[operation] as never, asked, {});
}

describe.each(['ListBuckets', 'GetObject'] as const)('called from %s', (operation) => {
  it('an operation needs no right of the caller, whose name it bears', async () => {
    expect(await call(operation, user)).toEqual({ QueueUrls: [user.arn] });
    expect(made.gate.decisions.denials()).toEqual([]);
  });

  it('passed on, it needs the caller’s rights, and says through whom it came', async () => {
    callAs = user;
    await expect((async () => call(operation, user))()).rejects.toThrow('is not authorized to perform: sqs:ListQueues');
    const viaS3 = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 's3.amazonaws.com' }, Bool: { 'aws:ViaAWSService': 'true' } };
    made.facts.identities.set(user.arn, { tags: {}, policies: [statements(allow('sqs:ListQueues', '*', { Condition: viaS3 }))] });
    await made.changed();
    expect(await call(operation, user)).toEqual({ QueueUrls: [user.arn] });
  });

  it('on behalf of another, it needs the rights of that one', async () => {
    callAs = user;
    await expect((async () => call(operation, root()))()).rejects.toThrow(`User: ${user.arn} is not authorized`);
    callAs = serviceOf('s3.amazonaws.com');
    await expect((async () => call(operation, root()))()).rejects.toThrow('because no resource-based policy allows');
  });
});
