/** Reads of items by their keys, as single operations, batches and transactions make them. */
import type { AttributeValue } from '../../../generated/api/dynamodb';
import type { EncodedKey } from '../../kernel';
import { attributesOf } from './items';
import { keyOfRequest } from './keys';
import { checkTableName } from './lookup';
import { checkKeyPaths, type Projection, type ProjectionParameters, readProjection } from './parameters';
import { schemaOf } from './schema';
import type { StoredItem, Table } from './state';
import { type Item, normaliseItem } from './value';

/** Keys of one table, and what is shown of their items. */
export interface Get {
  readonly tableName: string;
  readonly keys: readonly Item[];
  readonly projection: Projection | undefined;
}

export function readGet(
  tableName: string,
  given: readonly { readonly [name: string]: AttributeValue }[],
  parameters: ProjectionParameters,
): Get {
  checkTableName(tableName);
  let keys: readonly Item[] = [];
  const projection = readProjection(parameters, () => {
    keys = given.map((key) => normaliseItem(key));
  });
  return { tableName, keys, projection };
}

/** The stored keys, in the table of this name. */
export function locateGet(table: Table, { keys, projection }: Get): EncodedKey[] {
  const schema = schemaOf(table);
  if (projection !== undefined) checkKeyPaths(projection.paths, schema);
  return keys.map((key) => keyOfRequest(schema.key, key));
}

/** What is shown of an item, as JSON. */
export function shownText(stored: StoredItem, { projection }: Get): string {
  return projection === undefined ? stored.json : JSON.stringify(projection.project(attributesOf(stored)));
}
