/** What an account sets for itself: the tokens it gets, and whether it issues some. */
import type { IAM } from '../../../../generated/api/iam';
import { accountSettings, awsError, changeAccountSettings, defineOperations } from '../../../kernel';

const disabled = (account: string) => awsError<IAM>('FeatureDisabled', `Outbound identity federation is disabled for account ${account}`);

export const accountSettingOperations = defineOperations<IAM>()({
  SetSecurityTokenServicePreferences({ tx }, { GlobalEndpointTokenVersion }) {
    changeAccountSettings(tx, { tokenVersion: GlobalEndpointTokenVersion === 'v2Token' ? 2 : 1 });
    return {};
  },

  /** An account is issuer under one name for ever, so that what it issued before can still be verified (recorded). */
  EnableOutboundWebIdentityFederation({ tx, account }) {
    const { issuer: before, issuesTokens } = accountSettings(tx);
    if (issuesTokens) throw awsError<IAM>('FeatureEnabled', `Outbound identity federation is already enabled for account ${account}`); // a guess
    const issuer = before ?? `https://${tx.uuid()}.tokens.sts.global.api.aws`;
    changeAccountSettings(tx, { issuer, issuesTokens: true });
    return { IssuerIdentifier: issuer };
  },

  GetOutboundWebIdentityFederationInfo({ tx, account }) {
    const { issuer, issuesTokens } = accountSettings(tx);
    if (!issuesTokens || issuer === undefined) throw disabled(account);
    return { IssuerIdentifier: issuer, JwtVendingEnabled: true };
  },

  DisableOutboundWebIdentityFederation({ tx, account }) {
    if (!accountSettings(tx).issuesTokens) throw disabled(account);
    changeAccountSettings(tx, { issuesTokens: false });
    return {};
  },
});
