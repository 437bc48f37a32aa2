/** The parameters that operations on items share, checked in AWS's order: styles, values, legacy parameters, expressions. */
import type { AttributeValue, ExpectedAttributeValue } from '../../../generated/api/dynamodb';
import type { Attributes } from './attributes';
import { invalid } from './errors';
import { bindCondition } from './expression/bind-condition';
import { bindProjection } from './expression/bind-update';
import { type Condition, forEachPath, type Path } from './expression/bound';
import { Placeholders } from './expression/placeholders';
import { projector } from './expression/project';
import { checkAttributesToGet, checkConditionalOperator, checkParameterStyles, expectedCondition } from './legacy';
import type { TableSchema } from './schema';
import type { Item } from './value';

export interface PlaceholderParameters {
  readonly ExpressionAttributeNames?: { readonly [name: string]: string } | undefined;
  readonly ExpressionAttributeValues?: { readonly [name: string]: AttributeValue } | undefined;
}

export interface ConditionParameters extends PlaceholderParameters {
  readonly ConditionExpression?: string | undefined;
  readonly Expected?: { readonly [name: string]: ExpectedAttributeValue } | undefined;
  readonly ConditionalOperator?: string | undefined;
}

export interface ProjectionParameters extends PlaceholderParameters {
  readonly ProjectionExpression?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
}

/** Runs `bind` with the request's placeholders, all of which it must use. Undefined when there is nothing to bind. */
export function withPlaceholders<T>(input: PlaceholderParameters, needed: boolean, bind: (placeholders: Placeholders) => T): T | undefined {
  if (!needed) return undefined;
  const placeholders = new Placeholders(input.ExpressionAttributeNames, input.ExpressionAttributeValues);
  const bound = bind(placeholders);
  placeholders.requireAllUsed();
  return bound;
}

/** The condition under which a write may happen. Its parameters' styles are already checked. */
export function readCondition(input: ConditionParameters): Condition | undefined {
  const legacy = readExpected(input);
  const { ConditionExpression: text } = input;
  return (
    withPlaceholders(input, text !== undefined, (placeholders) => bindCondition(text as string, 'ConditionExpression', placeholders)) ??
    legacy
  );
}

export function readExpected({ Expected: expected, ConditionalOperator: operator }: ConditionParameters): Condition | undefined {
  if (expected === undefined && operator === undefined) return undefined;
  const condition = expected && expectedCondition(expected, operator);
  checkConditionalOperator(operator, expected);
  return condition;
}

/** What part of an item a read shows. */
export interface Projection {
  readonly paths: readonly Path[];
  readonly project: (item: Attributes) => Item;
}

/** Undefined: all of it. `between` are checks that AWS makes after those of the parameters' style. */
export function readProjection(input: ProjectionParameters, between: () => void): Projection | undefined {
  checkParameterStyles(input, ['ProjectionExpression'], ['AttributesToGet']);
  between();
  checkAttributesToGet(input.AttributesToGet);
  const { ProjectionExpression: text } = input;
  const paths = withPlaceholders(input, text !== undefined, (placeholders) => bindProjection(text as string, placeholders));
  return toProjection(paths ?? input.AttributesToGet?.map((name) => [name]));
}

export function toProjection(paths: readonly Path[] | undefined): Projection | undefined {
  return paths && { paths, project: projector(paths) };
}

/** Keys are never documents: throws for paths into them. */
export function checkKeyPaths(paths: readonly Path[], { keyNames, indexes }: TableSchema): void {
  for (const path of paths) {
    if (path.length === 1) continue;
    const name = path[0] as string;
    const role = keyNames.has(name)
      ? 'Key'
      : indexes.some(({ key }) => key.all.some((each) => each.name === name))
        ? 'IndexKey'
        : undefined;
    if (role !== undefined) {
      throw invalid(`Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${role}: ${name}`);
    }
  }
}

export function pathsOf(condition: Condition | undefined): Path[] {
  const paths: Path[] = [];
  if (condition !== undefined) forEachPath(condition, (path) => paths.push(path));
  return paths;
}
