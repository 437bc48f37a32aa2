/** Tags: a list on the wire, a record with us. */
import { type Tags, type Tx, tagsOfList } from '../../kernel';
import { constraintViolation, invalidInput } from './errors';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const maxTags = 50;

/** Throws InvalidInputException for keys that are there twice or reserved. */
export function readTags(tags: readonly Tag[] = []): Tags {
  const record = tagsOfList(tags);
  if (Object.keys(record).length < tags.length) throw invalidInput('DUPLICATE_TAG_KEY');
  refuseSystemKeys(Object.keys(record));
  if (Object.keys(record).length > maxTags) throw constraintViolation('MAX_TAG_LIMIT_EXCEEDED');
  return record;
}

export function refuseSystemKeys(keys: readonly string[]): void {
  if (keys.some((key) => /^aws:/i.test(key))) throw invalidInput('INVALID_SYSTEM_TAGS_PARAMETER');
}

/** Throws ConstraintViolationException when there would be too many. */
export function addTags(tx: Tx, arn: string, tags: Tags): void {
  if (Object.keys({ ...tx.tagsOf(arn), ...tags }).length > maxTags) throw constraintViolation('MAX_TAG_LIMIT_EXCEEDED');
  tx.tag(arn, tags);
}

/** Replaces. */
export function setTags(tx: Tx, arn: string, tags: Tags): void {
  tx.untag(arn, Object.keys(tx.tagsOf(arn)));
  if (Object.keys(tags).length > 0) tx.tag(arn, tags);
}
