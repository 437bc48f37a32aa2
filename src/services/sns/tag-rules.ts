/** Tags of topics: a list on the wire, a record with us. */
import { type Tags, tagsOfList } from '../../kernel';
import { invalidParameter, tooManyTags } from './errors';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const maximumTags = 50;

/** Throws for two tags of one key. */
export function readTags(tags: readonly Tag[]): Tags {
  const record = tagsOfList(tags);
  if (Object.keys(record).length < tags.length) throw invalidParameter('Duplicated keys are not allowed.');
  if (tags.some(({ Key }) => /^aws:/i.test(Key))) throw invalidParameter('Tag keys that start with aws: are reserved'); // a guess
  return record;
}

/** Throws when a topic would have more than AWS allows. */
export function checkCount(tags: Tags): void {
  if (Object.keys(tags).length > maximumTags) throw tooManyTags();
}
