/** What an account has set for itself by IAM, and STS goes by. */
import { collection } from './collection';
import type { Tx } from './tx';

export interface AccountSettings {
  /** Of the tokens that the global endpoint gives. */
  readonly tokenVersion: 1 | 2;
  /** Of the account as an issuer of tokens; kept when it stops being one, so that it can begin again under its name. */
  readonly issuer: string | undefined;
  readonly issuesTokens: boolean;
}

/** Part of IAM's state. */
export const AccountSettingSets = collection<AccountSettings>({
  name: 'iam/account-settings',
  version: 2,
  scope: 'account',
  key: () => 'settings',
  // What organizations may do with roots stood here, without saying which organization: it has to be switched on again.
  migrate: { 1: ({ rootFeatures: _, ...settings }: AccountSettings & { readonly rootFeatures?: unknown }) => settings },
});

const defaults: AccountSettings = { tokenVersion: 1, issuer: undefined, issuesTokens: false };

/** Of the account in whose place the transaction is. */
export const accountSettings = (tx: Tx): AccountSettings => tx.get(AccountSettingSets, 'settings') ?? defaults;

export function changeAccountSettings(tx: Tx, change: Partial<AccountSettings>): void {
  tx.put(AccountSettingSets, { ...accountSettings(tx), ...change });
}
