import { afterEach, describe, expect, it } from 'vitest';
import { openMemory } from '../store/memory';
import { openMemoryBlobs } from '../store/memory-blobs';
import { collection } from './collection';
import { AwsError } from './errors';
import { lateText } from './late-text';
import type { Place } from './place';
import { Registry } from './registry';
import { defineService, type ServiceDefinition } from './service';
import type { Tx } from './tx';
import { World } from './world';

interface Box {
  readonly id: string;
}
const Boxes = collection<Box>({ name: 'sqs/box', version: 1, scope: 'region', key: (b) => b.id });

const here: Place = { partition: 'aws', account: '111111111111', region: 'us-east-1' };
const worlds: World[] = [];
afterEach(() => Promise.all(worlds.splice(0).map((world) => world.close())));

function open(target: ServiceDefinition['target'], parts: Partial<ServiceDefinition> = {}, reports: string[] = []) {
  const service = defineService({ id: 'sqs', operations: {}, state: [Boxes], ...(target && { target }), ...parts });
  let loads = 0;
  const load = async () => {
    loads++;
    return { default: service };
  };
  const world = new World({
    engine: openMemory({ freeze: true }),
    blobs: openMemoryBlobs(),
    registry: new Registry({ sqs: { load, events: [], state: {}, hasTarget: target !== undefined } }),
    seed: 'test',
    report: (what) => reports.push(what),
  });
  worlds.push(world);
  world.clock.freeze();
  return {
    world,
    loads: () => loads,
    send: (decide: (tx: Tx) => void) => world.transactAt(here, decide),
    boxes: () => world.transactAt(here, (tx) => tx.scan(Boxes).map(({ id }) => id)),
  };
}

const arn = (name: string) => `arn:aws:sqs:us-east-1:111111111111:${name}`;
const keep = (tx: Tx, id: string) => tx.put(Boxes, { id });

describe('a target that only changes state', () => {
  it('has taken what is sent when the sender commits, its code loaded for that', async () => {
    const cloud = open({ inside: (tx, { payload }) => void keep(tx, payload as string) });
    await cloud.send((tx) => {
      tx.send(arn('q'), 'a');
      expect(tx.scan(Boxes)).toEqual([{ id: 'a' }]);
    });
    expect([await cloud.boxes(), cloud.loads(), cloud.world.lanes.busy]).toEqual([['a'], 1, []]);
  });

  it('takes nothing when the sender fails after all', async () => {
    const cloud = open({ inside: (tx, { payload }) => void keep(tx, payload as string) });
    const failing = cloud.send((tx) => {
      tx.send(arn('q'), 'a');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await cloud.world.advance(3_600_000);
    expect(await cloud.boxes()).toEqual([]);
  });

  it('fails alone: the sender and the others go on, and nothing of it stays, until it works', async () => {
    let broken = true;
    const cloud = open({
      inside(tx, { payload }) {
        keep(tx, `${payload}`);
        tx.notify('box', `${payload}`);
        if (broken && payload === 'b') throw new Error('no');
      },
    });
    const woken = cloud.world.waits.wait(here, 'box', 'b', cloud.world.clock.now() + 500);
    await cloud.send((tx) => {
      for (const each of ['a', 'b', 'c']) tx.send(arn(each), each);
      keep(tx, 'mine');
    });
    expect(await cloud.boxes()).toEqual(['a', 'c', 'mine']);
    await cloud.world.advance(999);
    expect([await woken, await cloud.boxes()]).toEqual([false, ['a', 'c', 'mine']]);
    broken = false;
    await cloud.world.advance(1);
    expect(await cloud.boxes()).toEqual(['a', 'b', 'c', 'mine']);
  });

  it('gets what has one key in order, also when the first of it failed', async () => {
    let broken = true;
    const got: unknown[] = [];
    const cloud = open({
      inside(_tx, { payload }) {
        if (broken) throw new Error('no');
        got.push(payload);
      },
    });
    await cloud.send((tx) => tx.send(arn('q'), 1, { key: 'k' }));
    await cloud.world.settle();
    broken = false;
    await cloud.send((tx) => {
      tx.send(arn('q'), 2, { key: 'k' });
      tx.send(arn('q'), 'other', { key: 'other' });
    });
    await cloud.world.advance(1000);
    expect(got).toEqual(['other', 1, 2]);
  });

  it('that refuses is not asked again: what it was sent is a dead letter, as it was', async () => {
    let tries = 0;
    const got: unknown[] = [];
    const reports: string[] = [];
    const cloud = open(
      {
        inside(_tx, { targetArn, payload, attributes, hint }) {
          if (targetArn === arn('dead')) got.push({ payload, attributes, hint });
          else tries++;
          if (targetArn !== arn('dead')) throw new AwsError('NonExistentQueue', 'no such queue');
        },
      },
      {},
      reports,
    );
    const attributes = { a: { DataType: 'String', StringValue: 'v' } };
    await cloud.send((tx) => {
      tx.send(arn('q'), 'a', { deadLetterArn: arn('dead'), attributes, hint: { of: 'the target' } });
      tx.send(arn('q'), 'b');
    });
    await cloud.world.advance(3_600_000);
    expect(got).toEqual([{ payload: 'a', attributes, hint: undefined }]);
    expect(tries).toBe(4); // each at once, and once by itself
    expect(reports).toEqual([`gave up on ${arn('q')} for sqs`]);
  });

  it('that sends on in a circle does not hold up its sender', async () => {
    let rounds = 0;
    const cloud = open({
      inside(tx, { targetArn }) {
        if (++rounds < 100) tx.send(targetArn, 'again');
      },
    });
    await cloud.send((tx) => {
      tx.send(arn('q'), 'again');
      expect(rounds).toBeLessThan(10);
    });
    await cloud.world.settle();
    expect(rounds).toBe(100);
  });
});

describe('a target with I/O', () => {
  it('begins after the commit, is tried as its sender says, and not before its time', async () => {
    const at: number[] = [];
    const cloud = open({
      outside: async (ctx) => {
        at.push(ctx.now - start);
        throw new Error('no');
      },
    });
    const start = cloud.world.clock.now();
    const retry = { immediate: 1, early: 1, backoff: 2, curve: 'linear', late: 1, minMs: 1000, maxMs: 5000 } as const;
    await cloud.send((tx) => {
      tx.send(arn('q'), 'a', { retry, notBefore: tx.now + 500 });
      expect(at).toEqual([]);
    });
    await cloud.world.advance(3_600_000);
    expect(at).toEqual([500, 500, 1500, 2500, 7500, 12_500]);
  });

  it('runs for one ARN no more often than it may at once, and keeps no other waiting', async () => {
    let running = 0;
    let most = 0;
    let open_ = () => {};
    const gate = new Promise<void>((resolve) => (open_ = resolve));
    const done: string[] = [];
    const cloud = open({
      async outside(_ctx, { targetArn }) {
        if (targetArn === arn('quick')) return void done.push('quick');
        most = Math.max(most, ++running);
        await gate;
        running--;
        done.push('slow');
      },
    });
    await cloud.send((tx) => {
      for (let n = 0; n < 100; n++) tx.send(arn('slow'), n);
      tx.send(arn('quick'), 0);
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect([most, done]).toEqual([64, ['quick']]);
    open_();
    await cloud.world.settle();
    expect([most, done.length]).toEqual([64, 101]);
  });

  it('may be another for each ARN of a service', async () => {
    const got: string[] = [];
    const cloud = open((targetArn) =>
      targetArn === arn('in') ? { inside: () => void got.push('in') } : { outside: async () => void got.push('out') },
    );
    await cloud.send((tx) => {
      tx.send(arn('out'), 0);
      tx.send(arn('in'), 0);
    });
    await cloud.world.settle();
    expect(got).toEqual(['in', 'out']);
  });
});

describe('in another partition', () => {
  it('deliveries and timers happen as everywhere', async () => {
    const got: string[] = [];
    const cloud = open(
      { outside: async (ctx, { payload }) => void got.push(`${ctx.partition} ${payload}`) },
      { timers: { 'sqs.ring': (tx) => void got.push(`${tx.place.partition} ring`) } },
    );
    await cloud.world.transactAt({ partition: 'aws-cn', account: '111111111111', region: 'cn-north-1' }, (tx) => {
      tx.send('arn:aws-cn:sqs:cn-north-1:111111111111:q', 'a');
      tx.at(tx.now + 1000, 'sqs.ring', {});
    });
    await cloud.world.advance(1000);
    expect(got).toEqual(['aws-cn a', 'aws-cn ring']);
  });
});

describe('what a sender can know', () => {
  it('is whether anything receives at an ARN', async () => {
    const receives = (world: World) =>
      world.transactAt(here, (tx) => [arn('q'), 'arn:aws:lambda:us-east-1:1:function:f'].map((each) => tx.receives(each)));
    expect(await receives(open({ inside: () => {} }).world)).toEqual([true, false]);
    expect(await receives(open(undefined).world)).toEqual([false, false]);
  });
});

describe('text that is finished when it is read', () => {
  it('is finished by its service; other text stays as it is', async () => {
    const cloud = open(undefined, { finishText: (_tx, text) => `${text}, signed` });
    expect(await cloud.world.transactAt(here, (tx) => [tx.readText(lateText('sqs', 'a')), tx.readText('b')])).toEqual(['a, signed', 'b']);
  });

  it('is signed with a key that is made once, when it is first needed', async () => {
    const cloud = open(undefined);
    const sign = () => cloud.world.transactAt(here, (tx) => tx.signingKey('x.amazonaws.com').sign('sha256', 'text'));
    const signatures = await Promise.all([sign(), sign(), sign()]);
    expect(new Set(signatures).size).toBe(1);
    expect(await sign()).toBe(signatures[0]);
  });
});
