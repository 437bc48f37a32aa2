/** DynamoDB over the kernel alone, with a frozen clock: for the many cases that need no wire. */
import type { AttributeValue, DynamoDB } from '../../generated/api/dynamodb';
import type { Place } from '../../src/kernel';
import { Clock } from '../../src/kernel/clock';
import { Registry } from '../../src/kernel/registry';
import { World } from '../../src/kernel/world';
import dynamodb from '../../src/services/dynamodb/service';
import { openMemory } from '../../src/store/memory';
import { openMemoryBlobs } from '../../src/store/memory-blobs';

export { fullRefusal as refusal } from '../refusal';

export const here: Place = { partition: 'aws', account: '111111111111', region: 'us-east-1' };

type CreateTable = DynamoDB['CreateTable']['input'];
export type Attributes = { [name: string]: AttributeValue };

export interface DirectDynamo extends AsyncDisposable {
  readonly world: World;
  call<O extends keyof DynamoDB & string>(operation: O, input: DynamoDB[O]['input'], place?: Place): Promise<DynamoDB[O]['output']>;
  /** Moves the clock, in seconds, and waits for what that causes. */
  pass(seconds: number): Promise<void>;
  /** Creates an on-demand table `t` with keys as in `pk:S sk:N`. */
  table(keys?: string, more?: Partial<CreateTable>): Promise<void>;
  put(...items: Attributes[]): Promise<void>;
}

export function openDynamo(): DirectDynamo {
  const clock = new Clock();
  clock.freeze();
  const failures: unknown[] = [];
  const world = new World({
    engine: openMemory({ freeze: true }),
    blobs: openMemoryBlobs(),
    registry: new Registry({ dynamodb: { load: async () => ({ default: dynamodb }), events: [], state: {} } }),
    clock,
    seed: 'dynamodb',
    report: (what, error) => failures.push(what, error),
  });
  const call = ((operation, input, place = here) => world.call('dynamodb', operation, input, place)) as DirectDynamo['call'];
  return {
    world,
    call,
    async pass(seconds) {
      const { settled, left } = await world.advance(seconds * 1000);
      if (!settled) throw new Error(`not settled: ${left.join(', ')}`);
    },
    async table(keys = 'pk:S', more = {}) {
      await call('CreateTable', { TableName: 'tab', BillingMode: 'PAY_PER_REQUEST', ...keySchema(keys), ...more });
    },
    async put(...items) {
      for (const Item of items) await call('PutItem', { TableName: 'tab', Item });
    },
    async [Symbol.asyncDispose]() {
      await world.close();
      if (failures.length > 0) throw new AggregateError(failures, 'something failed in the background');
    },
  };
}

/** `pk:S sk:N` as KeySchema and AttributeDefinitions; further words are only defined: `pk:S +other:S`. */
export function keySchema(keys: string): Pick<CreateTable, 'KeySchema' | 'AttributeDefinitions'> {
  const words = keys.split(' ').map((word) => word.split(':') as [string, string]);
  return {
    KeySchema: words
      .filter(([name]) => !name.startsWith('+'))
      .map(([AttributeName], i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
    AttributeDefinitions: words.map(([name, AttributeType]) => ({ AttributeName: name.replace('+', ''), AttributeType })),
  };
}

/** Attribute values from plain ones: text, numbers, booleans, null, bytes, sets, lists, maps. */
export function value(plain: unknown): AttributeValue {
  if (typeof plain === 'string') return { S: plain };
  if (typeof plain === 'number') return { N: String(plain) };
  if (typeof plain === 'boolean') return { BOOL: plain };
  if (plain === null) return { NULL: true };
  if (plain instanceof Uint8Array) return { B: plain };
  if (plain instanceof Set) return typeof [...plain][0] === 'number' ? { NS: [...plain].map(String) } : { SS: [...plain] };
  if (Array.isArray(plain)) return { L: plain.map(value) };
  return { M: attributes(plain as Record<string, unknown>) };
}

export function attributes(plain: Record<string, unknown>): Attributes {
  return Object.fromEntries(Object.entries(plain).map(([name, each]) => [name, value(each)]));
}
