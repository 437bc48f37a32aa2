/** The x-amz-copy-source header: `bucket/key?versionId=…`, URL-encoded, with or without a leading slash. */
import { headerNotImplemented, invalidArgument } from './errors';

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

export function parseCopySource(header: string): CopySource {
  // The query part is not encoded, so it is cut off first; a question mark of the key is `%3F`.
  const [, path = '', versionId] = /^(.*?)(?:\?versionId=([^?]*))?$/s.exec(header) ?? [];
  const text = decode(path, header).replace(/^\//, '');
  if (text.startsWith('arn:')) throw headerNotImplemented('x-amz-copy-source');
  const slash = text.indexOf('/');
  if (slash < 1 || slash === text.length - 1)
    throw invalidArgument('Copy Source must mention the source bucket and key: sourcebucket/sourcekey', 'x-amz-copy-source', header);
  return { bucket: text.slice(0, slash), key: text.slice(slash + 1), ...(versionId !== undefined && { versionId }) };
}

function decode(text: string, header: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidArgument('Invalid copy source encoding.', 'x-amz-copy-source', header);
  }
}
