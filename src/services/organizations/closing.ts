/** Closing an account: suspended soon, gone for good after the time in which Support could have opened it again. */
import { AccountProfiles, accountProfile, type Tx } from '../../kernel';
import { detachAll } from './attachments';
import { govCloudPlace } from './creation';
import { findOrganization, type Ours } from './lookup';
import { accountChanged } from './rules';
import { Delegations, Members } from './state';

const suspensionTimer = 'organizations.account-suspended';
const endTimer = 'organizations.account-gone';
/** Account Management Reference Guide, "Close an AWS account": the post-closure period. */
const postClosureMs = 90 * 24 * 3_600_000;

/** With the account that is linked to it in AWS GovCloud (US): "the CloseAccount request will close both accounts". */
export function beginClosing({ tx }: Ours, account: string): void {
  close(tx, account);
  const { govCloudAccount } = accountProfile(tx, account);
  if (govCloudAccount !== undefined) close(tx.in(govCloudPlace(govCloudAccount)), govCloudAccount);
}

/** Each goes its own way from here on: the one in GovCloud has an organization of its own, which may have closed it before. */
function close(tx: Tx, account: string): void {
  const profile = accountProfile(tx, account);
  if (profile.state !== 'ACTIVE') return;
  tx.put(AccountProfiles, { ...profile, state: 'PENDING_CLOSURE' });
  tx.at(tx.now, suspensionTimer, { account }, { id: account });
}

function suspend(tx: Tx, { account }: { readonly account: string }): void {
  const profile = accountProfile(tx, account);
  if (profile.state !== 'PENDING_CLOSURE') return;
  tx.put(AccountProfiles, { ...profile, state: 'SUSPENDED' });
  tx.at(tx.now + postClosureMs, endTimer, { account }, { id: account });
}

/** It no longer is a member then, nor counts as one. */
function forget(tx: Tx, { account }: { readonly account: string }): void {
  const profile = accountProfile(tx, account);
  if (profile.state !== 'SUSPENDED') return;
  tx.put(AccountProfiles, { ...profile, state: 'CLOSED' });
  const ours = findOrganization(tx, account);
  const member = ours?.tx.get(Members, account);
  // A management account is closed only as a linked one, and what becomes of its organization then is documented nowhere.
  if (!ours || !member || account === ours.org.managementAccount) return;
  detachAll(ours, account);
  ours.tx.deleteAll(Delegations, { prefix: [ours.org.id, account] });
  ours.tx.delete(Members, member);
  accountChanged(ours, account);
}

export const closingTimers = { [suspensionTimer]: suspend, [endTimer]: forget };
