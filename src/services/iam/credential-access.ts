/** What the operations on credentials, providers, reports and simulations need to be allowed (Service Authorization Reference, IAM). */
import type { IAM } from '../../../generated/api/iam';
import { type Access, type AccessNeed, type Asking, type Place, tagsOfList } from '../../kernel';
import { onUser, userResource } from './access';
import { oidcProviderArn, ServerCertificates, samlProviderArn, serverCertificateArn } from './credentials-state';
import { iamArn, nameKey } from './ids';
import { readOidcUrl } from './oidc-url';
import type { Tag } from './tag-rules';

const on = (action: string, resource: string, more: Omit<AccessNeed, 'action' | 'resource'> = {}): readonly AccessNeed[] => [
  { action: `iam:${action}`, resource, ...more },
];

/** Creating with tags takes the right to tag as well. */
function creating(action: string, tagAction: string, resource: string, tags: readonly Tag[] = []): readonly AccessNeed[] {
  const more = tags.length > 0 ? { requestTags: tagsOfList(tags) } : {};
  return [...on(action, resource, more), ...(tags.length > 0 ? on(tagAction, resource, more) : [])];
}

const certificateResource = ({ tx }: Asking, name: string) =>
  serverCertificateArn(tx.get(ServerCertificates, nameKey(name)) ?? { name, path: '/' }, tx.place);

type OfDevice = { readonly SerialNumber: string };
type OfCertificate = { readonly ServerCertificateName: string };
type OfOidc = { readonly OpenIDConnectProviderArn: string };
type OfSaml = { readonly SAMLProviderArn: string };

const onDevice = (action: string) => (input: OfDevice) => on(action, input.SerialNumber);
const onOidc = (action: string) => (input: OfOidc) => on(action, input.OpenIDConnectProviderArn);
const onSaml = (action: string) => (input: OfSaml) => on(action, input.SAMLProviderArn);
const onCertificate = (action: string) => (input: OfCertificate, _at: Place, _request: unknown, asking: Asking) =>
  on(action, certificateResource(asking, input.ServerCertificateName));

const deviceAccess: Access<IAM> = {
  CreateVirtualMFADevice: ({ VirtualMFADeviceName, Path = '/', Tags }, at) =>
    creating('CreateVirtualMFADevice', 'TagMFADevice', iamArn(at, 'mfa', Path + VirtualMFADeviceName), Tags),
  DeleteVirtualMFADevice: onDevice('DeleteVirtualMFADevice'),
  EnableMFADevice: onUser('EnableMFADevice'),
  ResyncMFADevice: onUser('ResyncMFADevice'),
  DeactivateMFADevice: onUser('DeactivateMFADevice'),
  ListMFADevices: onUser('ListMFADevices'),
  ListVirtualMFADevices: (_, at) => on('ListVirtualMFADevices', iamArn(at, 'mfa', '/')),
  GetMFADevice: onUser('GetMFADevice'),
  TagMFADevice: ({ SerialNumber, Tags }) => on('TagMFADevice', SerialNumber, { requestTags: tagsOfList(Tags) }),
  UntagMFADevice: ({ SerialNumber, TagKeys }) => on('UntagMFADevice', SerialNumber, { tagKeys: TagKeys }),
  ListMFADeviceTags: onDevice('ListMFADeviceTags'),
};

const userCredentialAccess: Access<IAM> = {
  CreateLoginProfile: onUser('CreateLoginProfile'),
  GetLoginProfile: onUser('GetLoginProfile'),
  UpdateLoginProfile: onUser('UpdateLoginProfile'),
  DeleteLoginProfile: onUser('DeleteLoginProfile'),
  ChangePassword: (_, _at, _request, asking) => on('ChangePassword', userResource(asking, undefined)),
  UploadSigningCertificate: onUser('UploadSigningCertificate'),
  ListSigningCertificates: onUser('ListSigningCertificates'),
  UpdateSigningCertificate: onUser('UpdateSigningCertificate'),
  DeleteSigningCertificate: onUser('DeleteSigningCertificate'),
  UploadSSHPublicKey: onUser('UploadSSHPublicKey'),
  GetSSHPublicKey: onUser('GetSSHPublicKey'),
  ListSSHPublicKeys: onUser('ListSSHPublicKeys'),
  UpdateSSHPublicKey: onUser('UpdateSSHPublicKey'),
  DeleteSSHPublicKey: onUser('DeleteSSHPublicKey'),
  CreateServiceSpecificCredential: ({ UserName, ServiceName, CredentialAgeDays }, _at, _request, asking) =>
    on('CreateServiceSpecificCredential', userResource(asking, UserName), {
      conditions: {
        'iam:ServiceSpecificCredentialServiceName': ServiceName.toLowerCase(),
        ...(CredentialAgeDays !== undefined && { 'iam:ServiceSpecificCredentialAgeDays': String(CredentialAgeDays) }),
      },
    }),
  ListServiceSpecificCredentials: ({ UserName, AllUsers }, at, _request, asking) =>
    on('ListServiceSpecificCredentials', AllUsers ? iamArn(at, 'user', '/*') : userResource(asking, UserName)),
  UpdateServiceSpecificCredential: onUser('UpdateServiceSpecificCredential'),
  ResetServiceSpecificCredential: onUser('ResetServiceSpecificCredential'),
  DeleteServiceSpecificCredential: onUser('DeleteServiceSpecificCredential'),
};

const certificateAccess: Access<IAM> = {
  UploadServerCertificate: ({ ServerCertificateName: name, Path: path = '/', Tags }, at) =>
    creating('UploadServerCertificate', 'TagServerCertificate', serverCertificateArn({ name, path }, at), Tags),
  GetServerCertificate: onCertificate('GetServerCertificate'),
  ListServerCertificates: ({ PathPrefix = '/' }, at) => on('ListServerCertificates', iamArn(at, 'server-certificate', PathPrefix)),
  /** "The principal must have permission to change the server certificate with the old name and the new name" (API reference). */
  UpdateServerCertificate: ({ ServerCertificateName, NewServerCertificateName, NewPath }, at, _request, asking) => {
    const { tx } = asking;
    const current = tx.get(ServerCertificates, nameKey(ServerCertificateName)) ?? { name: ServerCertificateName, path: '/' };
    const renamed = { name: NewServerCertificateName ?? current.name, path: NewPath ?? current.path };
    const arns = new Set([serverCertificateArn(current, at), serverCertificateArn(renamed, at)]);
    return [...arns].flatMap((arn) => on('UpdateServerCertificate', arn));
  },
  DeleteServerCertificate: onCertificate('DeleteServerCertificate'),
  TagServerCertificate: ({ ServerCertificateName, Tags }, _at, _request, asking) =>
    on('TagServerCertificate', certificateResource(asking, ServerCertificateName), { requestTags: tagsOfList(Tags) }),
  UntagServerCertificate: ({ ServerCertificateName, TagKeys }, _at, _request, asking) =>
    on('UntagServerCertificate', certificateResource(asking, ServerCertificateName), { tagKeys: TagKeys }),
  ListServerCertificateTags: onCertificate('ListServerCertificateTags'),
};

const providerAccess: Access<IAM> = {
  CreateOpenIDConnectProvider: ({ Url, Tags }, at) =>
    creating('CreateOpenIDConnectProvider', 'TagOpenIDConnectProvider', oidcProviderArn({ url: readOidcUrl(Url) ?? Url }, at), Tags),
  GetOpenIDConnectProvider: onOidc('GetOpenIDConnectProvider'),
  ListOpenIDConnectProviders: (_, at) => on('ListOpenIDConnectProviders', iamArn(at, 'oidc-provider', '/*')),
  AddClientIDToOpenIDConnectProvider: onOidc('AddClientIDToOpenIDConnectProvider'),
  RemoveClientIDFromOpenIDConnectProvider: onOidc('RemoveClientIDFromOpenIDConnectProvider'),
  UpdateOpenIDConnectProviderThumbprint: onOidc('UpdateOpenIDConnectProviderThumbprint'),
  DeleteOpenIDConnectProvider: onOidc('DeleteOpenIDConnectProvider'),
  TagOpenIDConnectProvider: ({ OpenIDConnectProviderArn: arn, Tags }) =>
    on('TagOpenIDConnectProvider', arn, { requestTags: tagsOfList(Tags) }),
  UntagOpenIDConnectProvider: ({ OpenIDConnectProviderArn: arn, TagKeys }) => on('UntagOpenIDConnectProvider', arn, { tagKeys: TagKeys }),
  ListOpenIDConnectProviderTags: onOidc('ListOpenIDConnectProviderTags'),
  CreateSAMLProvider: ({ Name, Tags }, at) => creating('CreateSAMLProvider', 'TagSAMLProvider', samlProviderArn({ name: Name }, at), Tags),
  GetSAMLProvider: onSaml('GetSAMLProvider'),
  ListSAMLProviders: (_, at) => on('ListSAMLProviders', iamArn(at, 'saml-provider', '/*')),
  UpdateSAMLProvider: onSaml('UpdateSAMLProvider'),
  DeleteSAMLProvider: onSaml('DeleteSAMLProvider'),
  TagSAMLProvider: ({ SAMLProviderArn, Tags }) => on('TagSAMLProvider', SAMLProviderArn, { requestTags: tagsOfList(Tags) }),
  UntagSAMLProvider: ({ SAMLProviderArn, TagKeys }) => on('UntagSAMLProvider', SAMLProviderArn, { tagKeys: TagKeys }),
  ListSAMLProviderTags: onSaml('ListSAMLProviderTags'),
};

const reportAccess: Access<IAM> = {
  GenerateServiceLastAccessedDetails: ({ Arn }) => on('GenerateServiceLastAccessedDetails', Arn),
  GenerateOrganizationsAccessReport: ({ EntityPath, OrganizationsPolicyId }, at) =>
    on('GenerateOrganizationsAccessReport', iamArn(at, 'access-report', `/${EntityPath}`), {
      conditions: OrganizationsPolicyId === undefined ? {} : { 'iam:OrganizationsPolicyId': OrganizationsPolicyId },
    }),
  SimulatePrincipalPolicy: ({ PolicySourceArn }) => on('SimulatePrincipalPolicy', PolicySourceArn),
  GetContextKeysForPrincipalPolicy: ({ PolicySourceArn }) => on('GetContextKeysForPrincipalPolicy', PolicySourceArn),
};

export const credentialAccess: Access<IAM> = {
  ...deviceAccess,
  ...userCredentialAccess,
  ...certificateAccess,
  ...providerAccess,
  ...reportAccess,
};
