/**
 * What an organization imposes on its accounts besides permissions, worked out by Organizations whenever it changes: what
 * binds in the middle of any service's transaction must be at hand there, without asking another service.
 */
import { collection } from './collection';
import type { AwsError } from './errors';
import type { Tags, Tx } from './tx';

/** A tag policy, as far as it is enforced (Organizations User Guide, "Tag policy syntax and examples"). */
export interface TagRule {
  /** As the key must be spelt: others that differ from it in case alone do not comply. */
  readonly key: string;
  /** What values may be, each with one `*` at most; any, when absent. */
  readonly values?: readonly string[] | undefined;
  /** `sqs:queue`, `dynamodb:*`, `s3:ALL_SUPPORTED` */
  readonly enforcedFor: readonly string[];
}

export interface AccountRules {
  readonly account: string;
  readonly organization: string;
  /** The management account. */
  readonly owner: string;
  readonly tags: readonly TagRule[];
  /** All four settings of S3's Block Public Access, on or off for the whole account. */
  readonly publicAccessBlock?: 'all' | 'none' | undefined;
}

/** Of accounts on which something is imposed. */
export const AccountRuleSets = collection<AccountRules>({
  name: 'kernel/account-rules',
  version: 1,
  scope: 'partition',
  key: (rules) => rules.account,
  owner: (rules) => rules.owner,
});

/** What binds an account; undefined for nearly every one. */
export function accountRules(tx: Pick<Tx, 'get'>, account: string): AccountRules | undefined {
  return tx.get(AccountRuleSets, account);
}

/** How a service takes part in tag policies. */
export interface TagPolicySubject {
  /** The types of its resources that tag policies can bind, as they name them: `queue`. Of several, the ARN says which. */
  readonly types: readonly string[];
  /** What it answers; the sentence names the key. */
  readonly refusal: (sentence: string) => AwsError;
}

/** The type by which tag policies mean a resource: `dynamodb:table`; undefined for what they cannot bind. */
export function taggedType(arn: string, { types }: TagPolicySubject): string | undefined {
  const [, , service, , , resource = ''] = arn.split(':', 6);
  const [only, another] = types;
  const kind = another === undefined && !resource.includes('/') ? only : resource.slice(0, Math.max(0, resource.indexOf('/')));
  return kind !== undefined && types.includes(kind) ? `${service}:${kind}` : undefined;
}

/**
 * The first of these tags that a resource of this type must not be given; what it keeps it may keep. Tags that are left out
 * are never missed ("Enforcement has no effect on resources that are created without tags").
 */
export function forbiddenTag(rules: readonly TagRule[], type: string, tags: Tags, kept: Tags = {}): string | undefined {
  const bySpelling = new Map(rules.filter((rule) => isEnforced(rule, type)).map((rule) => [rule.key.toLowerCase(), rule]));
  return Object.keys(tags).find((key) => {
    const rule = bySpelling.get(key.toLowerCase());
    return rule !== undefined && kept[key] !== tags[key] && !(rule.key === key && allows(rule, tags[key] as string));
  });
}

/** As EC2, SNS and DynamoDB were recorded to say it, of keys that are spelt otherwise too. */
export function forbiddenTagSentence(key: string): string {
  return `The tag policy does not allow the specified value for the following tag key: '${key}'.`;
}

function isEnforced({ enforcedFor }: TagRule, type: string): boolean {
  const service = type.slice(0, type.indexOf(':'));
  return enforcedFor.some((name) => name === type || name === `${service}:*` || name === `${service}:ALL_SUPPORTED`);
}

function allows({ values }: TagRule, value: string): boolean {
  return values === undefined || values.some((allowed) => matches(allowed, value));
}

/** "You can use the wildcard * in tag values […] only one wildcard per value." */
function matches(allowed: string, value: string): boolean {
  const at = allowed.indexOf('*');
  if (at < 0) return allowed === value;
  const [head, tail] = [allowed.slice(0, at), allowed.slice(at + 1)];
  return value.length >= head.length + tail.length && value.startsWith(head) && value.endsWith(tail);
}
