/** Random values of a shape, the same for the same seed, that the wire can carry without loss. */
import type { Member, Protocol, Shape } from '../../src/api/model';

export type Random = () => number;

/** mulberry32: small, seedable, good enough to choose test values. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const MAX_LEVELS = 5;
const TEXTS = [
  'a',
  'Hello World',
  'x<y&z>"q"',
  "it's",
  'ünïcödé ☃ 😹',
  ' spaced ',
  'a/b?c=d&e#f',
  '100%',
  '+1',
  '{"json":[1]}',
  'line\nbreak',
  '-',
];

interface Direction {
  readonly protocol: Protocol;
  /** Inputs must have their labels; outputs have none. */
  readonly input: boolean;
}

/** A structure with some of its members. */
export function randomStructure(random: Random, shape: Shape, direction: Direction, level = 0): Record<string, unknown> {
  const members = [...(shape.members ?? [])];
  const out: Record<string, unknown> = {};
  if (shape.union === true) {
    const one = members[Math.floor(random() * members.length)];
    if (one !== undefined) set(out, one[0], one[1], random, direction, level);
    return out;
  }
  const share = members.length > 12 ? 6 / members.length : 0.6;
  for (const [name, member] of members) {
    // Clients do not look for labels and query parameters in an answer.
    if (!direction.input && (member.location === 'uri' || member.location === 'querystring')) continue;
    const bodyOfAnswer = !direction.input && name === shape.payload;
    const wanted =
      bodyOfAnswer ||
      member.location === 'uri' ||
      member.location === 'statusCode' ||
      member.hostLabel === true ||
      shape.required?.includes(name) === true ||
      random() < share;
    if (wanted && level < MAX_LEVELS) set(out, name, member, random, direction, level);
  }
  return out;
}

function set(out: Record<string, unknown>, name: string, member: Member, random: Random, direction: Direction, level: number): void {
  // Text in Route 53's model, a number to its clients.
  const value = name === 'MaxItems' && member.shape.type === 'string' ? '100' : randomValue(random, member, direction, level + 1);
  if (value !== undefined) out[name] = value;
}

function randomValue(random: Random, member: Member, direction: Direction, level: number): unknown {
  const { shape } = member;
  switch (shape.type) {
    case 'structure': {
      if (shape.eventStream === true) return undefined;
      const value = randomStructure(random, shape, direction, level);
      return Object.keys(value).length === 0 ? undefined : value;
    }
    case 'list': {
      const items = Array.from({ length: 1 + Math.floor(random() * 2) }, () =>
        randomValue(random, withLocation(shape.element!, member), direction, level + 1),
      );
      return level > MAX_LEVELS || items.includes(undefined) ? undefined : items;
    }
    case 'map':
      return randomMap(random, member, direction, level);
    case 'timestamp':
      return (1_000_000_000 + Math.floor(random() * 1_000_000_000)) * 1000;
    case 'document':
      return { text: 'x', list: [1, true, null], nested: { n: 1.5 } };
    case 'blob':
      return Buffer.from(Array.from({ length: 1 + Math.floor(random() * 6) }, () => Math.floor(random() * 256)));
    default:
      return randomScalar(random, member, shape);
  }
}

/** Elements travel where their list does. */
function withLocation(element: Member, list: Member): Member {
  return list.location === undefined || element.location !== undefined ? element : { shape: element.shape, location: list.location };
}

function randomMap(random: Random, member: Member, direction: Direction, level: number): unknown {
  const { shape } = member;
  if (level > MAX_LEVELS) return undefined;
  const keys = shape.key?.shape.enum ?? (member.location === undefined ? ['key', 'Käy', 'k.3', 'a b'] : ['key', 'other']);
  const key = keys[Math.floor(random() * keys.length)]!;
  const value = randomValue(random, withLocation(shape.value!, member), direction, level + 1);
  return value === undefined ? undefined : { [key]: value };
}

function randomScalar(random: Random, member: Member, shape: Shape): unknown {
  switch (shape.type) {
    case 'boolean':
      return random() < 0.5;
    case 'integer':
      if (member.location === 'statusCode') return 200;
      return Math.floor(random() * 2_000_000) - (member.location === undefined ? 1_000_000 : 0);
    case 'long':
      return Math.floor(random() * Number.MAX_SAFE_INTEGER);
    case 'float':
    case 'double':
      return Math.floor(random() * 10_000) / 8;
    default:
      if (shape.enum !== undefined && shape.enum.length > 0) return shape.enum[Math.floor(random() * shape.enum.length)];
      if (member.hostLabel === true || member.location === 'uri') return `label-${Math.floor(random() * 1e6)}`;
      if (member.location === 'header' || member.location === 'headers') return `Header ${Math.floor(random() * 1e6)}; q="1"`;
      return TEXTS[Math.floor(random() * TEXTS.length)];
  }
}
