/**
 * Which context keys a policy asks for. AWS looks for them in documents that it would not accept as policies: statements
 * may lack elements, and values may be nonsense; elements and operators must be known (recorded).
 */
import { parseOperator } from '../../policy';

type Json = Readonly<Record<string, unknown>>;

const documentElements = new Set(['Version', 'Id', 'Statement']);
const statementElements = new Set([
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
]);

/** Each once, as it is spelt. Undefined when the text is nothing like a policy. */
export function contextKeysOf(text: string): readonly string[] | undefined {
  const document = readObject(text);
  if (!document || !hasOnly(document, documentElements)) return undefined;
  const statements = listOf(document.Statement);
  const keys = new Set<string>();
  for (const statement of statements) {
    if (!isObject(statement) || !hasOnly(statement, statementElements) || !isEffect(statement.Effect)) return undefined;
    if (!addConditionKeys(statement.Condition, keys)) return undefined;
    // Only the newer language has variables.
    if (document.Version !== '2012-10-17') continue;
    const texts = [statement.Resource, statement.NotResource, statement.Condition].flatMap(textsIn);
    for (const value of texts) for (const variable of variablesIn(value)) keys.add(variable);
  }
  return [...keys];
}

/** False when there is an operator that is none. */
function addConditionKeys(condition: unknown, keys: Set<string>): boolean {
  if (condition === undefined) return true;
  if (!isObject(condition)) return false;
  return Object.entries(condition).every(([operator, clauses]) => {
    if (parseOperator(operator) === undefined || !isObject(clauses)) return false;
    for (const key of Object.keys(clauses)) keys.add(key);
    return true;
  });
}

/** Of `${aws:username, 'default'}` the name; `${*}`, `${?}` and `${$}` count too (recorded). Looks at nothing twice: texts may be long. */
function variablesIn(text: string): string[] {
  const names: string[] = [];
  for (let start = text.indexOf('${'); start >= 0; ) {
    const end = text.indexOf('}', start);
    if (end < 0) break;
    const [name = ''] = text.slice(start + 2, end).split(',', 1);
    names.push(name.trim());
    start = text.indexOf('${', end);
  }
  return names;
}

/** All text anywhere in a value, but for names of members. Values may be nested deeper than calls can be. */
function textsIn(value: unknown): string[] {
  const texts: string[] = [];
  for (const left = [value]; left.length > 0; ) {
    const next = left.pop();
    if (typeof next === 'string') texts.push(next);
    else if (typeof next === 'object' && next !== null) for (const one of Object.values(next).reverse()) left.push(one);
  }
  return texts;
}

function readObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // not JSON
  }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const hasOnly = (json: Json, known: ReadonlySet<string>): boolean => Object.keys(json).every((name) => known.has(name));
const isEffect = (value: unknown): boolean => value === 'Allow' || value === 'Deny';
