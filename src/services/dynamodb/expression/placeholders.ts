/** What `#name` and `:value` stand for in one request, and which of them were used. */
import type { AttributeValue } from '../../../../generated/api/dynamodb';
import { AwsError } from '../../../kernel';
import { invalid } from '../errors';
import { normaliseValue, type Value } from '../value';
import type { Path } from './bound';
import type { PathNode } from './syntax';
import { type ExpressionKind, invalidExpression } from './tokens';

const namePattern = /^#[0-9a-zA-Z_]+$/;
const valuePattern = /^:[0-9a-zA-Z_]+$/;
const maxNameBytes = 65_535;

export class Placeholders {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values = new Map<string, Value>();
  readonly #unusedNames: Set<string>;
  readonly #unusedValues: Set<string>;

  /** Throws for names and values that could stand for nothing. */
  constructor(names: Readonly<Record<string, string>> | undefined, values: { readonly [name: string]: AttributeValue } | undefined) {
    this.#names = names ?? {};
    this.#unusedNames = new Set(Object.keys(this.#names));
    this.#unusedValues = new Set(values === undefined ? [] : Object.keys(values));
    if (names !== undefined) this.#checkNames();
    if (values !== undefined) this.#readValues(values);
  }

  #checkNames(): void {
    if (this.#unusedNames.size === 0) throw invalid('ExpressionAttributeNames must not be empty');
    for (const name of this.#unusedNames) {
      if (!namePattern.test(name)) throw invalid(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${name}"`);
      const attribute = this.#names[name] as string;
      if (attribute === '') throw invalid(`ExpressionAttributeNames contains invalid value: Empty attribute name for key ${name}`);
      if (attribute.length > maxNameBytes / 4 && Buffer.byteLength(attribute) > maxNameBytes) {
        throw invalid(`ExpressionAttributeNames contains invalid value: Attribute name too long for key ${name}`);
      }
    }
  }

  #readValues(values: { readonly [name: string]: AttributeValue }): void {
    if (this.#unusedValues.size === 0) throw invalid('ExpressionAttributeValues must not be empty');
    for (const name of this.#unusedValues) {
      if (!valuePattern.test(name)) throw invalid(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${name}"`);
    }
    for (const name of this.#unusedValues) {
      try {
        this.#values.set(name, normaliseValue(values[name] as AttributeValue));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        throw invalid(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${name}`);
      }
    }
  }

  value(name: string, kind: ExpressionKind): Value {
    const value = this.#values.get(name);
    if (value === undefined) {
      throw invalidExpression(kind, `An expression attribute value used in expression is not defined; attribute value: ${name}`);
    }
    this.#unusedValues.delete(name);
    return value;
  }

  path({ parts }: PathNode, kind: ExpressionKind): Path {
    if (this.#unusedNames.size === 0 && !parts.some(isPlaceholder)) return parts;
    return parts.map((part) => (isPlaceholder(part) ? this.#name(part as string, kind) : part));
  }

  #name(placeholder: string, kind: ExpressionKind): string {
    const name = Object.hasOwn(this.#names, placeholder) ? this.#names[placeholder] : undefined;
    if (name === undefined) {
      throw invalidExpression(
        kind,
        `An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`,
      );
    }
    this.#unusedNames.delete(placeholder);
    return name;
  }

  /** Throws when something was given that no expression used. */
  requireAllUsed(): void {
    if (this.#unusedNames.size > 0) throw unused('Names', this.#unusedNames);
    if (this.#unusedValues.size > 0) throw unused('Values', this.#unusedValues);
  }
}

function isPlaceholder(part: string | number): boolean {
  return typeof part === 'string' && part.charCodeAt(0) === 35;
}

function unused(what: string, keys: ReadonlySet<string>): AwsError {
  return invalid(`Value provided in ExpressionAttribute${what} unused in expressions: keys: {${[...keys].join(', ')}}`);
}
