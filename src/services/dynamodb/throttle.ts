/**
 * Provisioned capacity as a bucket that fills by so many units a second and holds five minutes' worth (Developer Guide, "Burst
 * capacity"). A call is refused when the bucket is empty, and may empty it further than that: its cost is known only afterwards.
 */
import type { Tx } from '../../kernel';
import type { Use } from './capacity';
import { throughputExceeded } from './errors';
import type { Found } from './lookup';
import { type Bucket, Buckets, type SecondaryIndex, type Table } from './state';

const burstSeconds = 300;

type Kind = Bucket['kind'];

/** Throws when a table, or an index that is read, has no capacity left. On-demand tables always have. */
export function requireCapacity({ tx, table }: Found, kind: Kind, index?: SecondaryIndex): void {
  if (!hasCapacity({ tx, table }, kind, index)) throw throughputExceeded();
}

export function hasCapacity({ tx, table }: Found, kind: Kind, index?: SecondaryIndex): boolean {
  if (table.onDemandBilling) return true;
  const of = index?.global ? index : table;
  return unitsOf(tx, of, kind) > 0;
}

/** Takes what a call has used. Writes take from the global indexes that they change, too. */
export function takeCapacity({ tx, table }: Found, kind: Kind, use: Use, factor = 1): void {
  if (table.onDemandBilling) return;
  let ofTable = use.tableUnits;
  for (const [index, units] of use.indexUnits) {
    if (index.global) take(tx, index, kind, units * factor);
    else ofTable += units;
  }
  if (ofTable > 0) take(tx, table, kind, ofTable * factor);
}

function take(tx: Tx, of: Table | SecondaryIndex, kind: Kind, units: number): void {
  tx.put(Buckets, { id: of.id, kind, units: unitsOf(tx, of, kind) - units, at: tx.now });
}

function unitsOf(tx: Tx, { id, throughput }: Table | SecondaryIndex, kind: Kind): number {
  const rate = throughput[kind];
  const bucket = tx.get(Buckets, [id, kind]);
  if (bucket === undefined) return rate * burstSeconds;
  return Math.min(rate * burstSeconds, bucket.units + (rate * Math.max(0, tx.now - bucket.at)) / 1000);
}
