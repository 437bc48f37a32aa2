/** Checks where a trail is to deliver to, before it is made or changed. */
import { AwsError, bucketArn, objectArn, servicePrincipal, type TxContext } from '../../kernel';
import { bucketMissing, bucketPolicyWrong, invalidCombination, logGroupMissing, topicNameInvalid, topicWrong, unsupported } from './errors';
import { sender } from './organization';
import type { Trail } from './state';

type Destination = Pick<Trail, 'arn' | 'account' | 'bucket' | 'prefix' | 'organization'>;

/** Where the files of an account are, without the bucket. */
export function folderOf({ prefix, organization }: Pick<Trail, 'prefix' | 'organization'>, account: string): string {
  return [prefix, 'AWSLogs', organization, account].filter((part) => part !== undefined && part !== '').join('/');
}

/** Throws S3BucketDoesNotExistException, or InsufficientS3BucketPolicyException where policies count. */
export function checkBucket(ctx: TxContext, trail: Destination): void {
  const { bucket, arn, account } = trail;
  try {
    ctx.call('s3', 'GetBucketLocation', { Bucket: bucket });
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchBucket') throw bucketMissing(bucket);
    throw error;
  }
  const conditions = { 'aws:SourceArn': arn, 'aws:SourceAccount': account };
  const key = `${folderOf(trail, account)}/CloudTrail/`;
  const principal = servicePrincipal(sender, account);
  try {
    ctx.authorise({ action: 's3:GetBucketAcl', resource: bucketArn(ctx, bucket), conditions }, principal);
    const written = { ...conditions, 's3:x-amz-acl': 'bucket-owner-full-control' };
    ctx.authorise({ action: 's3:PutObject', resource: objectArn(ctx, bucket, key), conditions: written }, principal);
  } catch (error) {
    throw error instanceof AwsError ? bucketPolicyWrong(bucket) : error;
  }
}

/** The ARN of a topic given by name or ARN; throws when there is none, or it does not let CloudTrail publish. */
export function topicArnOf(ctx: TxContext, given: string, trail: Pick<Trail, 'arn' | 'account'>): string {
  const topicArn = given.startsWith('arn:') ? given : ctx.arn('sns', given);
  const [, , service, region, account, name] = topicArn.split(':');
  if (given.length > 256 || service !== 'sns' || !region || !account || !name) throw topicNameInvalid();
  try {
    ctx.call('sns', 'GetTopicAttributes', { TopicArn: topicArn }, { place: { region } });
    const conditions = { 'aws:SourceArn': trail.arn, 'aws:SourceAccount': trail.account };
    ctx.authorise({ action: 'sns:Publish', resource: topicArn, conditions }, servicePrincipal(sender, trail.account));
  } catch (error) {
    throw error instanceof AwsError ? topicWrong() : error;
  }
  return topicArn;
}

/** What cannot be had yet: log groups, since there is none, and keys. An empty text means none. */
export function checkUnsupported(given: {
  readonly CloudWatchLogsLogGroupArn?: string | undefined;
  readonly CloudWatchLogsRoleArn?: string | undefined;
  readonly KmsKeyId?: string | undefined;
}): void {
  const { CloudWatchLogsLogGroupArn: group = '', CloudWatchLogsRoleArn: role = '', KmsKeyId: key = '' } = given;
  if (group !== '') throw logGroupMissing();
  if (role !== '') throw invalidCombination('CloudWatchLogsRoleArn needs CloudWatchLogsLogGroupArn.');
  if (key !== '') throw unsupported('trails with KmsKeyId', 'Leave it out: files are then encrypted as the bucket says.');
}
