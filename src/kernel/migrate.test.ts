import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openMemory } from '../store/memory';
import { openMemoryBlobs } from '../store/memory-blobs';
import { type Collection, collection } from './collection';
import { DataVersionError, migrate } from './migrate';
import { kernelCollections, Schemas } from './records';
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

  describe('of what the kernel itself keeps', () => {
    const here = { partition: 'aws', account: '111111111111', region: 'us-east-1' };
    const OldNotes = collection<Old>({ name: 'kernel/note', version: 1, scope: 'world', key: (n) => n.id, owner: () => here.account });
    const NewNotes = collection<New>({
      name: 'kernel/note',
      version: 2,
      scope: 'world',
      key: (n) => n.id,
      owner: () => here.account,
      migrate: { 1: ({ id, size }: Old): New => ({ id, bytes: Number(size) }) },
    });
    const withNotes = (notes: Collection<any, string>) => [...kernelCollections, notes];
    const note = (world: World, name: string, version: number) =>
      world.transactAt(world.home, (tx) => tx.put(Schemas, { collection: name, version }));

    it('brings records up as it does those of services', async () => {
      const world = worldOf(openMemory(), NewBoxes);
      await migrate(world, withNotes(OldNotes));
      await world.transactAt(here, (tx) => tx.put(OldNotes, { id: 'a', size: '7' }));
      await migrate(world, withNotes(NewNotes));
      expect(await world.transactAt(here, (tx) => tx.scan(NewNotes))).toEqual([{ id: 'a', bytes: 7 }]);
      expect(await world.transactAt(here, (tx) => tx.scanIndex(NewNotes, 'owner' as never, { prefix: here.account }))).toHaveLength(1);
      await migrate(world, withNotes(NewNotes)); // again: nothing is migrated twice
      expect(await world.transactAt(here, (tx) => tx.get(NewNotes, 'a'))).toEqual({ id: 'a', bytes: 7 });
    });

    it('notes the version of every collection at each start', async () => {
      const world = worldOf(openMemory(), NewBoxes);
      await world.start();
      const noted = new Map((await world.transactAt(world.home, (tx) => tx.scan(Schemas))).map((s) => [s.collection, s.version]));
      for (const { name, version } of kernelCollections) expect([name, noted.get(name)]).toEqual([name, version]);
    });

    it('leaves no collection out', () => {
      const sources = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
      const text = sources.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('\n');
      const declared = [...text.matchAll(/\bcollection<[^(]*?>\(\{\s*name: '(kernel\/[\w-]+)'/g)].map(([, name]) => name);
      expect(declared.toSorted()).toEqual([...kernelCollections.map(({ name }) => name), Schemas.name].toSorted());
    });

    it('refuses what a newer Nuvola wrote, and what no version between can read', async () => {
      const newer = worldOf(openMemory(), NewBoxes);
      await note(newer, 'kernel/timer', 2);
      await expect(newer.start()).rejects.toThrow(/newer Nuvola \(kernel\/timer has version 2, this one knows 1\)/);
      const older = worldOf(openMemory(), NewBoxes);
      await note(older, 'kernel/audit-chunk', 1);
      await expect(older.start()).rejects.toThrow(/kernel\/audit-chunk cannot be brought from version 1 to 2/);
    });
  });
});
