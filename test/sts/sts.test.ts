import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { account, ownCloud } from '../server';

type Config = ReturnType<typeof account>['config'];

const sts = (config: Config) => new STSClient({ ...config, maxAttempts: 1 });
const identity = (config: Config) => sts(config).send(new GetCallerIdentityCommand({}));

/** The same cloud, called with temporary credentials. */
async function session(config: Config, DurationSeconds?: number) {
  const { Credentials } = await sts(config).send(new GetSessionTokenCommand({ DurationSeconds }));
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials!;
  const credentials = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
  return { credentials, config: { ...config, credentials }, expiration: Expiration! };
}

describe('GetCallerIdentity', () => {
  it('names the root of the account in the key', async () => {
    const { id, config } = account();
    expect(await identity(config)).toMatchObject({ UserId: id, Account: id, Arn: `arn:aws:iam::${id}:root` });
  });

  it('names account 000000000000 for any other key', async () => {
    const { config } = account();
    for (const accessKeyId of ['test', 'AKIAIOSFODNN7EXAMPLE']) {
      expect(await identity({ ...config, credentials: { ...config.credentials, accessKeyId } })).toMatchObject({ Account: '000000000000' });
    }
  });

  it('knows the partition of the region', async () => {
    const { id, configIn } = account();
    expect((await identity(configIn('cn-north-1'))).Arn).toBe(`arn:aws-cn:iam::${id}:root`);
  });

  it('answers MissingAuthenticationToken to nobody', async () => {
    const answer = await fetch(account().url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>');
  });
});

it.each(['Action=GetAccessKeyInfo&AccessKeyId=ASIAIOSFODNN7EXAMPLE', 'Action=DecodeAuthorizationMessage&EncodedMessage=a'])(
  'is not for nobody: %s',
  async (call) => {
    const answer = await fetch(`${account().url}/?Version=2011-06-15&${call}`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>');
  },
);

describe('a caller that wants JSON', () => {
  /** As Kubernetes' aws-iam-authenticator and Envoy ask. */
  const ask = async (Action: string, accept: string, who?: string) => {
    const { url } = account();
    const signature = `AWS4-HMAC-SHA256 Credential=${who}/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0`;
    const headers = { accept, ...(who !== undefined && { authorization: signature }) };
    const answer = await fetch(`${url}/?${new URLSearchParams({ Action, Version: '2011-06-15' })}`, { headers });
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
  };

  it.each(['application/json', 'application/json, text/plain, */*', 'Application/JSON;q=1'])('gets it: %s', async (accept) => {
    const { id } = account();
    const { status, type, text } = await ask('GetCallerIdentity', accept, id);
    expect([status, type]).toEqual([200, 'application/json']);
    expect(JSON.parse(text)).toEqual({
      GetCallerIdentityResponse: {
        GetCallerIdentityResult: { UserId: id, Account: id, Arn: `arn:aws:iam::${id}:root` },
        ResponseMetadata: { RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      },
    });
  });

  it('is told times in seconds', async () => {
    const { text } = await ask('GetSessionToken', 'application/json', account().id);
    const { Expiration } = JSON.parse(text).GetSessionTokenResponse.GetSessionTokenResult.Credentials;
    expect(new Date(Expiration * 1000).getTime()).toBeGreaterThan(Date.now());
  });

  it('is told errors in JSON', async () => {
    const { status, text } = await ask('GetCallerIdentity', 'application/json');
    expect(status).toBe(403);
    expect(JSON.parse(text)).toEqual({
      Error: { Code: 'MissingAuthenticationToken', Message: 'Request is missing Authentication Token', Type: 'Sender' },
      RequestId: expect.any(String),
    });
  });

  it.each(['*/*', 'text/xml, application/json', 'application/jsonlines'])('is none that says %s', async (accept) => {
    expect((await ask('GetCallerIdentity', accept, account().id)).text).toMatch(/^<GetCallerIdentityResponse/);
  });
});

describe('GetSessionToken', () => {
  it('gives credentials that are the caller', async () => {
    const { id, config } = account();
    const temporary = await session(config);
    expect(temporary.credentials.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(temporary.credentials.secretAccessKey).toHaveLength(40);
    expect(await identity(temporary.config)).toMatchObject({ UserId: id, Account: id, Arn: `arn:aws:iam::${id}:root` });
  });

  it.each([
    [undefined, 3600],
    [900, 900],
    [7200, 3600],
  ])('lasts, for root asking %s seconds, %i', async (asked, given) => {
    const { expiration } = await session(account().config, asked);
    const seconds = (expiration.getTime() - Date.now()) / 1000;
    expect(seconds).toBeGreaterThan(given - 60);
    expect(seconds).toBeLessThanOrEqual(given);
  });

  it.each([
    [899, 'greater than or equal to 900'],
    [129_601, 'less than or equal to 129600'],
  ])('refuses %i seconds', async (DurationSeconds, text) => {
    await expect(sts(account().config).send(new GetSessionTokenCommand({ DurationSeconds }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(text),
    });
  });

  it('is not for sessions', async () => {
    const temporary = await session(account().config);
    await expect(session(temporary.config)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Cannot call GetSessionToken with session credentials',
    });
  });

  it('has no MFA device to check', async () => {
    const client = sts(account().config);
    await expect(
      client.send(new GetSessionTokenCommand({ SerialNumber: 'arn:aws:iam::123456789012:mfa/me', TokenCode: '123456' })),
    ).rejects.toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('unable to validate MFA code') });
    await expect(client.send(new GetSessionTokenCommand({ TokenCode: '123456' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
    });
  });
});

describe('a session token', () => {
  it('that was changed, or goes with another key, is refused in the words of each service', async () => {
    const { config } = account();
    const { credentials } = await session(config);
    const token = credentials.sessionToken;
    const changed = { ...credentials, sessionToken: `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` };
    await expect(identity({ ...config, credentials: changed })).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    const other = { ...credentials, accessKeyId: (await session(config)).credentials.accessKeyId };
    await expect(identity({ ...config, credentials: other })).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid.',
    });
    const sqs = new SQSClient({ ...config, credentials: changed, maxAttempts: 1 });
    await expect(sqs.send(new ListQueuesCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('of the real AWS does no harm', async () => {
    const { id, config } = account();
    const credentials = { ...config.credentials, sessionToken: 'IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJ=' };
    expect(await identity({ ...config, credentials })).toMatchObject({ Account: id });
  });

  it('expires on the virtual clock, is told in client time, and does not outlive a reset', async () => {
    await using cloud = await ownCloud();
    const config = cloud.config({ account: '111122223333' });
    const temporary = await session(config, 900);
    await cloud.clock.advance(899_000);
    expect(await identity(temporary.config)).toMatchObject({ Account: '111122223333' });
    await cloud.clock.advance(2_000);
    await expect(identity(temporary.config)).rejects.toMatchObject({
      name: 'ExpiredToken',
      message: 'The security token included in the request is expired',
    });
    const next = await session(config, 900);
    expect(Math.abs(next.expiration.getTime() - Date.now() - 900_000)).toBeLessThan(60_000);
    await cloud.reset();
    await expect(identity(next.config)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('works in a fork', async () => {
    await using cloud = await ownCloud();
    const temporary = await session(cloud.config({ account: '111122223333' }));
    await using fork = await cloud.fork();
    expect(await identity({ ...temporary.config, endpoint: fork.url })).toMatchObject({ Account: '111122223333' });
  });
});

describe('with signatures verified', () => {
  it('takes the root secret and session secrets, and no others', async () => {
    await using cloud = await ownCloud({ signatures: 'verify' });
    const config = cloud.config({ account: '111122223333' });
    expect(await identity(config)).toMatchObject({ Account: '111122223333' });
    const temporary = await session(config);
    expect(await identity(temporary.config)).toMatchObject({ Account: '111122223333' });
    const wrong = (credentials: object) =>
      identity({ ...temporary.config, credentials: { ...temporary.config.credentials, ...credentials } });
    await expect(wrong({ secretAccessKey: 'x' })).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    await expect(wrong({ sessionToken: undefined })).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await expect(identity({ ...config, credentials: { accessKeyId: 'AKIAX', secretAccessKey: 'test' } })).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });
});

describe('GetAccessKeyInfo', () => {
  const info = (AccessKeyId: string) => sts(account().config).send(new GetAccessKeyInfoCommand({ AccessKeyId }));

  it('reads the account out of a key id, ours or AWS’s', async () => {
    const { id, config } = account();
    const { credentials } = await session(config);
    expect((await info(credentials.accessKeyId)).Account).toBe(id);
    expect((await info('ASIAY34FZKBOKMUTVV7A')).Account).toBe('609629065308');
  });

  it('refuses one that tells none', async () => {
    await expect(info('AKIAIOSFODNN7EXAMPLE')).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('refuses one that is too short', async () => {
    await expect(info('short')).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('Member must have length greater than or equal to 16'),
    });
  });
});
