/** What each operation needs to be allowed. PublishBatch needs the right of Publish. */
import type { SNS } from '../../../generated/api/sns';
import type { Access, AccessNeed, Place } from '../../kernel';
import { topicArn } from './state';

const onTopic =
  (action: string) =>
  ({ TopicArn }: { readonly TopicArn: string }): readonly AccessNeed[] => [{ action: `sns:${action}`, resource: TopicArn }];

const onResource =
  (action: string) =>
  ({ ResourceArn }: { readonly ResourceArn: string }): readonly AccessNeed[] => [{ action: `sns:${action}`, resource: ResourceArn }];

/** Subscriptions have the rights of their topics. */
const onSubscription =
  (action: string) =>
  ({ SubscriptionArn }: { readonly SubscriptionArn: string }): readonly AccessNeed[] => [
    { action: `sns:${action}`, resource: SubscriptionArn.split(':').slice(0, 6).join(':') },
  ];

const createTopic = (
  { Name, Tags }: { readonly Name: string; readonly Tags?: readonly unknown[] | undefined },
  at: Place,
): AccessNeed[] => {
  const resource = topicArn(Name, at);
  return [{ action: 'sns:CreateTopic', resource }, ...(Tags && Tags.length > 0 ? [{ action: 'sns:TagResource', resource }] : [])];
};

export const access: Access<SNS> = {
  AddPermission: onTopic('AddPermission'),
  ConfirmSubscription: onTopic('ConfirmSubscription'),
  CreateTopic: createTopic,
  DeleteTopic: onTopic('DeleteTopic'),
  GetDataProtectionPolicy: onResource('GetDataProtectionPolicy'),
  GetSubscriptionAttributes: onSubscription('GetSubscriptionAttributes'),
  GetTopicAttributes: onTopic('GetTopicAttributes'),
  ListSubscriptionsByTopic: onTopic('ListSubscriptionsByTopic'),
  ListTagsForResource: onResource('ListTagsForResource'),
  Publish: ({ TopicArn, TargetArn }) => [{ action: 'sns:Publish', resource: TopicArn ?? TargetArn ?? '*' }],
  PublishBatch: onTopic('Publish'),
  RemovePermission: onTopic('RemovePermission'),
  SetSubscriptionAttributes: onSubscription('SetSubscriptionAttributes'),
  SetTopicAttributes: onTopic('SetTopicAttributes'),
  Subscribe: onTopic('Subscribe'),
  TagResource: onResource('TagResource'),
  Unsubscribe: onSubscription('Unsubscribe'),
  UntagResource: onResource('UntagResource'),
};
