/** Credentials other than access keys, the providers of other identities, and settings of the account; by the ids of their owners. */
import { AccountSettingSets, collection, type Place } from '../../kernel';
import { iamArn, nameKey } from './ids';
import type { PasswordHash } from './passwords';

/** The password of a user. */
export interface LoginProfile {
  readonly userId: string;
  readonly password: PasswordHash;
  /** The ones before, the newest first: as many as a policy may want to know. */
  readonly previous: readonly PasswordHash[];
  /** Virtual ms. */
  readonly createdAt: number;
  readonly changedAt: number;
  readonly resetRequired: boolean;
}

export const LoginProfiles = collection<LoginProfile>({
  name: 'iam/login-profile',
  version: 1,
  scope: 'account',
  key: (p) => p.userId,
});

/** Whether root can sign in; what its password is nobody asks. Kept once that changed. */
export interface RootProfile {
  readonly isPresent: boolean;
  /** Virtual ms. */
  readonly createdAt: number;
}

export const RootProfiles = collection<RootProfile>({ name: 'iam/root-profile', version: 1, scope: 'account', key: () => 'root' });

/** What passwords of an account must be like; absent where the default policy holds. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercase: boolean;
  readonly requireLowercase: boolean;
  readonly allowUsersToChange: boolean;
  readonly maxAgeDays: number | undefined;
  readonly reusePrevention: number | undefined;
  readonly hardExpiry: boolean | undefined;
}

export const PasswordPolicies = collection<PasswordPolicy>({
  name: 'iam/password-policy',
  version: 1,
  scope: 'account',
  key: () => 'policy',
});

export type Status = 'Active' | 'Inactive';

export interface SigningCertificate {
  /** Base32 of the SHA-1 of its DER form. */
  readonly id: string;
  /** Unique id of the user; the account's number for root's own. */
  readonly ownerId: string;
  readonly body: string;
  readonly status: Status;
  /** Virtual ms. */
  readonly uploadedAt: number;
}

export const SigningCertificates = collection<SigningCertificate, 'owner'>({
  name: 'iam/signing-certificate',
  version: 1,
  scope: 'account',
  key: (c) => c.id,
  indexes: { owner: (c) => [c.ownerId, c.uploadedAt, c.id] },
});

export interface SshKey {
  /** `APKA…` */
  readonly id: string;
  readonly userId: string;
  /** `ssh-rsa AAAA…`, without a comment. */
  readonly body: string;
  /** MD5 of the key as SSH sends it, in hexadecimal with colons. */
  readonly fingerprint: string;
  readonly status: Status;
  /** Virtual ms. */
  readonly uploadedAt: number;
}

export const SshKeys = collection<SshKey>({
  name: 'iam/ssh-key',
  version: 1,
  scope: 'account',
  key: (k) => [k.userId, k.id],
});

/** A name and a password for one service that does not sign with access keys. */
export interface ServiceCredential {
  /** `ACCA…` */
  readonly id: string;
  readonly userId: string;
  /** `codecommit.amazonaws.com` */
  readonly service: string;
  /** `jane-at-123456789012`; what the user is called when it is renamed does not change it. */
  readonly login: string;
  readonly status: Status;
  /** Virtual ms. */
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
}

export const ServiceCredentials = collection<ServiceCredential, 'user' | 'login' | 'service'>({
  name: 'iam/service-credential',
  version: 2,
  scope: 'account',
  key: (c) => c.id,
  indexes: { user: (c) => [c.userId, c.createdAt, c.id], login: (c) => [c.service, c.login], service: (c) => [c.service, c.id] },
  // Found by their service too, and without a hash that nobody read.
  migrate: { 1: ({ secretHash: _, ...credential }: ServiceCredential & { readonly secretHash?: unknown }) => credential },
});

export interface ServerCertificate {
  readonly name: string;
  readonly path: string;
  /** `ASCA…` */
  readonly id: string;
  readonly body: string;
  readonly chain: string | undefined;
  /** Never told; for whoever serves with this certificate. */
  readonly privateKey: string;
  /** Virtual ms. */
  readonly uploadedAt: number;
  readonly expiresAt: number;
}

export const serverCertificateArn = ({ path, name }: Pick<ServerCertificate, 'path' | 'name'>, at: Place) =>
  iamArn(at, 'server-certificate', path + name);

export const ServerCertificates = collection<ServerCertificate>({
  name: 'iam/server-certificate',
  version: 1,
  scope: 'account',
  key: (c) => nameKey(c.name),
  arn: serverCertificateArn,
});

export interface OidcProvider {
  /** Without its scheme: `token.actions.githubusercontent.com`. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  /** Virtual ms. */
  readonly createdAt: number;
}

export const oidcProviderArn = ({ url }: Pick<OidcProvider, 'url'>, at: Place) => iamArn(at, 'oidc-provider', `/${url}`);

export const OidcProviders = collection<OidcProvider>({
  name: 'iam/oidc-provider',
  version: 1,
  scope: 'account',
  key: (p) => p.url,
  arn: oidcProviderArn,
});

export interface SamlProvider {
  readonly name: string;
  /** `SAMLSP…` */
  readonly id: string;
  readonly metadata: string;
  readonly encryptionMode: 'Required' | 'Allowed';
  /** Virtual ms. */
  readonly createdAt: number;
  readonly validUntil: number;
}

export const samlProviderArn = ({ name }: Pick<SamlProvider, 'name'>, at: Place) => iamArn(at, 'saml-provider', `/${name}`);

export const SamlProviders = collection<SamlProvider>({
  name: 'iam/saml-provider',
  version: 2,
  scope: 'account',
  key: (p) => p.name,
  arn: samlProviderArn,
  // Its keys stood here, though nothing was decrypted with them; they have to be added again.
  migrate: { 1: ({ keys: _, ...provider }: SamlProvider & { readonly keys?: unknown }) => ({ ...provider, encryptionMode: 'Allowed' }) },
});

/** No two accounts of a partition have the same alias. */
export const AccountAliases = collection<{ readonly alias: string; readonly account: string }, 'account'>({
  name: 'iam/account-alias',
  version: 1,
  scope: 'partition',
  key: (a) => a.alias,
  owner: (a) => a.account,
  indexes: { account: (a) => a.account },
});

interface CredentialReport {
  readonly csv: string;
  /** Virtual ms. */
  readonly generatedAt: number;
}

export const CredentialReports = collection<CredentialReport>({
  name: 'iam/credential-report',
  version: 1,
  scope: 'account',
  key: () => 'report',
});

/** What an organization lets IAM do with the roots of its members; kept where its management account is. */
export interface RootFeatures {
  /** `o-…`: a later organization of the same account begins without. */
  readonly organization: string;
  readonly enabled: readonly ('RootCredentialsManagement' | 'RootSessions')[];
}

export const OrganizationRootFeatures = collection<RootFeatures>({
  name: 'iam/root-features',
  version: 1,
  scope: 'account',
  key: (features) => features.organization,
});

/** Somebody of whom a report tells. */
export interface ReportedEntity {
  readonly kind: 'user' | 'role';
  readonly id: string;
  readonly arn: string;
}

interface ReportedUse {
  readonly namespace: string;
  readonly arn: string;
  readonly id: string;
  readonly region: string;
  /** Virtual ms. */
  readonly at: number;
}

export interface ReportedAction {
  readonly namespace: string;
  readonly name: string;
  /** Absent when nobody did it. */
  readonly last?: Pick<ReportedUse, 'arn' | 'region' | 'at'> | undefined;
}

/** A report on what services users and roles can reach, and did: as it was when it was asked for. */
export interface AccessReport {
  readonly id: string;
  /** Who asked, and who alone may read it. */
  readonly caller: string;
  /** Virtual ms. */
  readonly createdAt: number;
  readonly namespaces: readonly string[];
  readonly entities: readonly ReportedEntity[];
  readonly uses: readonly ReportedUse[];
  /** Absent where only services were asked for. */
  readonly actions?: readonly ReportedAction[] | undefined;
}

export const AccessReports = collection<AccessReport>({
  name: 'iam/access-report',
  version: 1,
  scope: 'account',
  key: (report) => report.id,
});

/** The last use of a service by an organization's accounts. */
export interface OrganizationUse {
  readonly namespace: string;
  /** Of the account that used it last. */
  readonly path: string;
  readonly region: string;
  /** Virtual ms. */
  readonly at: number;
  readonly accounts: number;
}

/** The same for accounts of an organization. */
export interface OrganizationReport {
  readonly id: string;
  readonly caller: string;
  /** What was asked for. */
  readonly path: string;
  readonly policyId: string | undefined;
  /** Virtual ms. */
  readonly createdAt: number;
  readonly problem?: { readonly code: string; readonly sentence: string } | undefined;
  readonly namespaces: readonly string[];
  readonly uses: readonly OrganizationUse[];
}

export const OrganizationReports = collection<OrganizationReport, 'caller'>({
  name: 'iam/organization-report',
  version: 1,
  scope: 'account',
  key: (report) => report.id,
  indexes: { caller: (report) => [report.caller, report.createdAt] },
});

export const credentialState = [
  LoginProfiles,
  RootProfiles,
  PasswordPolicies,
  SigningCertificates,
  SshKeys,
  ServiceCredentials,
  ServerCertificates,
  OidcProviders,
  SamlProviders,
  AccountAliases,
  CredentialReports,
  AccountSettingSets,
  OrganizationRootFeatures,
  AccessReports,
  OrganizationReports,
];
