/** Tags: a list on the wire, a record with us. */
import { accountRules, forbiddenTag, type ListedTag, parseArn, type Tags, type Tx, tagsOfList } from '../../kernel';
import { constraintViolation, invalidInput } from './errors';
import type { Ours } from './lookup';

export const maxTags = 50;

/** Throws InvalidInputException for keys that are there twice or reserved. */
export function readTags(tags: readonly ListedTag[] = []): Tags {
  const record = tagsOfList(tags);
  if (Object.keys(record).length < tags.length) throw invalidInput('DUPLICATE_TAG_KEY');
  refuseSystemKeys(Object.keys(record));
  if (Object.keys(record).length > maxTags) throw constraintViolation('MAX_TAG_LIMIT_EXCEEDED');
  return record;
}

/** What organizations have that can be tagged, as ARNs and tag policies name it. */
type Taggable = 'account' | 'ou' | 'policy' | 'resourcepolicy' | 'root' | 'transfer';

/**
 * Throws ConstraintViolationException for tags that the management account's tag policy forbids. Asked by the operations
 * rather than where tags are written: those of a new account are given before it is there, and those of an invitation are
 * not asked about again when it is accepted (InviteAccountToOrganization).
 */
export function requireCompliant({ tx, org }: Ours, type: Taggable, tags: Tags): void {
  const rules = accountRules(tx, org.managementAccount)?.tags ?? [];
  if (forbiddenTag(rules, `organizations:${type}`, tags) !== undefined) throw constraintViolation('TAG_POLICY_VIOLATION');
}

export function refuseSystemKeys(keys: readonly string[]): void {
  if (keys.some((key) => /^aws:/i.test(key))) throw invalidInput('INVALID_SYSTEM_TAGS_PARAMETER');
}

/** Throws ConstraintViolationException when there would be too many, or the tag policy forbids them. */
export function addTags(ours: Ours, arn: string, tags: Tags): void {
  const { tx } = ours;
  requireCompliant(ours, parseArn(arn)?.resource.split('/')[0] as Taggable, tags);
  if (Object.keys({ ...tx.tagsOf(arn), ...tags }).length > maxTags) throw constraintViolation('MAX_TAG_LIMIT_EXCEEDED');
  tx.tag(arn, tags);
}

/** Replaces. */
export function setTags(tx: Tx, arn: string, tags: Tags): void {
  tx.untag(arn, Object.keys(tx.tagsOf(arn)));
  if (Object.keys(tags).length > 0) tx.tag(arn, tags);
}
