/** What an organization imposes on its accounts, put where the services find it whenever it may have changed. */
import { AccountRuleSets, type AccountRules, accessChanged } from '../../kernel';
import { attachmentsAt } from './attachments';
import { policyInEffect } from './in-effect';
import { findMember, type Ours } from './lookup';
import type { ManagementPolicyType, PolicyType } from './policy-types';
import { publicAccessBlockOf, tagRulesOf } from './rules-in-policies';
import { type Member, Organizations } from './state';
import { membersAt } from './tree';

/** The types whose policies bind services here. */
const imposingTypes: readonly PolicyType[] = ['TAG_POLICY', 'S3_POLICY'];
type Documents = (member: Member) => ReturnType<typeof policyInEffect>;

/** To be called after an account came, went or moved. */
export function accountChanged(ours: Ours, account: string): void {
  accessChanged(ours.tx);
  impose(ours, [account]);
}

/** To be called after every change of policies of a type, and of where they hang, with the roots, OUs and accounts where they do or did. */
export function policiesChanged(ours: Ours, type: PolicyType, targets: readonly string[]): void {
  accessChanged(ours.tx);
  if (!imposingTypes.includes(type)) return;
  impose(ours, new Set(targets.flatMap((target) => membersAt(ours, target).map(({ account }) => account))));
}

function impose({ tx, org: { id } }: Ours, accounts: Iterable<string>): void {
  const org = tx.get(Organizations, id);
  const rulesOf = org && rulesIn({ tx, org });
  for (const account of accounts) {
    const member = org && findMember({ tx, org }, account);
    const rules = member && rulesOf?.(member);
    const before = tx.get(AccountRuleSets, account);
    if (rules && !isSame(rules, before)) tx.put(AccountRuleSets, rules);
    if (!rules && before) tx.delete(AccountRuleSets, before);
  }
}

/** What binds a member; undefined when nothing does. */
function rulesIn(ours: Ours): (member: Member) => AccountRules | undefined {
  const { id: organization, managementAccount: owner } = ours.org;
  const tagPolicies = documentsOf(ours, 'TAG_POLICY');
  const s3Policies = documentsOf(ours, 'S3_POLICY');
  return (member) => {
    const tags = tagRulesOf(tagPolicies(member));
    const publicAccessBlock = publicAccessBlockOf(s3Policies(member));
    if (tags.length === 0 && publicAccessBlock === undefined) return undefined;
    return { account: member.account, organization, owner, tags, publicAccessBlock };
  };
}

/** Accounts with nothing of their own have in common what is in effect at their parent. */
function documentsOf(ours: Ours, type: ManagementPolicyType): Documents {
  if (!ours.org.policyTypes.includes(type)) return () => undefined;
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
