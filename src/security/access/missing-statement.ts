/** The statement that the policy of a target lacks, for a service to deliver there. */
import type { AccessQuestion } from '../../kernel/access';

/** JSON, ready to be put among the policy's statements, as the guides of SNS and S3 write them. */
export function missingStatement({ principal, source }: AccessQuestion, action: string, resource: string): string | undefined {
  if (principal.type !== 'service') return undefined;
  const { arn, account } = source ?? {};
  const condition = {
    ...(arn !== undefined && { ArnLike: { 'aws:SourceArn': arn } }),
    ...(account !== undefined && { StringEquals: { 'aws:SourceAccount': account } }),
  };
  return JSON.stringify({
    Effect: 'Allow',
    Principal: { Service: principal.service },
    Action: action,
    Resource: resource,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  });
}
