/** Modes at run time, whose keys count, and what callers may state of themselves. */
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { accountA, accountB, allow, type Config, configOf, createUser, policy, withKeys } from './cloud';

let cloud: Nuvola;
let root: Config;
let user: Config;
beforeEach(async () => {
  cloud = await ownCloud();
  root = configOf(cloud, accountA);
  user = await createUser(new IAMClient(root), root, 'ann');
});
afterEach(() => cloud.close());

const list = (config: Config) => new SQSClient(config).send(new ListQueuesCommand({}));
const own = { 'content-type': 'application/json', 'x-nuvola': '1' };

async function setModes(body: unknown, headers: Record<string, string> = own) {
  const answer = await fetch(`${cloud.url}/_nuvola/iam/modes`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe('/_nuvola/iam/modes', () => {
  it('changes what is enforced while the cloud runs', async () => {
    await list(user);
    expect(await setModes({ mode: 'enforce' })).toMatchObject({
      status: 200,
      body: { mode: 'enforce', signatures: 'verify', accounts: {} },
    });
    await expect(list(user)).rejects.toMatchObject({ name: 'AccessDenied' });
    await setModes({ mode: 'audit' });
    await list(user);
    const { requests } = (await (await fetch(`${cloud.url}/_nuvola/requests`)).json()) as { requests: { access?: unknown }[] };
    expect(requests.at(-1)?.access).toEqual([{ action: 'sqs:ListQueues', resource: expect.any(String), allowed: false }]);
    await setModes({ mode: 'off' });
    await list(user);
  });

  it('sets an account apart, and takes its mode away again', async () => {
    expect(await setModes({ account: accountA, mode: 'enforce' })).toMatchObject({
      body: { mode: 'off', accounts: { [accountA]: { mode: 'enforce', signatures: 'verify' } } },
    });
    await expect(list(user)).rejects.toMatchObject({ name: 'AccessDenied' });
    await list(withKeys(root, { accessKeyId: accountB, secretAccessKey: 'wrong, and nobody asks' }));
    await setModes({ account: accountA, mode: null });
    await list(user);
  });

  it('names what enforcement does not reach', async () => {
    await setModes({ mode: 'enforce' });
    await setModes({ account: accountB, mode: 'off' });
    const answer = (await (await fetch(`${cloud.url}/_nuvola/iam/modes`)).json()) as { bypasses: string[] };
    expect(answer.bypasses).toEqual([
      `Callers of account ${accountB} are not asked for rights on what is their own.`,
      "Nuvola's own endpoints (/_nuvola) obey whoever reaches them.",
    ]);
  });

  it.each([
    [{ mode: 'Enforce' }, 'iam=Enforce is no mode. Choose off, audit, enforce.'],
    [{}, 'mode is off, audit or enforce'],
    [{ mode: null }, 'mode is off, audit or enforce'],
    [{ mode: 'audit', account: '1' }, 'account is a string of twelve digits.'],
    [{ mode: 'audit', acount: accountA }, 'does not take "acount"'],
  ])('refuses %j, and changes nothing', async (body, message) => {
    expect(await setModes(body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
    expect(await (await fetch(`${cloud.url}/_nuvola/iam/modes`)).json()).toMatchObject({ mode: 'off', accounts: {} });
  });

  it('obeys no web page', async () => {
    for (const headers of [
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/json' },
      { ...own, origin: 'https://evil.example' },
    ]) {
      expect((await setModes({ mode: 'off' }, headers as Record<string, string>)).status).toBe(403);
    }
  });

  it('belongs to one cloud: forks take the modes along and go their own way', async () => {
    await setModes({ mode: 'enforce' });
    const fork = await cloud.fork();
    const there = { ...user, endpoint: fork.url };
    await expect(list(there)).rejects.toMatchObject({ name: 'AccessDenied' });
    await new IAMClient({ ...root, endpoint: fork.url }).send(
      new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'p', PolicyDocument: policy(allow('sqs:*')) }),
    );
    await list(there);
    await expect(list(user)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('enforcement implies that keys and signatures are right', () => {
  const whoAmI = (config: Config) => new STSClient(config).send(new GetCallerIdentityCommand({}));

  it('for created keys, root keys and unknown ones', async () => {
    await setModes({ mode: 'enforce' });
    const wrong = (accessKeyId: string) => whoAmI(withKeys(root, { accessKeyId, secretAccessKey: 'wrong' }));
    await expect(wrong(user.credentials.accessKeyId)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    await expect(wrong(accountA)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    await expect(wrong('test')).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    await expect(wrong('AKIAIOSFODNN7EXAMPLE')).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    expect(await whoAmI(root)).toMatchObject({ Arn: `arn:aws:iam::${accountA}:root` });
    expect(await whoAmI(user)).toMatchObject({ Arn: `arn:aws:iam::${accountA}:user/ann` });
  });

  it('with a root secret of one’s own', async () => {
    await using other = await ownCloud({ iam: 'enforce', rootSecret: 'hunter2' });
    const config = configOf(other, accountA);
    await expect(whoAmI(config)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    await whoAmI(withKeys(config, { accessKeyId: accountA, secretAccessKey: 'hunter2' }));
  });

  it('binds clients in this process by policy, not by proof', async () => {
    const inProcess = { ...cloud.config({ account: accountA, inProcess: true }), maxAttempts: 1 };
    await setModes({ mode: 'enforce' });
    await expect(list(withKeys(inProcess, { ...user.credentials, secretAccessKey: 'wrong' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await list(withKeys(inProcess, { accessKeyId: accountA, secretAccessKey: 'wrong' }));
    await expect(list(withKeys(inProcess, { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' }))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });
});

describe('what a caller on this machine states of itself', () => {
  const limited = {
    ...allow('sqs:*'),
    Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' }, Bool: { 'aws:SecureTransport': 'true' } },
  };
  /** Adds headers to whatever a client sends. */
  const stating = (config: Config, headers: Record<string, string>): SQSClient => {
    const client = new SQSClient(config);
    client.middlewareStack.add(
      (next) => (args) => {
        Object.assign((args.request as { headers: Record<string, string> }).headers, headers);
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    return client;
  };

  beforeEach(async () => {
    const iam = new IAMClient(root);
    await iam.send(new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'p', PolicyDocument: policy(limited) }));
    await setModes({ mode: 'enforce' });
  });

  it('counts as its address and transport', async () => {
    const send = (headers: Record<string, string>) => stating(user, headers).send(new ListQueuesCommand({}));
    await send({ 'x-nuvola-source-ip': '203.0.113.7', 'x-nuvola-secure-transport': 'true' });
    for (const headers of [
      {},
      { 'x-nuvola-source-ip': '203.0.113.7' },
      { 'x-nuvola-source-ip': '198.51.100.1', 'x-nuvola-secure-transport': 'true' },
      { 'x-nuvola-source-ip': '203.0.113.7', 'x-nuvola-secure-transport': 'false' },
    ]) {
      await expect(send(headers)).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  });

  it('is refused when it means nothing', async () => {
    for (const headers of [{ 'x-nuvola-source-ip': '203.0.113' }, { 'x-nuvola-secure-transport': 'yes' }]) {
      const answer = await fetch(`${cloud.url}/bucket`, { headers });
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain(`The header ${Object.keys(headers)[0]} is `);
    }
  });
});
