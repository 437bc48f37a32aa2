/** Text into buffers, without the choice of an encoding that `Buffer.write` makes anew each time and that takes as long as the writing. */

const { latin1Write, ucs2Write } = Buffer.prototype as unknown as {
  latin1Write(this: Uint8Array, text: string, start: number): number;
  ucs2Write(this: Uint8Array, text: string, start: number): number;
};

/** A byte for each character; as many as fit. Returns how many. */
export function writeLatin1(bytes: Buffer, text: string, at: number): number {
  return latin1Write.call(bytes, text, at);
}

/** Two bytes for each UTF-16 unit; as many as fit. */
export function writeUtf16(bytes: Buffer, text: string, at: number): void {
  ucs2Write.call(bytes, text, at);
}
