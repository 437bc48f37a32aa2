/** Operations on single items. */
import type { DynamoDB, ItemCollectionMetrics } from '../../../../generated/api/dynamodb';
import { defineOperations, type TxContext } from '../../../kernel';
import { consumedCapacity, readUnits, Use, WriteUse } from '../capacity';
import { projector } from '../expression/project';
import { collectionBytes, itemOf, prepared, preparedItem } from '../items';
import { keyOfRequest } from '../keys';
import { checkTableName, requireDataTable } from '../lookup';
import { checkKeyPaths, readProjection } from '../parameters';
import { schemaOf } from '../schema';
import { Items } from '../state';
import { requireCapacity, takeCapacity } from '../throttle';
import { attribute, type Item, normaliseItem, toAttributeValue } from '../value';
import { locate, perform, readDelete, readPut, readUpdate, type Target, type Write, type Written } from '../writes';

/** An answer's item: the types know only what it stands for. */
type Attributes = NonNullable<DynamoDB['GetItem']['output']['Item']>;

export const itemOperations = defineOperations<DynamoDB>()({
  GetItem(ctx, input) {
    checkTableName(input.TableName);
    let key: Item = {};
    const projection = readProjection(input, () => {
      key = normaliseItem(input.Key);
    });
    const found = requireDataTable(ctx, input.TableName);
    const schema = schemaOf(found.table);
    if (projection !== undefined) checkKeyPaths(projection.paths, schema);
    const stored = found.tx.get(Items, keyOfRequest(found.table.id, schema.key, key));
    requireCapacity(found, 'read');
    const use = new Use();
    use.tableUnits = readUnits(stored?.bytes ?? 0, input.ConsistentRead === true);
    takeCapacity(found, 'read', use);
    const item = stored && (projection === undefined ? prepared(stored) : preparedItem(projection.project(itemOf(stored))));
    return {
      Item: item as Attributes | undefined,
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
  const whole = item?.values ?? (old && itemOf(old));
  if (!schema.hasLocalIndexes || whole === undefined) return undefined;
  const { name } = schema.key.hash[0] as { name: string };
  const lower = Math.floor(collectionBytes(tx, key) / gigabyte);
  return {
    ItemCollectionKey: { [name]: toAttributeValue(attribute(whole, name) as never) },
    SizeEstimateRangeGB: [lower, lower + 1],
  };
}

function oldAttributes(_request: Write, { old }: Written): Attributes | undefined {
  return old && (prepared(old) as unknown as Attributes);
}

/** What an update shows: all of the item, or only what the update was about. */
function updatedAttributes(request: Write, { old, item }: Written, wanted: string): Attributes | undefined {
  if (request.kind !== 'update') return undefined;
  if (wanted === 'ALL_OLD') return oldAttributes(request, { old, item });
  const whole = wanted === 'UPDATED_OLD' ? old && itemOf(old) : item?.values;
  if (whole === undefined) return undefined;
  const shown = wanted === 'ALL_NEW' ? whole : projector(request.actions.map(({ path }) => path))(whole);
  return Object.keys(shown).length > 0 ? (preparedItem(shown) as unknown as Attributes) : undefined;
}
