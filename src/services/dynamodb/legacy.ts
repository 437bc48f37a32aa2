/** The parameters that expressions replaced in 2014, turned into what expressions become. */
import type { AttributeValue, Condition as ConditionInput, ExpectedAttributeValue } from '../../../generated/api/dynamodb';
import { invalid, invalidValues } from './errors';
import type { Condition, Operand } from './expression/bound';
import type { Comparator } from './expression/syntax';
import { compareValues, normaliseValue, type Type, typeOf, type Value } from './value';

const scalars: readonly Type[] = ['S', 'N', 'B'];
const anything: readonly Type[] = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'M', 'L', 'NULL', 'BOOL'];

/** How many values each operator takes, and of which types. */
const operators: Readonly<Record<string, { readonly least: number; readonly most: number; readonly types: readonly Type[] }>> = {
  EQ: { least: 1, most: 1, types: anything },
  NE: { least: 1, most: 1, types: anything },
  LE: { least: 1, most: 1, types: scalars },
  LT: { least: 1, most: 1, types: scalars },
  GE: { least: 1, most: 1, types: scalars },
  GT: { least: 1, most: 1, types: scalars },
  CONTAINS: { least: 1, most: 1, types: scalars },
  NOT_CONTAINS: { least: 1, most: 1, types: scalars },
  BEGINS_WITH: { least: 1, most: 1, types: ['S', 'B'] },
  IN: { least: 1, most: Number.POSITIVE_INFINITY, types: scalars },
  BETWEEN: { least: 2, most: 2, types: scalars },
  NULL: { least: 0, most: 0, types: [] },
  NOT_NULL: { least: 0, most: 0, types: [] },
};

const comparators: Readonly<Record<string, Comparator>> = { EQ: '=', NE: '<>', LE: '<=', LT: '<', GE: '>=', GT: '>' };

/** A condition on one attribute, with its values as they are kept. */
export interface LegacyCondition {
  readonly operator: string;
  readonly values: readonly Value[];
}

type Conditions = { readonly [name: string]: ConditionInput };

/** KeyConditions, QueryFilter or ScanFilter, checked. */
export function readConditions(conditions: Conditions): ReadonlyMap<string, LegacyCondition> {
  return new Map(
    Object.entries(conditions).map(([name, { ComparisonOperator: operator, AttributeValueList = [] }]) => {
      const values = AttributeValueList.map((value) => normaliseValue(value));
      checkValues(operator, values);
      return [name, { operator, values }];
    }),
  );
}

function checkValues(operator: string, values: readonly Value[]): void {
  const { least, most, types } = operators[operator] as (typeof operators)[string];
  if (values.length < least || values.length > most) {
    throw invalidValues(`Invalid number of argument(s) for the ${operator} ComparisonOperator`);
  }
  const [first] = values;
  if (first === undefined) return;
  if (values.some((value) => typeOf(value) !== typeOf(first))) {
    throw invalidValues('AttributeValues inside AttributeValueList must be of same type');
  }
  if (!types.includes(typeOf(first))) {
    throw invalidValues(`ComparisonOperator ${operator} is not valid for ${typeOf(first)} AttributeValue type`);
  }
  if (operator === 'BETWEEN' && (compareValues(first, values[1] as Value) ?? 0) > 0) {
    throw invalid('The BETWEEN condition was provided a range where the lower bound is greater than the upper bound');
  }
}

/** A filter's conditions as one. */
export function filterCondition(conditions: ReadonlyMap<string, LegacyCondition>, operator: string | undefined): Condition | undefined {
  return combine(
    [...conditions].map(([name, each]) => toCondition(name, each)),
    operator,
  );
}

type Expected = { readonly [name: string]: ExpectedAttributeValue };

/** Expected as a condition. */
export function expectedCondition(expected: Expected, operator: string | undefined): Condition | undefined {
  return combine(
    Object.entries(expected).map(([name, each]) => toCondition(name, readExpected(name, each))),
    operator,
  );
}

function readExpected(name: string, expected: ExpectedAttributeValue): LegacyCondition {
  const { Value: value, Exists: exists, ComparisonOperator: operator, AttributeValueList: list } = expected;
  if (list !== undefined && value !== undefined) {
    throw invalidValues(`Value and AttributeValueList cannot be used together for Attribute: ${name}`);
  }
  if (operator !== undefined) {
    if (exists !== undefined) throw invalidValues(`Exists and ComparisonOperator cannot be used together for Attribute: ${name}`);
    if (operator !== 'NULL' && operator !== 'NOT_NULL' && list === undefined && value === undefined) {
      throw invalidValues(`Value or AttributeValueList must be used with ComparisonOperator: ${operator} for Attribute: ${name}`);
    }
    const values = (list ?? (value === undefined ? [] : [value])).map((each: AttributeValue) => normaliseValue(each));
    checkValues(operator, values);
    return { operator, values };
  }
  if (list !== undefined) throw invalidValues(`AttributeValueList can only be used with a ComparisonOperator for Attribute: ${name}`);
  if (exists === false) {
    if (value !== undefined) throw invalidValues(`Value cannot be used when Exists is false for Attribute: ${name}`);
    return { operator: 'NULL', values: [] };
  }
  if (value === undefined) {
    throw invalidValues(`Value must be provided when Exists is ${exists === undefined ? 'null' : 'true'} for Attribute: ${name}`);
  }
  return { operator: 'EQ', values: [normaliseValue(value)] };
}

function combine(conditions: readonly Condition[], operator: string | undefined): Condition | undefined {
  const kind = operator === 'OR' ? 'or' : 'and';
  return conditions.length === 0 ? undefined : conditions.reduce((left, right) => ({ kind, left, right }));
}

function toCondition(name: string, { operator, values }: LegacyCondition): Condition {
  const operand: Operand = { kind: 'path', path: [name] };
  const literals = values.map((value): Operand => ({ kind: 'value', value }));
  const [first, second] = literals as [Operand, Operand];
  switch (operator) {
    case 'NULL':
    case 'NOT_NULL':
      return { kind: 'exists', path: [name], exists: operator === 'NOT_NULL' };
    case 'CONTAINS':
      return { kind: 'contains', operand, part: first };
    case 'NOT_CONTAINS':
      return { kind: 'not', condition: { kind: 'contains', operand, part: first } };
    case 'BEGINS_WITH':
      return { kind: 'begins_with', operand, prefix: first };
    case 'IN':
      return { kind: 'in', operand, list: literals };
    case 'BETWEEN':
      return { kind: 'between', operand, low: first, high: second };
    default:
      return { kind: 'compare', comparator: comparators[operator] as Comparator, left: operand, right: first };
  }
}

/** ConditionalOperator needs something to combine. */
export function checkConditionalOperator(operator: string | undefined, conditions: object | undefined): void {
  if (operator === undefined) return;
  if (conditions === undefined) throw invalid('ConditionalOperator cannot be used without Filter or Expected');
  if (Object.keys(conditions).length < 2) {
    throw invalid('ConditionalOperator can only be used when Filter or Expected has two or more elements');
  }
}

/** Names of attributes, each once. */
export function checkAttributesToGet(names: readonly string[] | undefined): void {
  if (names === undefined) return;
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalidValues(`Duplicate value in attribute name: ${twice}`);
}

/** The parameters of these names that have been given. */
function given(input: object, names: readonly string[]): readonly string[] {
  let found: string[] | undefined;
  for (const name of names) {
    if ((input as Record<string, unknown>)[name] === undefined) continue;
    if (found === undefined) found = [name];
    else found.push(name);
  }
  return found ?? none;
}

const none: readonly string[] = [];

/** Throws when old and new parameters meet, or placeholders have no expression to stand in. */
export function checkParameterStyles(input: object, expressions: readonly string[], legacy: readonly string[]): void {
  const used = given(input, expressions);
  if (used.length > 0) {
    const old = given(input, legacy);
    if (old.length > 0) {
      throw invalid(
        `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${old.join(', ')}} Expression parameters: {${used.join(', ')}}`,
      );
    }
  }
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input as Record<string, unknown>;
  if (names !== undefined && used.length === 0) throw invalid('ExpressionAttributeNames can only be specified when using expressions');
  if (values === undefined) return;
  if (used.every((name) => name === 'ProjectionExpression')) {
    const takesValues = expressions.filter((name) => name !== 'ProjectionExpression');
    const verb = takesValues.length > 1 ? 'are' : 'is';
    throw invalid(`ExpressionAttributeValues can only be specified when using expressions: ${takesValues.join(' and ')} ${verb} null`);
  }
}
