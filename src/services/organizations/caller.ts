/**
 * Who may call what. Beyond IAM, most operations are the management account's; delegated administrators may read, and
 * the organization's resource policy lets members do what it says (User Guide, "Delegated administrator for AWS Organizations").
 */
import type { Organizations as Api } from '../../../generated/api/organizations';
import type { AccessNeed, TxContext } from '../../kernel';
import { callerOf, compilePolicy, evaluate } from '../../policy';
import { access } from './access';
import { accessDenied } from './errors';
import { type Ours, requireOrganization } from './lookup';
import { Delegations } from './state';

/** Operations for every account of the organization. */
export function asMember(ctx: TxContext): Ours {
  return requireOrganization(ctx.tx, ctx.account);
}

/** Operations of the management account alone. */
export function asManagement(ctx: TxContext): Ours {
  const ours = asMember(ctx);
  if (!isManagement(ctx, ours)) throw accessDenied();
  return ours;
}

/** Operations of the management account that a resource policy can share: those on policies. */
export function asPolicyAdministrator<O extends keyof Api>(ctx: TxContext, operation: O, input: Api[O]['input']): Ours {
  const ours = asMember(ctx);
  if (!isManagement(ctx, ours) && !isShared(ctx, ours, operation, input)) throw accessDenied();
  return ours;
}

/** Operations that read: of the management account, delegated administrators of any service, and whom a resource policy lets. */
export function asReader<O extends keyof Api>(ctx: TxContext, operation: O, input: Api[O]['input']): Ours {
  const ours = asMember(ctx);
  if (!isManagement(ctx, ours) && !isDelegated(ours, ctx.account) && !isShared(ctx, ours, operation, input)) throw accessDenied();
  return ours;
}

export function isManagement({ account }: Pick<TxContext, 'account'>, { org }: Ours): boolean {
  return account === org.managementAccount;
}

/** Administers a service for the organization? */
export function isDelegated({ tx, org }: Ours, account: string): boolean {
  return tx.scan(Delegations, { prefix: [org.id, account], limit: 1 }).length > 0;
}

const allowAll = compilePolicy('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}', 'managed');

/** Does the resource policy let the caller? What the caller's own policies say has been asked already. */
function isShared<O extends keyof Api>(ctx: TxContext, { org }: Ours, operation: O, input: Api[O]['input']): boolean {
  if (org.resourcePolicy === undefined) return false;
  const policy = compilePolicy(org.resourcePolicy.text, 'resource');
  const needsOf = access[operation] as (...asked: readonly unknown[]) => readonly AccessNeed[];
  return needsOf(input, ctx.place, ctx.request, ctx).every(({ action, resource: arn, conditions = {}, requestTags, tagKeys }) => {
    const decision = evaluate({
      caller: callerOf(ctx.principal),
      action,
      resource: { arn, account: org.managementAccount },
      conditions,
      call: { now: ctx.now, ...(requestTags && { requestTags }), ...(tagKeys && { tagKeys }) },
      policies: { identity: [{ policy: allowAll }], resource: { policy } },
    });
    return decision.effect === 'allow';
  });
}
