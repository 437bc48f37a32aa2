/** Tags: lists on most wires, records with us. */
import type { Tags } from './tx';

/** As most services have them on the wire. What may be missing is looked at before the request is checked. */
export interface ListedTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** The last of two tags with one key counts; an absent list is empty. */
export function tagsOfList(list: readonly ListedTag[] = []): Tags {
  return Object.fromEntries(list.map(({ Key = '', Value = '' }) => [Key, Value]));
}

export function toTagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
