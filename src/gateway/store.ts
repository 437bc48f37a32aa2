/** Opens the state where the options say it is kept. */
import type { State } from '../kernel/world';
import { openMemory } from '../store/memory';
import { openMemoryBlobs } from '../store/memory-blobs';
import type { CloudOptions } from './options';

export async function openStore(options: CloudOptions): Promise<State> {
  if (options.data === undefined) return { engine: openMemory({ freeze: options.strict === true }), blobs: openMemoryBlobs() };
  const { openLmdb } = await import('../store/lmdb');
  return openLmdb(options.data, { durability: options.durability ?? 'process' });
}
