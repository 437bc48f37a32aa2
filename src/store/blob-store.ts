/** Where bodies, archives and images are kept: bytes named by an id, written once, streamed. */

/** A stored blob. Records hold these; they are plain data. */
export interface BlobRef {
  readonly id: string;
  readonly size: number;
}

export interface BlobWriter {
  /** Undefined, or a promise when the writer wants the caller to slow down. The chunk must not be changed afterwards. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** After this the blob can be read, and survives what the engine's records survive. */
  finish(): Promise<BlobRef>;
  /** Forgets what was written, unless it is finished: then it does nothing, and `delete` is what you want. */
  abort(): Promise<void>;
}

export interface BlobStore {
  /** `id`: the id the blob has in the snapshot it comes from; a new one when absent. */
  writer(id?: string): BlobWriter;
  /** Bytes start…end (end exclusive; all when absent), in chunks. Throws when the id is unknown. */
  read(ref: Pick<BlobRef, 'id'>, range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>;
  /** The same in one piece, at once when it is in memory; for blobs known to be small. */
  readAll(ref: Pick<BlobRef, 'id'>): Uint8Array | Promise<Uint8Array>;
  /** One blob from the bytes of several (multipart), without copying where possible. The parts stay. */
  concat(refs: readonly BlobRef[]): Promise<BlobRef>;
  /** Removes blobs written more than `graceMs` (real time) ago for which `isReferenced` is false; returns how many. */
  sweep(isReferenced: (id: string) => boolean, graceMs: number): Promise<number>;
  delete(id: string): Promise<void>;
  /** Removes every blob; in memory at once, whatever their number. */
  clear(): Promise<void>;
  close(): Promise<void>;
  /** A copy that shares the bytes and nothing else; absent where there is none (disk). */
  fork?(): BlobStore;
}
