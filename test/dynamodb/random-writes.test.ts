/** After any writes, items, indexes, counts and sizes are what a plain model of them says. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { attributes, type DirectDynamo, keySchema, openDynamo, value } from './direct';

const TableName = 'tab';

/** An item of the model: text, whole numbers below 100, lists of text. */
type Plain = Readonly<Record<string, string | number | readonly string[]>>;
type Key = { readonly pk: string; readonly sk: number };

const key = fc.record({ pk: fc.constantFrom('a', 'b'), sk: fc.integer({ min: 1, max: 3 }) });
const text = fc.constantFrom('x', 'y', 'é', '"', 'longer text than fits into a short string');
const rest = fc.record(
  { g: text, grade: text, n: fc.integer({ min: 1, max: 9 }), parts: fc.array(text, { maxLength: 2 }) },
  { requiredKeys: [] },
);

/** Update expressions over :t, a text, and what they do to the model. */
const updates: Readonly<Record<string, (item: Plain, t: string) => Plain>> = {
  'SET g = :t': (item, g) => ({ ...item, g }),
  'SET grade = :t REMOVE g': ({ g: _, ...item }, grade) => ({ ...item, grade }),
  'REMOVE grade, n': ({ grade: _, n: __, ...item }) => item,
  'SET n = if_not_exists(n, :zero) + :one': (item) => ({ ...item, n: ((item['n'] as number | undefined) ?? 0) + 1 }),
  'ADD n :one SET g = :t': (item, g) => ({ ...item, g, n: ((item['n'] as number | undefined) ?? 0) + 1 }),
  'SET parts = list_append(if_not_exists(parts, :none), :more)': (item, t) => ({
    ...item,
    parts: [...((item['parts'] as readonly string[] | undefined) ?? []), t],
  }),
};

type Write =
  | { readonly kind: 'put'; readonly item: Plain & Key }
  | { readonly kind: 'delete'; readonly key: Key }
  | { readonly kind: 'update'; readonly key: Key; readonly expression: string; readonly t: string };
const write: fc.Arbitrary<Write> = fc.oneof(
  fc.tuple(key, rest).map(([k, r]): Write => ({ kind: 'put', item: { ...k, ...r } as Plain & Key })),
  key.map((k): Write => ({ kind: 'delete', key: k })),
  fc.record({ kind: fc.constant('update' as const), key, expression: fc.constantFrom(...Object.keys(updates)), t: text }),
);
/** Some writes go together. */
const step = fc.record({ how: fc.constantFrom('alone', 'transaction'), writes: fc.array(write, { minLength: 1, maxLength: 3 }) });

function updateOf({ expression, t }: Extract<Write, { kind: 'update' }>) {
  const values: Record<string, unknown> = { ':t': t, ':zero': 0, ':one': 1, ':none': [], ':more': [t] };
  const used = Object.entries(values).filter(([name]) => new RegExp(`${name}\\b`).test(expression));
  return {
    UpdateExpression: expression,
    ...(used.length > 0 && { ExpressionAttributeValues: attributes(Object.fromEntries(used)) }),
  };
}

const keyOf = (w: Write): Key => (w.kind === 'put' ? { pk: w.item.pk, sk: w.item.sk } : w.key);
const nameOf = ({ pk, sk }: Key) => `${pk}/${sk}`;

async function perform(db: DirectDynamo, { how, writes }: { readonly how: string; readonly writes: readonly Write[] }): Promise<void> {
  const ofKey = (w: Write) => ({ TableName, Key: attributes(keyOf(w)) });
  if (how === 'transaction') {
    const TransactItems = writes.map((w) =>
      w.kind === 'put'
        ? { Put: { TableName, Item: attributes(w.item) } }
        : w.kind === 'delete'
          ? { Delete: ofKey(w) }
          : { Update: { ...ofKey(w), ...updateOf(w) } },
    );
    await db.call('TransactWriteItems', { TransactItems });
    return;
  }
  for (const w of writes) {
    if (w.kind === 'put') await db.call('PutItem', { TableName, Item: attributes(w.item) });
    else if (w.kind === 'delete') await db.call('DeleteItem', ofKey(w));
    else await db.call('UpdateItem', { ...ofKey(w), ...updateOf(w) });
  }
}

/** By the Developer Guide's rules, for the few types that there are. */
function sizeOf(item: Plain): number {
  const bytes = (each: Plain[string]): number =>
    typeof each === 'string'
      ? Buffer.byteLength(each)
      : typeof each === 'number'
        ? 2
        : each.reduce((sum, member) => sum + 1 + Buffer.byteLength(member), 3);
  return Object.entries(item).reduce((sum, [name, each]) => sum + name.length + bytes(each), 0);
}

const pick = (item: Plain, names: readonly string[]): Plain =>
  Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
const sorted = (items: readonly object[]) => items.map((item) => JSON.stringify(Object.entries(item).sort())).sort();

it('leaves items, indexes, counts and sizes as a plain model of them has them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      await using db = openDynamo();
      const schema = (keys: string) => ({ KeySchema: keySchema(keys).KeySchema ?? [] });
      await db.table('pk:S sk:N +g:S +grade:S', {
        GlobalSecondaryIndexes: [
          { IndexName: 'whole', ...schema('g'), Projection: { ProjectionType: 'ALL' } },
          { IndexName: 'part', ...schema('g grade'), Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['n'] } },
        ],
        LocalSecondaryIndexes: [{ IndexName: 'local', ...schema('pk grade'), Projection: { ProjectionType: 'KEYS_ONLY' } }],
      });
      const model = new Map<string, Plain>();
      for (const each of steps) {
        const distinct = each.writes.filter((w, i) => each.writes.findIndex((other) => nameOf(keyOf(other)) === nameOf(keyOf(w))) === i);
        await perform(db, { how: each.how, writes: distinct });
        for (const w of distinct) {
          const name = nameOf(keyOf(w));
          if (w.kind === 'put') model.set(name, w.item);
          else if (w.kind === 'delete') model.delete(name);
          // An update that only removes makes no item.
          else if (model.has(name) || !w.expression.startsWith('REMOVE'))
            model.set(name, updates[w.expression]?.(model.get(name) ?? w.key, w.t) as Plain);
        }
      }
      const items = [...model.values()];
      const wanted: Readonly<Record<string, readonly Plain[]>> = {
        whole: items.filter((item) => 'g' in item),
        part: items.filter((item) => 'g' in item && 'grade' in item).map((item) => pick(item, ['pk', 'sk', 'g', 'grade', 'n'])),
        local: items.filter((item) => 'grade' in item).map((item) => pick(item, ['pk', 'sk', 'grade'])),
      };
      const read = async (more: object) => sorted((await db.call('Scan', { TableName, ...more })).Items ?? []);
      const asSent = (plain: readonly Plain[]) => sorted(plain.map((item) => attributes(item)));
      expect(await read({})).toEqual(asSent(items));
      for (const [IndexName, entries] of Object.entries(wanted)) expect(await read({ IndexName })).toEqual(asSent(entries));
      // The same, as a filter and a projection find it in the items' text.
      const filter = { FilterExpression: 'attribute_exists(g) AND n > :n', ExpressionAttributeValues: { ':n': value(4) } };
      const projection = { ProjectionExpression: 'pk, n, parts[0]' };
      const found = items.filter((item) => 'g' in item && Number(item['n'] ?? 0) > 4);
      const shown = found.map((item) => ({
        ...pick(item, ['pk', 'n']),
        ...((item['parts'] as readonly string[] | undefined)?.length ? { parts: (item['parts'] as readonly string[]).slice(0, 1) } : {}),
      }));
      expect(await read({ ...filter, ...projection })).toEqual(asSent(shown));
      const { Table } = await db.call('DescribeTable', { TableName });
      const total = (entries: readonly Plain[]) => entries.reduce((sum, item) => sum + sizeOf(item), 0);
      expect([Table?.ItemCount, Table?.TableSizeBytes]).toEqual([items.length, total(items)]);
      for (const index of [...(Table?.GlobalSecondaryIndexes ?? []), ...(Table?.LocalSecondaryIndexes ?? [])]) {
        const entries = wanted[index.IndexName as string] ?? [];
        expect([index.IndexName, index.ItemCount, index.IndexSizeBytes]).toEqual([index.IndexName, entries.length, total(entries)]);
      }
    }),
    { numRuns: 150 },
  );
});
