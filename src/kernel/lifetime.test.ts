/** What a reset, an exchanged state and the end of a world do to the work that is under way. */
import { afterEach, describe, expect, it } from 'vitest';
import { openMemory } from '../store/memory';
import { openMemoryBlobs } from '../store/memory-blobs';
import type { Place } from './place';
import { Deliveries, Events, Marks, Timers } from './records';
import { Registry } from './registry';
import { defineService, type ServiceDefinition } from './service';
import { World } from './world';

const here: Place = { partition: 'aws', account: '111111111111', region: 'us-east-1' };
const there: Place = { ...here, account: '222222222222' };
const worlds: World[] = [];
afterEach(() => Promise.all(worlds.splice(0).map((world) => world.close())));

function open(parts: Partial<ServiceDefinition>, reports: string[] = []): World {
  const service = defineService({ id: 'sqs', operations: {}, ...parts });
  const registry = new Registry({ sqs: { load: async () => ({ default: service }), events: Object.keys(parts.events ?? {}), state: {} } });
  const world = new World({ engine: openMemory(), blobs: openMemoryBlobs(), registry, report: (what) => reports.push(what) });
  worlds.push(world);
  return world;
}

/** Something that is begun, and goes on when the test says so. */
function gate() {
  let arrive = () => {};
  let open = () => {};
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const pass = (): typeof opened => {
    arrive();
    return opened;
  };
  return { reached, open: () => open(), pass };
}

const left = (world: World) =>
  world.transactAt(world.home, (tx) => [Events, Deliveries, Timers, Marks].map((each) => tx.scan(each as typeof Events).length));

describe('a reset', () => {
  it.each([undefined, here.account])('of %s does not let an event come back whose handler was running', async (account) => {
    for (const fails of [true, false]) {
      const door = gate();
      const reports: string[] = [];
      const world = open(
        {
          events: {
            'sqs.seen': {
              outside: async () => {
                await door.pass();
                if (fails) throw new Error('too late');
              },
            },
          },
        },
        reports,
      );
      await world.transactAt(here, (tx) => tx.emit('sqs.seen', {}));
      await door.reached;
      await world.reset(account);
      door.open();
      expect(await world.settle()).toEqual({ settled: true, left: [] });
      expect(await left(world)).toEqual([0, 0, 0, 0]);
      expect(reports).toEqual([]);
    }
  });

  it('does not let a running reconciler write, nor its mark come back', async () => {
    const door = gate();
    const reports: string[] = [];
    const world = open(
      {
        reconcilers: {
          'sqs.fill': async (ctx) => {
            await door.pass();
            await ctx.transact((tx) => tx.reconcile('sqs.fill', 'again'));
            return 1000;
          },
        },
      },
      reports,
    );
    await world.transactAt(here, (tx) => tx.reconcile('sqs.fill', 'a'));
    await door.reached;
    await world.reset();
    door.open();
    await world.settle();
    expect(await left(world)).toEqual([0, 0, 0, 0]);
    expect(reports).toEqual([]);
  });

  it('of one account ends the waits of that account only', async () => {
    const world = open({});
    const far = world.clock.now() + 60_000;
    const mine = world.waits.wait(here, 'box', 'a', far);
    const theirs = world.waits.wait(there, 'box', 'a', far);
    await world.reset(here.account);
    expect(await mine).toBe(false);
    expect(world.waits.size).toBe(1);
    world.waits.notify(there, 'box', 'a', 1);
    expect(await theirs).toBe(true);
  });
});

describe('the end of a world', () => {
  it('tells what runs in the background, waits for it, and lets nothing change afterwards', async () => {
    const reports: string[] = [];
    const door = gate();
    let aborted = false;
    const world = open(
      {
        reconcilers: {
          'sqs.fill': async (ctx) => {
            ctx.signal.addEventListener('abort', () => {
              aborted = true;
              door.open();
            });
            await door.pass();
            return 0;
          },
        },
        events: { 'sqs.seen': { outside: () => Promise.reject(new Error('down')) } },
      },
      reports,
    );
    await world.transactAt(here, (tx) => tx.reconcile('sqs.fill', 'a'));
    await door.reached;
    await world.close();
    expect(aborted).toBe(true);
    expect(reports).toEqual([]);
    expect(() => world.transact(here, world.epoch, () => 1)).toThrow(/reset/);
    world.agenda.wake();
    world.lanes.wake({ kind: 'event', lane: 'x', service: 'sqs' });
    expect([...world.agenda.busy, ...world.lanes.busy]).toEqual([]);
  });
});

describe('advancing time', () => {
  it('goes on past a timer that fails, tries it again, and says so when it gives up', async () => {
    const reports: string[] = [];
    const ticks: number[] = [];
    const world = open(
      {
        timers: {
          'sqs.bad': () => {
            throw new Error('always');
          },
          'sqs.tick': (tx) => void ticks.push(tx.now),
        },
      },
      reports,
    );
    world.clock.freeze();
    const start = world.clock.now();
    await world.transactAt(here, (tx) => {
      tx.at(tx.now + 1000, 'sqs.bad', {});
      tx.at(tx.now + 2000, 'sqs.tick', {});
    });
    expect(await world.advance(3_600_000)).toEqual({ settled: true, left: [], now: start + 3_600_000 });
    expect(ticks).toEqual([start + 2000]);
    expect(reports).toEqual(['gave up on the timer sqs.bad']);
  });

  it('ends in bounded time with a timer that always sets itself again, and says so', async () => {
    const world = open({ timers: { 'sqs.tick': (tx) => void tx.at(tx.now, 'sqs.tick', {}) } });
    world.clock.freeze();
    await world.transactAt(here, (tx) => tx.at(tx.now + 1, 'sqs.tick', {}));
    const { settled, left: unsettled } = await world.advance(1000, 30);
    expect([settled, unsettled]).toEqual([false, ['timers']]);
  });

  it('ends in bounded time with more timers than there is time for', async () => {
    const world = open({ timers: { 'sqs.tick': (tx) => void tx.at(tx.now + 1, 'sqs.tick', {}) } });
    world.clock.freeze();
    const start = world.clock.now();
    await world.transactAt(here, (tx) => tx.at(tx.now + 1, 'sqs.tick', {}));
    const { settled, left: unsettled, now } = await world.advance(1e9, 30);
    expect([settled, unsettled.length > 0, now >= start + 1e9]).toEqual([false, true, true]);
  });
});

describe('a fork', () => {
  it('delivers what its parent had not delivered yet', async () => {
    const door = gate();
    let runs = 0;
    const world = open({
      events: {
        'sqs.seen': {
          outside: async () => {
            runs++;
            if (runs === 1) await door.pass();
          },
        },
      },
    });
    await world.transactAt(here, (tx) => tx.emit('sqs.seen', {}));
    await door.reached;
    const fork = world.fork();
    worlds.push(fork);
    fork.resume();
    await fork.settle();
    expect(runs).toBe(2);
    expect(await left(fork)).toEqual([0, 0, 0, 0]);
    door.open();
  });
});
