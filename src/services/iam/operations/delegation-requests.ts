/** Temporary delegation: product providers ask customers for a session with some of their rights. */
import type { CreateDelegationRequestRequest, IAM, DelegationRequest as WireRequest } from '../../../../generated/api/iam';
import {
  AwsError,
  type DelegationTemplate,
  DelegationTemplates,
  defineOperations,
  type Exchange,
  fail,
  parseArn,
  sealExchange,
  type Tx,
  type TxContext,
} from '../../../kernel';
import { permissionCheck } from '../delegation-check';
import { enter, tellToken } from '../delegation-life';
import { type DelegationRequest, DelegationRequests, type DelegationState, delegationId, listKey } from '../delegation-state';
import { summaryOf } from '../delegation-summary';
import { boundariesIn, renderTemplate, type TemplateParameter, TemplateProblem } from '../delegation-template';
import { accessDenied, alreadyExists, invalidInput, noSuchEntity } from '../errors';
import { facts } from '../facts';
import { policyByArn } from '../managed-policies/managed';
import { scannedPage, within } from '../paging';

/** "Root users can only approve delegation requests with a duration of 4 hours or less" (IAM User Guide). */
const longestForRootSeconds = 4 * 3600;

// AWS's sentences are not known; its codes are those that the operations declare, as far as they declare any that fit.
const notFound = (id: string) => noSuchEntity(`The delegation request with id ${id} cannot be found.`);
const notNow = ({ id, state }: DelegationRequest) =>
  invalidInput(`The delegation request ${id} is in state ${state}, which does not allow this.`);

export const delegationOperations = defineOperations<IAM>()({
  CreateDelegationRequest(ctx, input) {
    const { tx, account } = ctx;
    const { Permissions, NotificationChannel, RequestorWorkflowId } = input;
    const template = requireTemplate(tx, Permissions.PolicyTemplateArn, account);
    requireChannel(ctx, NotificationChannel, template);
    if (tx.find(DelegationRequests, 'workflow', [account, RequestorWorkflowId]))
      throw alreadyExists(`Delegation request with RequestorWorkflowId ${RequestorWorkflowId} already exists.`);
    const { id } = enter(tx, createdRequest(ctx, input, template), 'UNASSIGNED');
    return { ConsoleDeepLink: consoleLink(ctx, id), DelegationRequestId: id };
  },

  AssociateDelegationRequest(ctx, { DelegationRequestId }) {
    const { arn, account } = requireIdentity(ctx);
    const request = requireRequest(ctx, DelegationRequestId);
    if (request.state !== 'UNASSIGNED') throw notNow(request);
    enter(ctx.tx, request, 'ASSIGNED', { ownerId: arn, ownerAccount: account });
    return {};
  },

  GetDelegationRequest(ctx, { DelegationRequestId, DelegationPermissionCheck }) {
    const request = requireRequest(ctx, DelegationRequestId);
    if (!DelegationPermissionCheck) return { DelegationRequest: toRequest(ctx, request) };
    const { principal, account } = ctx;
    const rights = { principal, identity: facts.identity?.(ctx.tx, principal), account: ctx.accountFacts(account) };
    return {
      DelegationRequest: toRequest(ctx, request),
      PermissionCheckStatus: 'COMPLETE',
      PermissionCheckResult: permissionCheck(rights, request.policy),
    };
  },

  ListDelegationRequests(ctx, input) {
    const { items, end } = scannedPage('delegation-requests', input, {
      read: (range) => ctx.tx.scanIndex(DelegationRequests, 'customer', within(ctx.account, range)),
      keyOf: listKey,
      keep: ({ ownerId }) => input.OwnerId === undefined || ownerId === input.OwnerId,
    });
    const { IsTruncated: isTruncated, ...marker } = end;
    return { DelegationRequests: items.map((request) => toRequest(ctx, request)), isTruncated, ...marker };
  },

  /** Forwards it to an administrator; notes may be changed while it waits there. */
  UpdateDelegationRequest(ctx, { DelegationRequestId, Notes }) {
    const { tx } = ctx;
    const request = requireIn(ctx, DelegationRequestId, ['ASSIGNED', 'PENDING_APPROVAL']);
    const notes = Notes ?? request.notes;
    if (request.state === 'ASSIGNED') enter(tx, request, 'PENDING_APPROVAL', { notes });
    else tx.put(DelegationRequests, { ...request, notes, updatedAt: tx.now });
    return {};
  },

  AcceptDelegationRequest(ctx, { DelegationRequestId }) {
    const approver = requireIdentity(ctx);
    const request = requireIn(ctx, DelegationRequestId, ['ASSIGNED', 'PENDING_APPROVAL']);
    if (approver.type === 'root' && request.sessionSeconds > longestForRootSeconds)
      throw invalidInput('Root users can only approve delegation requests with a duration of 4 hours or less.');
    enter(ctx.tx, request, 'ACCEPTED', { approver });
    return {};
  },

  RejectDelegationRequest(ctx, { DelegationRequestId, Notes }) {
    const request = requireIn(ctx, DelegationRequestId, ['ASSIGNED', 'PENDING_APPROVAL', 'ACCEPTED']);
    enter(ctx.tx, request, 'REJECTED', { rejectionReason: Notes });
    return {};
  },

  /** The time of the session counts from here. */
  SendDelegationToken(ctx, { DelegationRequestId }) {
    const { tx, now, principal } = ctx;
    const request = requireIn(ctx, DelegationRequestId, ['ACCEPTED']);
    if (request.onlySendByOwner && request.ownerId !== principal.arn)
      throw accessDenied('Only the owner of this delegation request may send its token.');
    const { requestor: provider, policy, approver } = request as DelegationRequest & Pick<Exchange, 'approver'>;
    const expiresAt = now + request.sessionSeconds * 1000;
    const token = sealExchange(tx, { provider, approver, policy, expiresAt });
    tellToken(tx, enter(tx, request, 'FINALIZED'), token, ctx.toClientTime(expiresAt));
    return {};
  },

  /** English only: other languages take somebody who speaks them. */
  GetHumanReadableSummary(ctx, { EntityArn, Locale = 'en' }) {
    const id = delegationId(EntityArn) ?? fail(invalidInput(`${EntityArn} is not the ARN of a delegation request.`));
    const request = requireRequest(ctx, id);
    if (!/^en\b/i.test(Locale)) return { SummaryContent: '', Locale, SummaryState: 'NOT_SUPPORTED' };
    return { SummaryContent: summaryOf(request), Locale, SummaryState: 'AVAILABLE' };
  },
});

// ---- what a request is made of ----

function createdRequest(
  ctx: TxContext,
  input: CreateDelegationRequestRequest,
  { arn, provider, document }: DelegationTemplate,
): DelegationRequest {
  const parameters = (input.Permissions.Parameters ?? []).map(
    ({ Name = '', Type, Values = [] }): TemplateParameter => ({
      name: Name,
      type: Type === 'stringList' ? 'stringList' : 'string',
      values: Values,
    }),
  );
  const policy = rendered(document, parameters);
  return {
    id: ctx.uuid(),
    requestor: ctx.account,
    requestorName: provider.name,
    workflowId: input.RequestorWorkflowId,
    ownerAccount: input.OwnerAccountId,
    description: input.Description,
    requestMessage: input.RequestMessage,
    templateArn: arn,
    parameters,
    policy,
    boundaries: requireBoundaries(ctx.tx, policy),
    channel: input.NotificationChannel,
    sessionSeconds: input.SessionDuration,
    redirectUrl: input.RedirectUrl,
    onlySendByOwner: input.OnlySendByOwner ?? false,
    state: 'UNASSIGNED',
    createdAt: ctx.now,
    updatedAt: ctx.now,
    expiresAt: ctx.now,
  };
}

function rendered(document: string, parameters: readonly TemplateParameter[]): string {
  try {
    return renderTemplate(document, parameters);
  } catch (error) {
    throw error instanceof TemplateProblem ? invalidInput(error.message) : error;
  }
}

/** Those of a customer are not looked up: whether they are there is not for the provider to know. */
function requireBoundaries(tx: Tx, policy: string): readonly string[] {
  const arns = boundariesIn(policy);
  const missing = arns.find((arn) => !/^\d{12}$/.test(parseArn(arn)?.account ?? '') && !policyByArn(tx, arn));
  if (missing !== undefined) throw invalidInput(`The permissions boundary ${missing} that the policy asks for does not exist.`);
  return arns;
}

/** Partners register theirs with AWS, by no API. */
function requireTemplate(tx: Tx, arn = '', account: string): DelegationTemplate {
  const template = tx.get(DelegationTemplates, arn);
  if (template?.provider.accounts.includes(account)) return template;
  throw invalidInput(
    `Policy template ${arn} is not registered for account ${account}. POST /_nuvola/iam/delegation-templates registers one (docs/delegation.md).`,
  );
}

/** "The SNS topic must be in one of your registered accounts", and in a Region that is on by default (IAM User Guide, "Configuring Notifications"). */
function requireChannel(ctx: TxContext, channel: string, { provider }: DelegationTemplate): void {
  const arn = parseArn(channel);
  if (arn?.service !== 'sns' || arn.partition !== ctx.partition || !/^[\w-]+$/.test(arn.resource))
    throw invalidInput('NotificationChannel must be the ARN of a standard SNS topic.');
  if (!provider.accounts.includes(arn.account)) throw invalidInput('The topic of NotificationChannel must be in a registered account.');
  if (regionStatus(ctx, arn.region) !== 'ENABLED_BY_DEFAULT')
    throw invalidInput('The topic of NotificationChannel must be in a Region that is enabled by default.');
}

function regionStatus(ctx: TxContext, region: string): string | undefined {
  try {
    return ctx.call('account', 'GetRegionOptStatus', { RegionName: region }).RegionOptStatus;
  } catch (error) {
    if (error instanceof AwsError) return undefined; // there is no such Region
    throw error;
  }
}

const consoles: Readonly<Record<string, string>> = { 'aws-cn': 'console.amazonaws.cn', 'aws-us-gov': 'console.amazonaws-us-gov.com' };

function consoleLink({ partition, region }: TxContext, id: string): string {
  return `https://${region}.${consoles[partition] ?? 'console.aws.amazon.com'}/iam/account-access-requests/review/${id}`;
}

// ---- who may see and change it ----

/** Somebody who can own or approve a request: no service, and nobody unknown. */
function requireIdentity({ principal }: TxContext): Exchange['approver'] {
  if (principal.type === 'root' || principal.type === 'user' || principal.type === 'session') return principal;
  throw accessDenied('Only identities of an account may own or approve delegation requests.');
}

/** Those of another account than the customer's are told nothing, whatever policies say. */
function requireRequest({ tx, account }: TxContext, id: string): DelegationRequest {
  const request = tx.get(DelegationRequests, id) ?? fail(notFound(id));
  if (request.ownerAccount !== undefined && request.ownerAccount !== account) throw notFound(id);
  return request;
}

function requireIn(ctx: TxContext, id: string, states: readonly DelegationState[]): DelegationRequest {
  const request = requireRequest(ctx, id);
  if (!states.includes(request.state)) throw notNow(request);
  return request;
}

// ---- as it is shown ----

function toRequest(ctx: TxContext, request: DelegationRequest): WireRequest {
  const { templateArn, parameters, approver } = request;
  return {
    DelegationRequestId: request.id,
    OwnerAccountId: request.ownerAccount,
    Description: request.description,
    RequestMessage: request.requestMessage,
    Permissions: {
      PolicyTemplateArn: templateArn,
      Parameters: parameters.map(({ name, type, values }) => ({ Name: name, Values: values, Type: type })),
    },
    PermissionPolicy: request.policy,
    RolePermissionRestrictionArns: request.boundaries,
    OwnerId: request.ownerId,
    ApproverId: approver?.arn,
    State: request.state,
    ExpirationTime: ctx.toClientTime(request.expiresAt),
    RequestorId: request.requestor,
    RequestorName: request.requestorName,
    CreateDate: request.createdAt,
    SessionDuration: request.sessionSeconds,
    RedirectUrl: request.redirectUrl,
    Notes: request.notes,
    RejectionReason: request.rejectionReason,
    OnlySendByOwner: request.onlySendByOwner,
    UpdatedTime: request.updatedAt,
  };
}
