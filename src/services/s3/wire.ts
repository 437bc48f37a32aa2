/** What S3 does on the wire that its model does not say. */
import type { WireRules } from '../../kernel';

const partial = new Set(['GetObject', 'HeadObject']);

export const wire: WireRules = {
  finish(operation, _input, output, response) {
    // The model has one success status for each operation; a range has its own (RFC 9110 §15.3.7).
    if (partial.has(operation) && output.ContentRange !== undefined) response.status = 206;
  },
};
