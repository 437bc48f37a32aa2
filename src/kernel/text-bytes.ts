/** Long texts as UTF-8 at once, made of many short pieces: a string that grows piece by piece has to be put in one piece before it can be sent. */

/** Room in front of the text, for what a document has before it. */
const headroom = 2048;

/** The system hands out memory page by page as it is touched, which costs as much as filling it: long texts use theirs again. */
const spareBytes = 512 * 1024;
const mostSpare = 4;
const spare: Buffer[] = [];
/** Texts from this length on are worth it. */
const longBytes = 64 * 1024;

const nothing = Buffer.alloc(0);

export class TextBytes {
  #bytes: Buffer;
  /** Where the text ends in its bytes. */
  end = headroom;

  /** `expected`: about how many bytes it will be. */
  constructor(expected: number) {
    const room = headroom + expected;
    if (room < longBytes || room > spareBytes) this.#bytes = Buffer.allocUnsafe(room);
    else this.#bytes = spare.pop() ?? Buffer.allocUnsafeSlow(spareBytes);
  }

  /** The bytes, with room for so many more from `end` on. Who writes there moves `end`. */
  room(more: number): Buffer {
    if (this.end + more > this.#bytes.length) this.#grow(more);
    return this.#bytes;
  }

  add(text: string): void {
    // A UTF-16 unit is at most three bytes of UTF-8.
    const bytes = this.room(text.length * 3);
    this.end += bytes.write(text, this.end);
  }

  /** All that was added, between two texts. */
  between(before: string, after: string): Uint8Array {
    const start = headroom - Buffer.byteLength(before);
    if (start < 0) return Buffer.concat([Buffer.from(before), this.#bytes.subarray(headroom, this.end), Buffer.from(after)]);
    const bytes = this.room(after.length * 3);
    bytes.write(before, start);
    return bytes.subarray(start, this.end + bytes.write(after, this.end));
  }

  /** Nobody reads these bytes any more: they may become another text. */
  release(): void {
    keep(this.#bytes);
    this.#bytes = nothing;
    this.end = 0;
  }

  #grow(more: number): void {
    const full = this.#bytes;
    this.#bytes = Buffer.allocUnsafe(Math.max(this.end + more, full.length * 2));
    this.#bytes.set(full.subarray(0, this.end));
    keep(full);
  }
}

function keep(bytes: Buffer): void {
  if (bytes.length === spareBytes && spare.length < mostSpare) spare.push(bytes);
}
