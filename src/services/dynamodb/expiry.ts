/** Time to live: items go when the time in one of their attributes has come. */
import type { EncodedKey, Tx } from '../../kernel';
import type { Attributes } from './attributes';
import { Alarms, Expiries, type Table } from './state';

export const expiryTimer = 'dynamodb.expire';
/** What lies further back is taken for a mistake (Developer Guide, "Using time to live"). */
const oldestSeconds = 5 * 365.25 * 24 * 3600;
/** No timer is set beyond the year 9999. */
const latestSeconds = 253_402_300_799;

/** When an item expires, in seconds since 1970; undefined when it does not. */
export function expiryOf(table: Table, item: Attributes, nowMs: number): number | undefined {
  const value = table.timeToLive?.enabled ? item.attribute(table.timeToLive.attribute) : undefined;
  if (value === undefined || !('N' in value)) return undefined;
  const seconds = Math.floor(Number(value.N));
  return seconds > 0 && seconds <= latestSeconds && seconds > nowMs / 1000 - oldestSeconds ? seconds : undefined;
}

/** Follows a write: the item expires at another time now, or not any more. */
export function trackExpiry(tx: Tx, table: Table, itemKey: EncodedKey, old: Attributes | undefined, item: Attributes | undefined): void {
  // What was ignored when it was written is ignored still, so the old time is looked for whatever the clock says.
  const before = old && expiryOf(table, old, 0);
  const after = item && expiryOf(table, item, tx.now);
  if (before === after) return;
  if (before !== undefined) tx.delete(Expiries, { table: table.id, at: before, itemKey });
  if (after === undefined) return;
  tx.put(Expiries, { table: table.id, at: after, itemKey });
  ring(tx, table, after);
}

/** Has the timer go off at the first expiry at the latest. */
export function ring(tx: Tx, table: Table, seconds: number): void {
  const due = Math.max(tx.now, seconds * 1000);
  const alarm = tx.get(Alarms, table.id);
  if (alarm !== undefined && alarm.at <= due) return;
  tx.put(Alarms, { table: table.id, at: due });
  tx.at(due, expiryTimer, { table: table.name, id: table.id }, { id: table.id });
}

export function silence(tx: Tx, table: Table): void {
  const alarm = tx.get(Alarms, table.id);
  if (alarm === undefined) return;
  tx.delete(Alarms, alarm);
  tx.cancel(expiryTimer, table.id);
}
