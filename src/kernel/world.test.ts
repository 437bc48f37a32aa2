import { afterEach, describe, expect, it } from 'vitest';
import { openMemory } from '../store/memory';
import { openMemoryBlobs } from '../store/memory-blobs';
import { AccountRuleSets } from './account-rules';
import { collection, counter } from './collection';
import type { Place } from './place';
import { Registry } from './registry';
import { defineService, type ServiceDefinition } from './service';
import { World } from './world';

interface Box {
  readonly id: string;
  readonly colour: string;
  readonly blob?: string;
}
const Boxes = collection<Box, 'colour'>({
  name: 'sqs/box',
  version: 1,
  scope: 'region',
  key: (b) => b.id,
  indexes: { colour: (b) => (b.colour === 'none' ? undefined : b.colour) },
  arn: (b, at) => `arn:aws:sqs:${at.region}:${at.account}:${b.id}`,
  blobs: (b) => (b.blob ? [b.blob] : []),
});
const Names = collection<{ readonly name: string; readonly account: string }>({
  name: 'sqs/name',
  version: 1,
  scope: 'partition',
  key: (n) => n.name,
  owner: (n) => n.account,
});
const Sent = counter({ name: 'sqs/sent', scope: 'region' });

const here: Place = { partition: 'aws', account: '111111111111', region: 'us-east-1' };
const there: Place = { ...here, account: '222222222222' };
const worlds: World[] = [];
afterEach(() => Promise.all(worlds.splice(0).map((world) => world.close())));

function open(parts: Partial<ServiceDefinition> = {}, reports: string[] = [], state: Record<string, number> = {}): World {
  const service = defineService({ id: 'sqs', operations: {}, state: [Boxes, Names, Sent], ...parts });
  const registry = new Registry({ sqs: { load: async () => ({ default: service }), events: Object.keys(parts.events ?? {}), state } });
  const world = new World({
    engine: openMemory({ freeze: true }),
    blobs: openMemoryBlobs(),
    registry,
    seed: 'test',
    report: (what) => reports.push(what),
  });
  worlds.push(world);
  return world;
}

describe('a transaction', () => {
  it('keeps places apart', async () => {
    const world = open();
    await world.transactAt(here, (tx) => tx.put(Boxes, { id: 'a', colour: 'red' }));
    expect(await world.transactAt(there, (tx) => tx.get(Boxes, 'a'))).toBeUndefined();
    expect(await world.transactAt(there, (tx) => tx.in(here).get(Boxes, 'a'))).toEqual({ id: 'a', colour: 'red' });
  });

  it('leaves nothing behind when it throws: records, indexes, counters, tags, notifications', async () => {
    const world = open();
    const woken = world.waits.wait(here, 'box', 'a', world.clock.now() + 20);
    await expect(
      world.transactAt(here, (tx) => {
        tx.put(Boxes, { id: 'a', colour: 'red' }, { tags: { k: 'v' } });
        tx.add(Sent, 'a', 1);
        tx.notify('box', 'a');
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await world.transactAt(here, (tx) => {
      expect(tx.scan(Boxes)).toEqual([]);
      expect(tx.scanIndex(Boxes, 'colour')).toEqual([]);
      expect(tx.count(Sent, 'a')).toBe(0);
      expect(tx.tagsOf('arn:aws:sqs:us-east-1:111111111111:a')).toEqual({});
    });
    expect(await woken).toBe(false);
  });

  it('keeps indexes true through puts and deletes', async () => {
    const world = open();
    await world.transactAt(here, (tx) => {
      tx.put(Boxes, { id: 'a', colour: 'red' });
      tx.put(Boxes, { id: 'b', colour: 'red' });
      tx.put(Boxes, { id: 'c', colour: 'none' });
      tx.put(Boxes, { id: 'a', colour: 'blue' });
      expect(tx.scanIndex(Boxes, 'colour').map((b) => b.id)).toEqual(['a', 'b']);
      expect(tx.find(Boxes, 'colour', 'red')?.id).toBe('b');
      tx.delete(Boxes, { id: 'b', colour: 'whatever' });
      expect(tx.find(Boxes, 'colour', 'red')).toBeUndefined();
    });
  });

  it('scans by prefix, from, after, to, limit and backwards', async () => {
    const world = open();
    const ids = await world.transactAt(here, (tx) => {
      for (const id of ['a', 'ab', 'a\0', 'b', 'c']) tx.put(Boxes, { id, colour: 'none' });
      const scan = (range: Parameters<typeof tx.scan>[1]) => tx.scan(Boxes, range).map((b) => b.id);
      return [
        scan({ prefix: 'a' }),
        scan({ textPrefix: 'a' }),
        scan({ after: 'a' }),
        scan({ from: 'ab', to: 'c' }),
        scan({ limit: 2, reverse: true }),
      ];
    });
    expect(ids).toEqual([['a'], ['a', 'a\0', 'ab'], ['a\0', 'ab', 'b', 'c'], ['ab', 'b'], ['c', 'b']]);
  });

  it('tags what is of a service that is not there, whatever tag policies say', async () => {
    const world = open();
    const arn = 'arn:aws:parcel:us-east-1:111111111111:box/a';
    const rule = { key: 'Team', values: ['one'], enforcedFor: ['parcel:box', 'sqs:queue'] };
    await world.transactAt(here, (tx) => {
      tx.put(AccountRuleSets, { account: here.account, organization: 'o-1', owner: there.account, tags: [rule] });
      tx.tag(arn, { Team: 'two' });
      expect(tx.tagsOf(arn)).toEqual({ Team: 'two' });
    });
  });

  it('deletes a blob with the last record that names it, not before', async () => {
    const world = open();
    const writer = world.blobs.writer();
    writer.write(Buffer.alloc(200_000, 7));
    const ref = await writer.finish();
    await world.transactAt(here, (tx) => tx.put(Boxes, { id: 'a', colour: 'red', blob: ref.id }));
    await world.transactAt(here, (tx) => tx.put(Boxes, { id: 'b', colour: 'red', blob: ref.id }));
    await world.transactAt(here, (tx) => tx.delete(Boxes, { id: 'a', colour: 'red' }));
    expect((await world.blobs.readAll(ref)).byteLength).toBe(200_000);
    const fork = world.fork();
    worlds.push(fork);
    await world.transactAt(here, (tx) => tx.deleteAll(Boxes, {}));
    await expect((async () => world.blobs.readAll(ref))()).rejects.toThrow();
    expect((await fork.blobs.readAll(ref)).byteLength).toBe(200_000);
  });
});

describe('time', () => {
  it('runs timers in order while it is advanced, each at its own time', async () => {
    const seen: [string, number][] = [];
    const world = open({
      timers: {
        'sqs.tick': (tx, { name }: { name: string }) => {
          seen.push([name, tx.now]);
          if (name === 'b') tx.at(tx.now + 10, 'sqs.tick', { name: 'after b' });
        },
      },
    });
    world.clock.freeze();
    const start = world.clock.now();
    await world.transactAt(here, (tx) => {
      tx.at(start + 500, 'sqs.tick', { name: 'c' });
      tx.at(start + 100, 'sqs.tick', { name: 'a' });
      tx.at(start + 200, 'sqs.tick', { name: 'b' });
      tx.at(start + 300, 'sqs.tick', { name: 'never' }, { id: 'x' });
      tx.cancel('sqs.tick', 'x');
      tx.at(start + 9000, 'sqs.tick', { name: 'later' });
    });
    expect(await world.advance(1000)).toEqual({ settled: true, left: [], now: start + 1000 });
    expect(seen).toEqual([
      ['a', start + 100],
      ['b', start + 200],
      ['after b', start + 210],
      ['c', start + 500],
    ]);
  });

  it('ends a wait when the clock passes its deadline', async () => {
    const world = open();
    world.clock.freeze();
    const waited = world.waits.wait(here, 'box', 'a', world.clock.now() + 3_600_000);
    await world.advance(3_600_000);
    expect(await waited).toBe(false);
  });

  it('wakes the longest waiting first and only as many as asked', async () => {
    const world = open();
    const order: number[] = [];
    const waits = [0, 1, 2].map((i) =>
      world.waits.wait(here, 'box', 'a', world.clock.now() + 60_000).then((woken) => woken && order.push(i)),
    );
    await world.transactAt(here, (tx) => tx.notify('box', 'a', 2));
    await Promise.all(waits.slice(0, 2));
    expect([order, world.waits.size]).toEqual([[0, 1], 1]);
  });
});

describe('events', () => {
  it('reach inside subscribers once and in order, and outside ones again after a failure', async () => {
    const outside: number[] = [];
    let failures = 1;
    const world = open({
      events: {
        'sqs.inside': { inside: (tx, { n }: { n: number }) => void tx.put(Boxes, { id: `${tx.scan(Boxes).length}:${n}`, colour: 'none' }) },
        'sqs.outside': {
          outside: async (_ctx, { n }: { n: number }) => {
            if (failures-- > 0) throw new Error('not yet');
            outside.push(n);
          },
        },
      },
    });
    world.clock.freeze();
    await world.transactAt(here, (tx) => {
      for (const n of [1, 2, 3]) tx.emit('sqs.inside', { n });
      for (const n of [1, 2]) tx.emit('sqs.outside', { n });
    });
    await world.settle();
    expect(await world.transactAt(here, (tx) => tx.scan(Boxes).map((b) => b.id))).toEqual(['0:1', '1:2', '2:3']);
    expect(outside).toEqual([]);
    await world.advance(5000);
    expect(outside).toEqual([1, 2]);
  });

  it('are given up after their tries, and a failed inside handler leaves nothing', async () => {
    const reports: string[] = [];
    const world = open(
      {
        events: {
          'sqs.bad': {
            inside: (tx) => {
              tx.put(Boxes, { id: 'torn', colour: 'none' });
              throw new Error('always');
            },
          },
        },
      },
      reports,
    );
    world.clock.freeze();
    await world.transactAt(here, (tx) => tx.emit('sqs.bad', {}));
    await world.advance(3_600_000);
    expect(reports).toEqual(['gave up on sqs.bad for sqs']);
    expect(await world.transactAt(here, (tx) => tx.scan(Boxes))).toEqual([]);
  });
});

describe('targets', () => {
  it('receive what is sent to their ARN, in the account and region it names; what fails goes to the dead-letter ARN', async () => {
    const world = open({
      target: {
        inside: (tx, delivery) => {
          if (delivery.targetArn.endsWith(':broken')) throw new Error('broken');
          tx.put(Boxes, { id: `${delivery.targetArn.split(':')[5]} ${delivery.payload}`, colour: 'none' });
        },
      },
    });
    world.clock.freeze();
    await world.transactAt(here, (tx) => {
      tx.send('arn:aws:sqs:eu-west-1:222222222222:good', 'hello');
      tx.send('arn:aws:sqs:eu-west-1:222222222222:broken', 'lost', {
        deadLetterArn: 'arn:aws:sqs:eu-west-1:222222222222:dead',
        retry: { immediate: 1, early: 0, backoff: 0, curve: 'linear', late: 0, minMs: 0, maxMs: 0 },
      });
    });
    await world.advance(60_000);
    expect(await world.transactAt({ ...there, region: 'eu-west-1' }, (tx) => tx.scan(Boxes).map((b) => b.id))).toEqual([
      'dead lost',
      'good hello',
    ]);
  });
});

describe('reconcilers', () => {
  it('run until they say all is as it should be, and again when marked', async () => {
    let left = 3;
    const runs: number[] = [];
    const world = open({
      reconcilers: {
        'sqs.fill': async (ctx) => {
          runs.push(ctx.now);
          return --left > 0 ? 1000 : undefined;
        },
      },
    });
    world.clock.freeze();
    const start = world.clock.now();
    await world.transactAt(here, (tx) => tx.reconcile('sqs.fill', 'a'));
    await world.advance(10_000);
    expect(runs).toEqual([start, start + 1000, start + 2000]);
    left = 1;
    await world.transactAt(here, (tx) => tx.reconcile('sqs.fill', 'a'));
    await world.settle();
    expect(runs).toHaveLength(4);
  });
});

describe('reset and fork', () => {
  it('empties one account, its partition-wide records included, and stops what began before', async () => {
    const world = open();
    await world.transactAt(here, (tx) => {
      tx.put(Boxes, { id: 'a', colour: 'red' });
      tx.put(Names, { name: 'mine', account: here.account });
      tx.at(tx.now + 60_000, 'sqs.tick', {});
    });
    await world.transactAt(there, (tx) => {
      tx.put(Boxes, { id: 'b', colour: 'red' });
      tx.put(Names, { name: 'theirs', account: there.account });
    });
    const before = world.epoch;
    await world.reset(here.account);
    expect(await world.transactAt(here, (tx) => [tx.scan(Boxes), tx.scan(Names).map((n) => n.name)])).toEqual([[], ['theirs']]);
    expect(await world.transactAt(there, (tx) => tx.scan(Boxes).length)).toBe(1);
    expect(await world.agenda.next()).toBeUndefined();
    expect(() => world.transact(here, before, () => 1)).toThrow(/reset/);
    expect(world.transact(there, before, () => 1)).toBe(1);
  });

  it('goes back to a state in its own time', async () => {
    const world = open();
    world.clock.freeze();
    const then = world.clock.now();
    await world.settle();
    const state = world.forkState();
    await world.transactAt(here, (tx) => tx.put(Boxes, { id: 'a', colour: 'red' }));
    await world.advance(86_400_000);
    await world.replaceState(state);
    expect([world.clock.now(), world.clock.state().frozen]).toEqual([then, true]);
    expect(await world.transactAt(here, (tx) => tx.scan(Boxes))).toEqual([]);
    const real = open();
    await real.start();
    expect(Math.abs(real.clock.now() - Date.now())).toBeLessThan(1000);
  });

  it('forks state and time', async () => {
    const world = open();
    world.clock.freeze();
    await world.transactAt(here, (tx) => tx.put(Boxes, { id: 'a', colour: 'red' }));
    const fork = world.fork();
    worlds.push(fork);
    await fork.transactAt(here, (tx) => tx.put(Boxes, { id: 'b', colour: 'red' }));
    await fork.advance(1000);
    expect(await world.transactAt(here, (tx) => tx.scan(Boxes).length)).toBe(1);
    expect(fork.clock.now() - world.clock.now()).toBe(1000);
  });
});
