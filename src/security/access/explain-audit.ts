/** Denials as a list to work through: who lacked what, how often, and the statements that are missing. */
import { type DecisionEntry, entityArnOf } from './decisions';
import { stepsOf } from './explain';
import type { Suggestion } from './explain-suggestion';
import { type GeneratedPolicy, generatePolicy } from './generate';
import { grouped } from './generate-resources';

/** All that one user, role or service lacked. */
export interface AuditedPrincipal {
  /** Of the user or role, not of its sessions; the name of a service. */
  readonly principal: string;
  readonly account: string;
  readonly calls: number;
  /** Most frequent first. */
  readonly denials: readonly AuditedDenial[];
  /** What the principal's own policies lack. */
  readonly missingPolicy?: GeneratedPolicy;
  /** What other policies lack, or have too much. */
  readonly otherSteps: readonly Suggestion[];
}

export interface AuditedDenial {
  readonly action: string;
  readonly resource: string;
  readonly calls: number;
  readonly mode: 'audit' | 'enforce';
  /** ISO 8601, virtual time. */
  readonly first: string;
  readonly last: string;
  /** The last request, for `nuvola iam explain`. */
  readonly request: string;
  /** The decision in one sentence. */
  readonly summary: string;
}

/** Principals with the most denied calls first. */
export function auditOf(denials: readonly DecisionEntry[]): AuditedPrincipal[] {
  const byPrincipal = grouped(denials, ({ principal }) => entityArnOf(principal));
  return [...byPrincipal].map(([principal, entries]) => auditedPrincipal(principal, entries)).sort((a, b) => b.calls - a.calls);
}

function auditedPrincipal(principal: string, entries: readonly DecisionEntry[]): AuditedPrincipal {
  const rights = [...grouped(entries, ({ mode, request }) => `${mode} ${request.action} ${request.resource.arn}`).values()];
  const explained = rights.map((same) => {
    const [first, last] = [same[0]!, same.at(-1)!];
    const { summary, suggestions } = stepsOf(last);
    const denial: AuditedDenial = {
      action: last.request.action,
      resource: last.request.resource.arn,
      calls: same.length,
      mode: last.mode,
      first: new Date(first.at).toISOString(),
      last: new Date(last.at).toISOString(),
      request: last.requestId,
      summary,
    };
    return { denial, suggestions };
  });
  const isOwn = ({ layer, statement }: Suggestion) => layer === 'identity' && statement !== undefined;
  const lacked = explained.filter(({ suggestions }) => suggestions.some(isOwn)).map(({ denial }) => denial);
  const missingPolicy = generatePolicy(lacked);
  const others = explained.flatMap(({ suggestions }) => suggestions.filter((suggestion) => !isOwn(suggestion)));
  return {
    principal,
    account: entries[0]!.principal.account,
    calls: entries.length,
    denials: explained.map(({ denial }) => denial).sort((a, b) => b.calls - a.calls),
    ...(missingPolicy && { missingPolicy }),
    otherSteps: [...new Map(others.map((each) => [JSON.stringify(each), each])).values()],
  };
}
