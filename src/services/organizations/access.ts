/**
 * What each operation needs to be allowed. ARNs of Organizations hold the organization's id, which no input does: where
 * a right is needed on a resource the operation asks for it itself, once it knows which (caller.ts).
 */
import type { Organizations as Api } from '../../../generated/api/organizations';
import type { Access, AccessNeed } from '../../kernel';

/** Asked by the operation, on ARNs. */
const asked = (): readonly AccessNeed[] => [];

type TagInput = readonly { readonly Key: string; readonly Value: string }[] | undefined;

/** "If the request includes tags, then the requester must have the organizations:TagResource permission." */
const creating =
  (action: string) =>
  ({ Tags = [] }: { readonly Tags?: TagInput }): readonly AccessNeed[] => {
    const requestTags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
    const need = { action: `organizations:${action}`, resource: '*', requestTags };
    return Tags.length === 0 ? [need] : [need, { ...need, action: 'organizations:TagResource' }];
  };

/** Of a creation on whose parent or type the operation asks itself. */
const tagging = ({ Tags = [] }: { readonly Tags?: TagInput }): readonly AccessNeed[] =>
  creating('TagResource')({ Tags }).slice(0, Math.min(Tags.length, 1));

const ofType =
  (action: string) =>
  ({ Filter, PolicyType = Filter }: { readonly Filter?: string; readonly PolicyType?: string | undefined }): readonly AccessNeed[] => [
    { action: `organizations:${action}`, resource: '*', conditions: { 'organizations:PolicyType': PolicyType ?? '' } },
  ];

const ofService =
  (action: string) =>
  ({ ServicePrincipal }: { readonly ServicePrincipal?: string | undefined }): readonly AccessNeed[] => {
    const conditions = ServicePrincipal === undefined ? {} : { conditions: { 'organizations:ServicePrincipal': ServicePrincipal } };
    return [{ action: `organizations:${action}`, resource: '*', ...conditions }];
  };

const ofDirection = (action: string, direction: string) => (): readonly AccessNeed[] => [
  {
    action: `organizations:${action}`,
    resource: '*',
    conditions: { 'organizations:TransferDirection': direction, 'organizations:TransferType': 'BILLING' },
  },
];

const plain = (action: string) => (): readonly AccessNeed[] => [{ action: `organizations:${action}`, resource: '*' }];

export const access: Access<Api> = {
  AcceptHandshake: asked,
  AttachPolicy: asked,
  CancelHandshake: asked,
  CloseAccount: asked,
  CreateAccount: creating('CreateAccount'),
  CreateGovCloudAccount: creating('CreateGovCloudAccount'),
  CreateOrganization: plain('CreateOrganization'),
  CreateOrganizationalUnit: tagging,
  CreatePolicy: ({ Type, Tags = [] }) =>
    creating('CreatePolicy')({ Tags }).map((need) => ({ ...need, conditions: { 'organizations:PolicyType': Type } })),
  DeclineHandshake: asked,
  DeleteOrganization: plain('DeleteOrganization'),
  DeleteOrganizationalUnit: asked,
  DeletePolicy: asked,
  DeleteResourcePolicy: plain('DeleteResourcePolicy'),
  DeregisterDelegatedAdministrator: asked,
  DescribeAccount: asked,
  DescribeCreateAccountStatus: plain('DescribeCreateAccountStatus'),
  DescribeEffectivePolicy: asked,
  DescribeHandshake: asked,
  DescribeOrganization: plain('DescribeOrganization'),
  DescribeOrganizationalUnit: asked,
  DescribePolicy: asked,
  DescribeResourcePolicy: plain('DescribeResourcePolicy'),
  DescribeResponsibilityTransfer: asked,
  DetachPolicy: asked,
  DisableAWSServiceAccess: ofService('DisableAWSServiceAccess'),
  DisablePolicyType: asked,
  EnableAWSServiceAccess: ofService('EnableAWSServiceAccess'),
  EnableAllFeatures: plain('EnableAllFeatures'),
  EnablePolicyType: asked,
  InviteAccountToOrganization: ({ Target, Tags = [] }) =>
    Target.Type === 'ACCOUNT' ? tagging({ Tags }) : creating('InviteAccountToOrganization')({ Tags }),
  InviteOrganizationToTransferResponsibility: ({ Target }) =>
    Target.Type === 'ACCOUNT' ? [] : ofDirection('InviteOrganizationToTransferResponsibility', 'INBOUND')(),
  LeaveOrganization: plain('LeaveOrganization'),
  ListAWSServiceAccessForOrganization: plain('ListAWSServiceAccessForOrganization'),
  ListAccounts: plain('ListAccounts'),
  ListAccountsForParent: asked,
  ListAccountsWithInvalidEffectivePolicy: ofType('ListAccountsWithInvalidEffectivePolicy'),
  ListChildren: asked,
  ListCreateAccountStatus: plain('ListCreateAccountStatus'),
  ListDelegatedAdministrators: ofService('ListDelegatedAdministrators'),
  ListDelegatedServicesForAccount: asked,
  ListEffectivePolicyValidationErrors: asked,
  ListHandshakesForAccount: plain('ListHandshakesForAccount'),
  ListHandshakesForOrganization: plain('ListHandshakesForOrganization'),
  ListInboundResponsibilityTransfers: ofDirection('ListInboundResponsibilityTransfers', 'INBOUND'),
  ListOrganizationalUnitsForParent: asked,
  ListOutboundResponsibilityTransfers: ofDirection('ListOutboundResponsibilityTransfers', 'OUTBOUND'),
  ListParents: asked,
  ListPolicies: ofType('ListPolicies'),
  ListPoliciesForTarget: asked,
  ListRoots: plain('ListRoots'),
  ListTagsForResource: asked,
  ListTargetsForPolicy: asked,
  MoveAccount: asked,
  PutResourcePolicy: asked,
  RegisterDelegatedAdministrator: asked,
  RemoveAccountFromOrganization: asked,
  TagResource: asked,
  TerminateResponsibilityTransfer: asked,
  UntagResource: asked,
  UpdateOrganizationalUnit: asked,
  UpdatePolicy: asked,
  UpdateResponsibilityTransfer: asked,
};
