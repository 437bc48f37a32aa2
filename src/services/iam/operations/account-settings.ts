/** What an account sets for itself: the tokens it gets, and whether it issues some. */
import type { IAM } from '../../../../generated/api/iam';
import { awsError, defineOperations, type Tx } from '../../../kernel';
import { type AccountSettings, Settings } from '../credentials-state';

const defaults: AccountSettings = { tokenVersion: 1, issuer: undefined, issuesTokens: false };

export const settingsOf = (tx: Tx): AccountSettings => tx.get(Settings, 'settings') ?? defaults;

function changeSettings(tx: Tx, change: Partial<AccountSettings>): void {
  tx.put(Settings, { ...settingsOf(tx), ...change });
}

const disabled = (account: string) => awsError<IAM>('FeatureDisabled', `Outbound identity federation is disabled for account ${account}`);

export const accountSettingOperations = defineOperations<IAM>()({
  SetSecurityTokenServicePreferences({ tx }, { GlobalEndpointTokenVersion }) {
    changeSettings(tx, { tokenVersion: GlobalEndpointTokenVersion === 'v2Token' ? 2 : 1 });
    return {};
  },

  /** An account is issuer under one name for ever, so that what it issued before can still be verified (recorded). */
  EnableOutboundWebIdentityFederation({ tx, account }) {
    const { issuer: before, issuesTokens } = settingsOf(tx);
    if (issuesTokens) throw awsError<IAM>('FeatureEnabled', `Outbound identity federation is already enabled for account ${account}`); // a guess
    const issuer = before ?? `https://${tx.uuid()}.tokens.sts.global.api.aws`;
    changeSettings(tx, { issuer, issuesTokens: true });
    return { IssuerIdentifier: issuer };
  },

  GetOutboundWebIdentityFederationInfo({ tx, account }) {
    const { issuer, issuesTokens } = settingsOf(tx);
    if (!issuesTokens || issuer === undefined) throw disabled(account);
    return { IssuerIdentifier: issuer, JwtVendingEnabled: true };
  },

  DisableOutboundWebIdentityFederation({ tx, account }) {
    if (!settingsOf(tx).issuesTokens) throw disabled(account);
    changeSettings(tx, { issuesTokens: false });
    return {};
  },
});
