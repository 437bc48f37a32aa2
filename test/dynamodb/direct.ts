/** DynamoDB over the kernel alone, with a frozen clock: for the many cases that need no wire. */
import type { AttributeValue, DynamoDB } from '../../generated/api/dynamodb';
import dynamodb from '../../src/services/dynamodb/service';
import { type Direct, openDirect } from '../direct';

export { here } from '../direct';
export { fullRefusal as refusal } from '../refusal';

type CreateTable = DynamoDB['CreateTable']['input'];
export type Attributes = { [name: string]: AttributeValue };

export interface DirectDynamo extends Direct<DynamoDB> {
  /** Creates an on-demand table `t` with keys as in `pk:S sk:N`. */
  table(keys?: string, more?: Partial<CreateTable>): Promise<void>;
  put(...items: Attributes[]): Promise<void>;
}

export function openDynamo(): DirectDynamo {
  const direct = openDirect<DynamoDB>(dynamodb);
  const { call } = direct;
  return {
    ...direct,
    async table(keys = 'pk:S', more = {}) {
      await call('CreateTable', { TableName: 'tab', BillingMode: 'PAY_PER_REQUEST', ...keySchema(keys), ...more });
    },
    async put(...items) {
      for (const Item of items) await call('PutItem', { TableName: 'tab', Item });
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
