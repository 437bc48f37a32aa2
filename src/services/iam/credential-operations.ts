/** The operations on credentials, providers, reports and simulations, together. */
import { accountAliasOperations } from './operations/account-alias';
import { loginProfileOperations } from './operations/login-profiles';
import { mfaDeviceOperations } from './operations/mfa-devices';
import { oidcProviderOperations } from './operations/oidc-providers';
import { passwordPolicyOperations } from './operations/password-policy';
import { samlProviderOperations } from './operations/saml-providers';
import { serverCertificateOperations } from './operations/server-certificates';
import { serviceCredentialOperations } from './operations/service-specific-credentials';
import { signingCertificateOperations } from './operations/signing-certificates';
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
};
