/** Is a condition true of an item? */
import type { Attributes } from '../attributes';
import { attribute, bytesOf, compareValues, contentOf, equalValues, typeOf, type Value } from '../value';
import type { Condition, Operand, Path } from './bound';
import type { Comparator } from './syntax';

/** What lies at a path; undefined when nothing does. */
export function valueAt(item: Attributes, path: Path): Value | undefined {
  let found = item.attribute(path[0] as string);
  for (let i = 1; i < path.length && found !== undefined; i++) {
    const part = path[i] as string | number;
    if (typeof part === 'number') found = 'L' in found ? found.L[part] : undefined;
    else found = 'M' in found ? attribute(found.M, part) : undefined;
  }
  return found;
}

export function isTrue(condition: Condition, item: Attributes): boolean {
  switch (condition.kind) {
    case 'and':
      return isTrue(condition.left, item) && isTrue(condition.right, item);
    case 'or':
      return isTrue(condition.left, item) || isTrue(condition.right, item);
    case 'not':
      return !isTrue(condition.condition, item);
    case 'compare':
      return compares(condition.comparator, evaluate(condition.left, item), evaluate(condition.right, item));
    case 'between':
      return isBetween(condition, item);
    case 'in': {
      const value = evaluate(condition.operand, item);
      return value !== undefined && condition.list.some((each) => compares('=', value, evaluate(each, item)));
    }
    case 'exists':
      return (valueAt(item, condition.path) !== undefined) === condition.exists;
    case 'type': {
      const value = evaluate(condition.operand, item);
      return value !== undefined && typeOf(value) === condition.type;
    }
    case 'begins_with':
      return beginsWith(evaluate(condition.operand, item), evaluate(condition.prefix, item));
    case 'contains':
      return contains(evaluate(condition.operand, item), evaluate(condition.part, item));
  }
}

function evaluate(operand: Operand, item: Attributes): Value | undefined {
  if (operand.kind === 'value') return operand.value;
  if (operand.kind === 'path') return valueAt(item, operand.path);
  const value = evaluate(operand.operand, item);
  const size = value === undefined ? undefined : sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

/** Bytes of text and bytes, entries of sets, lists and maps. */
function sizeOf(value: Value): number | undefined {
  const content = contentOf(value);
  switch (typeOf(value)) {
    case 'S':
      return Buffer.byteLength(content as string);
    case 'B':
      return bytesOf(content as string).length;
    case 'M':
      return Object.keys(content).length;
    case 'L':
    case 'SS':
    case 'NS':
    case 'BS':
      return (content as readonly unknown[]).length;
    default:
      return undefined;
  }
}

/** What is not there equals nothing, and differs from everything. */
export function compares(comparator: Comparator, left: Value | undefined, right: Value | undefined): boolean {
  if (left === undefined || right === undefined) return comparator === '<>';
  if (comparator === '=') return equalValues(left, right);
  if (comparator === '<>') return !equalValues(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

function isBetween({ operand, low, high }: Extract<Condition, { kind: 'between' }>, item: Attributes): boolean {
  const value = evaluate(operand, item);
  return compares('>=', value, evaluate(low, item)) && compares('<=', value, evaluate(high, item));
}

export function beginsWith(value: Value | undefined, prefix: Value | undefined): boolean {
  if (value === undefined || prefix === undefined) return false;
  if ('S' in value) return 'S' in prefix && value.S.startsWith(prefix.S);
  if (!('B' in value && 'B' in prefix)) return false;
  const start = bytesOf(prefix.B);
  return bytesOf(value.B).subarray(0, start.length).equals(start);
}

function contains(value: Value | undefined, part: Value | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if ('S' in value) return 'S' in part && value.S.includes(part.S);
  if ('B' in value) return 'B' in part && bytesOf(value.B).includes(bytesOf(part.B));
  if ('SS' in value) return 'S' in part && value.SS.includes(part.S);
  if ('NS' in value) return 'N' in part && value.NS.includes(part.N);
  if ('BS' in value) return 'B' in part && value.BS.includes(part.B);
  return 'L' in value && value.L.some((each) => equalValues(each, part));
}
