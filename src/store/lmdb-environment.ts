/** One lmdb environment: its databases, how records become bytes, and what a commit promises. */
import { deserialize, serialize } from 'node:v8';
import type { Database, RootDatabase } from 'lmdb';
import { keyEncoder } from './stored-keys';

/** `process`: a killed process loses nothing that was committed. `disk`: neither does a power cut. */
export type Durability = 'process' | 'disk';

export interface Environment {
  /** Tree catalogue and records, msgpack. */
  readonly records: Database<unknown, string>;
  /** Small blobs, raw bytes. */
  readonly blobs: Database<Uint8Array, string>;
  /** Bytes of the record that was encoded or decoded last. */
  lastSize(): number;
  /** Runs the writes as one lmdb transaction, and returns when they survive a killed process. */
  write(writes: () => void): void;
  /** Settles when everything written so far survives a power cut; undefined when that was not asked for. */
  settle(): Promise<void> | undefined;
  close(): Promise<void>;
}

/** Something whose writes join the commit of a turn. */
export interface Companion {
  readonly isDirty: boolean;
  /** Inside the commit. */
  write(): void;
  /** After it. */
  written(): void;
}

interface RecordEncoder {
  moreTypes?: boolean;
  encode(value: unknown, mode?: number): Uint8Array & { start?: number; end?: number };
  decode(bytes: Uint8Array, options?: unknown): unknown;
}

/** Never the first byte of a msgpack value; what follows was made by v8's serialiser. */
const serialized = 0xc1;
const abortable = 1;
const synchronous = 2;
const noFlush = 0x10000;

/** lmdb is loaded here and not before: it costs a memory cloud 20 ms of its start. */
export async function openEnvironment(path: string, durability: Durability): Promise<Environment> {
  const { open } = await import('lmdb');
  const overlapping = durability === 'disk' && process.platform !== 'win32';
  const root: RootDatabase = open({ path, pageSize: 16_384, noSync: durability === 'process', overlappingSync: overlapping, maxDbs: 4 });
  // Typed as an option of the root only, honoured for each database.
  const options = { keyEncoder, useRecords: false } as object;
  const records = root.openDB<unknown, string>({ name: 'records', encoding: 'msgpack', ...options });
  const blobs = root.openDB<Uint8Array, string>({ name: 'blobs', encoding: 'binary', ...options });
  const sizes = watchRecords(records);
  const flags = abortable | synchronous | (overlapping ? noFlush : 0);
  const disk = durability === 'disk' ? new DiskSync(root) : undefined;
  // What was written here before, perhaps without syncing, becomes safe now.
  await disk?.settle();
  return {
    records,
    blobs,
    lastSize: () => sizes.last,
    write: (writes) => {
      root.transactionSync(writes, flags);
      disk?.wrote();
    },
    settle: () => disk?.settle(),
    close: async () => {
      await disk?.settle();
      await root.close();
    },
  };
}

/**
 * Notes sizes, and gives records with a member called `__proto__` (which msgpack would rename) to v8's serialiser.
 */
function watchRecords(records: Database<unknown, string>): { last: number } {
  const sizes = { last: 0 };
  const encoder = (records as unknown as { encoder: RecordEncoder }).encoder;
  encoder.moreTypes = true; // a Uint8Array comes back as one, not as a Buffer; not among the options that lmdb hands on
  const encode = encoder.encode.bind(encoder);
  const decode = encoder.decode.bind(encoder);
  encoder.encode = (value, mode) => {
    const packed = encode(value, mode);
    const [start, end] = [packed.start ?? 0, packed.end ?? packed.length];
    sizes.last = end - start;
    if (!Buffer.from(packed.buffer, packed.byteOffset + start, end - start).includes('__proto__', 0, 'latin1')) return packed;
    return Buffer.concat([Buffer.of(serialized), serialize(value)]);
  };
  encoder.decode = (bytes, given) => {
    sizes.last = typeof given === 'number' ? given : bytes.length;
    if (bytes[0] !== serialized) return decode(bytes, given);
    return deserialize(Uint8Array.prototype.slice.call(bytes, 1, sizes.last));
  };
  return sizes;
}

/** Part of lmdb-js, though not of its types. */
interface Syncable {
  sync(callback: (error?: Error | null) => void): void;
}

/** One fsync at a time, on another thread; whoever wrote while one runs waits for the next. */
class DiskSync {
  private readonly root: Syncable;
  private unsynced = true;
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(root: RootDatabase) {
    this.root = root as unknown as Syncable;
  }

  wrote(): void {
    this.unsynced = true;
  }

  /** Settles when all that was written is on the disk; undefined when it is. */
  settle(): Promise<void> | undefined {
    if (!this.unsynced) return this.running;
    if (this.running === undefined) return this.sync();
    this.next ??= this.running
      .catch(() => undefined) // told to those who waited for that one
      .then(() => {
        this.next = undefined;
        return this.sync();
      });
    return this.next;
  }

  private sync(): Promise<void> {
    this.unsynced = false;
    this.running = new Promise<void>((done, failed) => {
      this.root.sync((error) => (error ? failed(error) : done()));
    })
      .catch((error: unknown) => {
        this.unsynced = true;
        throw error;
      })
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }
}
