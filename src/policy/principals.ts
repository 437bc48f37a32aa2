/**
 * Whom a Principal element names, and how closely: the account, the role behind a session, or the very caller.
 * How closely decides which of the caller's other policies still limit the grant (see evaluate.ts).
 */
import type { PrincipalList } from './document';
import type { Caller } from './request';

/** From the loosest to the closest. `account` grants nothing by itself: it lets the account's own policies decide. */
export type NamedBy = 'nothing' | 'account' | 'entity' | 'caller';

const closeness: Readonly<Record<NamedBy, number>> = { nothing: 0, account: 1, entity: 2, caller: 3 };

export function closer(a: NamedBy, b: NamedBy): NamedBy {
  return closeness[a] >= closeness[b] ? a : b;
}

export interface CompiledPrincipals {
  readonly list: PrincipalList;
  readonly accounts: ReadonlySet<string>;
  readonly arns: ReadonlySet<string>;
}

const accountName = /^(?:(\d{12})|arn:[^:]+:iam::(\d{12}):root)$/;

export function compilePrincipals(list: PrincipalList): CompiledPrincipals {
  const accounts = new Set<string>();
  const arns = new Set<string>();
  for (const name of list.aws) {
    const account = accountName.exec(name);
    if (account) accounts.add(account[1] ?? account[2]!);
    else arns.add(name);
  }
  return { list, accounts, arns };
}

export function namedBy(principals: CompiledPrincipals, caller: Caller): NamedBy {
  if (!principals.list.not) return listed(principals, caller);
  return isExempt(principals, caller) ? 'nothing' : 'caller';
}

function listed({ list, accounts, arns }: CompiledPrincipals, caller: Caller): NamedBy {
  if (list.everybody && caller.type !== 'identity') {
    // Beyond its session policies it may only what names its session: "specifically references" (STS, GetFederationToken).
    if (caller.type !== 'federated-user' || arns.has(caller.arn)) return 'caller';
    return 'entity';
  }
  switch (caller.type) {
    case 'anonymous':
      return 'nothing';
    case 'service':
      return caller.service !== undefined && (list.services.includes(caller.service) || list.services.includes('*')) ? 'caller' : 'nothing';
    case 'identity':
      return isFederated(list, caller) ? 'caller' : 'nothing';
    case 'root':
      return accounts.has(caller.account) || isCanonical(list, caller) ? 'caller' : 'nothing';
  }
  if (arns.has(caller.arn) || isFederated(list, caller)) return 'caller';
  if (caller.entityArn !== undefined && arns.has(caller.entityArn)) return 'entity';
  if (arns.size > 0 && arns.has(caller.id.split(':')[0]!)) return caller.type === 'user' ? 'caller' : 'entity';
  return accounts.has(caller.account) || isCanonical(list, caller) ? 'account' : 'nothing';
}

function isFederated(list: PrincipalList, { federatedProvider }: Caller): boolean {
  return federatedProvider !== undefined && (list.federated.includes(federatedProvider) || list.federated.includes('*'));
}

function isCanonical(list: PrincipalList, { canonicalUser }: Caller): boolean {
  return canonicalUser !== undefined && list.canonicalUsers.includes(canonicalUser);
}

/**
 * NotPrincipal spares a caller only when it lists all that the caller is: "AWS might validate the account first, then
 * the role, and then the assumed-role session" (IAM User Guide, "NotPrincipal").
 */
function isExempt(principals: CompiledPrincipals, caller: Caller): boolean {
  const { list, accounts, arns } = principals;
  if (caller.type !== 'user' && caller.type !== 'role-session' && caller.type !== 'federated-user')
    return listed(principals, caller) !== 'nothing';
  if (list.everybody || isFederated(list, caller)) return true;
  if (!accounts.has(caller.account)) return false;
  return arns.has(caller.arn) && (caller.entityArn === undefined || arns.has(caller.entityArn));
}
