/** Policies of resources name only who is there, once policies are enforced; before that they may name anybody. */
import { CreateTableCommand, DynamoDBClient, PutResourcePolicyCommand } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { accountA, accountB, allow, type Config, configOf, createUser, policy } from '../access/cloud';
import { trusting } from '../policies';
import { ownCloud } from '../server';

const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:${accountA}:${name}`;
const user = `arn:aws:iam::${accountA}:user/here`;
const role = `arn:aws:iam::${accountB}:role/team/there`;

/** Puts a policy on a resource of each service; the sentence of who refuses it. */
const services: Readonly<Record<string, { readonly put: (config: Config, name: string) => Promise<unknown>; readonly refusal: string }>> = {
  s3: {
    put: (config, name) =>
      new S3Client(config).send(
        new PutBucketPolicyCommand({ Bucket: 'names', Policy: naming(name, 's3:GetObject', 'arn:aws:s3:::names/*') }),
      ),
    refusal: 'MalformedPolicy: Invalid principal in policy',
  },
  sqs: {
    put: (config, name) => {
      const Policy = naming(name, 'sqs:SendMessage', arn('sqs', 'names'));
      const QueueUrl = `${config.endpoint}/${accountA}/names`;
      return new SQSClient(config).send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    },
    refusal: 'InvalidAttributeValue: Invalid value for the parameter Policy.',
  },
  sns: {
    put: (config, name) => {
      const AttributeValue = naming(name, 'sns:Publish', arn('sns', 'names'));
      return new SNSClient(config).send(
        new SetTopicAttributesCommand({ TopicArn: arn('sns', 'names'), AttributeName: 'Policy', AttributeValue }),
      );
    },
    refusal: 'InvalidParameterException: Invalid parameter: Policy Error: PrincipalNotFound',
  },
  dynamodb: {
    put: (config, name) => {
      const ResourceArn = arn('dynamodb', 'table/names');
      return new DynamoDBClient(config).send(
        new PutResourcePolicyCommand({ ResourceArn, Policy: naming(name, 'dynamodb:GetItem', ResourceArn) }),
      );
    },
    refusal: 'ValidationException: One or more parameter values were invalid: Invalid principal in policy document.',
  },
};

function naming(AWS: string, action: string, resource: string): string {
  return policy({ ...allow(action, resource), Principal: { AWS } });
}

async function furnish(config: Config): Promise<void> {
  await new S3Client(config).send(new CreateBucketCommand({ Bucket: 'names' }));
  await new SQSClient(config).send(new CreateQueueCommand({ QueueName: 'names' }));
  await new SNSClient(config).send(new CreateTopicCommand({ Name: 'names' }));
  await new DynamoDBClient(config).send(
    new CreateTableCommand({
      TableName: 'names',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
}

const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'taken',
    ({ name, message }: Error) => `${name}: ${message}`,
  );

describe.each(['enforce', 'audit', 'off'] as const)('in mode %s', (iam) => {
  let cloud: Nuvola;
  let root: Config;

  beforeAll(async () => {
    cloud = await ownCloud({ iam });
    root = configOf(cloud, accountA);
    await furnish(root);
    await createUser(new IAMClient(root), root, 'here');
    const other = new IAMClient(configOf(cloud, accountB));
    const trust = trusting({ AWS: accountA });
    for (const RoleName of ['there', 'gone'])
      await other.send(new CreateRoleCommand({ RoleName, Path: '/team/', AssumeRolePolicyDocument: trust }));
    await other.send(new DeleteRoleCommand({ RoleName: 'gone' }));
  });
  afterAll(() => cloud.close());

  describe.each(Object.entries(services))('%s', (_, { put, refusal }) => {
    it.each([
      ['takes a user', user],
      ['takes a role of another account, with its path', role],
      ['takes a session of a role', `arn:aws:sts::${accountB}:assumed-role/there/session`],
      ['takes an account', accountB],
    ])('%s', async (_title, name) => {
      expect(await outcome(put(root, name))).toBe('taken');
    });

    it.each([
      ['a user who is not there', `arn:aws:iam::${accountA}:user/nobody`],
      ['a role without its path', `arn:aws:iam::${accountB}:role/there`],
      ['a role that is gone', `arn:aws:iam::${accountB}:role/team/gone`],
    ])(`${iam === 'enforce' ? 'refuses' : 'takes'} %s`, async (_title, name) => {
      expect(await outcome(put(root, name))).toBe(iam === 'enforce' ? refusal : 'taken');
    });
  });
});
