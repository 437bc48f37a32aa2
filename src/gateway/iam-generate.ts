/** `/_nuvola/iam/generate` and `/_nuvola/iam/audit`: policies of what was done, and what enforcement would deny. */
import { accountOfArn } from '../kernel/arn';
import { maxPolicyChars } from '../policy';
import { entityArnOf } from '../security/access/decisions';
import { type AuditedPrincipal, auditOf } from '../security/access/explain-audit';
import { type GeneratedPolicy, generatedChars, generatePolicy } from '../security/access/generate';
import { accountId, badRequest, flag, moment, type Parameters } from './admin-parameters';
import type { Cloud } from './cloud';
import { principalNamed } from './iam-principal';

export interface Generated {
  /** ARN of the user, the role or root. */
  readonly principal: string;
  /** Null when nothing is remembered of it. */
  readonly policy: GeneratedPolicy | null;
  /** As IAM counts them; a managed policy may have 6,144. */
  readonly characters: number;
  /** Rights that were used: an action on a resource. */
  readonly rights: number;
  /** What to know before it is used. */
  readonly notes: readonly string[];
}

/** Of what a `principal` did, `since` a time; `exact` names every resource. */
export async function generated(cloud: Cloud, { principal, account, since, exact }: Parameters): Promise<Generated> {
  if (typeof principal !== 'string') throw badRequest('Say whose policy: principal is the name or the ARN of a user or a role.');
  const { decisions, isActive } = cloud.access;
  // Whoever did something need not be there any more.
  const known = decisions.usedBy(principal).length > 0;
  const of = account === undefined ? undefined : accountId(account);
  const arn = known ? principal : entityArnOf(await principalNamed(cloud, principal, { account: of }));
  if (!arn.startsWith('arn:')) {
    throw badRequest(
      `${arn} has no policies of its own: those of its targets let it in. \`nuvola iam audit\` names the statements that they lack.`,
    );
  }
  const from = since === undefined ? 0 : sinceTime(since);
  const uses = decisions.usedBy(arn).filter(({ lastUsedAt }) => lastUsedAt >= from);
  const policy = generatePolicy(uses, { exact: exact !== undefined && flag(exact, 'exact') });
  const characters = policy ? generatedChars(policy) : 0;
  const notes: string[] = [];
  if (!policy) notes.push(nothingDone(arn, since !== undefined, isActive));
  if (policy && arn.endsWith(':root')) notes.push('Root needs no policy: this is for a user or a role that shall do the same.');
  const foreign = new Set(
    uses.flatMap(({ resource }) => accountOfArn(resource) ?? []).filter((each) => /^\d{12}$/.test(each) && each !== accountOfArn(arn)),
  );
  if (foreign.size > 0)
    notes.push(`The policies of ${[...foreign].join(', ')} must allow it too: it is done to resources of other accounts.`);
  if (characters > maxPolicyChars.managed) notes.push(tooLong(characters));
  if (uses.some(({ isPrefix }) => isPrefix))
    notes.push('More resources were used than are remembered one by one: patterns stand for the rest.');
  return { principal: arn, policy: policy ?? null, characters, rights: uses.length, notes };
}

function nothingDone(arn: string, isSince: boolean, isActive: boolean): string {
  const what = `Nothing is remembered of what ${arn} did${isSince ? ' since then' : ''}.`;
  return isActive ? what : `${what} Policies are not evaluated: the mode is off. Turn it on with \`nuvola iam mode audit\`.`;
}

function tooLong(characters: number): string {
  return `It has ${characters} characters, and a managed policy may have ${maxPolicyChars.managed}: make several of it.`;
}

/** What would have been denied in mode `audit`; what was denied when mode is `enforce`; or `all`. */
export function audited(
  cloud: Cloud,
  { account, principal, since, mode = 'audit' }: Parameters,
): { readonly principals: AuditedPrincipal[] } {
  if (mode !== 'audit' && mode !== 'enforce' && mode !== 'all') throw badRequest('mode is audit, enforce or all.');
  const of = account === undefined ? undefined : accountId(account);
  const from = since === undefined ? 0 : sinceTime(since);
  const denials = cloud.access.decisions
    .denials()
    .filter((entry) => (mode === 'all' || entry.mode === mode) && entry.at >= from)
    .filter((entry) => of === undefined || entry.principal.account === of || entry.request.resource.account === of)
    .filter((entry) => principal === undefined || isNamed(entityArnOf(entry.principal), String(principal)));
  return { principals: auditOf(denials) };
}

/** By ARN, or by the name at its end. */
function isNamed(arn: string, name: string): boolean {
  return arn === name || arn.endsWith(`/${name}`) || (name === 'root' && arn.endsWith(':root'));
}

function sinceTime(value: unknown): number {
  return moment(typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value, 'since');
}
