/** What root sessions of member accounts are for: five tasks, each with a managed policy (IAM User Guide, "Privileged root user tasks"). */
import { rootOf } from '../../kernel';

/** The feature of an organization under which each task stands (IAM User Guide, "Centrally manage root access for member accounts"). */
const features = {
  IAMAuditRootUserCredentials: 'RootCredentialsManagement',
  IAMCreateRootUserPassword: 'RootCredentialsManagement',
  IAMDeleteRootUserCredentials: 'RootCredentialsManagement',
  S3UnlockBucketPolicy: 'RootSessions',
  SQSUnlockQueuePolicy: 'RootSessions',
} as const;

export type RootFeature = (typeof features)[keyof typeof features];

/** What the task of a policy needs, `arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy`; undefined when it is no such policy. */
export function rootTaskFeature(policyArn: string, partition: string): RootFeature | undefined {
  const prefix = `arn:${partition}:iam::aws:policy/root-task/`;
  const task = Object.entries(features).find(([name]) => policyArn === prefix + name);
  return task?.[1];
}

/** The ARN of an account's root, from that ARN or the account's number; undefined when it is neither. */
export function rootArnOf(target: string, partition: string): string | undefined {
  const account = /^\d{12}$/.test(target) ? target : /^arn:[\w-]+:iam::(\d{12}):root$/.exec(target)?.[1];
  if (account === undefined) return undefined;
  const { arn } = rootOf(account, partition);
  return target === account || target === arn ? arn : undefined;
}
