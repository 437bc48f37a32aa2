/** IAM over the kernel alone: for what needs no wire. */
import { expect } from 'vitest';
import type { IAM } from '../../generated/api/iam';
import { Registry } from '../../src/kernel/registry';
import { World } from '../../src/kernel/world';
import iam from '../../src/services/iam/service';
import { openMemory } from '../../src/store/memory';
import { openMemoryBlobs } from '../../src/store/memory-blobs';

export const here = { partition: 'aws', account: '111111111111', region: 'us-east-1' };

export function openIam() {
  const world = new World({
    engine: openMemory({ freeze: true }),
    blobs: openMemoryBlobs(),
    registry: new Registry({ iam: { load: async () => ({ default: iam }), events: [], state: {} } }),
    seed: 'iam',
    report: (what, error) => expect.fail(`${what}: ${error}`),
  });
  const call = <O extends keyof IAM & string>(operation: O, input: IAM[O]['input']): Promise<IAM[O]['output']> =>
    world.call('iam', operation, input, here) as Promise<IAM[O]['output']>;
  return { world, call };
}
