/**
 * Policies of tables. AWS takes one change in fifteen seconds and shows it after two; here it holds at once, and the next
 * may follow.
 */
import type { DynamoDB } from '../../../../generated/api/dynamodb';
import { AwsError, defineOperations, parseArn, type TxContext } from '../../../kernel';
import { callerOf, compileDocument, evaluate, principalsOf } from '../../../policy';
import { invalid, invalidValues, policyNotFound, resourceNotFound, tableNotFound } from '../errors';
import { checkResourcePolicy, invalidPrincipal } from '../resource-policy';
import { type ResourcePolicy, type Table, Tables, tableArn } from '../state';

const noPolicy = 'NO_POLICY';

export const resourcePolicyOperations = defineOperations<DynamoDB>()({
  PutResourcePolicy(ctx, { ResourceArn, Policy, ExpectedRevisionId: expected, ConfirmRemoveSelfResourceAccess: confirmed }) {
    const table = requireTable(ctx, ResourceArn);
    const policy = acceptPolicy(ctx, table.name, Policy, confirmed === true);
    const current = table.resourcePolicy;
    if (expected !== undefined) requireRevision(table.name, expected, current);
    // The same policy, however it is written, is no change.
    if (current?.text === policy.text && current.versionless === policy.versionless) return { RevisionId: String(current.revision) };
    // Revision ids are times, and no two of a policy are the same.
    const revision = Math.max(ctx.now, (current?.revision ?? 0) + 1);
    ctx.tx.put(Tables, { ...table, resourcePolicy: { ...policy, revision } });
    return { RevisionId: String(revision) };
  },

  GetResourcePolicy(ctx, { ResourceArn }) {
    const { resourcePolicy: policy } = requireTable(ctx, ResourceArn);
    if (!policy) throw policyNotFound(ResourceArn);
    return { Policy: policy.text, RevisionId: String(policy.revision) };
  },

  /** Deleting what is not there succeeds. */
  DeleteResourcePolicy(ctx, { ResourceArn, ExpectedRevisionId: expected }) {
    const table = requireTable(ctx, ResourceArn);
    const { resourcePolicy: current } = table;
    if (expected !== undefined) requireRevision(table.name, expected, current);
    if (!current) return {};
    ctx.tx.put(Tables, { ...table, resourcePolicy: undefined });
    return { RevisionId: String(current.revision) };
  },
});

/** A policy as it is to be kept, if it may hang on a table of this name. */
export function acceptPolicy(ctx: TxContext, tableName: string, given: string, mayLockOut: boolean): ResourcePolicy {
  const { document, text, versionless } = checkResourcePolicy(given);
  const resource = tableArn(tableName, ctx.place);
  const needed = { action: 'dynamodb:PutResourcePolicy', resource };
  ctx.refuseMissing(needed, principalsOf(document), invalidPrincipal);
  const { effect } = evaluate({
    caller: callerOf(ctx.principal),
    action: needed.action,
    resource: { arn: resource },
    call: { now: ctx.now, region: ctx.region, sourceIp: ctx.request.sourceIp, secure: ctx.request.secure },
    policies: { resource: { policy: compileDocument(document, 'resource') } },
  });
  if (effect === 'explicitDeny' && !mayLockOut) throw lockedOut();
  return { text, revision: ctx.now, versionless };
}

const lockedOut = () =>
  new AwsError('AccessDeniedException', 'The new resource policy will not allow you to update the resource policy in the future.', {
    status: 400,
  });

/** Only the owner of a table, in its own region, has to do with its policy. */
function requireTable(ctx: TxContext, arn: string): Table {
  if (!arn.startsWith('arn:')) throw invalidValues(`ARNs must start with 'arn:': ${arn}`);
  const parsed = parseArn(arn);
  const [, name, kind, label] = /^table\/([^/]+)(?:\/(index|stream|backup)\/([^/]+))?$/.exec(parsed?.resource ?? '') ?? [];
  if (parsed?.service !== 'dynamodb' || name === undefined || kind === 'backup') {
    throw invalidValues(`Provided Arn is not a DynamoDB resource arn: ${arn}`);
  }
  if (parsed.region !== ctx.region || parsed.partition !== ctx.partition) throw invalidValues(`Invalid resource Arn: ${arn}`);
  if (parsed.account !== ctx.account) throw invalid('This action is only supported by accounts that match the resource owner’s account.');
  if (kind === 'index')
    throw invalidValues(`Invalid resource arn provided, only table or stream is accepted. Provided resource arn: ${arn}`);
  if (kind === 'stream') throw resourceNotFound(`Stream: ${label} not found for Table: ${name}`);
  const table = ctx.tx.get(Tables, name);
  if (!table) throw tableNotFound(name);
  return table;
}

function requireRevision(table: string, expected: string, current: ResourcePolicy | undefined): void {
  if (expected === noPolicy) {
    if (!current) return;
    throw policyNotFound(
      `Requested policy update expecting none to be present for table ${table}, but a policy exists with revision id ${current.revision}.`,
    );
  }
  if (!current) {
    // The recording of this sentence ends at "associated".
    throw policyNotFound(`Requested update for policy with revision id ${expected}, but table ${table} has no associated policy.`);
  }
  if (expected === String(current.revision)) return;
  throw policyNotFound(
    `Requested update for policy with revision id ${expected}, but the policy associated to target table ${table} has revision id ${current.revision}.`,
  );
}
