/** Ids of blobs: unique everywhere, since snapshots carry them from one store to another, and safe as file names. */
import { randomBytes } from 'node:crypto';

/** A source of new ids. They ascend, which ordered stores like, and their last characters spread. */
export function blobIds(): () => string {
  const prefix = randomBytes(8).toString('hex');
  let given = 0;
  return () => prefix + (given++).toString(36).padStart(8, '0');
}

/** Refuses what no blob store made; ids from snapshots become file names. */
export function checkBlobId(id: string): string {
  if (!/^[0-9a-z]{8,64}$/.test(id)) throw new TypeError(`${JSON.stringify(id)} is not the id of a blob.`);
  return id;
}
