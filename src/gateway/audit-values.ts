/** Requests and answers as CloudTrail shows them: member names in lower camel case, secrets hidden, bytes left out. */
import type { Member, Shape } from '../api/model';
import type { WriteValue } from '../kernel/audit-page';
import { lowerFirst } from '../kernel/first-letter';
import type { JsonBytes } from '../kernel/json-bytes';

/** Stands where a secret was (CloudTrail User Guide, "CloudTrail record contents"). */
const hiddenValue = 'HIDDEN_DUE_TO_SECURITY_REASONS';

export interface ShownOptions {
  /** Members, and keys of maps, that are hidden although the model does not call them sensitive. */
  readonly hidden?: readonly string[] | undefined;
  /** Secrets of requests are masked, those of answers are left out (IAM User Guide, "Logging IAM and AWS STS API calls"). */
  readonly secrets: 'masked' | 'omitted';
  /** Stands where a secret was; `HIDDEN_DUE_TO_SECURITY_REASONS` when absent. */
  readonly mask?: string | undefined;
}

/** Compiles how a shape is shown. Recursive shapes are compiled once. */
export function writerOf(shape: Shape, options: ShownOptions): WriteValue {
  const known = new Map<Shape, WriteValue>();
  const compile = (each: Shape): WriteValue => {
    const found = known.get(each);
    if (found) return found;
    let made: WriteValue | undefined;
    known.set(each, (value, out) => (made as WriteValue)(value, out));
    made = make(each, options, compile);
    known.set(each, made);
    return made;
  };
  return compile(shape);
}

type Compile = (shape: Shape) => WriteValue;

function make(shape: Shape, options: ShownOptions, compile: Compile): WriteValue {
  switch (shape.type) {
    case 'structure':
      return structure(shape, options, compile);
    case 'list':
      return list(member(shape.element as Member, undefined, options, compile));
    case 'map':
      return map(member(shape.value as Member, undefined, options, compile), options);
    case 'blob':
      return leaveOut;
    case 'timestamp':
      return (value, out) => plain(dateText(value), out);
    case 'document':
      return hideBehind(options);
    default:
      return plain;
  }
}

/** Shows nothing. */
export const leaveOut: WriteValue = () => false;

const hideBehind =
  ({ mask = hiddenValue }: ShownOptions): WriteValue =>
  (_value, out) => {
    out.string(mask);
    return true;
  };

function member(use: Member, name: string | undefined, options: ShownOptions, compile: Compile): WriteValue {
  // Bytes are left out, secret or not (Lambda's CreateFunction shows `code: {}`).
  if (use.shape.type === 'blob') return leaveOut;
  if (use.shape.sensitive || (name !== undefined && options.hidden?.includes(name)))
    return options.secrets === 'masked' ? hideBehind(options) : leaveOut;
  if (use.streaming || use.shape.streaming || use.shape.eventStream) return leaveOut;
  return compile(use.shape);
}

const [openBrace, closeBrace, openBracket, closeBracket, comma, colon] = [0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a];

function structure(shape: Shape, options: ShownOptions, compile: Compile): WriteValue {
  const members = [...(shape.members ?? [])].map(([name, each]) => ({
    name,
    prefix: Buffer.from(`${JSON.stringify(lowerFirst(name))}:`),
    write: member(each, name, options, compile),
  }));
  return (value, out) => {
    if (!isRecord(value)) return false;
    out.character(openBrace);
    const start = out.length;
    for (const { name, prefix, write } of members) {
      const given = value[name];
      if (given === undefined || given === null) continue;
      const before = out.length;
      if (before > start) out.character(comma);
      out.encoded(prefix);
      if (!write(given, out)) out.cutTo(before);
    }
    out.character(closeBrace);
    return true;
  };
}

function list(write: WriteValue): WriteValue {
  return (value, out) => {
    if (!Array.isArray(value)) return false;
    out.character(openBracket);
    for (let i = 0; i < value.length; i++) {
      if (i > 0) out.character(comma);
      const before = out.length;
      if (write(value[i], out)) continue;
      out.cutTo(before);
      out.json('null');
    }
    out.character(closeBracket);
    return true;
  };
}

function map(write: WriteValue, options: ShownOptions): WriteValue {
  const { hidden = [] } = options;
  const hide = hideBehind(options);
  return (value, out) => {
    if (!isRecord(value)) return false;
    out.character(openBrace);
    const start = out.length;
    for (const key in value) {
      const before = out.length;
      if (before > start) out.character(comma);
      out.string(key);
      out.character(colon);
      if (!(hidden.includes(key) ? hide : write)(value[key], out)) out.cutTo(before);
    }
    out.character(closeBrace);
    return true;
  };
}

/** What is no plain value (a prepared text, a stream) is not shown. */
function plain(value: unknown, out: JsonBytes): boolean {
  switch (typeof value) {
    case 'string':
      out.string(value);
      return true;
    case 'number':
      out.json(Number.isFinite(value) ? String(value) : 'null');
      return true;
    case 'boolean':
      out.json(value ? 'true' : 'false');
      return true;
    default:
      return false;
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Mar 20, 2024, 11:16:09 PM`, in UTC: as the events that AWS documents show times. */
function dateText(value: unknown): unknown {
  const ms = value instanceof Date ? value.getTime() : value;
  if (typeof ms !== 'number' || !Number.isFinite(ms)) return value;
  const date = new Date(ms);
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = date.getUTCHours();
  const time = `${hours % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hours < 12 ? 'AM' : 'PM'}`;
  return `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}, ${time}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
