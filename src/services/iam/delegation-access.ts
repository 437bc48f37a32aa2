/**
 * Who may do what with delegation requests: what operations need, and what those whom a request is for may do without any
 * policy (IAM User Guide, "Managing Permissions for Delegation Requests"). A policy may deny it to them all the same.
 */
import type { IAM } from '../../../generated/api/iam';
import type { Access, AccessNeed, Place, ResourceFacts, Tx } from '../../kernel';
import { DelegationRequests, delegationArn, delegationId, delegationKind } from './delegation-state';
import { iamArn } from './ids';

type OfRequest = { readonly DelegationRequestId: string };

const ownerKey = 'iam:DelegationRequestOwner';

/** Of the caller's account, whoever's it is: to those of other accounts there is no such request, as operations then say. */
const onRequest =
  (action: string) =>
  ({ DelegationRequestId: id }: OfRequest, at: Place): readonly AccessNeed[] => [
    { action: `iam:${action}`, resource: delegationArn(id, at) },
  ];

export const delegationAccess: Access<IAM> = {
  CreateDelegationRequest: ({ Permissions, NotificationChannel, SessionDuration }, at) => [
    {
      action: 'iam:CreateDelegationRequest',
      resource: iamArn(at, delegationKind, '/*'),
      conditions: {
        'iam:DelegationDuration': String(SessionDuration),
        'iam:NotificationChannel': NotificationChannel,
        ...(Permissions.PolicyTemplateArn !== undefined && { 'iam:TemplateArn': Permissions.PolicyTemplateArn }),
      },
    },
  ],
  AssociateDelegationRequest: onRequest('AssociateDelegationRequest'),
  GetDelegationRequest: onRequest('GetDelegationRequest'),
  UpdateDelegationRequest: onRequest('UpdateDelegationRequest'),
  AcceptDelegationRequest: onRequest('AcceptDelegationRequest'),
  RejectDelegationRequest: onRequest('RejectDelegationRequest'),
  SendDelegationToken: onRequest('SendDelegationToken'),
  GetHumanReadableSummary: ({ EntityArn }, at) => {
    const id = delegationId(EntityArn);
    return [{ action: 'iam:GetHumanReadableSummary', resource: id === undefined ? EntityArn : delegationArn(id, at) }];
  },
  /** The action takes no resource; that of the caller's own list is what its default right hangs on. */
  ListDelegationRequests: ({ OwnerId }, at, _request, { principal }) => [
    {
      action: 'iam:ListDelegationRequests',
      resource: OwnerId === principal.arn ? iamArn(at, delegationKind, '/*') : '*',
      ...(OwnerId !== undefined && { conditions: { [ownerKey]: OwnerId } }),
    },
  ],
};

/** "They can associate it with their account, view request details, reject a request, forward it to an administrator for approval, release the exchange token". */
const ofOwners: ReadonlySet<string> = new Set([
  'iam:GetDelegationRequest',
  'iam:GetHumanReadableSummary',
  'iam:UpdateDelegationRequest',
  'iam:RejectDelegationRequest',
  'iam:SendDelegationToken',
]);
const ofAnybody: ReadonlySet<string> = new Set([
  'iam:AssociateDelegationRequest',
  'iam:GetDelegationRequest',
  'iam:GetHumanReadableSummary',
]);

/** Of `delegation-request/id`; of all requests at once for `*`. */
export function delegationFacts(tx: Tx, id: string): ResourceFacts {
  const { account } = tx.place;
  if (id === '*') return { account, grants: (_, action) => action === 'iam:ListDelegationRequests' };
  const request = tx.get(DelegationRequests, id);
  if (request === undefined) return { account };
  return {
    account,
    ...(request.ownerId !== undefined && { conditions: () => ({ [ownerKey]: request.ownerId as string }) }),
    grants: ({ arn }, action) => (request.ownerId === undefined ? ofAnybody.has(action) : request.ownerId === arn && ofOwners.has(action)),
  };
}
