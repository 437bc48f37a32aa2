/** From parsed JSON (or CBOR) to handler values, compiled per shape: types checked, unknown members dropped, null as absent. */
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

/** A reader for any use of a shape. */
export function jsonReader(carrier: Carrier): (member: Member) => Read {
  const wrong = (expected: Expected, value: unknown): never => {
    throw serializationError(carrier.mismatch(expected, value));
  };
  const ofShape = perObject<Read>(compile);
  const readerOf = (member: Member): Read => {
    if (member.shape.type === 'timestamp') return timestamp(member.timestampFormat ?? member.shape.timestampFormat ?? 'unixTimestamp');
    if (member.jsonValue === true) return jsonText;
    return ofShape(member.shape);
  };

  function timestamp(format: TimestampFormat): Read {
    return (value) => carrier.timestamp(value, format) ?? wrong('Timestamp', value);
  }

  function jsonText(value: unknown): unknown {
    if (typeof value !== 'string') return wrong('String', value);
    try {
      return JSON.parse(value);
    } catch {
      return wrong('Structure', value);
    }
  }

  function compile(shape: Shape): Read {
    switch (shape.type) {
      case 'structure':
        return structure(shape);
      case 'list':
        return list(shape);
      case 'map':
        return map(shape);
      case 'string':
        return (value) => (typeof value === 'string' ? value : wrong('String', value));
      case 'integer':
        return (value) => readInteger(value, 'integer', 'Integer');
      case 'long':
        return (value) => readInteger(value, 'long', 'Long');
      case 'float':
      case 'double':
        return (value) => readFloat(value, shape.type === 'float' ? 'Float' : 'Double');
      case 'bigdecimal':
        return (value) => (typeof value === 'number' || typeof value === 'string' ? value : wrong('Double', value));
      case 'boolean':
        return (value) => (typeof value === 'boolean' ? value : wrong('Boolean', value));
      case 'blob':
        return (value) => carrier.blob(value) ?? wrong('Blob', value);
      case 'timestamp':
        return timestamp(shape.timestampFormat ?? 'unixTimestamp');
      case 'document':
        return (value, depth) => {
          checkDepth(value, depth);
          return value;
        };
    }
  }

  function readInteger(value: unknown, type: 'integer' | 'long', expected: Expected): unknown {
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number !== 'number') return wrong(expected, value);
    // The services' own reader truncates 34.56 to 34; what does not fit is Jackson's "out of range".
    const whole = Math.trunc(number);
    if (!fitsInteger(whole, type))
      throw serializationError(`Numeric value (${number}) out of range of ${type === 'integer' ? 'int' : 'long'}`);
    return whole;
  }

  function readFloat(value: unknown, expected: Expected): unknown {
    if (typeof value === 'number') {
      if (carrier.infinities || Number.isFinite(value)) return value;
      throw serializationError(`Numeric value (${value}) out of range of ${expected.toLowerCase()}`);
    }
    if (typeof value === 'bigint') return Number(value);
    const word = typeof value === 'string' && /^-?[NI]/.test(value) ? parseFloatText(value) : undefined;
    return word ?? wrong(expected, value);
  }

  function structure(shape: Shape): Read {
    let fields: Map<string, { readonly name: string; readonly read: Read }> | undefined;
    const compileFields = () => {
      const compiled = new Map<string, { readonly name: string; readonly read: Read }>();
      for (const [name, member] of shape.members ?? []) compiled.set(carrier.memberName(name, member), { name, read: readerOf(member) });
      return compiled;
    };
    return (value, depth) => {
      if (!isRecord(value)) return wrong('Structure', value);
      if (depth > MAX_DEPTH) throw tooDeep();
      fields ??= compileFields();
      const out: Record<string, unknown> = {};
      for (const key in value) {
        const found = value[key];
        if (found === null || found === undefined) continue;
        const field = fields.get(key);
        if (field !== undefined) out[field.name] = field.read(found, depth + 1);
      }
      return out;
    };
  }

  function list(shape: Shape): Read {
    let element: Read | undefined;
    return (value, depth) => {
      if (!Array.isArray(value)) return wrong('List', value);
      if (depth > MAX_DEPTH) throw tooDeep();
      element ??= readerOf(shape.element!);
      const out: unknown[] = new Array(value.length);
      for (let i = 0; i < value.length; i++) {
        const found = value[i];
        // A null in a list that must have none is for validation to report, with its index.
        out[i] = found === null || found === undefined ? null : element(found, depth + 1);
      }
      return out;
    };
  }

  function map(shape: Shape): Read {
    let read: Read | undefined;
    return (value, depth) => {
      if (!isRecord(value)) return wrong('Map', value);
      if (depth > MAX_DEPTH) throw tooDeep();
      read ??= readerOf(shape.value!);
      const out: Record<string, unknown> = {};
      for (const key in value) {
        const found = value[key];
        setKey(out, key, found === null || found === undefined ? null : read(found, depth + 1));
      }
      return out;
    };
  }

  return readerOf;
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
