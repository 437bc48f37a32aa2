/** What S3 does on the wire that its model does not say. */
import type { WireRules } from '../../kernel';
import { cors } from './cors';
import { badRequest, invalidArgument } from './errors';

const ranged = new Set(['GetObject', 'HeadObject']);

export const wire: WireRules = {
  ownOperations: ['PostObject', 'GetPage'],
  cors,
  route({ method, path, query, headers, website }) {
    // What gets here is no preflight that could be answered.
    if (method === 'OPTIONS')
      throw badRequest(
        headers.origin === undefined
          ? 'Insufficient information. Origin request header needed.'
          : 'Invalid Access-Control-Request-Method: null',
      );
    if (website) return 'GetPage';
    // A POST to a bucket without a sub-resource is a browser's form.
    if (method === 'POST' && query === '' && /^\/[^/]+\/?$/.test(path)) return 'PostObject';
    // Half a part would otherwise be taken for the whole object. (The sentence is a guess: no source gives AWS's.)
    if (method === 'PUT' && /(?:^|&)(?:uploadId|partNumber)=/.test(query)) {
      const names = ['uploadId', 'partNumber'].filter((name) => !new RegExp(`(?:^|&)${name}=`).test(query));
      if (names[0] !== undefined) throw invalidArgument(`This operation requires the query parameter ${names[0]}.`, names[0], '');
    }
    return undefined;
  },
  finish(operation, _input, output, response) {
    // The model has one success status for each operation; a range has its own (RFC 9110 §15.3.7).
    if (ranged.has(operation) && output.ContentRange !== undefined) response.status = 206;
  },
};
