/** What a queue does with its messages. Two kinds: standard.ts and fifo.ts. */
import type { Tx } from '../../kernel';
import { fifo } from './fifo';
import type { Draft, Message } from './message';
import type { Receipt } from './receipt-handle';
import { standard } from './standard';
import type { Queue } from './state';

/** False: this message is not delivered but leaves the queue, expired or dead-lettered; whoever says so has seen to the rest. */
export type Screen = (message: Message) => boolean;

interface Counts {
  readonly visible: number;
  readonly notVisible: number;
  readonly delayed: number;
}

export interface Discipline {
  put(tx: Tx, queue: Queue, draft: Draft, delayMs: number): Message;
  /** At most `maximum` messages, hidden from now on for `visibilityMs`. */
  receive(tx: Tx, queue: Queue, maximum: number, visibilityMs: number, screen: Screen): Message[];
  /** Throws AWS's error when the receipt no longer entitles to this; `handle` is for its sentence. */
  delete(tx: Tx, queue: Queue, receipt: Receipt, handle: string): void;
  changeVisibility(tx: Tx, queue: Queue, receipt: Receipt, handle: string, seconds: number): void;
  /** Costs what has become visible since the last look, not what is there. */
  counts(tx: Tx, queue: Queue): Counts;
  /** When the next hidden message becomes visible, ms; undefined when none is hidden. */
  nextChange(tx: Tx, queue: Queue): number | undefined;
  /** Takes up to `limit` visible messages out of the queue, as long as `move` says it took them on; returns how many. */
  drain(tx: Tx, queue: Queue, limit: number, move: (message: Message) => boolean): number;
  /** Drops messages past their retention, looking at `limit` at most. When to look again, ms; undefined when the queue is empty. */
  dropExpired(tx: Tx, queue: Queue, limit: number): number | undefined;
}

/** How this queue handles its messages. */
export function disciplineOf(queue: Queue): Discipline {
  return queue.fifo ? fifo : standard;
}
