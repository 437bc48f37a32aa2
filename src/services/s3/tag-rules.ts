/** Tags of buckets and objects: limits, characters, and the query form of the x-amz-tagging header. */
import type { ListedTag, Tags } from '../../kernel';
import { invalidArgument, invalidTag, tooManyTags } from './errors';

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** A tag set as a record, or S3's error. */
export function requireTags(tags: readonly ListedTag[], kind: 'object' | 'bucket'): Tags {
  const limit = kind === 'object' ? 10 : 50;
  if (tags.length > limit)
    throw tooManyTags(kind === 'object' ? 'Object tags cannot be greater than 10' : 'Bucket tag count cannot be greater than 50');
  const result = new Map<string, string>();
  for (const { Key: key = '', Value: value = '' } of tags) {
    if (key.length === 0 || key.length > 128 || !allowed.test(key))
      throw invalidTag('The TagKey you have provided is invalid', { TagKey: key });
    if (value.length > 256 || !allowed.test(value))
      throw invalidTag('The TagValue you have provided is invalid', { TagKey: key, TagValue: value });
    if (key.toLowerCase().startsWith('aws:')) throw invalidTag('System tags cannot be added/updated by requester');
    if (result.has(key)) throw invalidTag('Cannot provide multiple Tags with the same key', { TagKey: key });
    result.set(key, value);
  }
  return Object.fromEntries(result);
}

/** `k=v&k2=v2`, as in the x-amz-tagging header. */
export function parseTaggingHeader(header: string): Tags {
  const pairs = header.split('&').filter((pair) => pair !== '');
  const tags = pairs.map((pair) => {
    const at = pair.indexOf('=');
    return { Key: decode(at < 0 ? pair : pair.slice(0, at), header), Value: at < 0 ? '' : decode(pair.slice(at + 1), header) };
  });
  if (new Set(tags.map((tag) => tag.Key)).size < tags.length) throw malformedHeader(header);
  return requireTags(tags, 'object');
}

function decode(text: string, header: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformedHeader(header);
  }
}

function malformedHeader(header: string): Error {
  return invalidArgument(
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    'x-amz-tagging',
    header,
  );
}
