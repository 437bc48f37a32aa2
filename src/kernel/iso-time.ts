/** Instants as text. Things that are listed together came to be together, and what is read is read again: their texts repeat. */

class RecentTexts {
  readonly #slots = Array.from({ length: 256 }, () => ({ ms: Number.NaN, text: '' }));
  readonly #format: (time: Date) => string;

  constructor(format: (time: Date) => string) {
    this.#format = format;
  }

  of(ms: number): string {
    const slot = this.#slots[Math.trunc(ms / 1000) & 255] as { ms: number; text: string };
    if (slot.ms !== ms) {
      slot.text = this.#format(new Date(ms));
      slot.ms = ms;
    }
    return slot.text;
  }
}

const iso = new RecentTexts((time) => time.toISOString());
const http = new RecentTexts((time) => time.toUTCString());

/** `2026-11-21T15:00:00.000Z`, of ms since 1970. */
export function isoTime(ms: number): string {
  return iso.of(ms);
}

/** `Sat, 21 Nov 2026 15:00:00 GMT`, of ms since 1970. */
export function httpTime(ms: number): string {
  return http.of(ms);
}
