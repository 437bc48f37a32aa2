/** One service over the kernel alone, with a frozen clock: for the many cases that need no wire. */
import type { Place } from '../src/kernel';
import { Clock } from '../src/kernel/clock';
import { Registry } from '../src/kernel/registry';
import type { ServiceDefinition } from '../src/kernel/service';
import { World } from '../src/kernel/world';
import { openMemory } from '../src/store/memory';
import { openMemoryBlobs } from '../src/store/memory-blobs';

export const here: Place = { partition: 'aws', account: '111111111111', region: 'us-east-1' };

type Operations<Api> = { [O in keyof Api]: { readonly input: unknown; readonly output: unknown } };

export interface Direct<Api extends Operations<Api>> extends AsyncDisposable {
  readonly world: World;
  call<O extends keyof Api & string>(operation: O, input: Api[O]['input'], place?: Place): Promise<Api[O]['output']>;
  /** Moves the clock, in seconds, and waits for what that causes. */
  pass(seconds: number): Promise<void>;
}

/** With the services that it calls, if any. Disposing of it fails when something failed in the background. */
export function openDirect<Api extends Operations<Api>>(
  definition: ServiceDefinition,
  ...called: readonly ServiceDefinition[]
): Direct<Api> {
  const { id } = definition;
  const entryOf = (one: ServiceDefinition) => [one.id, { load: async () => ({ default: one }), events: [], state: {} }] as const;
  const clock = new Clock();
  clock.freeze();
  const failures: unknown[] = [];
  const world = new World({
    engine: openMemory({ freeze: true }),
    blobs: openMemoryBlobs(),
    registry: new Registry(Object.fromEntries([definition, ...called].map(entryOf))),
    clock,
    seed: id,
    report: (what, error) => failures.push(what, error),
  });
  return {
    world,
    call: ((operation, input, place = here) => world.call(id, operation, input, place)) as Direct<Api>['call'],
    async pass(seconds) {
      const { settled, left } = await world.advance(seconds * 1000);
      if (!settled) throw new Error(`not settled: ${left.join(', ')}`);
    },
    async [Symbol.asyncDispose]() {
      await world.close();
      if (failures.length > 0) throw new AggregateError(failures, 'something failed in the background');
    },
  };
}
