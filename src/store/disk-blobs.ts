/** Blobs on disk: large ones are files, small ones rows beside the records. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { access, type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { blobIds, checkBlobId } from './blob-ids';
import type { BlobRef, BlobStore, BlobWriter } from './blob-store';
import { FileWriter, syncDirectory } from './file-writer';
import type { Durability, Environment } from './lmdb-environment';
import { SmallBlobs } from './small-blobs';

/** Up to this size a blob costs less as a row than as a file. */
const maxSmall = 65_536;
const readSize = 262_144;
/** Where files are written; they move to their own place when they are whole. */
const incoming = 'incoming';

type Bytes = { readonly start: number; readonly end: number };

interface DiskBlobOptions {
  readonly durability: Durability;
  /** Real time in ms. */
  readonly clock: () => number;
}

class DiskBlobs implements BlobStore {
  readonly small: SmallBlobs;
  private readonly root: string;
  private readonly options: DiskBlobOptions;
  private readonly newId = blobIds();
  /** Files being opened, by blob; each settles when all of them are open. */
  private readonly opening = new Map<string, Promise<void>>();
  private readonly deletions = new Set<Promise<void>>();

  constructor(root: string, environment: Environment, options: DiskBlobOptions) {
    this.root = root;
    this.options = options;
    this.small = new SmallBlobs(environment);
    mkdirSync(join(root, incoming), { recursive: true });
    // The directory is ours alone, so whoever wrote these is gone.
    for (const name of readdirSync(join(root, incoming))) rmSync(join(root, incoming, name));
  }

  writer(given?: string): BlobWriter {
    const id = given === undefined ? this.newId() : checkBlobId(given);
    let chunks: Uint8Array[] = [];
    let size = 0;
    let file: FileWriter | undefined;
    let done = false;
    return {
      write: (chunk) => {
        if (done) throw new Error('This blob is finished.');
        size += chunk.length;
        if (file !== undefined) return file.write(chunk);
        chunks.push(chunk);
        if (size <= maxSmall) return undefined;
        file = new FileWriter(join(this.root, incoming, id));
        let full: Promise<void> | undefined;
        for (const held of chunks) full = file.write(held) ?? full;
        chunks = [];
        return full;
      },
      finish: async () => {
        if (done) throw new Error('This blob is finished.');
        done = true;
        if (file === undefined) this.small.put(id, chunks, size, this.options.clock());
        else await this.place(file, id);
        return { id, size };
      },
      abort: async () => {
        if (done) return;
        done = true;
        await file?.abort();
      },
    };
  }

  /** Opens at once: what is deleted after this call is still read to its end. To be read or returned, since it holds a file. */
  read(ref: Pick<BlobRef, 'id'>, range?: Bytes): AsyncIterable<Uint8Array> {
    const start = range?.start ?? 0;
    const end = range?.end ?? Number.POSITIVE_INFINITY;
    const row = this.small.get(ref.id);
    if (row !== undefined) return readRow(row.subarray(start, end));
    return new FileReading(this.openFile(ref.id), start, end);
  }

  private openFile(id: string): Promise<FileHandle> {
    const opening = open(this.fileOf(id), 'r').catch(orMissing(id));
    const settled = Promise.allSettled([opening, this.opening.get(id)]).then(() => {
      if (this.opening.get(id) === settled) this.opening.delete(id);
    });
    this.opening.set(id, settled);
    return opening;
  }

  readAll(ref: Pick<BlobRef, 'id'>): Uint8Array | Promise<Uint8Array> {
    return this.small.get(ref.id) ?? readFile(this.fileOf(ref.id)).catch(orMissing(ref.id));
  }

  async concat(refs: readonly BlobRef[]): Promise<BlobRef> {
    const writer = this.writer();
    try {
      for (const ref of refs) for await (const chunk of this.read(ref)) await writer.write(chunk);
      return await writer.finish();
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  async clear(): Promise<void> {
    await this.sweep(() => false, 0);
  }

  async sweep(isReferenced: (id: string) => boolean, graceMs: number): Promise<number> {
    const writtenBefore = this.options.clock() - graceMs;
    return (await this.sweepRows(isReferenced, writtenBefore)) + (await this.sweepFiles(isReferenced, writtenBefore));
  }

  delete(id: string): Promise<void> {
    const deletion = this.deleteLater(id).finally(() => this.deletions.delete(deletion));
    this.deletions.add(deletion);
    return deletion;
  }

  /** A record that was read in this turn may have named the blob: whoever has it in hand opens it before the turn is over. */
  private async deleteLater(id: string): Promise<void> {
    await nextTurn();
    if (this.small.delete(id)) return;
    await this.opening.get(id);
    await rm(this.fileOf(id), { force: true });
  }

  /** The environment belongs to the engine, and files are open only while they are read or written. */
  async close(): Promise<void> {
    await Promise.allSettled(this.deletions);
  }

  /** `blobs/<last two characters>/<the others>`: ids ascend, so their ends spread evenly. */
  private fileOf(id: string): string {
    checkBlobId(id);
    return join(this.root, id.slice(-2), id.slice(0, -2));
  }

  private async sweepRows(isReferenced: (id: string) => boolean, writtenBefore: number): Promise<number> {
    let swept = 0;
    for (const ids of this.small.ids()) {
      for (const id of ids) {
        const writtenAt = isReferenced(id) ? undefined : this.small.writtenAt(id);
        if (writtenAt !== undefined && writtenAt <= writtenBefore && this.small.delete(id)) swept++;
      }
      await nextTurn();
    }
    return swept;
  }

  private async sweepFiles(isReferenced: (id: string) => boolean, writtenBefore: number): Promise<number> {
    let swept = 0;
    for (const shard of await readdir(this.root)) {
      if (shard === incoming) continue;
      for (const name of await readdir(join(this.root, shard))) {
        if (isReferenced(name + shard)) continue;
        const path = join(this.root, shard, name);
        const writtenAt = (await stat(path).catch(() => undefined))?.mtimeMs; // undefined: deleted meanwhile
        if (writtenAt === undefined || writtenAt > writtenBefore) continue;
        await rm(path, { force: true });
        swept++;
      }
    }
    return swept;
  }

  private async place(file: FileWriter, id: string): Promise<void> {
    const path = this.fileOf(id);
    const shard = join(this.root, id.slice(-2));
    try {
      await file.finish(this.options.durability === 'disk');
      const made = await mkdir(shard, { recursive: true });
      if (made !== undefined && this.options.durability === 'disk') await syncDirectory(this.root);
      // A blob never changes, so one that is there already (from a snapshot) is this one.
      if (await isThere(path)) return await file.abort();
      await rename(file.path, path);
      if (this.options.durability === 'disk') await syncDirectory(shard);
    } catch (error) {
      await file.abort();
      throw error;
    }
  }
}

/** A range of a file, in chunks. The file is opened by whoever makes this, so that it cannot be deleted in between. */
class FileReading implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array, undefined> {
  private readonly file: Promise<FileHandle>;
  private readonly end: number;
  private at: number;
  private closed: Promise<void> | undefined;

  constructor(file: Promise<FileHandle>, start: number, end: number) {
    this.file = file;
    this.at = start;
    this.end = end;
    // Whoever reads learns of it; without a reader nobody has to.
    file.catch(() => {});
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.closed || this.at >= this.end) return this.return();
    const file = await this.file;
    try {
      const buffer = Buffer.allocUnsafeSlow(Math.min(readSize, this.end - this.at));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, this.at);
      if (bytesRead === 0) return await this.return();
      this.at += bytesRead;
      return { done: false, value: buffer.subarray(0, bytesRead) };
    } catch (error) {
      await this.return();
      throw error;
    }
  }

  async return(): Promise<{ done: true; value: undefined }> {
    this.closed ??= this.file.then(
      (file) => file.close(),
      () => {},
    );
    await this.closed;
    return { done: true, value: undefined };
  }
}

async function* readRow(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function orMissing(id: string): (error: unknown) => never {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error(`There is no blob ${id}.`, { cause: error });
    throw error;
  };
}

/** Blobs in a directory; the small ones in an lmdb environment whose commits write `small` too. */
export function openDiskBlobs(
  root: string,
  environment: Environment,
  options: DiskBlobOptions,
): BlobStore & { readonly small: SmallBlobs } {
  return new DiskBlobs(root, environment, options);
}
