/** Tags of IAM resources: a list on the wire, a record with us. */
import { type Tags, type Tx, tagsOfList, toTagList } from '../../kernel';
import { invalidInput, limitExceeded } from './errors';
import { listedPage, type PageRequest } from './paging';
import { mostTags } from './quotas';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What may be done with the tags of one family of resources. */
export interface TagRules {
  /** Undefined for none. Throws for keys that come twice, and for reserved ones. */
  read(list: readonly Tag[] | undefined): Tags | undefined;
  /** Throws when there would be too many. */
  add(tx: Tx, arn: string, list: readonly Tag[]): void;
  remove(tx: Tx, arn: string, keys: readonly string[]): void;
}

/** Of users and roles: a key is the same in any case, and a new one takes the place of the old (IAM User Guide, "Tagging IAM resources"). */
export const caselessTags: TagRules = tagRules((key) => key.toLowerCase());

/** Of policies and instance profiles: keys differ by case (the same page). */
export const casedTags: TagRules = tagRules((key) => key);

/** Of devices, certificates and providers: keys differ by case too, and there must be some (recorded). */
export const exactTags: TagRules = {
  ...casedTags,
  add(tx, arn, list) {
    if (list.length === 0) throw invalidInput('The provided tag map must not be null/empty.');
    casedTags.add(tx, arn, list);
  },
  remove(tx, arn, keys) {
    if (keys.length === 0) throw invalidInput('The provided tag keys must not be null/empty.');
    casedTags.remove(tx, arn, keys);
  },
};

/** `identity` is the same for keys that are. */
function tagRules(identity: (key: string) => string): TagRules {
  const identities = (keys: readonly string[]) => new Set(keys.map(identity));
  const read = (list: readonly Tag[] = []): Tags | undefined => {
    if (identities(list.map(({ Key }) => Key)).size < list.length)
      throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    // "You cannot create a tag key or value that begins with the text aws:" (the same page); code documented, sentences guessed.
    if (list.some(({ Key }) => /^aws:/i.test(Key))) throw invalidInput('Tag keys beginning with aws: are reserved for system use.');
    if (list.some(({ Value }) => Value.startsWith('aws:')))
      throw invalidInput('Tag values beginning with aws: are reserved for system use.');
    return list.length === 0 ? undefined : tagsOfList(list);
  };
  return {
    read,
    add(tx, arn, list) {
      const added = read(list) ?? {};
      const named = identities(Object.keys(added));
      const before = Object.keys(tx.tagsOf(arn));
      const kept = before.filter((key) => !named.has(identity(key)));
      if (kept.length + named.size > mostTags) throw limitExceeded('The number of tags has reached the maximum limit.'); // sentence a guess
      const replaced = before.filter((key) => named.has(identity(key)) && !Object.hasOwn(added, key));
      if (replaced.length > 0) tx.untag(arn, replaced);
      tx.tag(arn, added);
    },
    remove(tx, arn, keys) {
      const named = identities(keys);
      tx.untag(
        arn,
        Object.keys(tx.tagsOf(arn)).filter((key) => named.has(identity(key))),
      );
    },
  };
}

/** Of a resource, in the order of their keys, as lists of tags are (API reference, ListUserTags). */
export function sortedTags(tx: Tx, arn: string): Tag[] {
  return toTagList(tx.tagsOf(arn)).sort((a, b) => (a.Key < b.Key ? -1 : 1));
}

/** One page of a resource's tags. */
export function tagPage(tx: Tx, arn: string, page: PageRequest) {
  const { items, end } = listedPage(`tags ${arn}`, page, sortedTags(tx, arn));
  return { Tags: items, ...end };
}
