/** Instants as text. */

/** Things that are listed together came to be together: their times repeat. */
const recent = Array.from({ length: 256 }, () => ({ ms: Number.NaN, text: '' }));

/** `2026-11-21T15:00:00.000Z`, of ms since 1970. */
export function isoTime(ms: number): string {
  const slot = recent[Math.trunc(ms / 1000) & 255] as { ms: number; text: string };
  if (slot.ms !== ms) {
    slot.text = new Date(ms).toISOString();
    slot.ms = ms;
  }
  return slot.text;
}
