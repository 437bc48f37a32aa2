/** Tags of trails: a list on the wire, a record with us. */
import { type ListedTag, type Tags, tagsOfList } from '../../kernel';
import { tagsInvalid, tooManyTags } from './errors';

const maxTags = 50;

/** Throws for two tags of one key, reserved keys, and more than a trail may have. */
export function readTags(given: readonly ListedTag[]): Tags {
  const tags = tagsOfList(given);
  if (Object.keys(tags).length < given.length) throw tagsInvalid('Tag keys must be unique.');
  if (given.some(({ Key = '' }) => /^aws:/i.test(Key))) throw tagsInvalid('Tag keys cannot start with aws:.');
  checkCount(tags);
  return tags;
}

export function checkCount(tags: Tags): void {
  if (Object.keys(tags).length > maxTags) throw tooManyTags();
}
