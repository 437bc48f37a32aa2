import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../store/engine';
import { openMemory } from '../store/memory';
import { openMemoryBlobs } from '../store/memory-blobs';
import { collection } from './collection';
import type { Place } from './place';
import { Registry } from './registry';
import { World } from './world';

interface Box {
  readonly id: string;
  readonly colour: string;
}
const Boxes = collection<Box>({ name: 'sqs/box', version: 1, scope: 'region', key: (b) => b.id });
const Lids = collection<Box>({ name: 'sqs/lid', version: 1, scope: 'region', key: (b) => b.id });

const here: Place = { partition: 'aws', account: '111111111111', region: 'us-east-1' };
const there: Place = { ...here, account: '222222222222' };

const worlds: World[] = [];
afterEach(() => Promise.all(worlds.splice(0).map((world) => world.close())));

function open(engine: Engine = openMemory()): World {
  const world = new World({ engine, blobs: openMemoryBlobs(), registry: new Registry({}) });
  worlds.push(world);
  return world;
}

const paint = (world: World, colour: string, at = here) => world.transactAt(at, (tx) => tx.put(Boxes, { id: 'a', colour }));
const colourIn = (world: World, at = here) => world.reader(at, world.epoch)?.get(Boxes, 'a')?.colour;

describe('a reader', () => {
  it('reads what there is, whatever was read before', async () => {
    const world = open();
    expect(colourIn(world)).toBeUndefined();
    await paint(world, 'red');
    expect([colourIn(world), colourIn(world)]).toEqual(['red', 'red']);
    await paint(world, 'blue');
    expect(colourIn(world)).toBe('blue');
    await world.transactAt(here, (tx) => tx.delete(Boxes, { id: 'a', colour: 'blue' }));
    expect(colourIn(world)).toBeUndefined();
    await paint(world, 'green');
    expect(colourIn(world)).toBe('green');
  });

  it('tells keys, collections and places apart', async () => {
    const world = open();
    await paint(world, 'red');
    await paint(world, 'blue', there);
    await paint(world, 'chinese', { ...here, partition: 'aws-cn' });
    await paint(world, 'european', { ...here, region: 'eu-west-1' });
    await world.transactAt(here, (tx) => {
      tx.put(Boxes, { id: 'b', colour: 'grey' });
      tx.put(Lids, { id: 'a', colour: 'white' });
    });
    const read = (place: Place, c = Boxes, id = 'a') => world.reader(place, world.epoch)?.get(c, id)?.colour;
    const all = () => [
      read(here),
      read(here, Boxes, 'b'),
      read(here, Lids),
      read(there),
      read(here),
      read(here, Lids, 'b'),
      read({ ...here, partition: 'aws-cn' }),
      read({ ...here, region: 'eu-west-1' }),
      world.reader(here, world.epoch)?.in(there).get(Boxes, 'a')?.colour,
    ];
    const expected = ['red', 'grey', 'white', 'blue', 'red', undefined, 'chinese', 'european', 'blue'];
    expect([all(), all()]).toEqual([expected, expected]);
  });

  it('reads nothing that was reset', async () => {
    const world = open();
    await paint(world, 'red');
    await paint(world, 'blue', there);
    expect([colourIn(world), colourIn(world, there)]).toEqual(['red', 'blue']);
    await world.reset(here.account);
    expect([colourIn(world), colourIn(world, there)]).toEqual([undefined, 'blue']);
    await world.reset();
    expect(colourIn(world, there)).toBeUndefined();
  });

  it('reads its own world: a fork, where something was changed, and a state that was taken over', async () => {
    const world = open();
    await paint(world, 'red');
    expect(colourIn(world)).toBe('red');
    const kept = world.forkState();
    const fork = world.fork();
    worlds.push(fork);
    await paint(fork, 'blue');
    expect([colourIn(world), colourIn(fork), colourIn(world)]).toEqual(['red', 'blue', 'red']);
    await paint(world, 'green');
    expect([colourIn(world), colourIn(fork)]).toEqual(['green', 'blue']);
    await world.replaceState(kept);
    expect(colourIn(world)).toBe('red');
  });

  it('is none for calls that began before their account, or everything, was reset', async () => {
    const world = open();
    const first = world.epoch;
    expect(world.reader(here, first)).toBeDefined();
    await world.reset(here.account);
    expect(() => world.reader(here, first)).toThrow();
    expect(world.reader(there, first)).toBeDefined();
    const second = world.epoch;
    await world.reset();
    expect(() => world.reader(there, second)).toThrow();
    expect(world.reader(there, world.epoch)).toBeDefined();
  });

  it('has the time of when it is asked for', async () => {
    const world = open();
    world.clock.freeze();
    const before = world.reader(here, world.epoch)?.now as number;
    world.clock.jump(before + 5_000);
    expect(world.reader(here, world.epoch)?.now).toBe(before + 5_000);
  });

  it('changes nothing, and is no good once something has changed', async () => {
    const world = open();
    await paint(world, 'red');
    const reader = world.reader(here, world.epoch);
    const changes = [
      () => reader?.put(Boxes, { id: 'a', colour: 'blue' }),
      () => reader?.delete(Boxes, { id: 'a', colour: 'red' }),
      () => reader?.notify('boxes', 'a'),
      () => reader?.at(0, 'sqs.timer', {}),
      () => reader?.tag('arn:aws:sqs:us-east-1:111111111111:a', { a: 'b' }),
    ];
    for (const change of changes) expect(change).toThrow(TypeError);
    expect(colourIn(world)).toBe('red');
    await paint(world, 'blue');
    expect(() => reader?.get(Boxes, 'b')).toThrow(/has ended/);
  });

  it('is none inside of a transaction, which has changes of its own', async () => {
    const world = open();
    await expect(world.transactAt(here, () => world.reader(here, world.epoch))).rejects.toThrow(/inside a transaction/);
  });

  it('is none where the engine has to ask elsewhere', () => {
    const world = open(Object.create(openMemory(), { view: { value: undefined } }));
    expect(world.reader(here, world.epoch)).toBeUndefined();
  });
});
