/** Which attributes of which items a query or scan gives: Select, projection, filter, and where they come from. */
import type { PreparedJson } from '../../kernel';
import { invalid, invalidValues } from './errors';
import type { Condition, Path } from './expression/bound';
import { isTrue } from './expression/evaluate';
import { attributesOf, preparedList } from './items';
import type { Projection } from './parameters';
import type { IndexSchema } from './schema';
import type { StoredItem } from './state';

export interface SelectParameters {
  readonly Select?: string | undefined;
  readonly IndexName?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
}

/** Throws when Select and the projection contradict each other. */
export function checkSelect({ Select, IndexName, ProjectionExpression, AttributesToGet }: SelectParameters): void {
  const projection =
    ProjectionExpression !== undefined ? 'ProjectionExpression' : AttributesToGet !== undefined ? 'AttributesToGet' : undefined;
  if (Select === undefined) return;
  if (Select === 'SPECIFIC_ATTRIBUTES') {
    if (projection !== undefined) return;
    throw invalid('Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES');
  }
  if (projection !== undefined) {
    throw invalid(`Cannot specify the ${projection} when choosing to get ${Select === 'COUNT' ? 'only the Count' : Select}`);
  }
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && IndexName === undefined) {
    throw invalid('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
}

/** Whether whole items are needed where the index holds only parts; throws when it is a global one, which cannot get them. */
export function needsWholeItems(schema: IndexSchema | undefined, select: string | undefined, projection: Projection | undefined): boolean {
  const projected = schema?.projected;
  if (schema === undefined || projected === undefined) return false;
  const { index } = schema;
  if (select === 'ALL_ATTRIBUTES') {
    if (!index.global) return true;
    throw invalidValues(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  }
  const missing = projection?.paths.map((path: Path) => path[0] as string).filter((name) => !projected.has(name)) ?? [];
  if (missing.length === 0) return false;
  if (!index.global) return true;
  throw invalidValues(`Global secondary index ${index.name} does not project [${missing.join(', ')}]`);
}

/** Items as an answer has them: their texts joined, without a look inside unless a filter or a projection needs one. */
export function show(
  items: readonly StoredItem[],
  filter: Condition | undefined,
  projection: Projection | undefined,
  countOnly: boolean,
): { readonly count: number; readonly items: PreparedJson | undefined } {
  if (countOnly) return { count: filter === undefined ? items.length : countMatches(items, filter), items: undefined };
  const texts = filter === undefined && projection === undefined ? items.map(({ json }) => json) : select(items, filter, projection);
  return { count: texts.length, items: preparedList(texts) };
}

function countMatches(items: readonly StoredItem[], filter: Condition): number {
  let count = 0;
  for (const item of items) if (isTrue(filter, attributesOf(item))) count++;
  return count;
}

function select(items: readonly StoredItem[], filter: Condition | undefined, projection: Projection | undefined): string[] {
  const texts: string[] = [];
  for (const item of items) {
    const attributes = attributesOf(item);
    if (filter !== undefined && !isTrue(filter, attributes)) continue;
    texts.push(projection === undefined ? item.json : JSON.stringify(projection.project(attributes)));
  }
  return texts;
}
