/** JSON written as UTF-8 piece by piece: it leaves no objects behind that somebody has to collect. */

/** Longer texts are quoted by JSON.stringify, which is dear to call and quick then. */
const shortText = 192;
const quoteMark = 0x22;
const backslash = 0x5c;
const zero = 0x30;

export class JsonBytes {
  #bytes: Buffer;
  #length = 0;

  /** `expected`: about how many bytes it will be. */
  constructor(expected: number) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(expected, 64));
  }

  get length(): number {
    return this.#length;
  }

  /** How much memory it holds. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** Forgets what was written after the first `length` bytes. */
  cutTo(length: number): void {
    if (length < this.#length) this.#length = length;
  }

  /** One ASCII character: a bracket, a comma, a digit. */
  character(code: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = code;
  }

  /** JSON as it is. */
  json(text: string): void {
    // Three bytes of UTF-8 are enough for any UTF-16 unit; the bytes are counted only where there are not so many left.
    if (this.#length + text.length * 3 > this.#bytes.length) this.#reserve(Buffer.byteLength(text));
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** JSON that was encoded before; short. */
  encoded(json: Uint8Array): void {
    this.#reserve(json.length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < json.length; i++) bytes[at++] = json[i] as number;
    this.#length = at;
  }

  string(text: string): void {
    if (text.length > shortText) {
      this.json(JSON.stringify(text));
      return;
    }
    this.#reserve(text.length + 2);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = quoteMark;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x20 || unit > 0x7e || unit === quoteMark || unit === backslash) {
        this.json(JSON.stringify(text));
        return;
      }
      bytes[at++] = unit;
    }
    bytes[at++] = quoteMark;
    this.#length = at;
  }

  /** A whole number. */
  integer(value: number): void {
    if (value < 0 || value > 999) {
      this.json(String(value));
      return;
    }
    this.#reserve(3);
    const hundreds = (value / 100) | 0;
    const tens = (value / 10) | 0;
    if (hundreds > 0) this.#bytes[this.#length++] = zero + hundreds;
    if (tens > 0) this.#bytes[this.#length++] = zero + tens - hundreds * 10;
    this.#bytes[this.#length++] = zero + value - tens * 10;
  }

  /** The bytes from `start` to `end`, as long as nothing else is written. */
  part(start: number, end: number): Uint8Array {
    return this.#bytes.subarray(start, end);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#length + count, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
