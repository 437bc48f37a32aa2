/** Finds a REST request's operation and decodes its labels. */
import type { ServiceModel } from '../api/model';
import { compileRoutes } from '../api/router';
import { AwsError } from '../kernel/errors';
import type { Codec } from './protocol';

/** `match` of the REST codecs. */
export function restMatcher(model: ServiceModel): Codec['match'] {
  const route = compileRoutes(model);
  return (request) => {
    const found = route(request.method, request.path, request.query, request.headers);
    if (found === undefined || found === 'method-not-allowed') {
      throw unmatched(model, request.path, found === undefined ? undefined : request.method);
    }
    const labels: Record<string, string> = {};
    for (const name in found.labels) labels[name] = decodeLabel(model, found.labels[name]!);
    return { operation: found.operation, labels };
  };
}

/** Percent-decoded once; `+` is itself in a path. */
function decodeLabel(model: ServiceModel, text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    if (model.id === 's3') throw new AwsError('InvalidURI', "Couldn't parse the specified URI.", { status: 400 });
    throw new AwsError('SerializationException', 'Invalid percent-encoding in the request path', { status: 400 });
  }
}

function unmatched(model: ServiceModel, path: string, wrongMethod: string | undefined): AwsError {
  if (model.id === 's3' || wrongMethod !== undefined) {
    const fields = wrongMethod === undefined ? {} : { Method: wrongMethod, ResourceType: resourceType(path) };
    return new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', { status: 405, fields });
  }
  return new AwsError('UnknownOperationException', '', { status: 404 });
}

/** What the path of an S3 request names. */
function resourceType(path: string): string {
  const slash = path.indexOf('/', 1);
  if (path.length <= 1) return 'SERVICE';
  return slash < 0 || slash === path.length - 1 ? 'BUCKET' : 'OBJECT';
}
