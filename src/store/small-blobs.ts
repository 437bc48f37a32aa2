/** Blobs too small for a file of their own: rows of the lmdb environment, written with the turn's commit. */
import type { Companion, Environment } from './lmdb-environment';

/** Before the bytes: when they were written, real time in ms, as a 64-bit float. */
const headerLength = 8;
const rowsPerPage = 1000;

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

  /** Ids of blobs written at or before a time. */
  *writtenBefore(time: number): Generator<string> {
    for (const [id, row] of [...this.pending]) if (row !== undefined && row.readDoubleBE() <= time) yield id;
    for (let after = '\0'; ; ) {
      const rows = [...this.environment.blobs.getRange({ start: after, exclusiveStart: true, limit: rowsPerPage })];
      for (const { key, value } of rows) {
        if (!this.pending.has(key) && Buffer.from(value.buffer, value.byteOffset, headerLength).readDoubleBE() <= time) yield key;
      }
      if (rows.length < rowsPerPage) return;
      after = rows[rows.length - 1]!.key;
    }
  }
}
