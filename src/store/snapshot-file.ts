/** A whole state in one file: records of every tree, then the blobs they need, with a version and a checksum. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { BlobStore } from './blob-store';
import type { Engine, Entry, TreeId } from './engine';
import { recordFromJson, recordToJson } from './snapshot-codec';

export interface SnapshotState {
  readonly engine: Engine;
  readonly blobs: BlobStore;
}

/** A file that is no snapshot, damaged, or newer than this release. Nothing was loaded. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

const formatVersion = 1;
const magic = 'nuvola-snapshot\n';
/** The kernel keeps a record here for every blob that another record needs; `blob` is its id. */
const blobUses = 'kernel/blob-use';

// After the magic, frames: kind, length (32 bits), payload. The last one is the SHA-256 of everything before it.
const headerFrame = 0x48; // H: { version }
const treeFrame = 0x54; // T: the TreeId to which the entries after it belong
const entryFrame = 0x45; // E: [key, record]
const blobFrame = 0x42; // B: { id }
const chunkFrame = 0x43; // C: bytes of that blob
const endFrame = 0x5a; // Z: checksum

const frameHead = 5;
const maxFrame = 256 << 20;
const batchSize = 65_536;
const entriesPerPage = 500;

interface Frame {
  readonly kind: number;
  readonly payload: Buffer;
}

/** Writes the state as it is now; what is there under this name is replaced when the new one is whole. */
export async function saveSnapshotFile(path: string, state: SnapshotState, options: { readonly gzip?: boolean } = {}): Promise<void> {
  const partial = `${path}.partial`;
  // Both at once, before anything else can happen: a blob that is deleted meanwhile is still in the fork.
  const dump = state.engine.dump();
  const blobs = state.blobs.fork?.() ?? state.blobs;
  try {
    const frames = Readable.from(batched(summed(framesOf(dump, blobs))), { objectMode: false });
    const file = createWriteStream(partial);
    await (options.gzip === false ? pipeline(frames, file) : pipeline(frames, createGzip({ level: 1 }), file));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    if (blobs !== state.blobs) await blobs.close();
  }
}

/**
 * Replaces the state by what the file holds. Everything is checked first: throws SnapshotError, with nothing
 * changed, for a file that is not a snapshot, is damaged or is newer.
 */
export async function loadSnapshotFile(path: string, state: SnapshotState): Promise<void> {
  // While the file is checked its blobs are stored: no record names them yet, and a sweep would take them again.
  await storeBlobs(framesIn(path), state.blobs);
  state.engine.clear(() => true);
  await state.engine.load(entriesIn(framesIn(path)));
  await state.engine.commit();
}

async function* framesOf(dump: ReturnType<Engine['dump']>, blobs: BlobStore): AsyncGenerator<Uint8Array> {
  yield Buffer.from(magic);
  yield* jsonFrame(headerFrame, { version: formatVersion });
  const needed = new Set<string>();
  let current: string | undefined;
  for await (const { tree, entries } of dump) {
    if (tree.name !== current) yield* jsonFrame(treeFrame, tree);
    current = tree.name;
    for (const [key, record] of entries) {
      if (tree.collection === blobUses) needed.add((record as { readonly blob: string }).blob);
      yield* jsonFrame(entryFrame, [key, recordToJson(record)]);
    }
  }
  for (const id of needed) {
    yield* jsonFrame(blobFrame, { id });
    for await (const chunk of blobs.read({ id })) yield* frame(chunkFrame, chunk);
  }
}

function* jsonFrame(kind: number, content: unknown): Generator<Uint8Array> {
  yield* frame(kind, Buffer.from(JSON.stringify(content)));
}

function* frame(kind: number, payload: Uint8Array): Generator<Uint8Array> {
  const head = Buffer.allocUnsafe(frameHead);
  head.writeUInt8(kind);
  head.writeUInt32BE(payload.length, 1);
  yield head;
  yield payload;
}

async function* summed(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
  yield* frame(endFrame, hash.digest());
}

/** Streams cost per piece; most frames are small. */
async function* batched(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let batch: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    batch.push(piece);
    size += piece.length;
    if (size < batchSize) continue;
    yield Buffer.concat(batch);
    batch = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(batch);
}

/** The frames of a file, the first a header this release understands, complete and unchanged; throws SnapshotError at the first that is not. */
async function* framesIn(path: string): AsyncGenerator<Frame> {
  const source = await contentOf(path);
  const reader = new PieceReader(source);
  const hash = createHash('sha256');
  const take = async (length: number): Promise<Buffer> => {
    const piece = await reader.take(length);
    if (piece === undefined) throw new SnapshotError(`${path} ends too early: it was not written to its end.`);
    return piece;
  };
  try {
    const start = (await reader.take(magic.length)) ?? Buffer.alloc(0);
    if (start.toString('latin1') !== magic) throw new SnapshotError(`${path} is not a snapshot.`);
    hash.update(start);
    for (let first = true; ; first = false) {
      const head = await take(frameHead);
      const kind = head.readUInt8();
      const length = head.readUInt32BE(1);
      if (length > maxFrame || first !== (kind === headerFrame)) throw damaged(path);
      const payload = await take(length);
      if (kind === endFrame) {
        if (!hash.digest().equals(payload) || (await reader.take(1)) !== undefined) throw damaged(path);
        return;
      }
      hash.update(head).update(payload);
      if (first) checkVersion(path, payload);
      yield { kind, payload };
    }
  } catch (error) {
    // What zlib says about a damaged or truncated file.
    if (String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw damaged(path, error);
    throw error;
  } finally {
    source.destroy();
  }
}

function checkVersion(path: string, header: Buffer): void {
  const { version } = parseJson(path, header) as { readonly version?: unknown };
  if (typeof version !== 'number') throw damaged(path);
  if (version > formatVersion) {
    throw new SnapshotError(`${path} has format ${version}; this release reads up to ${formatVersion}. It was written by a newer release.`);
  }
}

function parseJson(path: string, payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch (error) {
    throw damaged(path, error);
  }
}

function damaged(path: string, cause?: unknown): SnapshotError {
  return new SnapshotError(`${path} is damaged: its content does not match its checksum.`, { cause });
}

async function contentOf(path: string): Promise<Readable> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new SnapshotError(`There is no snapshot ${path}.`, { cause: error }) : error;
  });
  const start = Buffer.alloc(2);
  try {
    await file.read(start, 0, 2, 0);
  } finally {
    await file.close();
  }
  const raw = createReadStream(path, { highWaterMark: 4 * batchSize });
  if (start.toString('latin1') !== '\x1f\x8b') return raw;
  const inflated = createGunzip();
  raw.on('error', (error) => inflated.destroy(error));
  inflated.on('close', () => raw.destroy());
  return raw.pipe(inflated);
}

/** Cuts a stream into pieces of given lengths. */
class PieceReader {
  private readonly source: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(source: Readable) {
    this.source = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Undefined when the stream ends before. */
  async take(length: number): Promise<Buffer | undefined> {
    if (this.held.length < length && !(await this.fetch(length))) return undefined;
    const piece = this.held.subarray(0, length);
    this.held = this.held.subarray(length);
    return piece;
  }

  private async fetch(length: number): Promise<boolean> {
    const pieces = [this.held];
    for (let size = this.held.length; size < length; ) {
      const next = await this.source.next();
      if (next.done) return false;
      pieces.push(next.value);
      size += next.value.length;
    }
    this.held = Buffer.concat(pieces);
    return true;
  }
}

async function storeBlobs(frames: AsyncIterable<Frame>, blobs: BlobStore): Promise<void> {
  let writer: ReturnType<BlobStore['writer']> | undefined;
  try {
    for await (const { kind, payload } of frames) {
      if (kind === blobFrame) {
        await writer?.finish();
        writer = blobs.writer((JSON.parse(payload.toString('utf8')) as { readonly id: string }).id);
      } else if (kind === chunkFrame) {
        await writer?.write(payload);
      }
    }
    await writer?.finish();
  } catch (error) {
    await writer?.abort();
    throw error;
  }
}

async function* entriesIn(frames: AsyncIterable<Frame>): AsyncGenerator<{ tree: TreeId; entries: Entry[] }> {
  let tree: TreeId | undefined;
  let entries: Entry[] = [];
  for await (const { kind, payload } of frames) {
    if (kind === entryFrame) {
      const [key, record] = JSON.parse(payload.toString('utf8')) as [string, unknown];
      entries.push([key, recordFromJson(record)]);
      if (entries.length < entriesPerPage) continue;
    }
    if (tree !== undefined && entries.length > 0) {
      yield { tree, entries };
      entries = [];
    }
    if (kind === treeFrame) tree = JSON.parse(payload.toString('utf8')) as TreeId;
  }
  if (tree !== undefined && entries.length > 0) yield { tree, entries };
}
