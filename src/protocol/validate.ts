/** Checks an input against the constraints of its shape, compiled per shape: required, enum, length, range, pattern. */
import type { Member, Shape } from '../api/model';
import { javaPattern } from './pattern';
import type { Violation } from './protocol';
import { perObject } from './shapes';

/** No service reports more at once. */
const MAX_VIOLATIONS = 10;

/** Where the value is. One array for a whole input: those who go deeper push and pop, those who report copy. */
type Path = (string | number)[];
type Check = (value: unknown, path: Path, found: Violation[]) => void;

const none: Violation[] = [];

/** Bodies up to this length cannot break a limit of as many characters: DynamoDB's of attribute names is the one that counts. */
const shortBytes = 65_535;

/**
 * The first ten violations, in the model's order. `body`: the bytes that the input was read from, when they are JSON. Short ones
 * without a null are spared the look into what could only be too long or null.
 */
export function validate(shape: Shape, input: unknown, body?: Uint8Array): Violation[] {
  const isShort = body !== undefined && body.length <= shortBytes && !asBuffer(body).includes('null');
  const found: Violation[] = [];
  (isShort ? checkOfShort : checkOf)(shape)?.(input, [], found);
  if (found.length === 0) return none;
  return found.length > MAX_VIOLATIONS ? found.slice(0, MAX_VIOLATIONS) : found;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A violated constraint of one value, before it is known what it belongs to. */
interface Broken {
  readonly kind: Violation['kind'];
  readonly constraint: string;
}

/** The check of a shape and all below it; undefined when there is nothing to check. A shape within itself is assumed to have something. */
type CheckOf = (shape: Shape) => Check | undefined;

function checks(isSpared: (shape: Shape) => boolean): CheckOf {
  const of: CheckOf = perObject<Check | undefined>((shape) => {
    if (isSpared(shape)) return undefined;
    switch (shape.type) {
      case 'structure':
        return structureCheck(shape, of);
      case 'list':
        return collectionCheck(shape, shape.element!, undefined, of);
      case 'map':
        return collectionCheck(shape, shape.value!, shape.key, of);
      default:
        return scalarCheck(shape);
    }
  });
  return of;
}

const checkOf = checks(() => false);
const checkOfShort = checks((shape) => !canBreak(shape, new Set()));

/** Can a short input without nulls break a constraint of this shape, or of one below? What is being looked at already adds nothing. */
function canBreak(shape: Shape, above: Set<Shape>): boolean {
  if (above.has(shape)) return false;
  above.add(shape);
  const { min, max, enum: words, pattern, required } = shape;
  if (words !== undefined || pattern !== undefined || (min ?? 0) > 0 || (max ?? shortBytes) < shortBytes) return true;
  if (max !== undefined && shape.type !== 'string') return true;
  if (required !== undefined && required.length > 0) return true;
  const below = [...(shape.members?.values() ?? []), shape.element, shape.key, shape.value];
  return below.some((member) => member !== undefined && canBreak(member.shape, above));
}

function structureCheck(shape: Shape, of: CheckOf): Check {
  let members:
    | { readonly name: string; readonly required: boolean; readonly shape: Shape; readonly check: Check | undefined }[]
    | undefined;
  const compile = () =>
    [...(shape.members ?? [])]
      .map(([name, member]) => ({
        name,
        required: shape.required?.includes(name) === true,
        shape: member.shape,
        check: checkOfMember(member, of),
      }))
      .filter((member) => member.required || member.check !== undefined);
  return (value, path, found) => {
    if (found.length >= MAX_VIOLATIONS || typeof value !== 'object' || value === null) return;
    members ??= compile();
    for (const member of members) {
      const given = (value as Record<string, unknown>)[member.name];
      if (given !== undefined && given !== null) {
        if (member.check === undefined) continue;
        path.push(member.name);
        member.check(given, path, found);
        path.pop();
      } else if (member.required) found.push(missing([...path, member.name], member.shape));
    }
  };
}

/** Streams and event streams are not looked into. */
function checkOfMember({ shape }: Member, of: CheckOf): Check | undefined {
  return shape.streaming === true || shape.eventStream === true ? undefined : of(shape);
}

function missing(path: Path, shape: Shape): Violation {
  return { path, kind: 'required', constraint: 'Member must not be null', value: undefined, shape };
}

function scalarCheck(shape: Shape): Check | undefined {
  const test = scalarTest(shape);
  if (test === undefined) return undefined;
  return (value, path, found) => {
    for (const { kind, constraint } of test(value)) found.push({ path: [...path], kind, constraint, value, shape });
  };
}

const nothing: Broken[] = [];

/** Text of so many UTF-16 units has at most as many code points, and at least half as many: most need no counting. */
function isClearlyWithin(value: unknown, min = 0, max = Number.POSITIVE_INFINITY): boolean {
  return typeof value === 'string' && value.length <= max && value.length >= 2 * min;
}

/** The constraints of a scalar that a value breaks. */
function scalarTest(shape: Shape): ((value: unknown) => Broken[]) | undefined {
  const { min, max, enum: words, pattern } = shape;
  const numeric = shape.type !== 'string' && shape.type !== 'blob';
  if (min === undefined && max === undefined && words === undefined && pattern === undefined) return undefined;
  const size = numeric ? (value: unknown) => value as number : sizeOf;
  const noun = numeric ? 'value' : 'length';
  const kind = numeric ? 'range' : 'length';
  return (value) => {
    if (pattern === undefined && words === undefined && isClearlyWithin(value, min, max)) return nothing;
    const broken: Broken[] = [];
    const measured = min === undefined && max === undefined ? 0 : size(value);
    if (max !== undefined && measured > max) broken.push({ kind, constraint: `Member must have ${noun} less than or equal to ${max}` });
    if (min !== undefined && measured < min) broken.push({ kind, constraint: `Member must have ${noun} greater than or equal to ${min}` });
    if (pattern !== undefined && typeof value === 'string' && !javaPattern(pattern).matches(value)) {
      broken.push({ kind: 'pattern', constraint: `Member must satisfy regular expression pattern: ${pattern}` });
    }
    if (words !== undefined && !words.includes(value as string)) {
      broken.push({ kind: 'enum', constraint: `Member must satisfy enum value set: [${words.join(', ')}]` });
    }
    return broken;
  };
}

/** Length as AWS counts it: code points of text, bytes of blobs, entries of lists and maps. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return codePoints(value);
  if (value instanceof Uint8Array || Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const high = text.charCodeAt(i);
    if (high >= 0xd800 && high <= 0xdbff && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      count--;
      i++;
    }
  }
  return count;
}

function collectionCheck(shape: Shape, item: Member, key: Member | undefined, of: CheckOf): Check | undefined {
  const { min, max } = shape;
  const keyTest = key === undefined ? undefined : scalarTest(key.shape);
  let itemTest: ReturnType<typeof scalarTest>;
  let itemCheck: Check | undefined;
  let compiled = false;
  const compile = () => {
    const nested = item.shape.type === 'structure' || item.shape.type === 'list' || item.shape.type === 'map';
    itemTest = nested ? undefined : scalarTest(item.shape);
    itemCheck = nested ? of(item.shape) : undefined;
    compiled = true;
  };
  const whole = key === undefined ? 'Member must satisfy constraint' : 'Map value must satisfy constraint';
  return (value, path, found) => {
    if (found.length >= MAX_VIOLATIONS) return;
    if (!compiled) compile();
    const size = min === undefined && max === undefined ? 0 : sizeOf(value);
    const report = (kind: Violation['kind'], constraint: string) => found.push({ path: [...path], kind, constraint, value, shape });
    if (max !== undefined && size > max) report('length', `Member must have length less than or equal to ${max}`);
    if (min !== undefined && size < min) report('length', `Member must have length greater than or equal to ${min}`);
    let brokenItem: Broken | undefined;
    let brokenKey: Broken | undefined;
    const checkItem = (at: string | number, one: unknown) => {
      if (keyTest !== undefined) brokenKey ??= keyTest(at)[0];
      if (one === undefined || one === null) {
        if (shape.sparse !== true) found.push(missing([...path, itemName(at)], item.shape));
      } else if (itemTest !== undefined) brokenItem ??= itemTest(one)[0];
      else if (itemCheck !== undefined) {
        path.push(itemName(at));
        itemCheck(one, path, found);
        path.pop();
      }
    };
    if (key === undefined) for (let i = 0; i < (value as unknown[]).length; i++) checkItem(i, (value as unknown[])[i]);
    else for (const at in value as object) checkItem(at, (value as Record<string, unknown>)[at]);
    // Broken scalars are reported once for the whole collection, with everything its items must satisfy.
    if (brokenKey !== undefined) report(brokenKey.kind, `Map keys must satisfy constraint: [${constraintsOf(key!.shape)}]`);
    if (brokenItem !== undefined) report(brokenItem.kind, `${whole}: [${constraintsOf(item.shape)}]`);
  };
}

/** Items of lists are numbered from 1. */
function itemName(at: string | number): string | number {
  return typeof at === 'number' ? at + 1 : at;
}

function constraintsOf({ min, max, pattern, enum: words, type }: Shape): string {
  const noun = type === 'string' || type === 'blob' ? 'length' : 'value';
  const all: string[] = [];
  if (max !== undefined) all.push(`Member must have ${noun} less than or equal to ${max}`);
  if (min !== undefined) all.push(`Member must have ${noun} greater than or equal to ${min}`);
  if (pattern !== undefined) all.push(`Member must satisfy regular expression pattern: ${pattern}`);
  if (words !== undefined) all.push(`Member must satisfy enum value set: [${words.join(', ')}]`);
  return all.join(', ');
}
