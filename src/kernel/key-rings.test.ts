import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../store/engine';
import { openMemory } from '../store/memory';
import { openMemoryBlobs } from '../store/memory-blobs';
import { type AccessKey, AccessKeys, ensureSealingKey } from './credentials';
import { rootOf } from './principal';
import { Registry } from './registry';
import { World } from './world';

const worlds: World[] = [];
afterEach(() => Promise.all(worlds.splice(0).map((world) => world.close())));

function open(engine: Engine = openMemory()): World {
  const world = new World({ engine, blobs: openMemoryBlobs(), registry: new Registry({}) });
  worlds.push(world);
  return world;
}

const account = '111122223333';
const key: AccessKey = { accessKeyId: 'AKIAALICE', secretAccessKey: 'one', active: true, principal: rootOf(account, 'aws') };
const put = (world: World, record: AccessKey, partition = 'aws') =>
  world.transactAt({ ...world.home, partition }, (tx) => tx.put(AccessKeys, record));
const secretIn = (world: World, partition = 'aws') => world.keys.at(partition, world.epoch)?.find('AKIAALICE')?.secretAccessKey;

describe('a key of the state', () => {
  it('is found as it is, whatever was found before', async () => {
    const world = open();
    expect(secretIn(world)).toBeUndefined();
    await put(world, key);
    expect(secretIn(world)).toBe('one');
    await put(world, { ...key, active: false });
    expect(world.keys.at('aws', world.epoch)?.find('AKIAALICE')?.active).toBe(false);
    await world.transactAt(world.home, (tx) => tx.delete(AccessKeys, key));
    expect(secretIn(world)).toBeUndefined();
    await put(world, { ...key, secretAccessKey: 'two' });
    expect(secretIn(world)).toBe('two');
  });

  it('is not found once its account, or everything, was reset', async () => {
    const world = open();
    await put(world, key);
    await world.reset('444455556666');
    expect(secretIn(world)).toBe('one');
    await world.reset(account);
    expect(secretIn(world)).toBeUndefined();
    await put(world, { ...key, secretAccessKey: 'two' });
    expect(secretIn(world)).toBe('two');
    await world.reset();
    expect(secretIn(world)).toBeUndefined();
  });

  it('is another in another partition', async () => {
    const world = open();
    await put(world, key);
    await put(world, { ...key, secretAccessKey: 'chinese' }, 'aws-cn');
    expect([secretIn(world), secretIn(world, 'aws-cn'), secretIn(world, 'aws-us-gov')]).toEqual(['one', 'chinese', undefined]);
  });

  it('is another in a fork, where it was changed, and in a state that was taken over', async () => {
    const world = open();
    await put(world, key);
    const kept = world.forkState();
    const fork = world.fork();
    worlds.push(fork);
    await put(fork, { ...key, secretAccessKey: 'forked' });
    expect([secretIn(world), secretIn(fork), secretIn(world)]).toEqual(['one', 'forked', 'one']);
    await put(world, { ...key, secretAccessKey: 'two' });
    expect([secretIn(world), secretIn(fork)]).toEqual(['two', 'forked']);
    await world.replaceState(kept);
    expect(secretIn(world)).toBe('one');
  });

  it('is nothing for calls that began before everything was reset', async () => {
    const world = open();
    const before = world.epoch;
    await world.reset();
    expect(() => world.keys.at('aws', before)).toThrow();
    expect(world.keys.at('aws', world.epoch)).toBeDefined();
  });

  it('takes a transaction where the engine has to ask elsewhere', () => {
    const world = open(Object.create(openMemory(), { peek: { value: undefined } }));
    expect(world.keys.at('aws', world.epoch)).toBeUndefined();
  });
});

it('the key that seals sessions is found as it is', async () => {
  const world = open();
  const sealing = () => world.keys.at('aws', world.epoch)?.sealingKey();
  expect(sealing()).toBeUndefined();
  const made = await world.transactAt(world.home, ensureSealingKey);
  expect(sealing()).toEqual(made);
  await world.reset();
  expect(sealing()).toBeUndefined();
});
