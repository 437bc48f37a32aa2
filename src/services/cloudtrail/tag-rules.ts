/** Tags of trails: a list on the wire, a record with us. */
import type { Tags } from '../../kernel';
import { tagsInvalid, tooManyTags } from './errors';

interface GivenTag {
  readonly Key: string;
  readonly Value?: string | undefined;
}

const maxTags = 50;

/** Throws for two tags of one key, reserved keys, and more than a trail may have. */
export function readTags(given: readonly GivenTag[]): Tags {
  const tags = Object.fromEntries(given.map(({ Key, Value = '' }) => [Key, Value]));
  if (Object.keys(tags).length < given.length) throw tagsInvalid('Tag keys must be unique.');
  if (given.some(({ Key }) => /^aws:/i.test(Key))) throw tagsInvalid('Tag keys cannot start with aws:.');
  checkCount(tags);
  return tags;
}

export function checkCount(tags: Tags): void {
  if (Object.keys(tags).length > maxTags) throw tooManyTags();
}

export function toTagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
