/** Receipt handles: opaque to clients, and all that is needed to find the message again. */
import { receiptHandleIsInvalid } from './errors';

export interface Receipt {
  /** The bin (see state.ts) the message lies in. */
  readonly bin: string;
  readonly sequence: number;
  /** Which of the message's receives this was, counted from 1. */
  readonly receive: number;
}

const mark = 'AQEB';
const content = /^([a-z0-9]+-\d+)\/(\d{1,15})\/(\d{1,9})$/;

export function formatReceiptHandle(receipt: Receipt): string {
  return mark + Buffer.from(`${receipt.bin}/${receipt.sequence}/${receipt.receive}`, 'latin1').toString('base64');
}

/** Throws ReceiptHandleIsInvalid for what was never a handle of this queue. `queueId` is what all its bins begin with. */
export function parseReceiptHandle(handle: string, queueId: string): Receipt {
  const text = handle.startsWith(mark) ? Buffer.from(handle.slice(mark.length), 'base64').toString('latin1') : '';
  const [, bin, sequence, receive] = content.exec(text) ?? [];
  if (bin === undefined || !bin.startsWith(`${queueId}-`)) throw receiptHandleIsInvalid(handle);
  return { bin, sequence: Number(sequence), receive: Number(receive) };
}
