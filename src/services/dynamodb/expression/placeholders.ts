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

export class Placeholders {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values: Readonly<Record<string, Value>>;
  // As many as were given, once all are used.
  readonly #usedNames: string[] = [];
  readonly #usedValues: string[] = [];

  /** Throws for names and values that could stand for nothing. */
  constructor(names: Readonly<Record<string, string>> | undefined, values: { readonly [name: string]: AttributeValue } | undefined) {
    if (names !== undefined) checkNames(names);
    this.#names = names ?? {};
    this.#values = values === undefined ? {} : readValues(values);
  }

  value(name: string, kind: ExpressionKind): Value {
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    if (value === undefined) {
      throw invalidExpression(kind, `An expression attribute value used in expression is not defined; attribute value: ${name}`);
    }
    if (!this.#usedValues.includes(name)) this.#usedValues.push(name);
    return value;
  }

  path({ parts }: PathNode, kind: ExpressionKind): Path {
    if (!parts.some(isPlaceholder)) return parts;
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
    if (!this.#usedNames.includes(placeholder)) this.#usedNames.push(placeholder);
    return name;
  }

  /** Throws when something was given that no expression used. */
  requireAllUsed(): void {
    requireUsed('Names', this.#names, this.#usedNames);
    requireUsed('Values', this.#values, this.#usedValues);
  }
}

function checkNames(names: Readonly<Record<string, string>>): void {
  const keys = Object.keys(names);
  if (keys.length === 0) throw invalid('ExpressionAttributeNames must not be empty');
  for (const key of keys) {
    if (!namePattern.test(key)) throw invalid(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${key}"`);
    const name = names[key] as string;
    if (name === '') throw invalid(`ExpressionAttributeNames contains invalid value: Empty attribute name for key ${key}`);
  }
}

function readValues(values: { readonly [name: string]: AttributeValue }): Readonly<Record<string, Value>> {
  const keys = Object.keys(values);
  if (keys.length === 0) throw invalid('ExpressionAttributeValues must not be empty');
  for (const key of keys) {
    if (!valuePattern.test(key)) throw invalid(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${key}"`);
  }
  const read: Record<string, Value> = {};
  for (const key of keys) read[key] = readValue(key, values[key] as AttributeValue);
  return read;
}

function readValue(key: string, value: AttributeValue): Value {
  try {
    return normaliseValue(value);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`);
  }
}

function isPlaceholder(part: string | number): boolean {
  return typeof part === 'string' && part.charCodeAt(0) === 35;
}

function requireUsed(what: string, given: object, used: readonly string[]): void {
  const keys = Object.keys(given);
  if (keys.length === used.length) return;
  const unused = keys.filter((key) => !used.includes(key));
  throw invalid(`Value provided in ExpressionAttribute${what} unused in expressions: keys: {${unused.join(', ')}}`);
}
