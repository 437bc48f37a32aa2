/** Filter policies: what AWS's rule compiler accepts, in its order and words, as a tree of rules. */
import { isIP } from 'node:net';
import { type Located, LocatedError, parseLocated } from './located-json';

export type FilterScope = 'MessageAttributes' | 'MessageBody';
export type Scalar = string | number | boolean | null;

type TextTest = 'prefix' | 'suffix' | 'equals-ignore-case' | 'wildcard';

export type Rule =
  | { readonly op: 'equals'; readonly value: Scalar }
  | { readonly op: 'exists'; readonly value: boolean }
  | { readonly op: 'text'; readonly test: TextTest; readonly pattern: string }
  | { readonly op: 'range'; readonly from: Bound | undefined; readonly to: Bound | undefined }
  | { readonly op: 'cidr'; readonly address: string; readonly bits: number }
  | { readonly op: 'not'; readonly none: readonly Rule[] };

export interface Bound {
  readonly value: number;
  readonly open: boolean;
}

/** All fields must match, and one of `anyOf` if there is any. */
export interface FilterPolicy {
  readonly fields: readonly Field[];
  readonly anyOf: readonly FilterPolicy[];
}
type Field = { readonly name: string; readonly rules: readonly Rule[] } | { readonly name: string; readonly nested: FilterPolicy };

/** Something AWS refuses; `located` sentences belong behind `FilterPolicy: `, the other one stands alone. */
export class FilterPolicyError extends Error {
  readonly aboutScope: boolean;
  constructor(message: string, aboutScope = false) {
    super(message);
    this.aboutScope = aboutScope;
  }
}

const maximumKeys = 5;
const maximumCombinations = 150;
const maximumBytes = 256 * 1024;
const largest = 1e9;
const matchTypes = ['exists', 'numeric', 'cidr', 'anything-but', 'prefix', 'suffix', 'equals-ignore-case', 'wildcard'];

/** Compiles a policy; undefined for the empty one, which filters nothing. Throws FilterPolicyError. */
export function compileFilterPolicy(text: string, scope: FilterScope): FilterPolicy | undefined {
  if (Buffer.byteLength(text) > maximumBytes) throw new FilterPolicyError('Filter policy is too long'); // the limit is documented, the sentence a guess
  const root = parseText(text);
  if (root.kind === 'object' && root.entries.length === 0) return undefined;
  try {
    const policy = new Compiler(text).policy(root);
    if (scope === 'MessageAttributes' && isNested(policy)) {
      throw new FilterPolicyError('Filter policy scope MessageAttributes does not support nested filter policy', true);
    }
    if (root.kind === 'object' && root.entries.length > maximumKeys) {
      throw new FilterPolicyError(`Filter policy can not have more than ${maximumKeys} keys`);
    }
    if (combinations(policy, 1) > maximumCombinations) throw new FilterPolicyError('Filter policy is too complex');
    return policy;
  } catch (error) {
    throw error instanceof LocatedError ? new FilterPolicyError(error.message) : error;
  }
}

function parseText(text: string): Located {
  try {
    return parseLocated(text);
  } catch (error) {
    throw new FilterPolicyError(`failed to parse JSON. ${(error as Error).message}`);
  }
}

function isNested({ fields, anyOf }: FilterPolicy): boolean {
  return fields.some((field) => 'nested' in field) || anyOf.some(isNested);
}

/** Values of each array times its depth, multiplied; alternatives of `$or` added (recorded: 4 × 6 + 4 × 4 × 4 + …). */
function combinations({ fields, anyOf }: FilterPolicy, depth: number): number {
  let product = 1;
  for (const field of fields) product *= 'nested' in field ? combinations(field.nested, depth + 1) : field.rules.length * depth;
  return anyOf.length === 0 ? product : product * anyOf.reduce((sum, each) => sum + combinations(each, depth), 0);
}

class Compiler {
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  policy(node: Located): FilterPolicy {
    if (node.kind !== 'object') throw this.refuse('Filter is not an object', node.read);
    if (node.entries.length === 0) throw this.refuse('Empty objects are not allowed', node.end);
    const fields: Field[] = [];
    let anyOf: readonly FilterPolicy[] = [];
    for (const [name, value] of node.entries) {
      if (value.kind === 'object') fields.push({ name, nested: this.policy(value) });
      else if (value.kind !== 'array') throw this.refuse(`"${name}" must be an object or an array`, value.read);
      else if (name === '$or' && isAlternatives(value)) anyOf = value.items.map((item) => this.policy(item));
      else fields.push({ name, rules: this.rules(value) });
    }
    return { fields, anyOf };
  }

  private rules(list: Located & { kind: 'array' }): Rule[] {
    if (list.items.length === 0) throw this.refuse('Empty arrays are not allowed', list.end);
    return list.items.map((item) => {
      if (item.kind === 'object') return this.expression(item);
      if (item.kind === 'array') throw this.refuse('Match value must be String, number, true, false, or null', item.read);
      if (item.kind === 'number') this.checkNumber(item.value, item.read);
      return { op: 'equals', value: item.value };
    });
  }

  private expression(node: Located & { kind: 'object' }): Rule {
    const [name, value] = this.onlyEntry(node, 'Match expression name not found');
    switch (name) {
      case 'exists':
        if (value.kind !== 'word' || value.value === null) {
          throw this.refuse('exists match pattern must be either true or false.', value.read);
        }
        return this.closed(node, { op: 'exists', value: value.value });
      case 'numeric':
        return this.closed(node, this.numeric(value));
      case 'cidr':
        return this.closed(node, this.cidr(value));
      case 'anything-but':
        return this.closed(node, { op: 'not', none: this.excluded(value) });
      case 'prefix':
      case 'suffix':
      case 'equals-ignore-case':
      case 'wildcard':
        return this.closed(node, this.textRule(name, value));
      default:
        throw this.refuse(`Unrecognized match type ${name}`, value.read);
    }
  }

  private onlyEntry(node: Located & { kind: 'object' }, missing: string): readonly [string, Located] {
    const [first] = node.entries;
    if (first === undefined) throw this.refuse(missing, node.end);
    return first;
  }

  /** The rule, once it is clear that nothing else is in its object. */
  private closed(node: Located & { kind: 'object' }, rule: Rule): Rule {
    const second = node.entries[1];
    if (second !== undefined) throw this.refuse('Only one key allowed in match expression', second[1].read);
    return rule;
  }

  private textRule(test: TextTest, value: Located): Rule {
    if (value.kind !== 'string') throw this.refuse(`${test} match pattern must be a string`, value.read);
    if (test === 'wildcard' && /(^|[^\\])\*\*/.test(value.value)) {
      throw this.refuse(`Consecutive wildcard characters at pos ${value.value.indexOf('**')}`, value.read);
    }
    return { op: 'text', test, pattern: value.value };
  }

  /** Values and lists of them, or a test of text on one or several patterns. AWS's list of these tests has grown over the years. */
  private excluded(value: Located): Rule[] {
    if (value.kind === 'object') {
      const [name, pattern] = this.onlyEntry(value, 'Anything-but expression name not found');
      if (name !== 'prefix' && name !== 'suffix' && name !== 'equals-ignore-case' && name !== 'wildcard') {
        throw this.refuse(`Unsupported anything-but pattern: ${name}`, pattern.read);
      }
      const patterns = pattern.kind === 'array' && pattern.items.length > 0 ? pattern.items : [pattern];
      const rules = patterns.map((each) => this.textRule(name, each));
      this.closed(value, rules[0] as Rule);
      return rules;
    }
    const items = value.kind === 'array' ? value.items : [value];
    if (items.length === 0) throw this.refuse('Empty arrays are not allowed', (value as { end: number }).end);
    return items.map((item) => {
      if (item.kind !== 'string' && item.kind !== 'number') {
        throw this.refuse('Value of anything-but must be an array or single string/number value.', item.read);
      }
      if (item.kind !== items[0]?.kind) {
        throw this.refuse('Inside anything-but list, either all values are number or string, mixed type is not supported', item.read);
      }
      if (item.kind === 'number') this.checkNumber(item.value, item.read);
      return { op: 'equals', value: item.value };
    });
  }

  private numeric(list: Located): Rule {
    if (list.kind !== 'array') throw this.refuse('Value of numeric must be an array.', list.read);
    const [first, , second] = list.items;
    if (first?.kind !== 'string')
      throw this.refuse(`Invalid member in numeric match: ${first ? textOf(first) : ']'}`, first?.read ?? list.end);
    if (!isOperator(first.value)) throw this.refuse(`Unrecognized numeric range operator: ${first.value}`, list.items[1]?.read ?? list.end);
    const value = this.operand(list, 1, first.value === '=' ? 'equals' : first.value);
    const bound = { value, open: first.value.length === 1 };
    if (first.value === '=' || first.value.startsWith('<')) {
      if (second !== undefined) throw this.refuse('Too many elements in numeric expression', second.read);
      const closed = { value, open: false };
      return first.value === '=' ? { op: 'range', from: closed, to: closed } : { op: 'range', from: undefined, to: bound };
    }
    return { op: 'range', from: bound, to: second && this.upperBound(list, second, value) };
  }

  private upperBound(list: Located & { kind: 'array' }, operator: Located, bottom: number): Bound {
    if (operator.kind !== 'string') throw this.refuse(`Bad value in numeric range: ${textOf(operator)}`, operator.read);
    if (!operator.value.startsWith('<') || !isOperator(operator.value)) {
      throw this.refuse(`Bad numeric range operator: ${operator.value}`, operator.end);
    }
    const top = this.operand(list, 3, operator.value);
    const fifth = list.items[4];
    if (fifth !== undefined) throw this.refuse('Too many terms in numeric range expression', fifth.read);
    if (top <= bottom) throw this.refuse('Bottom must be less than top', list.end);
    return { value: top, open: operator.value === '<' };
  }

  /** The number behind an operator. */
  private operand(list: Located & { kind: 'array' }, at: number, operator: string): number {
    const item = list.items[at];
    const read = item?.read ?? list.end;
    if (item?.kind !== 'number') throw this.refuse(`Value of ${operator} must be numeric`, read);
    this.checkNumber(item.value, read);
    return item.value;
  }

  private checkNumber(value: number, read: number): void {
    if (Math.abs(value) > largest) throw this.refuse('Value must be between -1.0E9 and 1.0E9, inclusive', read);
  }

  private cidr(value: Located): Rule {
    // Its sentence speaks of prefixes, as the compiler's does.
    if (value.kind !== 'string') throw this.refuse('prefix match pattern must be a string', value.read);
    const [address = '', mask, more] = value.value.split('/');
    const version = isIP(address);
    if (more !== undefined) throw this.refuse("Malformed CIDR, one '/' required", value.read);
    if (version === 0) throw this.refuse(`Nonstandard IP address: ${address}`, value.read);
    const widest = version === 4 ? 32 : 128;
    if (mask === undefined) return { op: 'cidr', address, bits: widest };
    if (!/^-?\d{1,9}$/.test(mask)) throw this.refuse('Malformed CIDR, mask bits must be an integer', value.read);
    const bits = Number(mask);
    if (bits < 0) throw this.refuse('Mask bits must not be negative', value.read);
    if (bits > widest) throw this.refuse(`IPv${version} mask bits must be < ${widest}`, value.read);
    return { op: 'cidr', address, bits };
  }

  private refuse(what: string, offset: number): LocatedError {
    return new LocatedError(what, this.text, offset);
  }
}

/** `$or` is an operator over at least two objects of fields; else it is a field of that name, as before it was one. */
function isAlternatives(list: Located & { kind: 'array' }): boolean {
  const isFields = (item: Located) => item.kind === 'object' && !item.entries.some(([name]) => matchTypes.includes(name));
  return list.items.length > 1 && list.items.every(isFields);
}

function isOperator(text: string): boolean {
  return ['=', '<', '<=', '>', '>='].includes(text);
}

function textOf(node: Located): string {
  if (node.kind === 'array') return '[';
  if (node.kind === 'object') return '{';
  return node.kind === 'number' ? node.text : String(node.value);
}
