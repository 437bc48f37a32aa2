/** Session tags: which may be passed, and which a chained session inherits (IAM User Guide, "Pass session tags in AWS STS"). */
import type { Tag } from '../../../generated/api/sts';
import { type Principal, type Tags, tagsOfList } from '../../kernel';
import { duplicateTagKeys, invalidParameter, reservedTagKey, transitiveKeyTaken, transitiveKeyWithoutTag } from './errors';

export interface SessionTags {
  readonly tags: Tags;
  /** Of those tags that the next session of a chain inherits; as the tags spell them. */
  readonly transitiveKeys: readonly string[];
}

const none: SessionTags = { tags: {}, transitiveKeys: [] };
const maxTags = 50;
const maxKeyChars = 128;
const maxValueChars = 256;

/** What a session hands on to those assumed with it. */
export function inheritedTags(principal: Principal): SessionTags {
  const keys = (principal.type === 'session' && principal.session?.transitiveTagKeys) || [];
  if (principal.type !== 'session' || keys.length === 0) return none;
  const { tags = {} } = principal;
  return { tags: Object.fromEntries(keys.map((key) => [key, tags[key] ?? ''])), transitiveKeys: keys };
}

/** "Source identity cannot be changed during the session" (IAM User Guide, "Monitor and control actions taken with assumed roles"). */
export function inheritedSourceIdentity(principal: Principal): string | undefined {
  return 'session' in principal ? principal.session?.sourceIdentity : undefined;
}

/** The tags of a new session: those passed with it, and those inherited. Throws what AWS refuses them with. */
export function joinTags(passed: readonly Tag[], transitiveKeys: readonly string[], inherited: SessionTags = none): SessionTags {
  checkTags(passed);
  const byLowerKey = new Map(passed.map(({ Key }) => [Key.toLowerCase(), Key]));
  if (byLowerKey.size < passed.length) throw duplicateTagKeys();
  if (inherited.transitiveKeys.some((key) => byLowerKey.has(key.toLowerCase()))) throw transitiveKeyTaken();
  const own = transitiveKeys.map((key) => byLowerKey.get(key.toLowerCase()));
  if (own.includes(undefined)) throw transitiveKeyWithoutTag();
  return {
    tags: { ...inherited.tags, ...tagsOfList(passed) },
    transitiveKeys: [...inherited.transitiveKeys, ...new Set(own as string[])],
  };
}

/** Tags out of tokens and assertions never met the model's constraints. The sentences about sizes are those of the model's kind. */
function checkTags(tags: readonly Tag[]): void {
  if (tags.length > maxTags) throw invalidParameter(`At most ${maxTags} session tags may be passed.`);
  for (const { Key, Value } of tags) {
    if (/^aws:/i.test(Key)) throw reservedTagKey();
    if (Key === '' || Key.length > maxKeyChars) throw invalidParameter(`Session tag keys must have 1 to ${maxKeyChars} characters.`);
    if (Value.length > maxValueChars) throw invalidParameter(`Session tag values must have at most ${maxValueChars} characters.`);
  }
}
