/** Long-lived access keys: ours say whose they are, the kernel's let them in. */
import { randomBytes } from 'node:crypto';
import { type AccessKey, AccessKeys, accessKeyIdOf, fail, type Principal, rootOf, type Tx } from '../../kernel';
import { noSuchEntity, quotaExceeded } from './errors';
import { mostKeysPerUser } from './quotas';
import { type User, type UserKey, UserKeys, userArn } from './state';

/** A user, or root of the account. */
export type KeyOwner = User | undefined;

export const keyOwnerId = (tx: Tx, owner: KeyOwner): string => owner?.id ?? tx.place.account;

/** Oldest first. */
export function keysOf(tx: Tx, ownerId: string): readonly UserKey[] {
  return tx.scanIndex(UserKeys, 'owner', { prefix: ownerId });
}

/** Throws LimitExceeded at the third. */
export function createKey(tx: Tx, owner: KeyOwner): AccessKey {
  const ownerId = keyOwnerId(tx, owner);
  if (keysOf(tx, ownerId).length >= mostKeysPerUser) throw quotaExceeded('AccessKeysPerUser', mostKeysPerUser);
  const accessKeyId = accessKeyIdOf('AKIA', tx.place.account, tx);
  tx.put(UserKeys, { accessKeyId, ownerId, createdAt: tx.now });
  return tx.put(AccessKeys, {
    accessKeyId,
    secretAccessKey: randomBytes(30).toString('base64'),
    active: true,
    principal: principalOf(tx, owner, accessKeyId),
  });
}

/** Throws NoSuchEntity for a key of somebody else as for one that is not there. */
export function requireKey(tx: Tx, owner: KeyOwner, accessKeyId: string): { readonly own: UserKey; readonly key: AccessKey } {
  const own = tx.get(UserKeys, accessKeyId);
  const key = tx.get(AccessKeys, accessKeyId);
  if (!own || !key || own.ownerId !== keyOwnerId(tx, owner)) return fail(keyNotFound(accessKeyId));
  return { own, key };
}

export const keyNotFound = (accessKeyId: string) => noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found.`);

/** Keys go on to let in a user who has another name or path now. */
export function renameKeyOwner(tx: Tx, user: User): void {
  for (const { accessKeyId } of keysOf(tx, user.id)) {
    const key = tx.get(AccessKeys, accessKeyId);
    if (key) tx.put(AccessKeys, { ...key, principal: principalOf(tx, user, accessKeyId) });
  }
}

function principalOf(tx: Tx, owner: KeyOwner, accessKeyId: string): Principal {
  const { account, partition } = tx.place;
  if (owner) return { type: 'user', account, arn: userArn(owner, tx.place), id: owner.id, userName: owner.name, accessKeyId };
  return rootOf(account, partition, accessKeyId);
}
