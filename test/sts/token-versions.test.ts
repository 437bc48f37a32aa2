/** Tokens of the global endpoint, in Regions that are enabled by default and in those that are not. */
import { GetAccountSummaryCommand, IAMClient, SetSecurityTokenServicePreferencesCommand } from '@aws-sdk/client-iam';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, AssumeRootCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { rootOf } from '../../src/kernel';
import { Registry } from '../../src/kernel/registry';
import { World } from '../../src/kernel/world';
import service from '../../src/services/sts/service';
import { openMemory } from '../../src/store/memory';
import { openMemoryBlobs } from '../../src/store/memory-blobs';
import { account, type TestAccount } from '../server';
import { type Config, refusal, withCredentials } from './people';

/** STS by the name of its global endpoint. */
function globalSts(config: Config): STSClient {
  const client = new STSClient({ ...config, maxAttempts: 1 });
  client.middlewareStack.add(
    (next) => (args) => {
      (args.request as { readonly headers: Record<string, string> }).headers['host'] = 'sts.amazonaws.com';
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
  return client;
}

const sessionOf = async ({ config }: TestAccount): Promise<Config> =>
  withCredentials(config, (await globalSts(config).send(new GetSessionTokenCommand({}))).Credentials);

const callIn = (region: string, config: Config) => refusal(new SNSClient({ ...config, region }).send(new ListTopicsCommand({})));

describe('a token of the global endpoint', () => {
  it('holds in Regions that are enabled by default, and is invalid in others', async () => {
    const session = await sessionOf(account());
    for (const region of ['us-east-1', 'ap-northeast-3', 'sa-east-1']) expect(await callIn(region, session), region).toBe('no error');
    const invalid = 'InvalidClientTokenId: The security token included in the request is invalid.';
    for (const region of ['ap-east-1', 'eu-south-1', 'mx-central-1']) expect(await callIn(region, session), region).toBe(invalid);
    const there = { ...session, region: 'af-south-1', maxAttempts: 1 };
    expect(await refusal(new STSClient(there).send(new GetCallerIdentityCommand({})))).toBe(invalid);
    expect(await refusal(new SQSClient(there).send(new ListQueuesCommand({})))).toMatch(
      /security token included in the request is invalid/,
    );
    expect(await refusal(new S3Client(there).send(new ListBucketsCommand({})))).toMatch(/^InvalidToken: /);
  });

  it('holds everywhere once the account has chosen version 2', async () => {
    const own = account();
    const iam = new IAMClient(own.config);
    const before = await sessionOf(own);
    await iam.send(new SetSecurityTokenServicePreferencesCommand({ GlobalEndpointTokenVersion: 'v2Token' }));
    expect((await iam.send(new GetAccountSummaryCommand({}))).SummaryMap?.GlobalEndpointTokenVersion).toBe(2);
    expect(await callIn('ap-east-1', await sessionOf(own))).toBe('no error');
    expect(await callIn('ap-east-1', before)).toMatch(/^InvalidClientTokenId/);
    const RoleArn = `arn:aws:iam::${own.id}:role/any`;
    const { Credentials } = await globalSts(own.config).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' }));
    expect(await callIn('eu-central-2', withCredentials(own.config, Credentials))).toBe('no error');
  });
});

it('tokens of the global endpoint are given without another service', async () => {
  const registry = new Registry({ sts: { load: async () => ({ default: service }), events: [], state: {} } });
  const world = new World({ engine: openMemory({ freeze: true }), blobs: openMemoryBlobs(), registry });
  const place = { partition: 'aws', account: '111122223333', region: 'us-east-1' };
  const request = { id: '1', baseUrl: '', host: 'sts.amazonaws.com', sourceIp: '', userAgent: '', secure: true, headers: {} };
  const call = {
    service: 'sts',
    place,
    principal: rootOf(place.account, place.partition),
    request: { ...request, target: '/', method: 'POST', protocol: 'query' },
    epoch: world.epoch,
    signal: () => new AbortController().signal,
  };
  expect(await world.invoke(service.operations['GetSessionToken']!, call, {})).toMatchObject({
    Credentials: { AccessKeyId: expect.stringMatching(/^ASIA/) },
  });
  await world.close();
});

it('a token of a Region’s endpoint holds everywhere', async () => {
  const { config } = account();
  const { Credentials } = await new STSClient(config).send(new GetSessionTokenCommand({}));
  expect(await callIn('ap-east-1', withCredentials(config, Credentials))).toBe('no error');
});

it('the global endpoint has no AssumeRoot', async () => {
  const { config } = account();
  const TaskPolicyArn = { arn: 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy' };
  const call = globalSts(config).send(new AssumeRootCommand({ TargetPrincipal: '111122223333', TaskPolicyArn }));
  expect(await refusal(call)).toMatch(/^InvalidOperation: /);
});
