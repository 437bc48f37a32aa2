/** What is known of an account itself, by itself: the services that name accounts share it. */
import { collection } from './collection';
import type { Tx } from './tx';

export interface AccountProfile {
  readonly account: string;
  readonly name: string;
  /** Of its root user. */
  readonly email: string;
  /** Virtual ms. */
  readonly createdAt: number;
  readonly state: 'ACTIVE' | 'PENDING_CLOSURE' | 'SUSPENDED' | 'CLOSED';
  /** The account in AWS GovCloud (US) that was made together with it. */
  readonly govCloudAccount?: string | undefined;
}

/** Found by account alone, whoever asks. Accounts of which nobody ever said anything have no record. */
export const AccountProfiles = collection<AccountProfile, 'email'>({
  name: 'kernel/account',
  version: 1,
  scope: 'partition',
  key: (profile) => profile.account,
  owner: (profile) => profile.account,
  indexes: { email: (profile) => profile.email.toLowerCase() },
});

/** Every twelve digits are an account that has always been there; this is when that began. */
const beginning = Date.UTC(2020, 0, 1);

/** What is known of an account; of those that nobody described, what follows from their number. */
export function accountProfile(tx: Tx, account: string): AccountProfile {
  return (
    tx.get(AccountProfiles, account) ?? {
      account,
      name: `Account ${account}`,
      email: `${account}@example.com`,
      createdAt: beginning,
      state: 'ACTIVE',
    }
  );
}

/** Whose root user has this e-mail address; those that nobody described have the one that follows from their number. */
export function accountOfEmail(tx: Tx, email: string): string | undefined {
  const lower = email.toLowerCase();
  const account = tx.find(AccountProfiles, 'email', lower)?.account ?? /^(\d{12})@example\.com$/.exec(lower)?.[1];
  return account !== undefined && accountProfile(tx, account).email.toLowerCase() === lower ? account : undefined;
}
