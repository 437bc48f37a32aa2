/** Long texts made of many short ones, as UTF-8 at once: a text that grows piece by piece has to be put in one piece before it can be sent. */

const bunch = 4096;

export class TextBytes {
  #bytes: Buffer;
  #length = 0;
  #waiting = '';

  /** `expected`: about how many bytes it will be. */
  constructor(expected: number) {
    this.#bytes = Buffer.allocUnsafe(Math.max(expected, bunch));
  }

  add(text: string): void {
    this.#waiting += text;
    if (this.#waiting.length >= bunch) this.#write();
  }

  /** All that was added. */
  end(): Uint8Array {
    this.#write();
    return this.#bytes.subarray(0, this.#length);
  }

  #write(): void {
    const text = this.#waiting;
    this.#waiting = '';
    // A UTF-16 unit is at most three bytes of UTF-8.
    const needed = this.#length + text.length * 3;
    if (needed > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes.subarray(0, this.#length)], Math.max(needed, this.#bytes.length * 2));
    this.#length += this.#bytes.write(text, this.#length);
  }
}
