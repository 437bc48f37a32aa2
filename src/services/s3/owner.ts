/** The canonical user id by which S3 names an account: 64 hexadecimal digits, the same for ever. */
import { createHash } from 'node:crypto';

export interface Owner {
  readonly ID: string;
}

/** Owners carry no DisplayName any more (S3 API reference, Owner: discontinued November 2025). */
export function ownerOf(account: string): Owner {
  return { ID: createHash('sha256').update(`canonical-user:${account}`).digest('hex') };
}
