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

/**
 * Tags of a user or role under those of its session: keys that differ in case alone are one, and the session's takes
 * precedence (STS API reference, AssumeRole, Tags).
 */
export function underSessionTags(tags: Tags = {}, session: Tags = {}): Tags {
  const taken = new Set(Object.keys(session).map((key) => key.toLowerCase()));
  if (taken.size === 0) return tags;
  const rest = Object.entries(tags).filter(([key]) => !taken.has(key.toLowerCase()));
  return { ...Object.fromEntries(rest), ...session };
}
