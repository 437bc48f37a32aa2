import { describe, expect, it } from 'vitest';
import { openMemory } from '../store/memory';
import { openMemoryBlobs } from '../store/memory-blobs';
import { type Collection, collection } from './collection';
import { DataVersionError } from './migrate';
import { Registry } from './registry';
import { defineService } from './service';
import { World } from './world';

interface Old {
  readonly id: string;
  readonly size: string;
}
interface New {
  readonly id: string;
  readonly bytes: number;
}
const OldBoxes = collection<Old, 'size'>({
  name: 'sqs/box',
  version: 1,
  scope: 'region',
  key: (b) => b.id,
  indexes: { size: (b) => b.size },
});
const NewBoxes = collection<New, 'bytes'>({
  name: 'sqs/box',
  version: 2,
  scope: 'region',
  key: (b) => b.id,
  indexes: { bytes: (b) => b.bytes },
  migrate: { 1: ({ id, size }: Old): New => ({ id, bytes: Number(size) }) },
});

function worldOf(engine: ReturnType<typeof openMemory>, boxes: Collection<any, string>): World {
  const service = defineService({ id: 'sqs', operations: {}, state: [boxes] });
  const registry = new Registry({ sqs: { load: async () => ({ default: service }), events: [], state: { 'sqs/box': boxes.version } } });
  return new World({ engine, blobs: openMemoryBlobs(), registry });
}

const places = ['us-east-1', 'eu-west-1'].map((region) => ({ partition: 'aws', account: '111111111111', region }));

describe('migrate', () => {
  it('brings every record of every place up, with its indexes', async () => {
    const engine = openMemory();
    const old = worldOf(engine, OldBoxes);
    await old.start();
    for (const place of places) {
      await old.transactAt(place, (tx) => {
        for (let i = 0; i < 1201; i++) tx.put(OldBoxes, { id: String(i), size: String(i % 7) });
      });
    }
    const world = worldOf(engine, NewBoxes);
    await world.start();
    for (const place of places) {
      const [all, threes] = await world.transactAt(place, (tx) => [tx.scan(NewBoxes), tx.scanIndex(NewBoxes, 'bytes', { prefix: 3 })]);
      expect(all).toHaveLength(1201);
      expect(all[8]).toEqual({ id: '1004', bytes: 1004 % 7 });
      expect(threes).toHaveLength(Array.from({ length: 1201 }, (_, i) => i).filter((i) => i % 7 === 3).length);
    }
    expect(engine.trees().some((tree) => tree.collection === 'sqs/box#size')).toBe(false);
    await world.start(); // again: nothing is migrated twice
    expect(await world.transactAt(places[0]!, (tx) => tx.get(NewBoxes, '8'))).toEqual({ id: '8', bytes: 1 });
  });

  it('refuses a state of a newer version and says what to do', async () => {
    const engine = openMemory();
    await worldOf(engine, NewBoxes).start();
    await expect(worldOf(engine, OldBoxes).start()).rejects.toThrow(DataVersionError);
  });
});
