/** IAM Toolbox: the details of a denied request, for the authorization id that its error gives. */
import type { IAMToolbox } from '../../../generated/api/iam-toolbox';
import { AwsError, awsError, defineOperations, defineService, fail, paginate, type TxContext } from '../../kernel';

const evaluationsPerPage = 100;

// The model's sentence; which one AWS answers on the wire is not documented.
const notFound = (what: string) =>
  awsError<IAMToolbox>('ResourceNotFoundException', `The requested ${what} do not exist in this region or have expired.`);
const badToken = () => new AwsError('ValidationException', 'The nextToken is not valid.', { status: 400 });

/** Details are kept where the request was denied, and are for principals of the same account or organization. */
function requireDetails(ctx: TxContext, authorizationId: string, what: string) {
  const details = ctx.denialDetails(authorizationId);
  return details?.region === ctx.region ? details : fail(notFound(what));
}

const operations = defineOperations<IAMToolbox>()({
  GetRequestAuthorizationDetails(ctx, { authorizationId, nextToken }) {
    const { requestContext, evaluations, policies } = requireDetails(ctx, authorizationId, 'authorization details');
    const kind = `authorization-details/${authorizationId}`;
    const page = paginate(evaluations, { token: nextToken, limit: evaluationsPerPage, kind }, badToken);
    return {
      requestContext,
      evaluations: page.items,
      policies: policies.map(({ document: _, ...info }) => info),
      nextToken: page.nextToken,
    };
  },

  GetRequestAuthorizationPolicy(ctx, { authorizationId, policyUri }) {
    const what = 'policy or authorization details';
    const { policies } = requireDetails(ctx, authorizationId, what);
    const policy = policies.find(({ uri }) => uri === policyUri) ?? fail(notFound(what));
    return { policyDocument: policy.document };
  },
});

/** Its rights are IAM's; no resource of theirs is documented. */
const right = (action: string) => () => [{ action: `iam:${action}`, resource: '*' }];

export default defineService({
  id: 'iam-toolbox',
  operations,
  access: {
    GetRequestAuthorizationDetails: right('GetRequestAuthorizationDetails'),
    GetRequestAuthorizationPolicy: right('GetRequestAuthorizationPolicy'),
  },
  trail: { eventSource: 'iam-toolbox.amazonaws.com' },
});
