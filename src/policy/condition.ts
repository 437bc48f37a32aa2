/**
 * Condition clauses, made ready to be asked.
 *
 * All clauses of a statement must hold; of one clause's values one is enough; under a negated operator none may fit.
 * IAM User Guide, "Condition operators", "Multivalued context keys", "Multiple context keys or values".
 */
import { ArnParts, arnPattern } from './arn-pattern';
import type { Context } from './context';
import { parseDate } from './date';
import type { BaseOperator, ConditionClause, PolicyVersion } from './document';
import { isInRange, parseAddress, parseRange } from './ip';
import { parseTemplate, resolvePattern, resolveText } from './template';
import { fits } from './wildcard';

export interface CompiledClause {
  readonly clause: ConditionClause;
  /** In lower case. */
  readonly key: string;
  readonly holds: (context: Context) => boolean;
}

/** Does one value of the request fit one of the policy's? */
type Test = (value: string, context: Context) => boolean;

export function compileClause(clause: ConditionClause, version: PolicyVersion): CompiledClause {
  const key = clause.key.toLowerCase();
  const { base, quantifier, ifExists } = clause.operator;
  if (base === 'Null') return { clause, key, holds: nullHolds(key, clause.values) };
  const negated = isNegated(base);
  const test = families[familyOf(base)](base, clause.values, version);
  const whenMissing = ifExists || quantifier === 'all' || (quantifier === undefined && negated);
  const holds = (context: Context): boolean => {
    const value = context.get(key);
    if (value === undefined || value.length === 0)
      return value === '' && quantifier !== 'all' ? test(value, context) !== negated : whenMissing;
    if (typeof value === 'string') return test(value, context) !== negated;
    if (quantifier === 'all') return value.every((one) => test(one, context) !== negated);
    if (quantifier === 'any') return value.some((one) => test(one, context) !== negated);
    // AWS asks for a quantifier here and does not say what happens without: we take any value for the key's.
    return value.some((one) => test(one, context)) !== negated;
  };
  return { clause, key, holds };
}

/** `"true"`: the key must be absent; `"false"`: it must be there. A list without elements counts as absent. */
function nullHolds(key: string, values: readonly string[]): CompiledClause['holds'] {
  const wanted = values.map((value) => value.toLowerCase());
  return (context) => {
    const value = context.get(key);
    const isAbsent = value === undefined || (typeof value !== 'string' && value.length === 0);
    return wanted.includes(isAbsent ? 'true' : 'false');
  };
}

function isNegated(base: BaseOperator): boolean {
  return base.includes('Not');
}

type Family = 'text' | 'like' | 'number' | 'date' | 'truth' | 'bytes' | 'address' | 'arn';

function familyOf(base: BaseOperator): Family {
  if (base.startsWith('String')) return base.endsWith('Like') ? 'like' : 'text';
  if (base.startsWith('Numeric')) return 'number';
  if (base.startsWith('Date')) return 'date';
  if (base.startsWith('Arn')) return 'arn';
  if (base === 'Bool') return 'truth';
  return base === 'BinaryEquals' ? 'bytes' : 'address';
}

const families: Readonly<Record<Family, (base: BaseOperator, values: readonly string[], version: PolicyVersion) => Test>> = {
  text: textTest,
  like: (_, values, version) => likeTest(values, version),
  number: (base, values) => orderTest(base, values, parseNumber),
  date: (base, values) => orderTest(base, values, parseDate),
  truth: (_, values) => truthTest(values),
  bytes: (_, values) => bytesTest(values),
  address: (_, values) => addressTest(values),
  arn: (_, values, version) => arnTest(values, version),
};

function textTest(base: BaseOperator, values: readonly string[], version: PolicyVersion): Test {
  const fold = base.endsWith('IgnoreCase') ? (text: string) => text.toLowerCase() : (text: string) => text;
  const templates = values.map((value) => parseTemplate(value, version));
  const fixed = new Set(templates.flatMap(({ text }) => (text === undefined ? [] : [fold(text)])));
  const open = templates.filter(({ text }) => text === undefined);
  if (open.length === 0) return (value) => fixed.has(fold(value));
  return (value, context) => {
    const folded = fold(value);
    return (
      fixed.has(folded) ||
      open.some((template) => {
        const text = resolveText(template, context);
        return text !== undefined && fold(text) === folded;
      })
    );
  };
}

function likeTest(values: readonly string[], version: PolicyVersion): Test {
  const templates = values.map((value) => parseTemplate(value, version));
  return (value, context) =>
    templates.some((template) => {
      const pattern = resolvePattern(template, context);
      return pattern !== undefined && fits(pattern, value);
    });
}

/** Numbers and dates. What is neither compares with nothing. */
function orderTest(base: BaseOperator, values: readonly string[], parse: (text: string) => number | undefined): Test {
  const wanted = values.flatMap((value) => parse(value) ?? []);
  const compare = comparison(base);
  return (text) => {
    const value = parse(text);
    return value !== undefined && wanted.some((limit) => compare(value, limit));
  };
}

function comparison(base: BaseOperator): (value: number, limit: number) => boolean {
  if (base.endsWith('LessThan')) return (value, limit) => value < limit;
  if (base.endsWith('LessThanEquals')) return (value, limit) => value <= limit;
  if (base.endsWith('GreaterThan')) return (value, limit) => value > limit;
  if (base.endsWith('GreaterThanEquals')) return (value, limit) => value >= limit;
  return (value, limit) => value === limit;
}

function parseNumber(text: string): number | undefined {
  return /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : undefined;
}

function truthTest(values: readonly string[]): Test {
  const wanted = new Set(values.map((value) => value.toLowerCase()));
  return (value) => wanted.has(value.toLowerCase());
}

/** Both sides are base64; padding does not matter. */
function bytesTest(values: readonly string[]): Test {
  const canonical = (text: string) => Buffer.from(text, 'base64').toString('base64');
  const wanted = new Set(values.map(canonical));
  return (value) => wanted.has(canonical(value));
}

function addressTest(values: readonly string[]): Test {
  const ranges = values.flatMap((value) => parseRange(value) ?? []);
  return (text) => {
    const address = parseAddress(text);
    return address !== undefined && ranges.some((range) => isInRange(address, range));
  };
}

/** ArnEquals and ArnLike are the same: each of the six parts may have wildcards. */
function arnTest(values: readonly string[], version: PolicyVersion): Test {
  const patterns = values.map((value) => arnPattern(value, version, 'Condition'));
  return (value, context) => {
    const arn = new ArnParts(value);
    return patterns.some((pattern) => pattern.matches(arn, context));
  };
}

/** Can the values be what the operator compares? Variables can be anything. */
export function hasUsableValues({ operator: { base }, values }: ConditionClause): boolean {
  const parse = base.startsWith('Date') ? parseDate : base.startsWith('Numeric') ? parseNumber : undefined;
  return parse === undefined || values.every((value) => value.includes('${') || parse(value) !== undefined);
}
