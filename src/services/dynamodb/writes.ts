/** One write of one item, as single operations, batches and transactions make it: read from the request, located, performed. */
import type { AttributeValue, AttributeValueUpdate } from '../../../generated/api/dynamodb';
import type { Keyed, TxContext } from '../../kernel';
import { noAttributes } from './attributes';
import type { WriteUse } from './capacity';
import { conditionFailed, invalid, invalidValues, itemTooLarge, updateTooLarge } from './errors';
import { bindCondition } from './expression/bind-condition';
import { bindUpdate } from './expression/bind-update';
import type { Action, Condition } from './expression/bound';
import { isTrue } from './expression/evaluate';
import { changesOf } from './expression/update';
import { type ItemText, readItemText } from './item-text';
import { attributesOf, deleteItem, prepared, writeItem } from './items';
import { keyOfItem, keyOfRequest, requireIndexable } from './keys';
import { checkParameterStyles } from './legacy';
import { checkTableName, type Found, requireDataTable } from './lookup';
import { ChangedItem, type NewItem, ParsedItem } from './new-item';
import { type ConditionParameters, checkKeyPaths, pathsOf, readCondition, readExpected, withPlaceholders } from './parameters';
import { plainItemOf } from './plain-items';
import { schemaOf, type TableSchema } from './schema';
import { Items, type StoredItem } from './state';
import { type Item, itemSize, normaliseItem, normaliseValue, type Type, typeOf, type Value } from './value';

const maxItemBytes = 400 * 1024;

type Attributes = { readonly [name: string]: AttributeValue };

interface Common {
  readonly tableName: string;
  readonly condition: Condition | undefined;
  /** Whether a failed condition shows the item. */
  readonly showsOld: boolean;
}

export type Write =
  | (Common & { readonly kind: 'put'; readonly item: NewItem })
  | (Common & { readonly kind: 'delete' | 'check'; readonly key: Item })
  | (Common & { readonly kind: 'update'; readonly key: Item; readonly actions: readonly Action[]; readonly legacy: boolean });

interface Given extends ConditionParameters {
  readonly TableName: string;
  readonly ReturnValues?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

function showsOld(input: Given): boolean {
  return input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
}

function checkReturnValues(returnValues: string | undefined): void {
  if (returnValues !== undefined && returnValues !== 'NONE' && returnValues !== 'ALL_OLD') {
    throw invalid('ReturnValues can only be ALL_OLD or NONE');
  }
}

export function readPut(input: Given & { readonly Item: Attributes }): Write {
  checkTableName(input.TableName);
  checkParameterStyles(input, ['ConditionExpression'], ['Expected', 'ConditionalOperator']);
  const item = readItem(input.Item);
  checkReturnValues(input.ReturnValues);
  requireFitting(item);
  const condition = readCondition(input);
  return { kind: 'put', tableName: input.TableName, condition, showsOld: showsOld(input), item };
}

function readItem(item: Attributes): NewItem {
  return plainItemOf(item) ?? new ParsedItem(normaliseItem(item));
}

function requireFitting(item: NewItem): void {
  if (item.bytes > maxItemBytes) throw itemTooLarge();
}

/** A put without conditions, as batches have them. */
export function readPlainPut(tableName: string, given: Attributes): Write {
  const item = readItem(given);
  requireFitting(item);
  return { kind: 'put', tableName, condition: undefined, showsOld: false, item };
}

export function readPlainDelete(tableName: string, key: Attributes): Write {
  return { kind: 'delete', tableName, condition: undefined, showsOld: false, key: normaliseItem(key) };
}

export function readDelete(input: Given & { readonly Key: Attributes }): Write {
  return readKeyed(input, 'delete');
}

export function readCheck(input: Given & { readonly Key: Attributes }): Write {
  return readKeyed(input, 'check');
}

function readKeyed(input: Given & { readonly Key: Attributes }, kind: 'delete' | 'check'): Write {
  checkTableName(input.TableName);
  checkParameterStyles(input, ['ConditionExpression'], ['Expected', 'ConditionalOperator']);
  const key = normaliseItem(input.Key);
  checkReturnValues(input.ReturnValues);
  return { kind, tableName: input.TableName, condition: readCondition(input), showsOld: showsOld(input), key };
}

type Updates = { readonly [name: string]: AttributeValueUpdate };

export function readUpdate(
  input: Given & {
    readonly Key: Attributes;
    readonly UpdateExpression?: string | undefined;
    readonly AttributeUpdates?: Updates | undefined;
  },
): Write {
  checkTableName(input.TableName);
  checkParameterStyles(input, ['UpdateExpression', 'ConditionExpression'], ['AttributeUpdates', 'Expected', 'ConditionalOperator']);
  const key = normaliseItem(input.Key);
  const legacyActions = input.AttributeUpdates && readAttributeUpdates(input.AttributeUpdates);
  const legacyCondition = readExpected(input);
  const { UpdateExpression: update, ConditionExpression: condition } = input;
  const bound = withPlaceholders(input, update !== undefined || condition !== undefined, (placeholders) => ({
    actions: update === undefined ? undefined : bindUpdate(update, placeholders),
    condition: condition === undefined ? undefined : bindCondition(condition, 'ConditionExpression', placeholders),
  }));
  return {
    kind: 'update',
    tableName: input.TableName,
    condition: bound?.condition ?? legacyCondition,
    showsOld: showsOld(input),
    key,
    actions: bound?.actions ?? legacyActions ?? [],
    legacy: legacyActions !== undefined,
  };
}

const addable: readonly Type[] = ['N', 'SS', 'NS', 'BS', 'L'];
const deletable: readonly Type[] = ['SS', 'NS', 'BS'];

function readAttributeUpdates(updates: Updates): Action[] {
  return Object.entries(updates).map(([name, { Action: action = 'PUT', Value: given }]): Action => {
    const value = given && normaliseValue(given);
    const path = [name];
    if (value === undefined) {
      if (action !== 'DELETE') throw invalidValues('Only DELETE action is allowed when no attribute value is specified');
      return { kind: 'REMOVE', path };
    }
    const type = typeOf(value);
    if (action === 'DELETE') {
      if (!deletable.includes(type)) throw invalidValues(`DELETE action with value is not supported for the type ${type}`);
      return { kind: 'DELETE', path, value };
    }
    if (action !== 'ADD') return { kind: 'SET', path, source: { kind: 'value', value } };
    if (!addable.includes(type)) throw invalidValues(`ADD action is not supported for the type ${type}`);
    return { kind: 'ADD', path, value };
  });
}

/** Where a write goes. */
export interface Target extends Found, Keyed {
  readonly schema: TableSchema;
}

export function locate(ctx: TxContext, write: Write): Target {
  return locateIn(requireDataTable(ctx, write.tableName), write);
}

/** In the table of the write's name. */
export function locateIn({ tx, table }: Found, write: Write): Target {
  const schema = schemaOf(table);
  if (write.condition !== undefined) checkKeyPaths(pathsOf(write.condition), schema);
  if (write.kind === 'put') {
    const key = keyOfItem(schema.key, write.item);
    requireIndexable(schema.indexes, write.item);
    return { tx, table, key, schema };
  }
  if (write.kind === 'update') checkUpdated(write, schema);
  return { tx, table, key: keyOfRequest(schema.key, write.key), schema };
}

/** Keys are not updated, and those of indexes only to values that can be keys. */
function checkUpdated({ actions, legacy }: Extract<Write, { kind: 'update' }>, schema: TableSchema): void {
  checkKeyPaths(
    actions.map(({ path }) => path),
    schema,
  );
  for (const action of actions) {
    const name = action.path[0] as string;
    if (schema.keyNames.has(name)) throw invalidValues(`Cannot update attribute ${name}. This attribute is part of the key`);
    const value = literalOf(action);
    if (value === undefined) continue;
    const wanted = schema.indexes.flatMap(({ key }) => key.all).find((each) => each.name === name)?.type;
    if (wanted === undefined || typeOf(value) === wanted) continue;
    throw legacy
      ? invalidValues('Type mismatch for attribute to update')
      : invalid('The update expression attempted to update the secondary index key to unsupported type');
  }
}

function literalOf(action: Action): Value | undefined {
  if (action.kind === 'ADD' || action.kind === 'DELETE') return action.value;
  return action.kind === 'SET' && action.source.kind === 'value' ? action.source.value : undefined;
}

export interface Written {
  readonly old: StoredItem | undefined;
  readonly item: NewItem | undefined;
}

/** Makes the write, or throws what stands against it. */
export function perform(target: Target, write: Write, use: WriteUse): Written {
  const old = target.tx.get(Items, target);
  const looks = write.condition !== undefined || write.kind === 'update';
  const attributes = looks && old !== undefined ? attributesOf(old) : undefined;
  if (write.condition !== undefined && !isTrue(write.condition, attributes ?? noAttributes)) {
    throw conditionFailed(write.showsOld && old !== undefined ? prepared(old.json) : undefined);
  }
  switch (write.kind) {
    case 'put':
      writeItem(target, old, write.item, use);
      return { old, item: write.item };
    case 'delete':
      if (old === undefined) use.idle(0);
      else deleteItem(target.tx, target.table, old, use);
      return { old, item: undefined };
    case 'check':
      use.idle(old?.bytes ?? 0);
      return { old, item: undefined };
    case 'update':
      return update(target, write, { old, attributes }, use);
  }
}

/** What lies at the place of a write. */
interface Present {
  readonly old: StoredItem | undefined;
  readonly attributes: ItemText | undefined;
}

function update(target: Target, write: Extract<Write, { kind: 'update' }>, { old, attributes }: Present, use: WriteUse): Written {
  const { actions } = write;
  const takesOnly = actions.length > 0 && actions.every(({ kind }) => kind === 'REMOVE' || kind === 'DELETE');
  // An update of what is not there is one of an item that has nothing but its key.
  const text = attributes ?? readItemText(JSON.stringify(write.key));
  const item = new ChangedItem(text, old?.bytes ?? itemSize(write.key), changesOf(text, actions));
  if (old === undefined && takesOnly) {
    // An update that only takes away does not make an item to take from.
    use.idle(0);
    return { old, item: undefined };
  }
  if (item.bytes > maxItemBytes) throw updateTooLarge();
  requireIndexable(target.schema.indexes, item);
  writeItem(target, old, item, use);
  return { old, item };
}
