/** Writes one file in the background, in order, asking for patience when the disk falls behind. */
import { type FileHandle, open, rm } from 'node:fs/promises';

/** Bytes that may wait for the disk before the writer asks its caller to slow down. */
const maxWaiting = 1 << 20;

export class FileWriter {
  readonly path: string;
  private readonly opened: Promise<FileHandle>;
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private pump: Promise<void> | undefined;
  private closed = false;

  constructor(path: string) {
    this.path = path;
    this.opened = open(path, 'w');
    this.opened.catch(() => undefined); // seen by the pump
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.waiting.push(chunk);
    this.waitingBytes += chunk.length;
    if (this.pump === undefined) {
      this.pump = this.drain();
      this.pump.catch(() => undefined); // seen by whoever waits for it next
    }
    return this.waitingBytes > maxWaiting ? this.pump : undefined;
  }

  /** All bytes are in the file, and with `sync` on the disk; the file is closed. */
  async finish(sync: boolean): Promise<void> {
    await this.pump;
    const file = await this.opened;
    if (sync) await file.sync();
    this.closed = true;
    await file.close();
  }

  /** Closes and removes the file. */
  async abort(): Promise<void> {
    await this.pump?.catch(() => undefined);
    const file = await this.opened.catch(() => undefined);
    if (!this.closed) await file?.close();
    this.closed = true;
    await rm(this.path, { force: true });
  }

  private async drain(): Promise<void> {
    const file = await this.opened;
    while (this.waiting.length > 0) {
      const chunks = this.waiting;
      this.waiting = [];
      this.waitingBytes = 0;
      await writeAll(file, chunks);
    }
    this.pump = undefined;
  }
}

async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
}

/** Makes the names in a directory survive a power cut; Windows keeps them by itself and cannot open a directory. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
