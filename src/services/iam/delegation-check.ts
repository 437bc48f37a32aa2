/**
 * Has a caller the rights that a delegation request asks for? AWS calls its own answer approximate; so is this one: it looks
 * at the caller's policies only, takes a pattern of the request as covered where it fits a pattern of theirs, and is unsure
 * wherever a condition has a say.
 */
import type { AccountFacts, IdentityFacts, PolicyText, Principal } from '../../kernel';
import {
  type AccessRequest,
  type AttachedPolicy,
  callerOf,
  compilePolicy,
  explain,
  matchesWildcard,
  type Policies,
  type PolicyKind,
  parsePolicy,
  type Statement,
} from '../../policy';

type PermissionCheck = 'ALLOWED' | 'DENIED' | 'UNSURE';

/** What the caller has, and what limits it. */
interface Rights {
  readonly principal: Principal;
  readonly identity: IdentityFacts | undefined;
  readonly account: AccountFacts | undefined;
}

/** The worst of what is said to each action on each resource. */
export function permissionCheck(rights: Rights, policy: string): PermissionCheck {
  const policies = policiesOf(rights);
  const caller = callerOf(rights.principal, rights.identity && { tags: rights.identity.tags });
  const verdicts = parsePolicy(policy, 'session')
    .statements.filter(({ effect }) => effect === 'Allow')
    .flatMap(({ actions, resources }): PermissionCheck[] => {
      // what all but a few names are cannot be looked up
      if (actions.not || resources?.not) return ['UNSURE'];
      return actions.names.flatMap((action) => [
        ...(isPartlyDenied(action, policies) ? (['UNSURE'] as const) : []),
        ...(resources?.names ?? []).map((arn) =>
          isPartlyDeniedOn(arn, action, policies)
            ? 'UNSURE'
            : verdictOn({ caller, action, resource: { arn, account: caller.account }, policies }),
        ),
      ]);
    });
  return verdicts.includes('DENIED') ? 'DENIED' : verdicts.includes('UNSURE') ? 'UNSURE' : 'ALLOWED';
}

function verdictOn(request: AccessRequest): PermissionCheck {
  const { decision, statements } = explain(request);
  const isConditional = (decision.statement?.clauses.length ?? 0) > 0;
  const lacksOnlyConditions = (effect: Statement['effect']) =>
    statements.some((each) => each.effect === effect && each.misses.every((miss) => miss === 'condition') && each.misses.length > 0);
  switch (decision.effect) {
    case 'explicitDeny':
      return isConditional ? 'UNSURE' : 'DENIED';
    case 'implicitDeny':
      return lacksOnlyConditions('Allow') ? 'UNSURE' : 'DENIED';
    default:
      return isConditional || lacksOnlyConditions('Deny') ? 'UNSURE' : 'ALLOWED';
  }
}

/** Is the action denied on something that a pattern of resources may take in? */
function isPartlyDeniedOn(arn: string, action: string, policies: Policies): boolean {
  return (
    /[*?]/.test(arn) &&
    deniesOf(policies).some(({ not, names }) => not || names.some((name) => matchesWildcard(name.toLowerCase(), action.toLowerCase())))
  );
}

/** Is something denied that a pattern of actions takes in? */
function isPartlyDenied(action: string, policies: Policies): boolean {
  if (!/[*?]/.test(action)) return false;
  return deniesOf(policies).some(
    ({ not, names }) => not || names.some((name) => matchesWildcard(action.toLowerCase(), name.toLowerCase())),
  );
}

function deniesOf({ identity = [], boundary, session = [], delegated = [], scps = [] }: Policies) {
  const all = [...identity, ...(boundary ? [boundary] : []), ...session, ...delegated, ...scps.flat()];
  return all.flatMap(({ policy }) => policy.denies.map(({ statement }) => statement.actions));
}

function policiesOf({ principal, identity, account }: Rights): Policies {
  const session = 'session' in principal ? principal.session : undefined;
  const written = principal.type === 'session' ? (principal.policies ?? []) : [];
  const limits = [
    ...written.map((text) => attached({ text }, 'session')),
    ...(identity?.sessionPolicies ?? []).map((each) => attached(each, 'managed')),
  ];
  return {
    identity: (identity?.policies ?? []).map((policy) => attached(policy, policy.arn === undefined ? 'inline' : 'managed')),
    ...(identity?.boundary && { boundary: attached(identity.boundary, 'managed') }),
    ...(limits.length > 0 && { session: limits }),
    ...(session?.delegation && { delegated: session.delegation.policies.map((text) => attached({ text }, 'session')) }),
    ...(account?.scps &&
      !account.organization.isManagement && { scps: account.scps.map((level) => level.map((each) => attached(each, 'scp'))) }),
  };
}

const attached = ({ text }: PolicyText, kind: PolicyKind): AttachedPolicy => ({ policy: compilePolicy(text, kind) });
