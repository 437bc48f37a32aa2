/**
 * What each operation needs to be allowed (service authorization reference, SNS). Resources are those that denials of AWS
 * were recorded to name: platform applications and endpoints by ARN, phone numbers as they are, `*` of the account elsewhere.
 */
import type { SNS } from '../../../generated/api/sns';
import { type Access, type AccessNeed, type Place, type Tags, tagsOfList } from '../../kernel';
import { topicArn } from './state';

type Needs<I> = (input: I, at: Place) => readonly AccessNeed[];

const onTopic =
  (action: string): Needs<{ readonly TopicArn: string }> =>
  ({ TopicArn }) => [{ action: `sns:${action}`, resource: TopicArn }];

const onResource =
  (action: string): Needs<{ readonly ResourceArn: string }> =>
  ({ ResourceArn }) => [{ action: `sns:${action}`, resource: ResourceArn }];

const onApplication =
  (action: string): Needs<{ readonly PlatformApplicationArn: string }> =>
  ({ PlatformApplicationArn }) => [{ action: `sns:${action}`, resource: PlatformApplicationArn }];

const onEndpoint =
  (action: string): Needs<{ readonly EndpointArn: string }> =>
  ({ EndpointArn }) => [{ action: `sns:${action}`, resource: EndpointArn }];

/** Subscriptions have the rights of their topics. `detail` is the subscription, whose owner may be another account than the topic's. */
const onSubscription =
  (action: string): Needs<{ readonly SubscriptionArn: string }> =>
  ({ SubscriptionArn }) => [
    { action: `sns:${action}`, resource: SubscriptionArn.split(':').slice(0, 6).join(':'), detail: SubscriptionArn },
  ];

/** Roles that SNS is to take on, to write logs or to deliver (Developer Guide, "Message delivery status", "Firehose"), must be the caller's to pass. */
function passing(attributes: Readonly<Record<string, string>> | undefined, to: string): AccessNeed[] {
  const roles = Object.entries(attributes ?? {}).filter(
    ([name, value]) => /(FeedbackRoleArn|^SubscriptionRoleArn|^DeliveryStatusIAMRole)$/.test(name) && value !== '',
  );
  const conditions = { 'iam:PassedToService': 'sns.amazonaws.com', 'iam:AssociatedResourceArn': to };
  return [...new Set(roles.map(([, arn]) => arn))].map((resource) => ({ action: 'iam:PassRole', resource, conditions }));
}

const inAccount =
  (action: string): Needs<unknown> =>
  (_input, at) => [{ action: `sns:${action}`, resource: topicArn('*', at) }];

function tagsOf(tags: SNS['TagResource']['input']['Tags'] | undefined): Tags | undefined {
  return tags && tags.length > 0 ? tagsOfList(tags) : undefined;
}

export const access: Access<SNS> = {
  AddPermission: onTopic('AddPermission'),
  CheckIfPhoneNumberIsOptedOut: inAccount('CheckIfPhoneNumberIsOptedOut'),
  // Whoever has the token needs no right; a signed call is about the subscriber's own account (ConfirmSubscription).
  ConfirmSubscription: ({ TopicArn }, _at, { signature }) => (signature ? [{ action: 'sns:ConfirmSubscription', resource: TopicArn }] : []),
  CreatePlatformApplication: ({ Platform, Name, Attributes }, at) => {
    const resource = topicArn(`app/${Platform}/${Name}`, at);
    return [{ action: 'sns:CreatePlatformApplication', resource }, ...passing(Attributes, resource)];
  },
  CreatePlatformEndpoint: onApplication('CreatePlatformEndpoint'),
  CreateSMSSandboxPhoneNumber: inAccount('CreateSMSSandboxPhoneNumber'),
  CreateTopic: ({ Name, Tags, Attributes }, at) => {
    const resource = topicArn(Name, at);
    const requestTags = tagsOf(Tags);
    const tagging = requestTags ? [{ action: 'sns:TagResource', resource, requestTags }] : [];
    return [{ action: 'sns:CreateTopic', resource, ...(requestTags && { requestTags }) }, ...tagging, ...passing(Attributes, resource)];
  },
  DeleteEndpoint: onEndpoint('DeleteEndpoint'),
  DeletePlatformApplication: onApplication('DeletePlatformApplication'),
  DeleteSMSSandboxPhoneNumber: inAccount('DeleteSMSSandboxPhoneNumber'),
  DeleteTopic: onTopic('DeleteTopic'),
  GetDataProtectionPolicy: onResource('GetDataProtectionPolicy'),
  GetEndpointAttributes: onEndpoint('GetEndpointAttributes'),
  GetPlatformApplicationAttributes: onApplication('GetPlatformApplicationAttributes'),
  GetSMSAttributes: inAccount('GetSMSAttributes'),
  GetSMSSandboxAccountStatus: inAccount('GetSMSSandboxAccountStatus'),
  GetSubscriptionAttributes: onSubscription('GetSubscriptionAttributes'),
  GetTopicAttributes: onTopic('GetTopicAttributes'),
  ListEndpointsByPlatformApplication: onApplication('ListEndpointsByPlatformApplication'),
  ListOriginationNumbers: inAccount('ListOriginationNumbers'),
  ListPhoneNumbersOptedOut: inAccount('ListPhoneNumbersOptedOut'),
  ListPlatformApplications: inAccount('ListPlatformApplications'),
  ListSMSSandboxPhoneNumbers: inAccount('ListSMSSandboxPhoneNumbers'),
  ListSubscriptions: inAccount('ListSubscriptions'),
  ListSubscriptionsByTopic: onTopic('ListSubscriptionsByTopic'),
  ListTagsForResource: onResource('ListTagsForResource'),
  ListTopics: inAccount('ListTopics'),
  OptInPhoneNumber: inAccount('OptInPhoneNumber'),
  Publish: ({ TopicArn, TargetArn, PhoneNumber }) => [{ action: 'sns:Publish', resource: TopicArn ?? TargetArn ?? PhoneNumber ?? '*' }],
  // PublishBatch is no action of its own (Developer Guide, "Publishing batches of messages").
  PublishBatch: onTopic('Publish'),
  RemovePermission: onTopic('RemovePermission'),
  SetEndpointAttributes: onEndpoint('SetEndpointAttributes'),
  SetPlatformApplicationAttributes: ({ PlatformApplicationArn: resource, Attributes }) => [
    { action: 'sns:SetPlatformApplicationAttributes', resource },
    ...passing(Attributes, resource),
  ],
  SetSMSAttributes: ({ attributes }, at) => {
    const resource = topicArn('*', at);
    return [{ action: 'sns:SetSMSAttributes', resource }, ...passing(attributes, resource)];
  },
  SetSubscriptionAttributes: (input, at) => {
    const needs = onSubscription('SetSubscriptionAttributes')(input, at);
    return [...needs, ...needs.flatMap(({ resource }) => passing({ [input.AttributeName]: input.AttributeValue ?? '' }, resource))];
  },
  SetTopicAttributes: ({ TopicArn, AttributeName, AttributeValue }) => [
    { action: 'sns:SetTopicAttributes', resource: TopicArn },
    ...passing({ [AttributeName]: AttributeValue ?? '' }, TopicArn),
  ],
  Subscribe: ({ TopicArn, Protocol, Endpoint, Attributes }) => [
    {
      action: 'sns:Subscribe',
      resource: TopicArn,
      conditions: { 'sns:Protocol': Protocol, ...(Endpoint !== undefined && { 'sns:Endpoint': Endpoint }) },
    },
    ...passing(Attributes, TopicArn),
  ],
  TagResource: ({ ResourceArn, Tags }) => [{ action: 'sns:TagResource', resource: ResourceArn, requestTags: tagsOf(Tags) ?? {} }],
  // The link in a message needs no signature; a subscriber who wants one is asked for by the operation.
  Unsubscribe: (input, at, { signature }) => (signature ? onSubscription('Unsubscribe')(input, at) : []),
  UntagResource: ({ ResourceArn, TagKeys }) => [{ action: 'sns:UntagResource', resource: ResourceArn, tagKeys: TagKeys }],
  VerifySMSSandboxPhoneNumber: inAccount('VerifySMSSandboxPhoneNumber'),
};
