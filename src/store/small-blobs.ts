/** Blobs too small for a file of their own: rows of the lmdb environment, written with the turn's commit. */
import type { Companion, Environment } from './lmdb-environment';

/** Before the bytes: when they were written, real time in ms, as a 64-bit float. */
const headerLength = 8;
const idsPerPage = 1000;

export class SmallBlobs implements Companion {
  private readonly environment: Environment;
  /** Rows to write with the next commit; undefined: to remove. */
  private readonly pending = new Map<string, Buffer | undefined>();

  constructor(environment: Environment) {
    this.environment = environment;
  }

  get isDirty(): boolean {
    return this.pending.size > 0;
  }

  write(): void {
    const { blobs } = this.environment;
    for (const [id, row] of this.pending) {
      if (row === undefined) blobs.remove(id);
      else blobs.put(id, row);
    }
  }

  written(): void {
    this.pending.clear();
  }

  put(id: string, chunks: readonly Uint8Array[], size: number, writtenAt: number): void {
    const row = Buffer.allocUnsafeSlow(headerLength + size);
    row.writeDoubleBE(writtenAt);
    let at = headerLength;
    for (const chunk of chunks) {
      row.set(chunk, at);
      at += chunk.length;
    }
    this.pending.set(id, row);
  }

  get(id: string): Uint8Array | undefined {
    const row = this.pending.has(id) ? this.pending.get(id) : this.environment.blobs.getBinary(id);
    return row?.subarray(headerLength);
  }

  /** False when there is none. */
  delete(id: string): boolean {
    if (this.get(id) === undefined) return false;
    this.pending.set(id, undefined);
    return true;
  }

  /** Real time in ms; undefined when there is none. */
  writtenAt(id: string): number | undefined {
    const row = this.pending.has(id) ? this.pending.get(id) : this.environment.blobs.getBinaryFast(id);
    // A large row comes as a view of lmdb's map, which is not always a Buffer.
    return row && Buffer.from(row.buffer, row.byteOffset, headerLength).readDoubleBE();
  }

  /** All ids, some at a time. */
  *ids(): Generator<readonly string[]> {
    yield [...this.pending.keys()];
    for (let after = '\0'; ; ) {
      const page = [...this.environment.blobs.getKeys({ start: after, exclusiveStart: true, limit: idsPerPage })];
      yield page;
      if (page.length < idsPerPage) return;
      after = page[page.length - 1]!;
    }
  }
}
