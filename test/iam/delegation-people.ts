/** A product provider with a template and a topic, a customer, and what each may do with delegation requests. */
import {
  AcceptDelegationRequestCommand,
  AssociateDelegationRequestCommand,
  CreateDelegationRequestCommand,
  type CreateDelegationRequestCommandInput,
  GetDelegationRequestCommand,
  IAMClient,
  SendDelegationTokenCommand,
} from '@aws-sdk/client-iam';
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetDelegatedAccessTokenCommand } from '@aws-sdk/client-sts';
import type { Nuvola } from '../../src/testing';
import { type Config, newAccount, policy, sts, withCredentials } from '../sts/people';

/** Reads objects of buckets that a request names, and may create roles within a boundary. */
export const bucketTemplate = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:CreateBucket'],
      Resource: ['arn:aws:s3:::@{bucketName}', 'arn:aws:s3:::@{bucketName}/*'],
    },
    { Effect: 'Allow', Action: ['sts:GetCallerIdentity', 'iam:ListRoles'], Resource: '*' },
  ],
};

export const parameters = (bucketName: string) => [{ Name: 'bucketName', Type: 'string' as const, Values: [bucketName] }];

/** POST to our own endpoint. */
export async function register(cloud: Nuvola, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'x-nuvola': '1' };
  return fetch(`${cloud.url}/_nuvola/iam/delegation-templates`, { method: 'POST', headers, body: JSON.stringify(body) });
}

let named = 0;

export async function provider(cloud: Nuvola, { policy: template = bucketTemplate as unknown, boundaries = [] as unknown[] } = {}) {
  const { id, config } = newAccount(cloud);
  const answer = await register(cloud, {
    provider: 'Example',
    domain: 'example.com',
    accounts: [id],
    name: `template-${++named}`,
    policy: template,
    boundaries,
  });
  const { template: templateArn = '', boundaries: boundaryArns = [] } = (await answer.json()) as {
    template?: string;
    boundaries?: string[];
  };
  const { TopicArn = '', received } = await topic(config, id);
  const iam = new IAMClient({ ...config, maxAttempts: 1 });
  const input = (more: Partial<CreateDelegationRequestCommandInput> = {}): CreateDelegationRequestCommandInput => ({
    Description: 'Sets Example up.',
    Permissions: { PolicyTemplateArn: templateArn, Parameters: parameters('data') },
    RequestorWorkflowId: `workflow-${++named}`,
    NotificationChannel: TopicArn,
    SessionDuration: 3600,
    ...more,
  });
  return {
    id,
    config,
    iam,
    templateArn,
    boundaryArns,
    topicArn: TopicArn,
    /** What the topic got since it was last asked, oldest first. */
    received,
    input,
    /** The id of a new request. */
    async request(more: Partial<CreateDelegationRequestCommandInput> = {}): Promise<string> {
      return (await iam.send(new CreateDelegationRequestCommand(input(more)))).DelegationRequestId ?? '';
    },
    exchange: (TradeInToken: string, as: Config = config) => sts(as).send(new GetDelegatedAccessTokenCommand({ TradeInToken })),
    /** Called with the credentials that a token gives. */
    async delegate(TradeInToken: string): Promise<Config> {
      return withCredentials(config, (await sts(config).send(new GetDelegatedAccessTokenCommand({ TradeInToken }))).Credentials);
    },
  };
}

/** A topic that IAM may publish to, and the queue behind it. */
async function topic(config: Config, account: string) {
  const sns = new SNSClient({ ...config });
  const sqs = new SQSClient({ ...config });
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'delegations' }));
  const publish = { Effect: 'Allow', Principal: { Service: 'iam.amazonaws.com' }, Action: 'SNS:Publish', Resource: TopicArn };
  await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue: policy(publish) }));
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'delegations' }));
  const Endpoint = `arn:aws:sqs:us-east-1:${account}:delegations`;
  const send = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: Endpoint };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: policy(send) } }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes: { RawMessageDelivery: 'true' } }));
  return {
    TopicArn,
    async received(): Promise<Record<string, string>[]> {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      return Messages.map(({ Body = '' }) => JSON.parse(Body));
    },
  };
}

export const client = (config: Config) => new IAMClient({ ...config, maxAttempts: 1 });

export async function shown(config: Config, DelegationRequestId: string) {
  return (await client(config).send(new GetDelegationRequestCommand({ DelegationRequestId }))).DelegationRequest ?? {};
}

export const associate = (config: Config, DelegationRequestId: string) =>
  client(config).send(new AssociateDelegationRequestCommand({ DelegationRequestId }));
export const accept = (config: Config, DelegationRequestId: string) =>
  client(config).send(new AcceptDelegationRequestCommand({ DelegationRequestId }));
export const release = (config: Config, DelegationRequestId: string) =>
  client(config).send(new SendDelegationTokenCommand({ DelegationRequestId }));

/** Taken up, approved and released by one identity; the token that the provider got. */
export async function granted({ received, request }: Awaited<ReturnType<typeof provider>>, approver: Config, more = {}): Promise<string> {
  const id = await request(more);
  await associate(approver, id);
  await accept(approver, id);
  await release(approver, id);
  const messages = await received();
  return messages.find(({ Type, RequestId }) => Type === 'ExchangeToken' && RequestId === id)?.ExchangeToken ?? '';
}
