/** Sequence numbers of FIFO messages as clients see them. */

/** Twenty digits that grow in steps, like AWS's: "large, non-consecutive" (SendMessage). */
export function formatSequenceNumber(sequence: number): string {
  return `188${String(sequence * 256).padStart(17, '0')}`;
}
