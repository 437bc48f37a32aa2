/** What goes on in a durable cloud goes on after it was stopped or killed: timers, events, deliveries, reconcilers, the clock. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Place } from '../../src/kernel/place';
import { Registry } from '../../src/kernel/registry';
import { defineService, type ServiceDefinition } from '../../src/kernel/service';
import { World } from '../../src/kernel/world';
import { openLmdb } from '../../src/store/lmdb';
import { admin } from './admin-call';
import { ownProcess } from './own-process';
import { call, scope } from './raw-call';

const here: Place = { partition: 'aws', account: '111111111111', region: 'us-east-1' };
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'nuvola-restart-'));
  folders.push(path);
  return path;
}

async function open(data: string, parts: Partial<ServiceDefinition>): Promise<World> {
  const service = defineService({ id: 'sqs', operations: {}, ...parts });
  const events = Object.keys(parts.events ?? {});
  const registry = new Registry({ sqs: { load: async () => ({ default: service }), events, state: {} } });
  const world = new World({ ...(await openLmdb(data)), registry });
  await world.start();
  return world;
}

describe('a world that is opened again', () => {
  it('takes up its clock, and runs the timers that were set', async () => {
    const data = folder();
    const ticks: number[] = [];
    const parts: Partial<ServiceDefinition> = { timers: { 'sqs.tick': (tx) => void ticks.push(tx.now) } };
    const first = await open(data, parts);
    first.clock.freeze();
    const { now } = first.clock.state();
    await first.transactAt(here, (tx) => void tx.at(tx.now + 60_000, 'sqs.tick', {}));
    await first.close();
    const second = await open(data, parts);
    expect(second.clock.state()).toMatchObject({ now, frozen: true });
    expect(ticks).toEqual([]);
    expect((await second.advance(60_000)).settled).toBe(true);
    expect(ticks).toEqual([now + 60_000]);
    await second.close();
    const third = await open(data, parts);
    await third.advance(60_000);
    expect(ticks).toHaveLength(1);
    await third.close();
  });

  it('delivers the events that were not delivered, in their order, and none twice', async () => {
    const data = folder();
    const seen: number[] = [];
    let up = false;
    const parts: Partial<ServiceDefinition> = {
      events: {
        'sqs.seen': {
          outside: async (_, { n }) => {
            if (!up) throw new Error('down');
            seen.push(n);
          },
        },
      },
    };
    const first = await open(data, parts);
    first.clock.freeze();
    for (const n of [1, 2, 3]) await first.transactAt(here, (tx) => tx.emit('sqs.seen', { n }));
    await first.settle();
    await first.close();
    up = true;
    const second = await open(data, parts);
    await second.advance(60_000);
    expect(seen).toEqual([1, 2, 3]);
    await second.close();
    const third = await open(data, parts);
    await third.advance(3_600_000);
    expect(seen).toEqual([1, 2, 3]);
    await third.close();
  });

  it('goes on with reconcilers that were half-way', async () => {
    const data = folder();
    let steps = 0;
    const parts: Partial<ServiceDefinition> = { reconcilers: { 'sqs.fill': async () => (++steps < 3 ? 1_000 : undefined) } };
    const first = await open(data, parts);
    first.clock.freeze();
    await first.transactAt(here, (tx) => tx.reconcile('sqs.fill', 'a'));
    await first.settle();
    await first.close();
    expect(steps).toBe(1);
    const second = await open(data, parts);
    await second.advance(60_000);
    expect(steps).toBe(3);
    await second.close();
  });
});

describe('a process that is killed', () => {
  it('has kept what it acknowledged, and what was to happen happens in the next', async () => {
    const data = join(folder(), 'data');
    let cloud = await ownProcess({}, '--data', data);
    const sqs = async (operation: string, input: object) => {
      const headers = {
        'x-amz-target': `AmazonSQS.${operation}`,
        'content-type': 'application/x-amz-json-1.0',
        authorization: scope('sqs'),
      };
      return JSON.parse((await call(cloud.url, { headers, body: JSON.stringify(input) })).body);
    };
    try {
      await admin(cloud.url, 'clock', { now: '2030-01-01T00:00:00Z', frozen: true });
      await sqs('CreateQueue', { QueueName: 'q' });
      const QueueUrl = 'http://localhost/111111111111/q';
      await sqs('SendMessage', { QueueUrl, MessageBody: 'in flight' });
      expect((await sqs('ReceiveMessage', { QueueUrl, VisibilityTimeout: 60 })).Messages).toHaveLength(1);
      await sqs('SendMessage', { QueueUrl, MessageBody: 'delayed', DelaySeconds: 30 });
      await cloud.kill('SIGKILL');
      cloud = await ownProcess({}, '--data', data);
      expect((await admin(cloud.url, 'clock')).body).toMatchObject({ time: '2030-01-01T00:00:00.000Z', frozen: true });
      const bodies = async () =>
        ((await sqs('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 300 })).Messages ?? []).map(
          ({ Body }: { Body: string }) => Body,
        );
      expect(await bodies()).toEqual([]);
      await admin(cloud.url, 'clock/advance', { ms: 31_000 });
      expect(await bodies()).toEqual(['delayed']);
      await admin(cloud.url, 'clock/advance', { ms: 31_000 });
      expect(await bodies()).toEqual(['in flight']);
      expect(cloud.complaints()).toBe('');
    } finally {
      await cloud.kill();
    }
  });
});
