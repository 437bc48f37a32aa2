import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdb } from '../../src/store/lmdb';
import { engineConformance } from './conformance';

for (const durability of ['process', 'disk'] as const) {
  engineConformance(
    `lmdb (${durability})`,
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'nuvola-lmdb-'));
      let { engine } = await openLmdb(directory, { durability });
      return {
        engine,
        async reopen() {
          await engine.close();
          ({ engine } = await openLmdb(directory, { durability }));
          return engine;
        },
        async close() {
          await engine.close();
          rmSync(directory, { recursive: true });
        },
      };
    },
    durability === 'process' ? 60 : 10,
  );
}
