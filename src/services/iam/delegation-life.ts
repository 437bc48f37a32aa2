/** The life of a delegation request: its states, how long each lasts, and what the product provider is told (IAM User Guide, "Building your integration"). */
import { homeRegionOf, isoTime, type Tx } from '../../kernel';
import { type DelegationRequest, DelegationRequests, type DelegationState } from './delegation-state';

const dayMs = 86_400_000;

/** "Rejected → Expired" and "Finalized → Expired" are in the same table as the others; of how long expired requests are kept nothing is said. */
const lifetimes: Readonly<Record<DelegationState, number>> = {
  UNASSIGNED: dayMs,
  ASSIGNED: 7 * dayMs,
  PENDING_APPROVAL: 7 * dayMs,
  ACCEPTED: 7 * dayMs,
  FINALIZED: 7 * dayMs,
  REJECTED: 7 * dayMs,
  EXPIRED: 7 * dayMs,
};

const expiryTimer = 'iam.delegation-expiry';
const sender = 'iam.amazonaws.com';

/** Brings a request into a state, from which on its time is counted; and tells the provider, unless it begins. */
export function enter(
  tx: Tx,
  request: DelegationRequest,
  state: DelegationState,
  more: Partial<DelegationRequest> = {},
): DelegationRequest {
  const expiresAt = tx.now + lifetimes[state];
  const entered = tx.put(DelegationRequests, {
    ...request,
    ...more,
    state,
    updatedAt: tx.now,
    expiresAt: state === 'EXPIRED' ? tx.now : expiresAt,
  });
  atHome(tx, request).at(expiresAt, expiryTimer, { id: request.id }, { id: request.id });
  if (state !== 'UNASSIGNED') tell(tx, entered, 'StateChange');
  return entered;
}

/** Tells the provider of the token, with which it gets credentials until `expiresAt` (in the client's time). */
export function tellToken(tx: Tx, request: DelegationRequest, token: string, expiresAt: number): void {
  tell(tx, request, 'ExchangeToken', { ExchangeToken: token, ExpiresAt: isoTime(expiresAt) });
}

function tell(
  tx: Tx,
  request: DelegationRequest,
  type: 'StateChange' | 'ExchangeToken',
  more: Readonly<Record<string, string>> = {},
): void {
  const message = {
    RequestorWorkflowId: request.workflowId,
    Type: type,
    RequestId: request.id,
    State: request.state,
    ...(request.ownerAccount !== undefined && { OwnerAccountId: request.ownerAccount }),
    ...more,
    UpdatedAt: isoTime(request.updatedAt),
  };
  atHome(tx, request).send(request.channel, JSON.stringify(message), { from: sender, key: request.id });
}

/** Whoever acts on it, its timer and its messages are the provider's. */
function atHome(tx: Tx, { requestor }: DelegationRequest): Tx {
  return tx.in({ account: requestor, region: homeRegionOf(tx.place.partition) });
}

function expire(tx: Tx, { id }: { readonly id: string }): void {
  const request = tx.get(DelegationRequests, id);
  if (request === undefined) return;
  if (request.state === 'EXPIRED') tx.delete(DelegationRequests, request);
  else enter(tx, request, 'EXPIRED');
}

export const delegationTimers = { [expiryTimer]: expire };
