/** Capacity units as AWS computes them, and how answers tell them. */
import type { ConsumedCapacity } from '../../../generated/api/dynamodb';
import type { SecondaryIndex, Table } from './state';

const readUnitBytes = 4096;
const writeUnitBytes = 1024;

/** Strongly consistent reads cost a unit for each 4 KB begun, at least one; eventually consistent ones half of that. */
export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / readUnitBytes)) * (consistent ? 1 : 0.5);
}

function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / writeUnitBytes));
}

const noIndexes: ReadonlyMap<SecondaryIndex, number> = new Map<SecondaryIndex, number>([]);

/** Units by table and index. */
export class Use {
  tableUnits = 0;
  // Most calls use no index, so there is no map before there is something in it.
  #indexUnits: Map<SecondaryIndex, number> | undefined;

  get indexUnits(): ReadonlyMap<SecondaryIndex, number> {
    return this.#indexUnits ?? noIndexes;
  }

  add(index: SecondaryIndex, units: number): void {
    this.#indexUnits ??= new Map();
    this.#indexUnits.set(index, (this.#indexUnits.get(index) ?? 0) + units);
  }

  include(other: Use): void {
    this.tableUnits += other.tableUnits;
    for (const [index, units] of other.indexUnits) this.add(index, units);
  }

  get total(): number {
    let total = this.tableUnits;
    for (const units of this.indexUnits.values()) total += units;
    return total;
  }
}

/** What writes cost: the larger of the old and the new item, and each change of an index's entries. */
export class WriteUse extends Use {
  table(oldBytes: number, bytes: number): void {
    this.tableUnits += writeUnits(Math.max(oldBytes, bytes));
  }

  /** A write that was refused, or had nothing to do, costs what the item has. */
  idle(bytes: number): void {
    this.tableUnits += writeUnits(bytes);
  }

  /** Bytes of the index's entry before and after, and whether its key has changed. */
  index(index: SecondaryIndex, before: number | undefined, after: number | undefined, moved: boolean): void {
    // a changed key is a delete and a put (Developer Guide, "Provisioned throughput considerations for global secondary indexes")
    if (moved) this.add(index, writeUnits(before ?? 0) + writeUnits(after ?? 0));
    else if (before !== undefined || after !== undefined) this.add(index, writeUnits(Math.max(before ?? 0, after ?? 0)));
  }
}

export type CapacityDetail = 'NONE' | 'TOTAL' | 'INDEXES' | (string & {});

/** What an answer says; undefined when it was not asked. Transactions cost twice, and say which kind of unit it was. */
export function consumedCapacity(
  table: Table | string,
  use: Use,
  detail: CapacityDetail | undefined,
  transaction?: 'read' | 'write',
): ConsumedCapacity | undefined {
  if (detail !== 'TOTAL' && detail !== 'INDEXES') return undefined;
  const factor = transaction === undefined ? 1 : 2;
  const unitsOf = (units: number) => ({
    CapacityUnits: units * factor,
    ...(transaction === 'read' && { ReadCapacityUnits: units * factor }),
    ...(transaction === 'write' && { WriteCapacityUnits: units * factor }),
  });
  const total = { TableName: typeof table === 'string' ? table : table.name, ...unitsOf(use.total) };
  if (detail === 'TOTAL') return total;
  const byIndex = (global: boolean) => {
    const entries = [...use.indexUnits].filter(([index]) => index.global === global).map(([index, units]) => [index.name, unitsOf(units)]);
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  };
  return {
    ...total,
    Table: unitsOf(use.tableUnits),
    LocalSecondaryIndexes: byIndex(false),
    GlobalSecondaryIndexes: byIndex(true),
  };
}
