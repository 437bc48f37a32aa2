/** Blobs in memory, by reference to the chunks that were written. */
import { blobIds, checkBlobId } from './blob-ids';
import type { BlobRef, BlobStore, BlobWriter } from './blob-store';
import { BTree } from './btree';
import { pagesOf } from './btree-scan';

interface Blob {
  readonly size: number;
  readonly chunks: readonly Uint8Array[];
  /** Real time, ms since 1970. */
  readonly writtenAt: number;
}

interface BlobOptions {
  /** Real time in ms; for tests of the sweep. */
  readonly clock?: () => number;
}

class MemoryBlobs implements BlobStore {
  private readonly blobs: BTree<Blob>;
  private readonly clock: () => number;
  private readonly newId = blobIds();

  constructor(blobs: BTree<Blob>, clock: () => number) {
    this.blobs = blobs;
    this.clock = clock;
  }

  writer(given?: string): BlobWriter {
    const id = given === undefined ? this.newId() : checkBlobId(given);
    let chunks: Uint8Array[] | undefined = [];
    let size = 0;
    return {
      write: (chunk) => {
        if (chunks === undefined) throw new Error('This blob is finished.');
        size += chunk.length;
        if (chunk.length > 0) chunks.push(detach(chunk));
        return undefined;
      },
      finish: async () => {
        if (chunks === undefined) throw new Error('This blob is finished.');
        const ref = this.keep(id, size, chunks);
        chunks = undefined;
        return ref;
      },
      abort: async () => {
        chunks = undefined;
      },
    };
  }

  /** The bytes are held from now on, whatever is deleted before the first of them is asked for. */
  read(ref: Pick<BlobRef, 'id'>, range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array> {
    const blob = this.blobs.get(ref.id);
    return this.chunksOf(blob ?? ref.id, range);
  }

  private async *chunksOf(blob: Blob | string, range?: { readonly start: number; readonly end: number }): AsyncGenerator<Uint8Array> {
    const { chunks, size } = typeof blob === 'string' ? this.require(blob) : blob;
    const start = range?.start ?? 0;
    const end = Math.min(range?.end ?? size, size);
    let at = 0;
    for (const chunk of chunks) {
      const next = at + chunk.length;
      if (at >= end) return;
      if (next > start) yield at >= start && next <= end ? chunk : chunk.subarray(Math.max(start - at, 0), end - at);
      at = next;
    }
  }

  readAll(ref: Pick<BlobRef, 'id'>): Uint8Array {
    const { chunks } = this.require(ref.id);
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  }

  async concat(refs: readonly BlobRef[]): Promise<BlobRef> {
    const parts = refs.map((ref) => this.require(ref.id));
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    return this.keep(
      this.newId(),
      size,
      parts.flatMap((part) => part.chunks),
    );
  }

  async sweep(isReferenced: (id: string) => boolean, graceMs: number): Promise<number> {
    const writtenBefore = this.clock() - graceMs;
    let swept = 0;
    for (const page of pagesOf(this.blobs.clone(), 1000)) {
      for (const [id, blob] of page) {
        if ((blob as Blob).writtenAt <= writtenBefore && !isReferenced(id) && this.blobs.delete(id)) swept++;
      }
    }
    return swept;
  }

  async delete(id: string): Promise<void> {
    this.blobs.delete(id);
  }

  async clear(): Promise<void> {
    this.blobs.clear();
  }

  async close(): Promise<void> {
    this.blobs.clear();
  }

  fork(): MemoryBlobs {
    return new MemoryBlobs(this.blobs.clone(), this.clock);
  }

  private keep(id: string, size: number, chunks: readonly Uint8Array[]): BlobRef {
    this.blobs.set(id, { size, chunks, writtenAt: this.clock() });
    return { id, size };
  }

  private require(id: string): Blob {
    const found = this.blobs.get(id);
    if (found === undefined) throw new Error(`There is no blob ${id}.`);
    return found;
  }
}

/** A small piece of a large buffer would keep all of it from being collected. */
function detach(chunk: Uint8Array): Uint8Array {
  return chunk.buffer.byteLength > 2 * chunk.length + 512 ? new Uint8Array(chunk) : chunk;
}

/** An empty blob store in memory. `fork` shares the bytes and nothing else. */
export function openMemoryBlobs(options: BlobOptions = {}): BlobStore & { fork(): BlobStore } {
  return new MemoryBlobs(new BTree(), options.clock ?? Date.now);
}
