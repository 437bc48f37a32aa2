/** The canonical user id by which S3 names an account: 64 hexadecimal digits, the same for ever. */
import { createHash } from 'node:crypto';
import { BoundedCache } from '../../kernel';

export interface Owner {
  readonly ID: string;
}

/** By which event notifications name an account: an `A` and thirteen characters. */
export function customerIdOf(account: string): string {
  const digest = createHash('sha256').update(`customer:${account}`).digest('hex');
  return `A${BigInt(`0x${digest}`).toString(36).toUpperCase().slice(0, 13)}`;
}

/** Owners carry no DisplayName any more (S3 API reference, Owner: discontinued November 2025). */
export function ownerOf(account: string): Owner {
  return known.get(account) ?? known.set(account, { ID: createHash('sha256').update(`canonical-user:${account}`).digest('hex') });
}

const known = new BoundedCache<Owner>(1000);
