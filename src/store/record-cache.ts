/** Decoded records that were read or written lately, so that hot ones are not decoded again. */

const maxRecords = 8192;
const maxRecordBytes = 4096;

/** Two generations: what is used moves to the young one; when that is full it becomes the old one, and the old one is forgotten. */
export class RecordCache {
  private young = new Map<string, unknown>();
  private old = new Map<string, unknown>();

  get(key: string): unknown {
    const found = this.young.get(key);
    if (found !== undefined) return found;
    const older = this.old.get(key);
    if (older !== undefined) this.keep(key, older);
    return older;
  }

  /** `size` in bytes; large records are not kept. */
  set(key: string, record: unknown, size: number): void {
    if (size <= maxRecordBytes) this.keep(key, record);
    else this.delete(key);
  }

  delete(key: string): void {
    this.young.delete(key);
    this.old.delete(key);
  }

  private keep(key: string, record: unknown): void {
    if (this.young.size >= maxRecords) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, record);
  }
}
