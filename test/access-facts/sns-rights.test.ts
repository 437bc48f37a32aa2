/** What SNS asks for beyond the right to the call itself: to pass the roles it is given; and who may change a subscription. */
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  SetSMSAttributesCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { accountA, accountB, allow, type Config, configOf, createUser, policy } from '../access/cloud';
import { ownCloud } from '../server';

const topic = (name: string) => `arn:aws:sns:us-east-1:${accountA}:${name}`;
const role = (name: string) => `arn:aws:iam::${accountA}:role/${name}`;
let cloud: Nuvola;
let root: Config;
let user: Config;

beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
  root = configOf(cloud, accountA);
  user = await createUser(new IAMClient(root), root, 'user', policy(allow('sns:*')));
});
afterAll(() => cloud.close());

/** `yes`, or what the call was denied. */
const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'yes',
    (error: Error) => /perform: (\S+) on resource: (\S+)/.exec(error.message)?.slice(1).join(' ') ?? error.name,
  );

describe('a role that a topic is to use', () => {
  const setRole = (config: Config, name: string) =>
    new SNSClient(config).send(
      new SetTopicAttributesCommand({
        TopicArn: topic('logged'),
        AttributeName: 'SQSSuccessFeedbackRoleArn',
        AttributeValue: name && role(name),
      }),
    );

  it('must be the caller’s to pass, to SNS', async () => {
    const letPass = (service: string) =>
      new IAMClient(root).send(
        new PutUserPolicyCommand({
          UserName: 'user',
          PolicyName: 'passing',
          PolicyDocument: policy({
            ...allow('iam:PassRole', role('Logs')),
            Condition: { StringEquals: { 'iam:PassedToService': service } },
          }),
        }),
      );
    const attributes = { LambdaFailureFeedbackRoleArn: role('Logs') };
    const create = () => new SNSClient(user).send(new CreateTopicCommand({ Name: 'created', Attributes: attributes }));
    await new SNSClient(root).send(new CreateTopicCommand({ Name: 'logged' }));
    expect(await outcome(setRole(root, 'Logs'))).toBe('yes');
    expect(await outcome(setRole(user, 'Logs'))).toBe(`iam:PassRole ${role('Logs')}`);
    expect(await outcome(create())).toBe(`iam:PassRole ${role('Logs')}`);
    await letPass('lambda.amazonaws.com');
    expect(await outcome(setRole(user, 'Logs'))).toBe(`iam:PassRole ${role('Logs')}`);
    await letPass('sns.amazonaws.com');
    expect(await outcome(setRole(user, 'Logs'))).toBe('yes');
    expect(await outcome(create())).toBe('yes');
    const attributesOfMessages = { DeliveryStatusIAMRole: role('Other') };
    const setAccount = new SNSClient(user).send(new SetSMSAttributesCommand({ attributes: attributesOfMessages }));
    expect(await outcome(setAccount)).toBe(`iam:PassRole ${role('Other')}`);
    expect(await outcome(setRole(user, 'Other'))).toBe(`iam:PassRole ${role('Other')}`);
    expect(await outcome(setRole(user, ''))).toBe('yes');
  });
});

describe('a subscription of another account', () => {
  it('is its owner’s to read and to change, and its owner’s and the topic owner’s to end', async () => {
    const stranger = configOf(cloud, accountB);
    const powerless = await createUser(new IAMClient(stranger), stranger, 'powerless', policy(allow('sqs:*')));
    const owner = new SNSClient(root);
    const Policy = policy({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${accountB}:root` },
      Action: 'sns:Subscribe',
      Resource: topic('news'),
    });
    await owner.send(new CreateTopicCommand({ Name: 'news', Attributes: { Policy } }));
    const subscribe = async (queue: string) => {
      const Endpoint = `arn:aws:sqs:us-east-1:${accountB}:${queue}`;
      const call = new SubscribeCommand({ TopicArn: topic('news'), Protocol: 'sqs', Endpoint, ReturnSubscriptionArn: true });
      return (await new SNSClient(stranger).send(call)).SubscriptionArn as string;
    };
    const change = (config: Config, SubscriptionArn: string) =>
      outcome(
        new SNSClient(config).send(
          new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: 'RawMessageDelivery', AttributeValue: 'true' }),
        ),
      );
    const read = (config: Config, SubscriptionArn: string) =>
      outcome(new SNSClient(config).send(new GetSubscriptionAttributesCommand({ SubscriptionArn })));
    const end = (config: Config, SubscriptionArn: string) =>
      outcome(new SNSClient(config).send(new UnsubscribeCommand({ SubscriptionArn })));
    const arn = await subscribe('a');
    expect(await change(stranger, arn)).toBe('yes');
    expect(await read(stranger, arn)).toBe('yes');
    expect(await read(powerless, arn)).toBe(`SNS:GetSubscriptionAttributes ${topic('news')}`);
    expect(await end(powerless, arn)).toBe(`SNS:Unsubscribe ${topic('news')}`);
    expect(await end(stranger, arn)).toBe('yes');
    expect(await end(root, await subscribe('b'))).toBe('yes');
  });
});
