/** Parts of an answer whose text is at hand already, so that nobody writes it again. */
import type { TextBytes } from './text-bytes';

/**
 * Stands in an operation's output for the value whose text it holds. The protocol of that text sends it as it is; other
 * protocols, and services that call the operation (`ctx.call`), get the value.
 */
abstract class Prepared {
  readonly #value: () => unknown;

  constructor(value: () => unknown) {
    this.#value = value;
  }

  /** What a handler would have returned instead; made when it is asked for. */
  get value(): unknown {
    return this.#value();
  }
}

/** The JSON of a value. */
export class PreparedJson extends Prepared {
  readonly text: string;

  constructor(text: string, value: () => unknown) {
    super(value);
    this.text = text;
  }
}

/** The XML of a flattened list: its elements, one after the other. A member of an output itself, and the only such one. */
export class PreparedXml extends Prepared {
  readonly text: TextBytes;

  constructor(text: TextBytes, value: () => unknown) {
    super(value);
    this.text = text;
  }
}

export function isPrepared(value: unknown): value is PreparedJson | PreparedXml {
  return value instanceof Prepared;
}

/** An output with values in the place of prepared texts; the same object when it has none. */
export function withoutPrepared(output: unknown): unknown {
  if (typeof output !== 'object' || output === null || output instanceof Uint8Array) return output;
  if (isPrepared(output)) return output.value;
  if (Array.isArray(output)) {
    const items = output.map(withoutPrepared);
    return items.some((item, i) => item !== output[i]) ? items : output;
  }
  const prototype: unknown = Object.getPrototypeOf(output);
  if (prototype !== Object.prototype && prototype !== null) return output;
  const entries = Object.entries(output);
  const values = entries.map(([key, value]) => [key, withoutPrepared(value)] as const);
  return values.some(([, value], i) => value !== entries[i]?.[1]) ? Object.fromEntries(values) : output;
}
