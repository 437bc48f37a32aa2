/**
 * What each operation needs to be allowed. ARNs of Organizations hold the organization's id, which no input does: it is
 * looked up. Callers outside of any organization have nothing to name, and need the right on `*`.
 */
import type { Organizations as Api } from '../../../generated/api/organizations';
import { type Access, type AccessNeed, type ListedTag, type Place, type RequestFacts, type Tags, tagsOfList } from '../../kernel';
import { arnOfHandshake, arnOfId, findOrganization, findPolicy, type Ours } from './lookup';
import { arnIn, Transfers, transferArn } from './state';

type Asking = Parameters<NonNullable<Access<Api>['CreateAccount']>>[3];
type Needs<I> = (input: I, at: Place, request: RequestFacts, asking: Asking) => readonly AccessNeed[];
type More = Pick<AccessNeed, 'conditions' | 'requestTags' | 'tagKeys'>;

const named = (action: string) => `organizations:${action}`;

/** On `*`. */
const plain =
  <I>(action: string, more: (input: NoInfer<I>) => More = () => ({})): Needs<I> =>
  (input) => [{ action: named(action), resource: '*', ...more(input) }];

/** On the resources that these members of the input name; those that it leaves out are not asked for. */
const on =
  <I extends object>(
    action: string,
    ids: readonly NoInfer<keyof I>[],
    more: (input: NoInfer<I>, ours: Ours) => More = () => ({}),
  ): Needs<I> =>
  (input, at, _request, { tx }) => {
    const ours = findOrganization(tx, at.account);
    if (!ours) return [{ action: named(action), resource: '*' }];
    const found = ids.map((id) => input[id]).filter((id) => typeof id === 'string');
    return found.map((id) => ({ action: named(action), resource: arnOfId(ours, id), ...more(input, ours) }));
  };

const onHandshake =
  (action: string): Needs<{ readonly HandshakeId: string }> =>
  ({ HandshakeId }, at, _request, { tx }) => [{ action: named(action), resource: arnOfHandshake(tx, HandshakeId, at) }];

// ---- conditions ----

const ofType = ({ Filter, PolicyType = Filter }: { readonly Filter?: string; readonly PolicyType?: string | undefined }): More =>
  PolicyType === undefined ? {} : { conditions: { 'organizations:PolicyType': PolicyType } };

const ofPolicy = ({ PolicyId }: { readonly PolicyId: string }, ours: Ours): More =>
  ofType({ Filter: findPolicy(ours, PolicyId)?.type ?? '' });

const ofService = ({ ServicePrincipal }: { readonly ServicePrincipal?: string | undefined }): More =>
  ServicePrincipal === undefined ? {} : { conditions: { 'organizations:ServicePrincipal': ServicePrincipal } };

const ofDirection = (direction: 'INBOUND' | 'OUTBOUND') => (): More => ({
  conditions: { 'organizations:TransferDirection': direction, 'organizations:TransferType': 'BILLING' },
});

// ---- tags ----

interface Tagged {
  readonly Tags?: readonly ListedTag[] | undefined;
}

const tagsOf = ({ Tags }: Tagged): { readonly requestTags: Tags } => ({
  requestTags: tagsOfList(Tags),
});

/** "If the request includes tags, then the requester must have the organizations:TagResource permission." */
const tagging =
  <I extends Tagged>(needs: Needs<I>): Needs<I> =>
  (input, ...rest) => [
    ...needs(input, ...rest),
    ...(input.Tags && input.Tags.length > 0 ? [{ action: named('TagResource'), resource: '*', ...tagsOf(input) }] : []),
  ];

// ---- what is neither here nor there ----

/** An invitation by account number needs the right on that account. */
const inviting =
  (action: string, more: More = {}): Needs<{ readonly Target: { readonly Id: string; readonly Type: string } }> =>
  ({ Target: { Id, Type } }, at, _request, { tx }) => {
    const ours = Type === 'ACCOUNT' ? findOrganization(tx, at.account) : undefined;
    return [{ action: named(action), resource: ours ? arnOfId(ours, Id) : '*', ...more }];
  };

const onTransfer =
  (action: string): Needs<{ readonly Id: string }> =>
  ({ Id }, at, _request, { tx }) => {
    const ours = findOrganization(tx, at.account);
    const outbound = tx.find(Transfers, 'source', [at.account, Id]);
    if (outbound) return [{ action: named(action), resource: transferArn(outbound, 'outbound', at), ...ofDirection('OUTBOUND')() }];
    return [{ action: named(action), resource: ours ? arnOfId(ours, Id) : '*', ...ofDirection('INBOUND')() }];
  };

/** The one there is, or will be. */
const onResourcePolicy: Needs<Tagged> = (input, at, _request, { tx }) => {
  const org = findOrganization(tx, at.account)?.org;
  const resource = org ? arnIn(org, 'resourcepolicy', org.resourcePolicy?.id ?? 'rp-*', at) : '*';
  return [{ action: named('PutResourcePolicy'), resource, ...tagsOf(input) }];
};

export const access: Required<Access<Api>> = {
  AcceptHandshake: onHandshake('AcceptHandshake'),
  AttachPolicy: on('AttachPolicy', ['PolicyId', 'TargetId'], ofPolicy),
  CancelHandshake: onHandshake('CancelHandshake'),
  CloseAccount: on('CloseAccount', ['AccountId']),
  CreateAccount: tagging(plain('CreateAccount', tagsOf)),
  CreateGovCloudAccount: tagging(plain('CreateGovCloudAccount', tagsOf)),
  CreateOrganization: plain('CreateOrganization'),
  CreateOrganizationalUnit: tagging(on('CreateOrganizationalUnit', ['ParentId'], tagsOf)),
  CreatePolicy: tagging(plain('CreatePolicy', (input) => ({ ...ofType({ Filter: input.Type }), ...tagsOf(input) }))),
  DeclineHandshake: onHandshake('DeclineHandshake'),
  DeleteOrganization: plain('DeleteOrganization'),
  DeleteOrganizationalUnit: on('DeleteOrganizationalUnit', ['OrganizationalUnitId']),
  DeletePolicy: on('DeletePolicy', ['PolicyId'], ofPolicy),
  DeleteResourcePolicy: plain('DeleteResourcePolicy'),
  DeregisterDelegatedAdministrator: on('DeregisterDelegatedAdministrator', ['AccountId'], ofService),
  DescribeAccount: on('DescribeAccount', ['AccountId']),
  DescribeCreateAccountStatus: plain('DescribeCreateAccountStatus'),
  DescribeEffectivePolicy: ({ TargetId, ...input }, at, ...rest) =>
    on<{ readonly TargetId: string; readonly PolicyType: string }>('DescribeEffectivePolicy', ['TargetId'], ofType)(
      { TargetId: TargetId ?? at.account, ...input },
      at,
      ...rest,
    ),
  DescribeHandshake: onHandshake('DescribeHandshake'),
  DescribeOrganization: plain('DescribeOrganization'),
  DescribeOrganizationalUnit: on('DescribeOrganizationalUnit', ['OrganizationalUnitId']),
  DescribePolicy: on('DescribePolicy', ['PolicyId'], ofPolicy),
  DescribeResourcePolicy: plain('DescribeResourcePolicy'),
  DescribeResponsibilityTransfer: onTransfer('DescribeResponsibilityTransfer'),
  DetachPolicy: on('DetachPolicy', ['PolicyId', 'TargetId'], ofPolicy),
  DisableAWSServiceAccess: plain('DisableAWSServiceAccess', ofService),
  DisablePolicyType: on('DisablePolicyType', ['RootId'], ofType),
  EnableAWSServiceAccess: plain('EnableAWSServiceAccess', ofService),
  EnableAllFeatures: plain('EnableAllFeatures'),
  EnablePolicyType: on('EnablePolicyType', ['RootId'], ofType),
  InviteAccountToOrganization: tagging((input, ...rest) => inviting('InviteAccountToOrganization', tagsOf(input))(input, ...rest)),
  InviteOrganizationToTransferResponsibility: inviting('InviteOrganizationToTransferResponsibility', ofDirection('INBOUND')()),
  LeaveOrganization: plain('LeaveOrganization'),
  ListAWSServiceAccessForOrganization: plain('ListAWSServiceAccessForOrganization'),
  ListAccounts: plain('ListAccounts'),
  ListAccountsForParent: on('ListAccountsForParent', ['ParentId']),
  ListAccountsWithInvalidEffectivePolicy: plain('ListAccountsWithInvalidEffectivePolicy', ofType),
  ListChildren: on('ListChildren', ['ParentId']),
  ListCreateAccountStatus: plain('ListCreateAccountStatus'),
  ListDelegatedAdministrators: plain('ListDelegatedAdministrators', ofService),
  ListDelegatedServicesForAccount: on('ListDelegatedServicesForAccount', ['AccountId']),
  ListEffectivePolicyValidationErrors: on('ListEffectivePolicyValidationErrors', ['AccountId'], ofType),
  ListHandshakesForAccount: plain('ListHandshakesForAccount'),
  ListHandshakesForOrganization: plain('ListHandshakesForOrganization'),
  ListInboundResponsibilityTransfers: plain('ListInboundResponsibilityTransfers', ofDirection('INBOUND')),
  ListOrganizationalUnitsForParent: on('ListOrganizationalUnitsForParent', ['ParentId']),
  ListOutboundResponsibilityTransfers: plain('ListOutboundResponsibilityTransfers', ofDirection('OUTBOUND')),
  ListParents: on('ListParents', ['ChildId']),
  ListPolicies: plain('ListPolicies', ofType),
  ListPoliciesForTarget: on('ListPoliciesForTarget', ['TargetId'], ofType),
  ListRoots: plain('ListRoots'),
  ListTagsForResource: on('ListTagsForResource', ['ResourceId']),
  ListTargetsForPolicy: on('ListTargetsForPolicy', ['PolicyId'], ofPolicy),
  MoveAccount: on('MoveAccount', ['AccountId', 'SourceParentId', 'DestinationParentId']),
  PutResourcePolicy: onResourcePolicy,
  RegisterDelegatedAdministrator: on('RegisterDelegatedAdministrator', ['AccountId'], ofService),
  RemoveAccountFromOrganization: on('RemoveAccountFromOrganization', ['AccountId']),
  TagResource: on('TagResource', ['ResourceId'], tagsOf),
  TerminateResponsibilityTransfer: onTransfer('TerminateResponsibilityTransfer'),
  UntagResource: on('UntagResource', ['ResourceId'], ({ TagKeys }) => ({ tagKeys: TagKeys })),
  UpdateOrganizationalUnit: on('UpdateOrganizationalUnit', ['OrganizationalUnitId']),
  UpdatePolicy: on('UpdatePolicy', ['PolicyId'], ofPolicy),
  UpdateResponsibilityTransfer: onTransfer('UpdateResponsibilityTransfer'),
};
