/** The password of an account's root: it has one from the account's opening on, until a session of AssumeRoot deletes it. */
import { accountProfile, type Tx } from '../../kernel';
import { type RootProfile, RootProfiles } from './credentials-state';

/** Undefined while root has no password, and cannot recover one. */
export function findRootProfile(tx: Tx): Pick<RootProfile, 'createdAt'> | undefined {
  const kept = tx.get(RootProfiles, 'root');
  if (kept) return kept.isPresent ? kept : undefined;
  return { createdAt: accountProfile(tx, tx.place.account).createdAt };
}

export function createRootProfile(tx: Tx): RootProfile {
  return tx.put(RootProfiles, { isPresent: true, createdAt: tx.now });
}

export function deleteRootProfile(tx: Tx): void {
  tx.put(RootProfiles, { isPresent: false, createdAt: tx.now });
}
