/** Which part of a table or index a query is about, from either style of key condition. */
import { type EncodedKey, encodedKey, joinKeys, type Key, type Keyed, type KeyPart } from '../../kernel';
import { invalid, invalidValues, keyMismatch } from './errors';
import type { Condition, Operand } from './expression/bound';
import { beginsWith, compares } from './expression/evaluate';
import type { Comparator } from './expression/syntax';
import { keyPart } from './keys';
import type { LegacyCondition } from './legacy';
import type { KeySchema } from './schema';
import type { KeyAttribute } from './state';
import { attribute, equalValues, type Item, typeOf, type Value } from './value';

export type KeyOperator = '=' | '<' | '<=' | '>' | '>=' | 'between' | 'begins_with';

export interface KeyCondition {
  readonly operator: KeyOperator | 'not indexable';
  readonly values: readonly Value[];
}

export type KeyConditions = ReadonlyMap<string, KeyCondition>;

const legacyOperators: Readonly<Record<string, KeyOperator>> = {
  EQ: '=',
  LT: '<',
  LE: '<=',
  GT: '>',
  GE: '>=',
  BETWEEN: 'between',
  BEGINS_WITH: 'begins_with',
};

/** KeyConditions. */
export function legacyKeyConditions(conditions: ReadonlyMap<string, LegacyCondition>): KeyConditions {
  return new Map(
    [...conditions].map(([name, { operator, values }]) => [name, { operator: legacyOperators[operator] ?? 'not indexable', values }]),
  );
}

/** `:v < key` is `key > :v`. */
const mirrored: Readonly<Record<Comparator, Comparator>> = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

const invalidKeyCondition = (reason: string) => invalid(`Invalid KeyConditionExpression: ${reason}`);
const invalidCondition = (reason: string) => invalidKeyCondition(`Invalid condition in KeyConditionExpression: ${reason}`);
const invalidOperator = (operator: string) => invalidKeyCondition(`Invalid operator used in KeyConditionExpression: ${operator}`);

/** KeyConditionExpression: conditions on attributes, all of which must hold. */
export function expressionKeyConditions(condition: Condition, maxConditions: number): KeyConditions {
  const found = new Map<string, KeyCondition>();
  collect(condition, found);
  if (found.size > maxConditions) throw invalid('Conditions can be of length 1 or 2 only');
  return found;
}

function collect(condition: Condition, found: Map<string, KeyCondition>): void {
  switch (condition.kind) {
    case 'and':
      collect(condition.left, found);
      collect(condition.right, found);
      return;
    case 'or':
    case 'not':
    case 'in':
      throw invalidOperator(condition.kind.toUpperCase());
    case 'exists':
      throw invalidOperator(condition.exists ? 'attribute_exists' : 'attribute_not_exists');
    case 'type':
      throw invalidOperator('attribute_type');
    case 'contains':
      throw invalidOperator('contains');
    case 'between':
      collectFunction('BETWEEN', 'between', condition.operand, [condition.low, condition.high], found);
      return;
    case 'begins_with':
      collectFunction('begins_with', 'begins_with', condition.operand, [condition.prefix], found);
      return;
    case 'compare':
      if (condition.comparator === '<>') throw invalidOperator('<>');
      if (condition.left.kind === 'path') add(condition.left, condition.comparator, [condition.right], found);
      else if (condition.right.kind !== 'path') throw noKey([condition.left, condition.right]);
      else add(condition.right, mirrored[condition.comparator] as KeyOperator, [condition.left], found);
  }
}

function noKey(operands: readonly Operand[]) {
  return operands.some(({ kind }) => kind === 'size') ? nestedOperation() : invalidCondition('No key attribute specified');
}

const nestedOperation = () => invalidKeyCondition('KeyConditionExpressions cannot contain nested operations');

function collectFunction(
  shown: string,
  operator: KeyOperator,
  operand: Operand,
  values: readonly Operand[],
  found: Map<string, KeyCondition>,
): void {
  if (operand.kind === 'size') throw nestedOperation();
  if (operand.kind !== 'path') throw invalidCondition(`${shown} operator must have the key attribute as its first operand`);
  add(operand, operator, values, found);
}

function add(
  { path }: Extract<Operand, { kind: 'path' }>,
  operator: KeyOperator,
  operands: readonly Operand[],
  found: Map<string, KeyCondition>,
): void {
  const values = operands.map((operand) => {
    if (operand.kind === 'path') throw invalidCondition('Multiple attribute names used in one condition');
    if (operand.kind === 'size') throw nestedOperation();
    return operand.value;
  });
  if (path.length > 1) throw invalidKeyCondition('KeyConditionExpressions cannot have conditions on nested attributes');
  const name = path[0] as string;
  if (found.has(name)) throw invalidKeyCondition('KeyConditionExpressions must only contain one condition per key');
  found.set(name, { operator, values });
}

/** What a query asks of a key: values of the partition key, and of the sort key's first attributes; then perhaps a range of the next. */
export interface KeyRange {
  /** Of the partition key, then of equal sort key attributes. */
  readonly equal: readonly Value[];
  readonly ranged: { readonly name: string; readonly condition: KeyCondition } | undefined;
  /** As they were given, by attribute. */
  readonly conditions: KeyConditions;
}

/** Throws for conditions that are not of this key: AWS's order of checks is attribute by attribute. */
export function keyRangeOf(conditions: KeyConditions, { hash, range }: KeySchema): KeyRange {
  if (range.length === 0 && conditions.size > hash.length) throw invalid('Query key condition not supported');
  const equal = hash.map((each) => {
    const condition = conditions.get(each.name);
    if (condition === undefined) throw invalid(`Query condition missed key schema element: ${each.name}`);
    checkCondition(condition, each);
    if (condition.operator !== '=') throw invalid('Query key condition not supported');
    return condition.values[0] as Value;
  });
  let left = conditions.size - hash.length;
  let ranged: KeyRange['ranged'];
  for (const each of range) {
    if (left === 0) break;
    const condition = conditions.get(each.name);
    // Sort key attributes are asked for from the first on, and only the last one by a range (Developer Guide, "Multi-attribute keys").
    if (condition === undefined) throw invalid(`Query condition missed key schema element: ${each.name}`);
    checkCondition(condition, each);
    left--;
    if (condition.operator === '=') equal.push(condition.values[0] as Value);
    else {
      if (left > 0) throw invalid('Query key condition not supported');
      ranged = { name: each.name, condition };
    }
  }
  if (left > 0) throw invalid('Query key condition not supported');
  return { equal, ranged, conditions };
}

function checkCondition({ operator, values }: KeyCondition, { type }: KeyAttribute): void {
  if (operator === 'not indexable') throw invalid('Attempted conditional constraint is not an indexable operation');
  if (values.some((value) => typeOf(value) !== type)) {
    throw invalidValues('Condition parameter type does not match schema type');
  }
  if (operator === 'begins_with' && type === 'N') {
    throw invalidValues('ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type');
  }
}

/** Bounds of a scan below a prefix of keys. */
export interface Bounds {
  from?: Key;
  after?: Key;
  to?: Key;
  textPrefix?: string;
}

/** The part of the keys below `prefix` that a condition leaves. */
export function boundsOf(prefix: EncodedKey, { operator, values }: KeyCondition): Bounds {
  const [first, second] = values.map(keyPart) as [KeyPart, KeyPart];
  switch (operator) {
    case '<':
      return { to: below(prefix, first) };
    case '<=':
      return { to: below(prefix, justAfter(first)) };
    case '>':
      return { after: below(prefix, first) };
    case '>=':
      return { from: below(prefix, first) };
    case 'between':
      return { from: below(prefix, first), to: below(prefix, justAfter(second)) };
    case 'begins_with':
      return typeof first === 'string' ? { textPrefix: first } : binaryPrefix(prefix, first as Uint8Array);
    default:
      return {};
  }
}

function below(prefix: EncodedKey, part: KeyPart): Keyed {
  return { key: joinKeys(prefix, encodedKey([part])) };
}

/** The very next key part. */
function justAfter(part: KeyPart): KeyPart {
  return typeof part === 'string' ? `${part}\0` : Buffer.concat([part as Uint8Array, Buffer.of(0)]);
}

function binaryPrefix(prefix: EncodedKey, bytes: Uint8Array): Bounds {
  const from = below(prefix, bytes);
  const last = bytes.findLastIndex((byte) => byte < 0xff);
  if (last < 0) return { from };
  const after = Buffer.from(bytes.subarray(0, last + 1));
  after[last] = (after[last] as number) + 1;
  return { from, to: below(prefix, after) };
}

/** Throws for a starting key that the query would never meet. */
export function checkStartKey(key: Item, { conditions }: KeyRange, { hash, range }: KeySchema): void {
  const sameHash = hash.every(({ name }) => equalValues(key[name] as Value, conditions.get(name)?.values[0] as Value));
  const conditioned = range.filter(({ name }) => conditions.has(name));
  if (conditioned.length === 0) {
    if (!sameHash) throw invalid('The provided starting key is outside query boundaries based on provided conditions');
    return;
  }
  if (!conditioned.every(({ name }) => holds(conditions.get(name) as KeyCondition, key[name] as Value))) {
    throw invalid('The provided starting key does not match the range key predicate');
  }
  if (!sameHash) throw invalid('The query can return at most one row and cannot be restarted');
}

function holds({ operator, values }: KeyCondition, value: Value): boolean {
  const [first, second] = values as [Value, Value];
  if (operator === 'between') return compares('>=', value, first) && compares('<=', value, second);
  return operator === 'begins_with' ? beginsWith(value, first) : compares(operator as Comparator, value, first);
}

/** Throws for values that are no key of this schema; a start key has those of the table's too. */
export function requireKeyTypes(key: Item, { all }: KeySchema): void {
  for (const { name, type } of all) {
    const value = attribute(key, name);
    if (value === undefined) throw invalid('The provided starting key is invalid');
    if (typeOf(value) !== type) throw keyMismatch();
  }
}
