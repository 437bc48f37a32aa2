/**
 * Who may call what. Beyond IAM, most operations are the management account's; delegated administrators may read, and
 * the organization's resource policy lets members do what it says (User Guide, "Delegated administrator for AWS Organizations").
 */
import type { AccessNeed, TxContext } from '../../kernel';
import { callerOf, compilePolicy, evaluate } from '../../policy';
import { accessDenied } from './errors';
import { arnOfId, type Ours, requireOrganization } from './lookup';
import { Delegations } from './state';

/** What a call is about, for the rights it needs. */
export interface About extends Pick<AccessNeed, 'conditions' | 'requestTags' | 'tagKeys'> {
  /** The operation. */
  readonly action: string;
  /** Ids of the resources it needs the right on. Absent: it is asked for on `*`, before the operation begins. */
  readonly on?: readonly string[];
}

/** Operations for every account of the organization. */
export function asMember(ctx: TxContext, about?: About): Ours {
  const ours = requireOrganization(ctx.tx, ctx.account);
  if (about) askFor(ctx, ours, about);
  return ours;
}

/** Operations of the management account alone. */
export function asManagement(ctx: TxContext, about?: About): Ours {
  const ours = asMember(ctx, about);
  if (!isManagement(ctx, ours)) throw accessDenied();
  return ours;
}

/** Operations of the management account that a resource policy can share: those on policies. */
export function asPolicyAdministrator(ctx: TxContext, about: About): Ours {
  const ours = asMember(ctx, about);
  if (!isManagement(ctx, ours) && !isShared(ctx, ours, about)) throw accessDenied();
  return ours;
}

/** Operations that read: of the management account, delegated administrators of any service, and whom a resource policy lets. */
export function asReader(ctx: TxContext, about: About): Ours {
  const ours = asMember(ctx, about);
  if (!isManagement(ctx, ours) && !isDelegated(ours, ctx.account) && !isShared(ctx, ours, about)) throw accessDenied();
  return ours;
}

export function isManagement({ account }: Pick<TxContext, 'account'>, { org }: Ours): boolean {
  return account === org.managementAccount;
}

/** Administers a service for the organization? */
export function isDelegated({ tx, org }: Ours, account: string): boolean {
  return tx.scan(Delegations, { prefix: [org.id, account], limit: 1 }).length > 0;
}

function askFor(ctx: TxContext, ours: Ours, { action, on, ...rest }: About): void {
  for (const id of on ?? []) ctx.authorise({ action: `organizations:${action}`, resource: arnOfId(ours, id), ...rest });
}

const allowAll = compilePolicy('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}', 'managed');

/** Does the resource policy let the caller? What the caller's own policies say has been asked already. */
function isShared(ctx: TxContext, ours: Ours, { action, on = [], conditions = {} }: About): boolean {
  const { org } = ours;
  if (org.resourcePolicy === undefined) return false;
  const policy = compilePolicy(org.resourcePolicy.text, 'resource');
  const arns = on.length === 0 ? ['*'] : on.map((id) => arnOfId(ours, id));
  return arns.every((arn) => {
    const decision = evaluate({
      caller: callerOf(ctx.principal),
      action: `organizations:${action}`,
      resource: { arn, account: org.managementAccount },
      conditions,
      policies: { identity: [{ policy: allowAll }], resource: { policy } },
    });
    return decision.effect === 'allow';
  });
}
