/** Operations on single items. */
import type { DynamoDB, ItemCollectionMetrics } from '../../../../generated/api/dynamodb';
import { defineOperations, type EncodedKey, type TxContext } from '../../../kernel';
import { consumedCapacity, readUnits, Use, WriteUse } from '../capacity';
import { projector } from '../expression/project';
import { locateGet, readGet, shownText } from '../gets';
import { attributesOf, collectionBytes, prepared } from '../items';
import { requireDataTable } from '../lookup';
import { Items } from '../state';
import { requireCapacity, takeCapacity } from '../throttle';
import { toAttributeValue, type Value } from '../value';
import { locate, perform, readDelete, readPut, readUpdate, type Target, type Write, type Written } from '../writes';

/** An answer's item: the types know only what it stands for. */
type Attributes = NonNullable<DynamoDB['GetItem']['output']['Item']>;

export const itemOperations = defineOperations<DynamoDB>()({
  GetItem(ctx, input) {
    const get = readGet(input.TableName, [input.Key], input);
    const found = requireDataTable(ctx, input.TableName);
    const [key] = locateGet(found.table, get) as [EncodedKey];
    const stored = found.tx.get(Items, { key });
    requireCapacity(found, 'read');
    const use = new Use();
    use.tableUnits = readUnits(stored?.bytes ?? 0, input.ConsistentRead === true);
    takeCapacity(found, 'read', use);
    return {
      Item: stored && (prepared(shownText(stored, get)) as unknown as Attributes),
      ConsumedCapacity: consumedCapacity(found.table, use, input.ReturnConsumedCapacity),
    };
  },

  PutItem(ctx, input) {
    return write(ctx, readPut(input), input, oldAttributes);
  },

  DeleteItem(ctx, input) {
    return write(ctx, readDelete(input), input, oldAttributes);
  },

  UpdateItem(ctx, input) {
    return write(ctx, readUpdate(input), input, updatedAttributes);
  },
});

interface ReturnParameters {
  readonly ReturnValues?: string | undefined;
  readonly ReturnConsumedCapacity?: string | undefined;
  readonly ReturnItemCollectionMetrics?: string | undefined;
}

type Shown = (request: Write, written: Written, wanted: string) => Attributes | undefined;

function write(ctx: TxContext, request: Write, input: ReturnParameters, shown: Shown) {
  const target = locate(ctx, request);
  requireCapacity(target, 'write');
  const use = new WriteUse();
  const written = perform(target, request, use);
  takeCapacity(target, 'write', use);
  const { ReturnValues: wanted = 'NONE' } = input;
  return {
    Attributes: wanted === 'NONE' ? undefined : shown(request, written, wanted),
    ConsumedCapacity: consumedCapacity(target.table, use, input.ReturnConsumedCapacity),
    ItemCollectionMetrics: input.ReturnItemCollectionMetrics === 'SIZE' ? collectionMetrics(target, written) : undefined,
  };
}

const gigabyte = 2 ** 30;

/** Only tables with local indexes have item collections. */
export function collectionMetrics({ tx, key, schema }: Target, { old, item }: Written): ItemCollectionMetrics | undefined {
  const whole = item ?? (old && attributesOf(old));
  if (!schema.hasLocalIndexes || whole === undefined) return undefined;
  const { name } = schema.key.hash[0] as { name: string };
  const lower = Math.floor(collectionBytes(tx, schema, key) / gigabyte);
  return {
    ItemCollectionKey: { [name]: toAttributeValue(whole.attribute(name) as Value) },
    SizeEstimateRangeGB: [lower, lower + 1],
  };
}

function oldAttributes(_request: Write, { old }: Written): Attributes | undefined {
  return old && (prepared(old.json) as unknown as Attributes);
}

/** What an update shows: all of the item, or only what the update was about. */
function updatedAttributes(request: Write, { old, item }: Written, wanted: string): Attributes | undefined {
  if (request.kind !== 'update') return undefined;
  if (wanted === 'ALL_OLD') return oldAttributes(request, { old, item });
  if (wanted === 'ALL_NEW') return item && (prepared(item.json) as unknown as Attributes);
  const whole = wanted === 'UPDATED_OLD' ? old && attributesOf(old) : item;
  if (whole === undefined) return undefined;
  const shown = projector(request.actions.map(({ path }) => path))(whole);
  return Object.keys(shown).length > 0 ? (prepared(JSON.stringify(shown)) as unknown as Attributes) : undefined;
}
