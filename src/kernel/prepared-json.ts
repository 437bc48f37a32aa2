/** Parts of an answer whose JSON is at hand already, so that nobody writes it again. */

/**
 * Stands in an operation's output for the value whose JSON it holds. The JSON protocol sends the text as it is; other
 * protocols, and services that call the operation (`ctx.call`), get the value.
 */
export class PreparedJson {
  readonly text: string;
  readonly #value: () => unknown;

  /** `value` makes what a handler would have returned instead; it is called only by those who cannot use the text. */
  constructor(text: string, value: () => unknown) {
    this.text = text;
    this.#value = value;
  }

  get value(): unknown {
    return this.#value();
  }
}

/** An output with values in the place of prepared texts; the same object when it has none. */
export function withoutPrepared(output: unknown): unknown {
  if (typeof output !== 'object' || output === null || output instanceof Uint8Array) return output;
  if (output instanceof PreparedJson) return output.value;
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
