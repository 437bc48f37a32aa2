/** Finds tables by name or ARN. */
import { fail, parseArn, type Tx, type TxContext } from '../../kernel';
import { invalid, resourceNotFound, tableNotFound } from './errors';
import { type Table, Tables, tableArn } from './state';

const namePattern = /^[a-zA-Z0-9_.-]+$/;

/** A table, and the transaction at the place where it is. */
export interface Found {
  readonly tx: Tx;
  readonly table: Table;
}

/** The name in what a request calls TableName, which may be an ARN. */
export function nameOf(tableName: string): string {
  if (!tableName.startsWith('arn:')) return tableName;
  const arn = parseArn(tableName);
  const name = arn?.service === 'dynamodb' && arn.resource.startsWith('table/') ? arn.resource.slice(6) : undefined;
  return name ?? fail(invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${tableName}`));
}

/** Throws for what can be no table's name. */
export function checkTableName(tableName: string): void {
  if (tableName.length >= 3 && tableName.length <= 255 && namePattern.test(tableName)) return;
  const name = nameOf(tableName);
  if (name.length < 3 || name.length > 255) {
    throw invalid('TableName must be at least 3 characters long and at most 255 characters long');
  }
  if (!namePattern.test(name)) {
    throw invalid(
      `1 validation error detected: Value '${name}' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
    );
  }
}

function findTable(tx: Tx, tableName: string): Found | undefined {
  const arn = tableName.startsWith('arn:') ? parseArn(tableName) : undefined;
  const there = arn === undefined ? tx : tx.in({ account: arn.account, region: arn.region });
  const table = there.get(Tables, nameOf(tableName));
  return table && { tx: there, table };
}

/** Of an operation on items. */
export function requireDataTable(ctx: TxContext, tableName: string): Found {
  return findTable(ctx.tx, tableName) ?? fail(resourceNotFound());
}

/** Of an operation on tables. */
export function requireTable(ctx: TxContext, tableName: string): Found {
  return findTable(ctx.tx, tableName) ?? fail(tableNotFound(nameOf(tableName)));
}

/** By the ARN of a table, for tags. */
export function requireResource(ctx: TxContext, arn: string): Found {
  const parsed = parseArn(arn);
  if (parsed?.service !== 'dynamodb' || !/^table\/[^/]+$/.test(parsed.resource)) {
    throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  }
  // The misspelling is AWS's.
  return findTable(ctx.tx, arn) ?? fail(resourceNotFound(`ResourcArn: ${arn} not found`));
}

export function arnOf({ tx, table }: Found): string {
  return tableArn(table.name, tx.place);
}
