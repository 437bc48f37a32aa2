/** Requests of product providers for temporary access, of the provider's account and of the customer's at once. */
import { collection, type Exchange, isoTime, type Place } from '../../kernel';
import type { TemplateParameter } from './delegation-template';
import { iamArn } from './ids';

export type DelegationState = 'UNASSIGNED' | 'ASSIGNED' | 'PENDING_APPROVAL' | 'ACCEPTED' | 'FINALIZED' | 'REJECTED' | 'EXPIRED';

export interface DelegationRequest {
  readonly id: string;
  /** The provider's account. */
  readonly requestor: string;
  readonly requestorName: string;
  /** The provider's own name for the request. */
  readonly workflowId: string;
  /** The customer's account, where the provider knows it; else of whoever takes the request up. */
  readonly ownerAccount?: string | undefined;
  /** ARN of who took it up. */
  readonly ownerId?: string | undefined;
  /** As it was when it approved. */
  readonly approver?: Exchange['approver'] | undefined;
  readonly description: string;
  readonly requestMessage?: string | undefined;
  readonly templateArn: string;
  readonly parameters: readonly TemplateParameter[];
  /** The template, filled in. */
  readonly policy: string;
  /** ARNs of what limits the roles that may be created. */
  readonly boundaries: readonly string[];
  /** ARN of the topic that is told. */
  readonly channel: string;
  readonly sessionSeconds: number;
  readonly redirectUrl?: string | undefined;
  readonly onlySendByOwner: boolean;
  readonly state: DelegationState;
  readonly notes?: string | undefined;
  readonly rejectionReason?: string | undefined;
  /** Virtual ms. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Of the request in this state. */
  readonly expiresAt: number;
}

export const DelegationRequests = collection<DelegationRequest, 'workflow' | 'customer'>({
  name: 'iam/delegation-request',
  version: 1,
  scope: 'partition',
  key: (request) => request.id,
  owner: (request) => request.requestor,
  indexes: {
    workflow: (request) => [request.requestor, request.workflowId],
    // "If a delegation request has no owner, even if it is assigned to a specific account", no list has it (ListDelegationRequests)
    customer: (request) =>
      request.ownerAccount !== undefined && request.ownerId !== undefined ? [request.ownerAccount, listKey(request)] : undefined,
  },
});

/** The older first. */
export function listKey({ createdAt, id }: Pick<DelegationRequest, 'createdAt' | 'id'>): string {
  return `${isoTime(createdAt)}/${id}`;
}

export const delegationKind = 'delegation-request';

export const delegationArn = (id: string, at: Place) => iamArn(at, delegationKind, `/${id}`);

/** The id in such an ARN. */
export function delegationId(arn: string): string | undefined {
  return /^arn:[^:]+:iam::\d{12}:delegation-request\/([\w-]+)$/.exec(arn)?.[1];
}
