/** What S3 does on the wire that its model does not say. */
import type { WireRules } from '../../kernel';

const ranged = new Set(['GetObject', 'HeadObject']);

export const wire: WireRules = {
  ownOperations: ['PostObject'],
  /** A POST to a bucket without a sub-resource is a browser's form. */
  route: ({ method, path, query }) => (method === 'POST' && query === '' && /^\/[^/]+\/?$/.test(path) ? 'PostObject' : undefined),
  finish(operation, _input, output, response) {
    // The model has one success status for each operation; a range has its own (RFC 9110 §15.3.7).
    if (ranged.has(operation) && output.ContentRange !== undefined) response.status = 206;
  },
};
