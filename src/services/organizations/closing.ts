/** Closing an account: suspended soon, gone for good after the time in which Support could have opened it again. */
import { type AccountProfile, AccountProfiles, accountProfile, type Tx } from '../../kernel';
import { detachAll } from './attachments';
import { govCloudPlace } from './creation';
import { findOrganization, type Ours } from './lookup';
import { organizationChanged } from './rules';
import { Delegations, Members } from './state';

const suspensionTimer = 'organizations.account-suspended';
const endTimer = 'organizations.account-gone';
/** Account Management Reference Guide, "Close an AWS account": the post-closure period. */
const postClosureMs = 90 * 24 * 3_600_000;

export function beginClosing({ tx }: Ours, account: string): void {
  become(tx, accountProfile(tx, account), 'PENDING_CLOSURE');
  tx.at(tx.now, suspensionTimer, { account }, { id: account });
}

/** With the account that is linked to it in AWS GovCloud (US): "the CloseAccount request will close both accounts". */
function become(tx: Tx, profile: AccountProfile, state: AccountProfile['state']): void {
  tx.put(AccountProfiles, { ...profile, state });
  if (profile.govCloudAccount === undefined) return;
  const there = tx.in(govCloudPlace(profile.govCloudAccount));
  there.put(AccountProfiles, { ...accountProfile(there, profile.govCloudAccount), state });
}

function suspend(tx: Tx, { account }: { readonly account: string }): void {
  const profile = accountProfile(tx, account);
  if (profile.state !== 'PENDING_CLOSURE') return;
  become(tx, profile, 'SUSPENDED');
  tx.at(tx.now + postClosureMs, endTimer, { account }, { id: account });
}

/** It no longer is a member then, nor counts as one. */
function forget(tx: Tx, { account }: { readonly account: string }): void {
  const profile = accountProfile(tx, account);
  if (profile.state !== 'SUSPENDED') return;
  become(tx, profile, 'CLOSED');
  const ours = findOrganization(tx, account);
  const member = ours?.tx.get(Members, account);
  if (!ours || !member) return;
  detachAll(ours, account);
  ours.tx.deleteAll(Delegations, { prefix: [ours.org.id, account] });
  ours.tx.delete(Members, member);
  organizationChanged(ours);
}

export const closingTimers = { [suspensionTimer]: suspend, [endTimer]: forget };
