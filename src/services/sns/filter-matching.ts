/** Does a message pass a filter policy? In time that grows with policy times message, whatever the patterns. */
import { BlockList, isIP } from 'node:net';
import type { Bound, FilterPolicy, Rule, Scalar } from './filter-policy';
import type { MessageAttributes } from './message-attributes';

/** Whether message attributes pass. Binary ones are not looked at. */
export function attributesMatch(policy: FilterPolicy, attributes: MessageAttributes): boolean {
  const values: Record<string, unknown> = {};
  for (const name in attributes) {
    const value = attributeValue(attributes[name] as MessageAttributes[string]);
    if (value !== undefined) Object.defineProperty(values, name, { value, enumerable: true });
  }
  return matches(policy, values, undefined);
}

/** Whether a message body passes; what is not a JSON object passes no policy. */
export function bodyMatches(policy: FilterPolicy, body: string): boolean {
  const value = parse(body);
  return isObject(value) && matches(policy, value, undefined);
}

function attributeValue({ DataType: type, StringValue: text }: MessageAttributes[string]): unknown {
  if (text === undefined || type.startsWith('Binary')) return undefined;
  if (type === 'String.Array') return arrayOf(text);
  return type.startsWith('Number') ? Number(text) : text;
}

/** A String.Array that is no array matches nothing, like an empty one. */
function arrayOf(text: string): readonly unknown[] {
  const value = parse(text);
  return Array.isArray(value) ? value : [];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * `path` is how far into the policy we are without having found its key in `value`: `{"a": {"b": […]}}` also matches
 * `{"a.b": …}`, and the other way round (recorded).
 */
function matches(policy: FilterPolicy, value: Fields, path: string | undefined): boolean {
  for (const field of policy.fields) {
    const name = path === undefined ? field.name : `${path}.${field.name}`;
    if ('rules' in field ? !anyRule(field.rules, leavesAt(value, name)) : !nestedMatches(field.nested, value, name)) return false;
  }
  return policy.anyOf.length === 0 || policy.anyOf.some((each) => matches(each, value, path));
}

/** All of a nested policy must match within one element of an array. */
function nestedMatches(policy: FilterPolicy, value: Fields, name: string): boolean {
  if (!Object.hasOwn(value, name)) return matches(policy, value, name);
  const elements = flat(value[name]).filter(isObject);
  return elements.length === 0 ? matches(policy, {}, undefined) : elements.some((element) => matches(policy, element, undefined));
}

/** The scalars under a dotted name, wherever its dots divide it; those of arrays one by one. */
function leavesAt(value: Fields, name: string): Scalar[] {
  const leaves: Scalar[] = Object.hasOwn(value, name) ? (flat(value[name]).filter((each) => !isObject(each)) as Scalar[]) : [];
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const head = name.slice(0, dot);
    if (!Object.hasOwn(value, head)) continue;
    for (const element of flat(value[head])) if (isObject(element)) leaves.push(...leavesAt(element, name.slice(dot + 1)));
  }
  return leaves;
}

/** Arrays within arrays count as one; without recursion, since a body may be nothing but brackets. */
function flat(value: unknown): unknown[] {
  if (!Array.isArray(value)) return [value];
  const found: unknown[] = [];
  const open = [...value].reverse();
  while (open.length > 0) {
    const next = open.pop();
    if (Array.isArray(next)) for (let i = next.length - 1; i >= 0; i--) open.push(next[i]);
    else found.push(next);
  }
  return found;
}

function anyRule(rules: readonly Rule[], leaves: readonly Scalar[]): boolean {
  return rules.some((rule) => (rule.op === 'exists' ? rule.value === leaves.length > 0 : leaves.some((leaf) => holds(rule, leaf))));
}

function holds(rule: Rule, value: Scalar): boolean {
  switch (rule.op) {
    case 'equals':
      return typeof value === 'number' && typeof rule.value === 'number'
        ? comparable(value) === comparable(rule.value)
        : value === rule.value;
    case 'text':
      return typeof value === 'string' && textHolds(rule, value);
    case 'range':
      return typeof value === 'number' && above(value, rule.from) && below(value, rule.to);
    case 'cidr':
      return typeof value === 'string' && inNetwork(value, rule);
    case 'not':
      return !rule.none.some((each) => holds(each, value));
    case 'exists':
      return rule.value;
  }
}

function textHolds({ test, pattern }: Rule & { op: 'text' }, value: string): boolean {
  switch (test) {
    case 'prefix':
      return value.startsWith(pattern);
    case 'suffix':
      return value.endsWith(pattern);
    case 'equals-ignore-case':
      return value.toLowerCase() === pattern.toLowerCase();
    case 'wildcard':
      return wildcardHolds(pattern, value);
  }
}

/** Numbers count to five digits behind the point (Developer Guide, filter policy constraints). */
function comparable(value: number): number {
  return Math.round(value * 1e5);
}

function above(value: number, bound: Bound | undefined): boolean {
  return bound === undefined || (bound.open ? comparable(value) > comparable(bound.value) : comparable(value) >= comparable(bound.value));
}

function below(value: number, bound: Bound | undefined): boolean {
  return bound === undefined || (bound.open ? comparable(value) < comparable(bound.value) : comparable(value) <= comparable(bound.value));
}

function inNetwork(value: string, { address, bits }: Rule & { op: 'cidr' }): boolean {
  const version = isIP(value);
  if (version === 0 || version !== isIP(address)) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const network = new BlockList();
  network.addSubnet(address, bits, family);
  return network.check(value, family);
}

/** `*` stands for any text, `\*` and `\\` for themselves. The parts between stars are looked for one after the other, each once. */
function wildcardHolds(pattern: string, value: string): boolean {
  const parts = wildcardParts(pattern);
  const first = parts[0] as string;
  const last = parts[parts.length - 1] as string;
  if (parts.length === 1) return value === first;
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
  const end = value.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = find(value, part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return at <= end;
}

function wildcardParts(pattern: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < pattern.length; i++) {
    const next = pattern[i + 1];
    if (pattern[i] === '\\' && (next === '*' || next === '\\')) part += pattern[++i];
    else if (pattern[i] === '*') {
      parts.push(part);
      part = '';
    } else part += pattern[i];
  }
  return [...parts, part];
}

const shortPart = 64;

/** Like indexOf, but never slower than the two lengths together (Knuth, Morris and Pratt), which matters for long parts. */
function find(text: string, part: string, from: number): number {
  if (part.length <= shortPart) return text.indexOf(part, from);
  const back = new Int32Array(part.length);
  for (let i = 1, k = 0; i < part.length; i++) {
    while (k > 0 && part[i] !== part[k]) k = back[k - 1] as number;
    if (part[i] === part[k]) k++;
    back[i] = k;
  }
  for (let i = from, k = 0; i < text.length; i++) {
    while (k > 0 && text[i] !== part[k]) k = back[k - 1] as number;
    if (text[i] === part[k]) k++;
    if (k === part.length) return i - k + 1;
  }
  return -1;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON: it matches nothing
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
