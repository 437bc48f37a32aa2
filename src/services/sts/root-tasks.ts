/** What root sessions of member accounts are for: five tasks, each with a managed policy (IAM User Guide, "Privileged root user tasks"). */

const tasks = [
  'IAMAuditRootUserCredentials',
  'IAMCreateRootUserPassword',
  'IAMDeleteRootUserCredentials',
  'S3UnlockBucketPolicy',
  'SQSUnlockQueuePolicy',
];

/** Is it the policy of such a task: `arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy`? */
export function isRootTask(policyArn: string, partition: string): boolean {
  const prefix = `arn:${partition}:iam::aws:policy/root-task/`;
  return policyArn.startsWith(prefix) && tasks.includes(policyArn.slice(prefix.length));
}

/** The ARN of an account's root, from that ARN or the account's number; undefined when it is neither. */
export function rootArnOf(target: string, partition: string): string | undefined {
  const account = /^\d{12}$/.test(target) ? target : /^arn:[\w-]+:iam::(\d{12}):root$/.exec(target)?.[1];
  const arn = `arn:${partition}:iam::${account}:root`;
  return account !== undefined && (target === account || target === arn) ? arn : undefined;
}
