import {
  AddPermissionCommand,
  CreateTopicCommand,
  type CreateTopicCommandInput,
  DeleteTopicCommand,
  GetDataProtectionPolicyCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  type PublishCommandInput,
  PutDataProtectionPolicyCommand,
  RemovePermissionCommand,
  SetTopicAttributesCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { account } from '../server';
import { clients, refusal } from './cloud';

function open() {
  const { id, config, configIn } = account();
  const { sns } = clients(config);
  return {
    id,
    sns,
    west: clients(configIn('us-west-1')).sns,
    async create(Name: string, more: Partial<CreateTopicCommandInput> = {}): Promise<string> {
      return (await sns.send(new CreateTopicCommand({ Name, ...more }))).TopicArn as string;
    },
    async attributes(TopicArn: string) {
      return (await sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes as Record<string, string>;
    },
    set: (TopicArn: string, AttributeName: string, AttributeValue?: string) =>
      sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue })),
  };
}

/** A topic's policy of one statement. */
const policyOf = (changes: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: '*', Action: 'SNS:Publish', Resource: 'arn:aws:sns:us-east-1:111111111111:topic', ...changes },
    ],
  });

const defaultRetries = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
};

describe('a topic', () => {
  it('has the attributes of a new one', async () => {
    const cloud = open();
    const arn = await cloud.create('topic');
    expect(arn).toBe(`arn:aws:sns:us-east-1:${cloud.id}:topic`);
    const { Policy, EffectiveDeliveryPolicy, ...others } = await cloud.attributes(arn);
    expect(others).toEqual({
      Owner: cloud.id,
      TopicArn: arn,
      DisplayName: '',
      SubscriptionsConfirmed: '0',
      SubscriptionsPending: '0',
      SubscriptionsDeleted: '0',
    });
    expect(JSON.parse(EffectiveDeliveryPolicy as string)).toEqual({
      http: {
        defaultHealthyRetryPolicy: defaultRetries,
        disableSubscriptionOverrides: false,
        defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
      },
    });
    expect(JSON.parse(Policy as string)).toMatchObject({
      Id: '__default_policy_ID',
      Statement: [{ Sid: '__default_statement_ID', Resource: arn, Condition: { StringEquals: { 'AWS:SourceOwner': cloud.id } } }],
    });
  });

  it('can be created again, but not as another', async () => {
    const cloud = open();
    const Tags = [{ Key: 'k', Value: 'v' }];
    const arn = await cloud.create('topic', { Tags, Attributes: { DisplayName: 'name' } });
    expect(await cloud.create('topic')).toBe(arn);
    expect(await cloud.create('topic', { Tags, Attributes: { DisplayName: 'name' } })).toBe(arn);
    expect(await refusal(cloud.create('topic', { Tags: [{ Key: 'k', Value: 'other' }] }))).toBe(
      'InvalidParameter: Invalid parameter: Tags Reason: Topic already exists with different tags',
    );
    expect(await refusal(cloud.create('topic', { Attributes: { DisplayName: 'other' } }))).toBe(
      'InvalidParameter: Invalid parameter: Attributes Reason: Topic already exists with different attributes',
    );
    expect((await cloud.attributes(arn)).DisplayName).toBe('name');
  });

  it('can be deleted twice, and then is not there', async () => {
    const cloud = open();
    const TopicArn = await cloud.create('topic');
    await cloud.sns.send(new DeleteTopicCommand({ TopicArn }));
    await cloud.sns.send(new DeleteTopicCommand({ TopicArn }));
    expect(await refusal(cloud.attributes(TopicArn))).toBe('NotFound: Topic does not exist');
    expect(await cloud.create('topic')).toBe(TopicArn);
  });

  it.each(['', 'a'.repeat(257), 'a:b', 'a b', 'ä', 'a.fifo'])('cannot be called %j', async (name) => {
    expect(await refusal(open().create(name))).toBe('InvalidParameter: Invalid parameter: Topic Name');
  });

  it('that is FIFO ends in .fifo, and shows what it is', async () => {
    const cloud = open();
    const FifoTopic = { FifoTopic: 'true' };
    expect(await refusal(cloud.create('topic', { Attributes: FifoTopic }))).toMatch(
      /^InvalidParameter: Invalid parameter: Fifo Topic names must end with/,
    );
    const arn = await cloud.create('topic.fifo', { Attributes: { ...FifoTopic, SignatureVersion: '2', DisplayName: 'TestTopic' } });
    expect(await cloud.attributes(arn)).toMatchObject({
      ...{ FifoTopic: 'true', ContentBasedDeduplication: 'false', SignatureVersion: '2', DisplayName: 'TestTopic' },
    });
    await cloud.set(arn, 'ContentBasedDeduplication', 'true');
    expect((await cloud.attributes(arn)).ContentBasedDeduplication).toBe('true');
  });

  it('keeps its delivery policy as AWS shows it, until it is taken away', async () => {
    const cloud = open();
    const arn = await cloud.create('topic');
    const policies = async () => {
      const { DeliveryPolicy, EffectiveDeliveryPolicy } = await cloud.attributes(arn);
      return [DeliveryPolicy && JSON.parse(DeliveryPolicy), JSON.parse(EffectiveDeliveryPolicy as string).http.defaultHealthyRetryPolicy];
    };
    const defaultHealthyRetryPolicy = { minDelayTarget: 5, maxDelayTarget: 6, numRetries: 1 };
    await cloud.set(arn, 'DeliveryPolicy', JSON.stringify({ http: { defaultHealthyRetryPolicy } }));
    expect(await policies()).toEqual([
      { http: { defaultHealthyRetryPolicy, disableSubscriptionOverrides: false } },
      { ...defaultRetries, ...defaultHealthyRetryPolicy },
    ]);
    await cloud.set(arn, 'DeliveryPolicy', JSON.stringify({ http: { defaultHealthyRetryPolicy: null } }));
    expect(await policies()).toEqual([{ http: { disableSubscriptionOverrides: false } }, defaultRetries]);
    await cloud.set(arn, 'DeliveryPolicy', '');
    expect(await policies()).toEqual([undefined, defaultRetries]);
  });

  it.each([
    ['FifoTopic', 'false', 'Invalid parameter: AttributeName'],
    ['Nothing', 'x', 'Invalid parameter: AttributeName'],
    ['Policy', '{', 'Invalid parameter: Policy Error: null'],
    ['Policy', '{}', 'Invalid parameter: Policy Error: null'],
    ['Policy', policyOf({ Principle: '*' }), 'Invalid parameter: Policy Error: null'],
    ['Policy', policyOf({ Action: 'sns:*' }), 'Invalid parameter: Policy statement action out of service scope!'],
    [
      'Policy',
      policyOf({ Action: ['sns:Publish', 'sqs:SendMessage'] }),
      'Invalid parameter: Policy statement action out of service scope!',
    ],
    ['Policy', policyOf({ Principal: { AWS: 'arn:aws:iam::123:root' } }), 'Invalid parameter: Policy Error: PrincipalNotFound'],
    ['DeliveryPolicy', '{"http":{"defaultHealthyRetryPolicy":{"numRetries":101}}}', /numRetries must be less than or equal to 100$/],
    [
      'DeliveryPolicy',
      '{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":30}}}',
      /maxDelayTarget must be greater than or equal to 30$/,
    ],
    ['ContentBasedDeduplication', 'true', 'Invalid parameter: AttributeName'],
  ])('refuses %s = %s', async (name, value, sentence) => {
    const cloud = open();
    const refused = (await refusal(cloud.set(await cloud.create('topic'), name, value))).replace(/^InvalidParameter: /, '');
    expect(refused).toEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence));
  });

  it('answers only in its own region, and says what is wrong with an ARN', async () => {
    const cloud = open();
    const TopicArn = await cloud.create('topic');
    expect(await refusal(cloud.west.send(new PublishCommand({ TopicArn, Message: 'm' })))).toBe(
      'InvalidParameter: Invalid parameter: TopicArn',
    );
    expect(await refusal(cloud.attributes('topic'))).toBe(
      'InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1',
    );
  });

  it('shares what its owner permits, and no more', async () => {
    const cloud = open();
    const TopicArn = await cloud.create('topic');
    const permission = { TopicArn, Label: 'friends', AWSAccountId: ['111122223333'], ActionName: ['Publish'] };
    await cloud.sns.send(new AddPermissionCommand(permission));
    const statements = async () => JSON.parse((await cloud.attributes(TopicArn)).Policy as string).Statement as unknown[];
    expect((await statements())[1]).toEqual({
      ...{ Sid: 'friends', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' } },
      ...{ Action: 'SNS:Publish', Resource: TopicArn },
    });
    expect(await refusal(cloud.sns.send(new AddPermissionCommand(permission)))).toBe('InvalidParameter: Statement already exists');
    await cloud.sns.send(new RemovePermissionCommand({ TopicArn, Label: 'friends' }));
    expect(await statements()).toHaveLength(1);
  });

  it('has tags', async () => {
    const cloud = open();
    const ResourceArn = await cloud.create('topic', { Tags: [{ Key: 'k1', Value: 'v1' }] });
    const tags = async () => (await cloud.sns.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags;
    await cloud.sns.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'k2', Value: '' }] }));
    expect(await tags()).toEqual([
      { Key: 'k1', Value: 'v1' },
      { Key: 'k2', Value: '' },
    ]);
    await cloud.sns.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['k1'] }));
    expect(await tags()).toEqual([{ Key: 'k2', Value: '' }]);
    const twice = [
      { Key: 'k', Value: '1' },
      { Key: 'k', Value: '2' },
    ];
    expect(await refusal(cloud.sns.send(new TagResourceCommand({ ResourceArn, Tags: twice })))).toBe(
      'InvalidParameter: Invalid parameter: Duplicated keys are not allowed.',
    );
    const missing = cloud.sns.send(new ListTagsForResourceCommand({ ResourceArn: `${ResourceArn}x` }));
    expect(await refusal(missing)).toBe('ResourceNotFound: Resource does not exist');
  });

  it('does not pretend to protect data', async () => {
    const cloud = open();
    const ResourceArn = await cloud.create('topic');
    expect((await cloud.sns.send(new GetDataProtectionPolicyCommand({ ResourceArn }))).DataProtectionPolicy).toBeFalsy();
    expect(await refusal(cloud.sns.send(new PutDataProtectionPolicyCommand({ ResourceArn, DataProtectionPolicy: '{}' })))).toMatch(
      /^NotImplemented/,
    );
  });
});

it('topics are listed a hundred a page', async () => {
  const cloud = open();
  await Promise.all(Array.from({ length: 101 }, (_, i) => cloud.create(`topic-${String(i).padStart(3, '0')}`)));
  const first = await cloud.sns.send(new ListTopicsCommand({}));
  expect(first.Topics).toHaveLength(100);
  const second = await cloud.sns.send(new ListTopicsCommand({ NextToken: first.NextToken }));
  expect(second.Topics).toEqual([{ TopicArn: `arn:aws:sns:us-east-1:${cloud.id}:topic-100` }]);
  expect(second.NextToken).toBeUndefined();
});

describe('Publish', () => {
  const attribute = (DataType: string, value: object, name = 'attr1') => ({ MessageAttributes: { [name]: { DataType, ...value } } });
  it.each<[string, Partial<PublishCommandInput>, string]>([
    ['an empty message', { Message: '' }, 'InvalidParameter: Invalid parameter: Empty message'],
    ['a message beyond 256 KB', { Message: 'x'.repeat(262_145) }, 'InvalidParameter: Invalid parameter: Message too long'],
    [
      'a message beyond 256 KB with its attributes',
      { Message: 'x'.repeat(262_140), ...attribute('String', { StringValue: 'v' }) },
      'InvalidParameter: Invalid parameter: Message too long',
    ],
    ['an empty subject', { Subject: '' }, 'InvalidParameter: Invalid parameter: Subject'],
    ['a subject of two lines', { Subject: 'a\nb' }, 'InvalidParameter: Invalid parameter: Subject'],
    ['a subject of 100 characters', { Subject: 'ä'.repeat(100) }, 'InvalidParameter: Invalid parameter: Subject'],
    [
      'a structure without default',
      { MessageStructure: 'json', Message: '{"sqs":"x"}' },
      'InvalidParameter: Invalid parameter: Message Structure - No default entry in JSON message body',
    ],
    [
      'a structure whose default is no text',
      { MessageStructure: 'json', Message: '{"default":{}}' },
      'InvalidParameter: Invalid parameter: Message Structure - No default entry in JSON message body',
    ],
    [
      'a structure that is no JSON',
      { MessageStructure: 'json', Message: '{' },
      'InvalidParameter: Invalid parameter: Message Structure - JSON message body failed to parse',
    ],
    [
      'a deduplication id on a standard topic',
      { MessageDeduplicationId: 'd' },
      'InvalidParameter: Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    ],
    [
      'an attribute without value',
      attribute('String', { StringValue: '' }),
      "InvalidParameterValue: The message attribute 'attr1' must contain non-empty message attribute value for message attribute type 'String'.",
    ],
    [
      'an attribute with the other value',
      attribute('Binary', { StringValue: 'x' }),
      "InvalidParameterValue: The message attribute 'attr1' with type 'Binary' must use field 'Binary'.",
    ],
    [
      'an attribute of no type',
      attribute('Stringprefixed', { StringValue: 'x' }),
      "InvalidParameterValue: The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
    ],
    [
      'an attribute with a strange name',
      attribute('String', { StringValue: 'x' }, 'a^b'),
      "InvalidParameterValue: Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
    ],
    [
      'a name with two dots',
      attribute('String', { StringValue: 'x' }, 'a..b'),
      "InvalidParameterValue: Message attribute name can not have successive '.' character.",
    ],
    ['a topic that is not there', { TopicArn: 'arn:aws:sns:us-east-1:000000000000:none' }, 'NotFound: Topic does not exist'],
    [
      'a topic that is no ARN',
      { TopicArn: 'none' },
      'InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1',
    ],
    [
      'nowhere to go',
      { TopicArn: undefined },
      'InvalidParameter: Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter',
    ],
    [
      'an endpoint that is not there',
      { TopicArn: undefined, TargetArn: 'arn:aws:sns:us-east-1:000000000000:endpoint/APNS/a/b' },
      'InvalidParameter: Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified',
    ],
    [
      'a number that is none',
      { TopicArn: undefined, PhoneNumber: '+1a234' },
      'InvalidParameter: Invalid parameter: PhoneNumber Reason: +1a234 is not valid to publish to',
    ],
  ])('refuses %s', async (_, input, sentence) => {
    const cloud = open();
    const command = new PublishCommand({ TopicArn: await cloud.create('topic'), Message: 'm', ...input });
    expect(await refusal(cloud.sns.send(command))).toBe(sentence);
  });

  it.each<[Partial<PublishCommandInput>, string]>([
    [{}, 'Invalid parameter: The MessageGroupId parameter is required for FIFO topics'],
    [
      { MessageGroupId: 'g' },
      'Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    ],
  ])('to a FIFO topic refuses %j', async (input, sentence) => {
    const cloud = open();
    const TopicArn = await cloud.create('topic.fifo', { Attributes: { FifoTopic: 'true' } });
    expect(await refusal(cloud.sns.send(new PublishCommand({ TopicArn, Message: 'm', ...input })))).toBe(`InvalidParameter: ${sentence}`);
  });

  const entries = (...ids: string[]) => ids.map((Id) => ({ Id, Message: 'm' }));
  it.each([
    ['of eleven', entries(...'abcdefghijk'), 'TooManyEntriesInBatchRequest: The batch request contains more entries than permissible.'],
    ['with an id twice', entries('a', 'a'), 'BatchEntryIdsNotDistinct: Two or more batch entries in the request have the same Id.'],
    [
      'with a bad id',
      entries('a b'),
      "InvalidBatchEntryId: The Id of a batch entry in a batch request doesn't abide by the specification.",
    ],
    ['of nothing', [], "EmptyBatchRequest: The batch request doesn't contain any entries."],
    [
      'beyond 256 KB in all',
      ['a', 'b'].map((Id) => ({ Id, Message: 'x'.repeat(140_000) })),
      'BatchRequestTooLong: The length of all the messages put together is more than the limit.',
    ],
    [
      'with one bad entry',
      [...entries('a'), { Id: 'b', Message: '{"x":"y"}', MessageStructure: 'json' }],
      'InvalidParameter: Invalid parameter: Message Structure - No default entry in JSON message body',
    ],
  ])('refuses a batch %s', async (_, PublishBatchRequestEntries, sentence) => {
    const cloud = open();
    const command = new PublishBatchCommand({ TopicArn: await cloud.create('topic'), PublishBatchRequestEntries });
    expect(await refusal(cloud.sns.send(command))).toBe(sentence);
  });
});
