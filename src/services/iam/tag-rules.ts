/** Tags of IAM resources: a list on the wire, a record with us; keys differ by more than case. */
import { type Tags, type Tx, tagsOfList, toTagList } from '../../kernel';
import { invalidInput, limitExceeded } from './errors';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const maxTags = 50;

/** Undefined for none. Throws for keys that are the same but for case, and for reserved ones. */
export function readTags(list: readonly Tag[] = []): Tags | undefined {
  const seen = new Set<string>();
  for (const { Key } of list) {
    const lower = Key.toLowerCase();
    if (seen.has(lower)) throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    if (lower.startsWith('aws:')) throw invalidInput('Tag keys beginning with aws: are reserved for system use.'); // code documented, sentence a guess
    seen.add(lower);
  }
  return list.length === 0 ? undefined : tagsOfList(list);
}

/** In the order of their keys, as lists of tags are (API reference, ListUserTags). */
export function sortedTagList(tags: Tags): Tag[] {
  return toTagList(tags).sort((a, b) => (a.Key < b.Key ? -1 : 1));
}

/** Adds tags; one whose key differs only by case from an older one takes its place. Throws when there would be too many. */
export function tagResource(tx: Tx, arn: string, list: readonly Tag[]): void {
  const added = readTags(list) ?? {};
  const lower = new Set(Object.keys(added).map((key) => key.toLowerCase()));
  const before = tx.tagsOf(arn);
  const replaced = Object.keys(before).filter((key) => lower.has(key.toLowerCase()) && !(key in added));
  const kept = Object.keys(before).filter((key) => !lower.has(key.toLowerCase()));
  if (kept.length + lower.size > maxTags) throw limitExceeded('The number of tags has reached the maximum limit.'); // sentence a guess
  if (replaced.length > 0) tx.untag(arn, replaced);
  tx.tag(arn, added);
}

/** Removes tags by key, in any case. */
export function untagResource(tx: Tx, arn: string, keys: readonly string[]): void {
  const lower = new Set(keys.map((key) => key.toLowerCase()));
  tx.untag(
    arn,
    Object.keys(tx.tagsOf(arn)).filter((key) => lower.has(key.toLowerCase())),
  );
}
