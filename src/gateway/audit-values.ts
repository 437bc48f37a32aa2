/** Requests and answers as CloudTrail shows them: member names in lower camel case, secrets hidden, bytes left out. */
import type { Member, Shape } from '../api/model';
import { lowerFirst } from '../kernel/first-letter';

/** A value as events show it; undefined for what they leave out. */
export type Shaper = (value: unknown) => unknown;

/** Stands where a secret was (CloudTrail User Guide, "CloudTrail record contents"). */
const hiddenValue = 'HIDDEN_DUE_TO_SECURITY_REASONS';

export interface ShaperOptions {
  /** Members, and keys of maps, that are hidden although the model does not call them sensitive. */
  readonly hidden?: readonly string[] | undefined;
  /** Secrets of requests are masked, those of answers are left out (IAM User Guide, "Logging IAM and AWS STS API calls"). */
  readonly secrets: 'masked' | 'omitted';
}

/** Compiles how a shape is shown. Recursive shapes are compiled once. */
export function shaperOf(shape: Shape, options: ShaperOptions): Shaper {
  const known = new Map<Shape, Shaper>();
  const compile = (each: Shape): Shaper => {
    const found = known.get(each);
    if (found) return found;
    let made: Shaper | undefined;
    known.set(each, (value) => (made as Shaper)(value));
    made = make(each, options, compile);
    known.set(each, made);
    return made;
  };
  return compile(shape);
}

function make(shape: Shape, options: ShaperOptions, compile: (shape: Shape) => Shaper): Shaper {
  switch (shape.type) {
    case 'structure':
      return structure(shape, options, compile);
    case 'list': {
      const element = member(shape.element as Member, undefined, options, compile);
      return (value) => (Array.isArray(value) ? value.map((each) => element(each) ?? null) : undefined);
    }
    case 'map': {
      const element = member(shape.value as Member, undefined, options, compile);
      return (value) => (isRecord(value) ? entries(value, element, options.hidden) : undefined);
    }
    case 'blob':
      return () => undefined;
    case 'timestamp':
      return dateText;
    case 'document':
      return () => hiddenValue;
    default:
      return plain;
  }
}

function structure(shape: Shape, options: ShaperOptions, compile: (shape: Shape) => Shaper): Shaper {
  const members = [...(shape.members ?? [])].map(([name, each]) => ({
    name,
    // `QueueUrl` is queueUrl, `DBInstanceIdentifier` is dBInstanceIdentifier.
    shownAs: lowerFirst(name),
    show: member(each, name, options, compile),
  }));
  return (value) => {
    if (!isRecord(value)) return undefined;
    const shown: Record<string, unknown> = {};
    for (const { name, shownAs, show } of members) {
      const given = value[name];
      if (given === undefined || given === null) continue;
      const each = show(given);
      if (each !== undefined) shown[shownAs] = each;
    }
    return shown;
  };
}

function member(use: Member, name: string | undefined, options: ShaperOptions, compile: (shape: Shape) => Shaper): Shaper {
  // Bytes are left out, secret or not (Lambda's CreateFunction shows `code: {}`).
  if (use.shape.type === 'blob') return () => undefined;
  if (use.shape.sensitive || (name !== undefined && options.hidden?.includes(name)))
    return options.secrets === 'masked' ? () => hiddenValue : () => undefined;
  if (use.streaming || use.shape.streaming || use.shape.eventStream) return () => undefined;
  return compile(use.shape);
}

function entries(value: Record<string, unknown>, element: Shaper, hidden: readonly string[] | undefined): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const key in value) {
    const each = hidden?.includes(key) ? hiddenValue : element(value[key]);
    if (each !== undefined) shown[key] = each;
  }
  return shown;
}

/** What is no plain value (a prepared text, a stream) is not shown. */
function plain(value: unknown): unknown {
  return typeof value === 'object' || typeof value === 'bigint' || typeof value === 'function' ? undefined : value;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Mar 20, 2024, 11:16:09 PM`, in UTC: as the events that AWS documents show times. */
function dateText(value: unknown): unknown {
  const ms = value instanceof Date ? value.getTime() : value;
  if (typeof ms !== 'number' || !Number.isFinite(ms)) return plain(value);
  const date = new Date(ms);
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = date.getUTCHours();
  const time = `${hours % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hours < 12 ? 'AM' : 'PM'}`;
  return `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}, ${time}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
