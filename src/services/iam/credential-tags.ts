/** Tags of devices, certificates and providers: unlike those of users and roles, their keys differ by case. */
import { type Tags, type Tx, tagsOfList } from '../../kernel';
import { invalidInput, limitExceeded } from './errors';
import { listedPage, type PageRequest } from './paging';
import { sortedTagList, type Tag } from './tag-rules';

const maxTags = 50;

/** Throws for keys that come twice, and for reserved ones. */
export function readTags(list: readonly Tag[] = []): Tags {
  const tags = tagsOfList(list);
  if (Object.keys(tags).length < list.length)
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  for (const key of Object.keys(tags)) {
    if (key.toLowerCase().startsWith('aws:')) throw invalidInput('Tag keys beginning with aws: are reserved for system use.'); // a guess
  }
  return tags;
}

/** Adds tags to a resource. */
export function addTags(tx: Tx, arn: string, list: readonly Tag[]): void {
  if (list.length === 0) throw invalidInput('The provided tag map must not be null/empty.');
  const tags = { ...tx.tagsOf(arn), ...readTags(list) };
  if (Object.keys(tags).length > maxTags) throw limitExceeded('The number of tags has reached the maximum limit.'); // a guess
  tx.tag(arn, tags);
}

export function removeTags(tx: Tx, arn: string, keys: readonly string[]): void {
  if (keys.length === 0) throw invalidInput('The provided tag keys must not be null/empty.');
  tx.untag(arn, keys);
}

/** Of a resource, as answers list them. */
export const sortedTags = (tx: Tx, arn: string): Tag[] => sortedTagList(tx.tagsOf(arn));

/** One page of a resource's tags. */
export function tagPage(tx: Tx, arn: string, page: PageRequest) {
  const { items, end } = listedPage(`tags ${arn}`, page, sortedTags(tx, arn));
  return { Tags: items, ...end };
}
