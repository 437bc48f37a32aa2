import { expect, it } from 'vitest';
import { auditedCall } from '../../../test/audited-call';
import { type AuditChunk, type AuditedCall, encodeCalls, type Tx } from '../../kernel';
import { lookUpEvents } from './lookup-events';

const now = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;

const call = (at: number) => auditedCall({ at });

/** A history, oldest first, of which nothing older than `newest` may be read. */
function history(...chunks: readonly (readonly [newest: number, ...calls: readonly AuditedCall[]])[]): Tx {
  const unreadable = Buffer.from('not to be read');
  const all = chunks.map(([newest, ...calls], n): AuditChunk => {
    const text = calls.length === 0 ? unreadable : encodeCalls(calls);
    return { n, count: calls.length, newest, text, calls: 0, bytes: 0 };
  });
  return { now, scan: (_: unknown, { to = Number.POSITIVE_INFINITY }) => all.filter(({ n }) => n < to).reverse() } as unknown as Tx;
}

const times = (tx: Tx, input: { readonly StartTime?: number }) => (lookUpEvents(tx, input).Events ?? []).map(({ EventTime }) => EventTime);

it('reads nothing that is all older than the time asked for', () => {
  const tx = history(
    [now - 5 * minute],
    [now - 3 * minute, call(now - 3 * minute)],
    [now - minute, call(now - 2 * minute), call(now - minute)],
  );
  expect(times(tx, { StartTime: now - 4 * minute })).toEqual([now - minute, now - 2 * minute, now - 3 * minute]);
  expect(times(tx, { StartTime: now - 3 * minute })).toEqual([now - minute, now - 2 * minute, now - 3 * minute]);
});

it('reads nothing that is all older than ninety days', () => {
  const tx = history([now - 91 * 24 * 60 * minute], [now - minute, call(now - minute)]);
  expect(times(tx, {})).toEqual([now - minute]);
});

it('counts whole seconds, as events do', () => {
  const tx = history([now - minute + 1, call(now - minute + 1)]);
  expect(times(tx, { StartTime: now - minute + 900 })).toEqual([now - minute]);
});
