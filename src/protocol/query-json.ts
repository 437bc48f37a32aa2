/**
 * The query protocol's answers in JSON, for callers that ask for it: `Accept: application/json`. AWS documents it nowhere;
 * API Gateway, Envoy, Kong and Kubernetes' aws-iam-authenticator read STS and SNS so. AWS writes members that are not
 * there as null, which reads the same.
 */
import type { Shape } from '../api/model';
import { errorForm } from './error-form';
import { jsonFields, type WriteJson } from './json-writer';
import type { Codec } from './protocol';
import { perObject } from './shapes';

/** Is JSON what a caller wants most? */
export function prefersJson(accept: string | undefined): boolean {
  return accept !== undefined && /^\s*application\/json\s*(?:[,;]|$)/i.test(accept);
}

/** The same service, with other answers. */
export function answeringInJson(codec: Codec): Codec {
  const { model } = codec;
  const write = perObject<WriteJson>((shape: Shape) => jsonFields(shape));
  const headersOf = (requestId: string) => ({ 'x-amzn-RequestId': requestId, 'Content-Type': 'application/json' });

  return {
    ...codec,

    serialise({ name, resultWrapper = `${name}Result`, output: shape }, output, requestId) {
      const result = shape === undefined ? '' : `"${resultWrapper}":${write(shape)(output)},`;
      const metadata = `"ResponseMetadata":${JSON.stringify({ RequestId: requestId })}`;
      return { status: 200, headers: headersOf(requestId), body: `{"${name}Response":{${result}${metadata}}}` };
    },

    serialiseError(_operation, error, requestId, context) {
      const { status, code: Code, fault: Type } = errorForm(model, error);
      const body = JSON.stringify({ Error: { Code, Message: error.message, Type }, RequestId: requestId });
      return { status, headers: { ...headersOf(requestId), ...error.headers }, body: context.headOnly ? undefined : body };
    },
  };
}
