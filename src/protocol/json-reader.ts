/**
 * From parsed JSON (or CBOR) to handler values, compiled per shape: types checked, unknown members dropped, null as absent.
 * A value in which nothing has to change is handed on as it is; copies are made only of what differs.
 */
import type { Member, Shape, TimestampFormat } from '../api/model';
import { AwsError } from '../kernel/errors';
import { fitsInteger, isRecord, MAX_DEPTH, parseFloatText, perObject, setKey } from './shapes';

export type Read = (value: unknown, depth: number) => unknown;

/** Where the two carriers of the same tree differ. */
export interface Carrier {
  readonly blob: (value: unknown) => Uint8Array | undefined;
  /** Milliseconds, or undefined when the value is no timestamp. */
  readonly timestamp: (value: unknown, format: TimestampFormat) => number | undefined;
  /** The service's sentence for a value of the wrong type. */
  readonly mismatch: (expected: Expected, value: unknown) => string;
  readonly memberName: (name: string, member: Member) => string;
  /** CBOR has infinities of its own; in JSON one can only come from a literal too large. */
  readonly infinities: boolean;
}

export type Expected = 'String' | 'Integer' | 'Long' | 'Float' | 'Double' | 'Boolean' | 'Timestamp' | 'Blob' | 'List' | 'Map' | 'Structure';

export function serializationError(message: string | undefined): AwsError {
  return new AwsError('SerializationException', message ?? '', { status: 400 });
}

interface Context {
  readonly carrier: Carrier;
  readonly wrong: (expected: Expected, value: unknown) => never;
  readonly readerOf: (member: Member) => Read;
}

/** A reader for any use of a shape. */
export function jsonReader(carrier: Carrier): (member: Member) => Read {
  const wrong = (expected: Expected, value: unknown): never => {
    throw serializationError(carrier.mismatch(expected, value));
  };
  const ofShape = perObject<Read>((shape) => compile(context, shape));
  const readerOf = (member: Member): Read => {
    if (member.shape.type === 'timestamp') {
      return timestamp(context, member.timestampFormat ?? member.shape.timestampFormat ?? 'unixTimestamp');
    }
    return member.jsonValue === true ? (value) => jsonText(context, value) : ofShape(member.shape);
  };
  const context: Context = { carrier, wrong, readerOf };
  return readerOf;
}

function timestamp(context: Context, format: TimestampFormat): Read {
  return (value) => context.carrier.timestamp(value, format) ?? context.wrong('Timestamp', value);
}

function jsonText({ wrong }: Context, value: unknown): unknown {
  if (typeof value !== 'string') return wrong('String', value);
  try {
    return JSON.parse(value);
  } catch {
    return wrong('Structure', value);
  }
}

function compile(context: Context, shape: Shape): Read {
  switch (shape.type) {
    case 'structure':
      return structure(context, shape);
    case 'list':
      return list(context, shape);
    case 'map':
      return map(context, shape);
    case 'string':
      return (value) => (typeof value === 'string' ? value : context.wrong('String', value));
    case 'integer':
      return (value) => readInteger(context, value, 'integer', 'Integer');
    case 'long':
      return (value) => readInteger(context, value, 'long', 'Long');
    case 'float':
    case 'double':
      return (value) => readFloat(context, value, shape.type === 'float' ? 'Float' : 'Double');
    case 'bigdecimal':
      return (value) => (typeof value === 'number' || typeof value === 'string' ? value : context.wrong('Double', value));
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : context.wrong('Boolean', value));
    case 'blob':
      return (value) => context.carrier.blob(value) ?? context.wrong('Blob', value);
    case 'timestamp':
      return timestamp(context, shape.timestampFormat ?? 'unixTimestamp');
    case 'document':
      return (value, depth) => {
        checkDepth(value, depth);
        return value;
      };
  }
}

function readInteger(context: Context, value: unknown, type: 'integer' | 'long', expected: Expected): unknown {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number') return context.wrong(expected, value);
  // The services' own reader truncates 34.56 to 34; what does not fit is Jackson's "out of range".
  const whole = Math.trunc(number);
  if (!fitsInteger(whole, type))
    throw serializationError(`Numeric value (${number}) out of range of ${type === 'integer' ? 'int' : 'long'}`);
  return whole;
}

function readFloat(context: Context, value: unknown, expected: Expected): unknown {
  if (typeof value === 'number') {
    if (context.carrier.infinities || Number.isFinite(value)) return value;
    throw serializationError(`Numeric value (${value}) out of range of ${expected.toLowerCase()}`);
  }
  if (typeof value === 'bigint') return Number(value);
  const word = typeof value === 'string' && /^-?[NI]/.test(value) ? parseFloatText(value) : undefined;
  return word ?? context.wrong(expected, value);
}

function structure(context: Context, shape: Shape): Read {
  let fields: Map<string, { readonly name: string; readonly read: Read }> | undefined;
  const compileFields = () => {
    const compiled = new Map<string, { readonly name: string; readonly read: Read }>();
    for (const [name, member] of shape.members ?? [])
      compiled.set(context.carrier.memberName(name, member), { name, read: context.readerOf(member) });
    return compiled;
  };
  return (value, depth) => {
    if (!isRecord(value)) return context.wrong('Structure', value);
    if (depth > MAX_DEPTH) throw tooDeep();
    fields ??= compileFields();
    let out: Record<string, unknown> | undefined;
    for (const key in value) {
      const found = value[key];
      const field = found === null || found === undefined ? undefined : fields.get(key);
      const kept = field?.read(found, depth + 1);
      if (out === undefined) {
        if (kept === found && field?.name === key) continue;
        out = fieldsBefore(value, key, fields);
      }
      if (field !== undefined) out[field.name] = kept;
    }
    return out ?? value;
  };
}

/** The members in front of one, none of which had to change. */
function fieldsBefore(
  value: Readonly<Record<string, unknown>>,
  end: string,
  fields: ReadonlyMap<string, { readonly name: string }>,
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key in value) {
    if (key === end) break;
    const field = fields.get(key);
    if (field !== undefined) out[field.name] = value[key];
  }
  return out;
}

function list(context: Context, shape: Shape): Read {
  let element: Read | undefined;
  return (value, depth) => {
    if (!Array.isArray(value)) return context.wrong('List', value);
    if (depth > MAX_DEPTH) throw tooDeep();
    element ??= context.readerOf(shape.element!);
    let out: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const found = value[i];
      // A null in a list that must have none is for validation to report, with its index.
      const kept = found === null || found === undefined ? null : element(found, depth + 1);
      if (kept !== found) out ??= value.slice(0, i);
      if (out !== undefined) out[i] = kept;
    }
    return out ?? value;
  };
}

function map(context: Context, shape: Shape): Read {
  let read: Read | undefined;
  return (value, depth) => {
    if (!isRecord(value)) return context.wrong('Map', value);
    if (depth > MAX_DEPTH) throw tooDeep();
    read ??= context.readerOf(shape.value!);
    let out: Record<string, unknown> | undefined;
    for (const key in value) {
      const found = value[key];
      const kept = found === null || found === undefined ? null : read(found, depth + 1);
      if (kept !== found) out ??= { ...value };
      if (out !== undefined) setKey(out, key, kept);
    }
    return out ?? value;
  };
}

function tooDeep(): AwsError {
  return serializationError(`Nesting depth exceeds ${MAX_DEPTH}`);
}

/** Documents are taken as they are, except that nobody should recurse into one that would exhaust his stack. */
function checkDepth(value: unknown, depth: number): void {
  if (depth > MAX_DEPTH) throw tooDeep();
  if (typeof value !== 'object' || value === null) return;
  for (const key in value) checkDepth((value as Record<string, unknown>)[key], depth + 1);
}
