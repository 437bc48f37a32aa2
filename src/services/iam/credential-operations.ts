/** The operations on credentials, providers, reports and simulations, together. */
import { accessAdvisorOperations } from './operations/access-advisor';
import { accountAliasOperations } from './operations/account-alias';
import { accountSettingOperations } from './operations/account-settings';
import { credentialReportOperations } from './operations/credential-report';
import { loginProfileOperations } from './operations/login-profiles';
import { mfaDeviceOperations } from './operations/mfa-devices';
import { oidcProviderOperations } from './operations/oidc-providers';
import { organizationsAccessOperations } from './operations/organizations-access';
import { organizationsFeatureOperations } from './operations/organizations-features';
import { passwordPolicyOperations } from './operations/password-policy';
import { samlProviderOperations } from './operations/saml-providers';
import { serverCertificateOperations } from './operations/server-certificates';
import { serviceCredentialOperations } from './operations/service-specific-credentials';
import { signingCertificateOperations } from './operations/signing-certificates';
import { simulationOperations } from './operations/simulate';
import { sshKeyOperations } from './operations/ssh-keys';

export const credentialOperations = {
  ...loginProfileOperations,
  ...passwordPolicyOperations,
  ...mfaDeviceOperations,
  ...serverCertificateOperations,
  ...signingCertificateOperations,
  ...sshKeyOperations,
  ...serviceCredentialOperations,
  ...oidcProviderOperations,
  ...samlProviderOperations,
  ...accountAliasOperations,
  ...accountSettingOperations,
  ...organizationsFeatureOperations,
  ...credentialReportOperations,
  ...simulationOperations,
  ...accessAdvisorOperations,
  ...organizationsAccessOperations,
};
