/** What effective policies bind services here to: enforced tags, and Block Public Access of S3. */
import type { AccountRules, TagRule } from '../../kernel';
import { isObject } from './operators';

type Document = Readonly<Record<string, unknown>> | undefined;

/**
 * The tags that an effective tag policy enforces somewhere. "If case treatment isn't defined, lowercase is the default"; names
 * of tags are in lower case already (User Guide, "Tag policy syntax and examples").
 */
export function tagRulesOf(document: Document): TagRule[] {
  const tags = document?.['tags'];
  if (!isObject(tags)) return [];
  return Object.entries(tags).flatMap(([name, rule]) => {
    if (!isObject(rule)) return [];
    const { tag_key: key, tag_value: values, enforced_for: enforcedFor } = rule;
    if (!isTexts(enforcedFor)) return [];
    return [{ key: typeof key === 'string' ? key : name, ...(isTexts(values) && { values }), enforcedFor }];
  });
}

/** User Guide, "Amazon S3 policy syntax and examples". */
export function publicAccessBlockOf(document: Document): AccountRules['publicAccessBlock'] {
  const attributes = document?.['s3_attributes'];
  const setting = isObject(attributes) ? attributes['public_access_block_configuration'] : undefined;
  return setting === 'all' || setting === 'none' ? setting : undefined;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
