/** What an organization imposes on its accounts, put where the services find it whenever it may have changed. */
import { AccountRuleSets, type AccountRules, accessChanged } from '../../kernel';
import { attachmentsAt } from './attachments';
import { policyInEffect } from './in-effect';
import type { Ours } from './lookup';
import type { ManagementPolicyType } from './policy-types';
import { publicAccessBlockOf, tagRulesOf } from './rules-in-policies';
import { type Member, Members, Organizations } from './state';

type Imposed = Pick<AccountRules, 'tags' | 'publicAccessBlock'>;
type Documents = (member: Member) => ReturnType<typeof policyInEffect>;

/** To be called after every change of the tree, of a policy or of where one hangs; knows by itself what the organization is now. */
export function organizationChanged({ tx, org: { id } }: Ours): void {
  accessChanged(tx);
  const org = tx.get(Organizations, id);
  const wanted = org ? imposedBy({ tx, org }) : [];
  const kept = new Set(wanted.map(({ account }) => account));
  for (const before of tx.scanIndex(AccountRuleSets, 'organization', { prefix: id })) {
    if (!kept.has(before.account)) tx.delete(AccountRuleSets, before);
  }
  for (const rules of wanted) if (!isSame(rules, tx.get(AccountRuleSets, rules.account))) tx.put(AccountRuleSets, rules);
}

function imposedBy(ours: Ours): AccountRules[] {
  const { tx, org } = ours;
  const isEnabled = (type: ManagementPolicyType) => org.policyTypes.includes(type);
  if (!isEnabled('TAG_POLICY') && !isEnabled('S3_POLICY')) return [];
  const tagPolicies = isEnabled('TAG_POLICY') ? documentsOf(ours, 'TAG_POLICY') : nothing;
  const s3Policies = isEnabled('S3_POLICY') ? documentsOf(ours, 'S3_POLICY') : nothing;
  return tx.scanIndex(Members, 'organization', { prefix: org.id }).flatMap((member) => {
    const imposed: Imposed = { tags: tagRulesOf(tagPolicies(member)), publicAccessBlock: publicAccessBlockOf(s3Policies(member)) };
    if (imposed.tags.length === 0 && imposed.publicAccessBlock === undefined) return [];
    return [{ account: member.account, organization: org.id, owner: org.managementAccount, ...imposed }];
  });
}

const nothing: Documents = () => undefined;

/** Accounts with nothing of their own have in common what is in effect at their parent. */
function documentsOf(ours: Ours, type: ManagementPolicyType): Documents {
  const byParent = new Map<string, ReturnType<typeof policyInEffect>>();
  return (member) => {
    const isShared = attachmentsAt(ours, member.account, type).length === 0;
    if (isShared && byParent.has(member.parent)) return byParent.get(member.parent);
    const document = policyInEffect(ours, member, type);
    if (isShared) byParent.set(member.parent, document);
    return document;
  };
}

function isSame(rules: AccountRules, before: AccountRules | undefined): boolean {
  return JSON.stringify(rules) === JSON.stringify(before);
}
