/** What decisions about access need to know of organizations: who is in which, what binds them, what its resources are. */
import { type AccountFacts, accessState, derived, type Place, type PolicyText, parseArn, type ResourceFacts, type Tx } from '../../kernel';
import { policiesAt } from './attachments';
import { isDelegated } from './caller';
import { arnOfPolicy, findOrganization, type Ours, oursOf } from './lookup';
import type { PolicyType } from './policy-types';
import { Delegations, type Member, Members, Organizations } from './state';
import { lineOf, pathOf } from './tree';

/** By account, as long as organizations stay what they are. */
const known = derived((_state: object) => new Map<string, AccountFacts>());

/** Undefined for an account outside of any organization. */
export function accountFacts(tx: Tx, account: string): AccountFacts | undefined {
  const member = tx.get(Members, account);
  const state = member && accessState(tx);
  if (!state) return undefined;
  const kept = known(state);
  const facts = kept.get(account) ?? factsOf(tx, member);
  if (facts) kept.set(account, facts);
  return facts;
}

function factsOf(tx: Tx, member: Member): AccountFacts | undefined {
  const { account } = member;
  const ours = findOrganization(tx, account);
  if (!ours) return undefined;
  const line = lineOf(ours, member.parent);
  const { org } = ours;
  return {
    organization: {
      id: org.id,
      path: pathOf(ours, ...line),
      isManagement: account === org.managementAccount,
      managementAccount: org.managementAccount,
    },
    hasAllFeatures: org.featureSet === 'ALL',
    trustedServices: new Set(org.services.map(({ principal }) => principal)),
    delegations: delegationsOf(ours),
    scps: levelsOf(ours, [...line, account], 'SERVICE_CONTROL_POLICY'),
    rcps: levelsOf(ours, [...line, account], 'RESOURCE_CONTROL_POLICY'),
  };
}

function delegationsOf({ tx, org }: Ours): Map<string, Set<string>> {
  const administrators = new Map<string, Set<string>>();
  for (const { service, account } of tx.scan(Delegations, { prefix: org.id })) {
    administrators.set(service, (administrators.get(service) ?? new Set()).add(account));
  }
  return administrators;
}

function levelsOf(ours: Ours, targets: readonly string[], type: PolicyType): PolicyText[][] | undefined {
  if (!ours.org.policyTypes.includes(type)) return undefined;
  return targets.map((target) =>
    policiesAt(ours, target, type).map((policy) => ({ text: policy.text, arn: arnOfPolicy(policy, ours.tx), name: policy.name })),
  );
}

const organizationInArn = /\/(o-[a-z0-9]{10,32})(?:\/|$)/;

/**
 * Of whatever has an ARN with an organization in it. To the management account and to delegated administrators the
 * organization is as their own, to both sides their handshakes, and to every member its own account there, whose effective
 * policies it may look at; for the rest members need the organization's resource policy, as anybody who reaches into
 * another account.
 */
export function resourceFacts(tx: Tx, arn: string, at: Place): ResourceFacts | undefined {
  const parsed = parseArn(arn);
  // AWS's own policies are nobody's to share.
  if (parsed?.account === 'aws') return { account: at.account };
  const id = organizationInArn.exec(parsed?.resource ?? '')?.[1];
  const org = id === undefined ? undefined : tx.get(Organizations, id);
  if (!org) return undefined;
  const ours = oursOf(tx, org);
  const { resourcePolicy } = org;
  const isOwn = isHandshake(arn) || isAccount(arn, at.account) || isDelegated(ours, at.account);
  return {
    account: isOwn ? at.account : org.managementAccount,
    tags: () => ours.tx.tagsOf(arn),
    ...(resourcePolicy && { policy: { text: resourcePolicy.text, name: resourcePolicy.id } }),
  };
}

function isHandshake(arn: string): boolean {
  return parseArn(arn)?.resource.startsWith('handshake/') === true;
}

function isAccount(arn: string, account: string): boolean {
  const resource = parseArn(arn)?.resource;
  return resource?.startsWith('account/') === true && resource.endsWith(`/${account}`);
}
