/** IAM Toolbox: the details of a denial by its authorization id. No SDK of the tests knows it yet, hence requests signed by hand. */
import { createHash, createHmac } from 'node:crypto';
import { CreateUserCommand, IAMClient, PutUserPermissionsBoundaryCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, DeleteObjectsCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { accountA, accountB, allow, type Config, configOf, createUser, type Keys } from '../access/cloud';
import { ownCloud } from '../server';
import type { AdminAnswer } from './admin';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

let cloud: Nuvola;
let root: Config;
let alice: Config;
let authorizationId: string;

/** GET, signed for `iam` as the model says. */
async function get(path: string, query: Readonly<Record<string, string>>, config: Config, region = 'us-east-1') {
  const keys = config.credentials as Keys;
  const { host } = new URL(cloud.url);
  const date = new Date().toISOString().replace(/[:-]|\.\d{3}/g, '');
  const scope = `${date.slice(0, 8)}/${region}/iam/aws4_request`;
  const search = new URLSearchParams(query).toString();
  const canonical = `GET\n${path}\n${search}\nhost:${host}\nx-amz-date:${date}\n\nhost;x-amz-date\n${sha256('')}`;
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${keys.secretAccessKey}`);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
  const answer = await fetch(`${cloud.url}${path}?${search}`, { headers: { 'x-amz-date': date, authorization } });
  const body: AdminAnswer['body'] = await answer.json();
  return { status: answer.status, error: answer.headers.get('x-amzn-errortype'), body };
}

const details = (config = root, region?: string, query = {}) => get(`/authorization-details/${authorizationId}`, query, config, region);
const document = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'NoUsers', Effect: 'Deny', Action: 'iam:*User', Resource: '*' }, allow('sqs:*')],
};

beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
  root = configOf(cloud, accountA);
  const iam = new IAMClient(root);
  alice = await createUser(iam, root, 'alice', JSON.stringify(document));
  await iam.send(
    new PutUserPermissionsBoundaryCommand({ UserName: 'alice', PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
  );
  const denied: Error = await new IAMClient(alice)
    .send(new CreateUserCommand({ UserName: 'bob', Tags: [{ Key: 'team', Value: 'blue' }] }))
    .catch((error) => error);
  authorizationId = /authorization id: ([0-9a-z]+)$/.exec(denied.message)?.[1] as string;
  return () => cloud.close();
});

it('gives the evaluations of a denied request, and the policies they asked', async () => {
  const { status, body } = await details();
  expect(status).toBe(200);
  expect(body.requestContext).toMatchObject({ 'aws:username': 'alice', 'aws:PrincipalAccount': accountA, 'aws:SecureTransport': 'false' });
  const [{ uri }] = body.policies;
  expect(body.evaluations[0]).toEqual({
    action: 'iam:CreateUser',
    resource: `arn:aws:iam::${accountA}:user/bob`,
    context: expect.any(Object),
    evaluatedEffect: 'EXPLICIT_DENY',
    matchedPolicies: [{ uri, matchedStatements: [{ sid: 'NoUsers', evaluatedEffect: 'DENY' }] }],
    checks: [
      {
        checkType: 'PRINCIPAL',
        evaluatedEffect: 'EXPLICIT_DENY',
        relevantPolicyTypes: ['IDENTITY_BASED_POLICY'],
        matchedPolicies: [{ uri, matchedStatements: [{ sid: 'NoUsers', evaluatedEffect: 'DENY' }] }],
      },
      expect.objectContaining({ checkType: 'PERMISSIONS_BOUNDARY', evaluatedEffect: 'ALLOW' }),
    ],
  });
  const attachedTo = [{ arn: `arn:aws:iam::${accountA}:user/alice` }];
  expect(body.policies).toEqual([
    { type: 'IDENTITY_BASED_POLICY', inline: true, uri: expect.stringMatching(/^[0-9a-f]+$/), attachedTo },
    { type: 'PERMISSIONS_BOUNDARY', inline: false, uri: 'arn:aws:iam::aws:policy/AdministratorAccess', attachedTo },
  ]);
});

it('gives the policies as they were when they denied', async () => {
  const [{ uri }] = (await details()).body.policies;
  const { status, body } = await get(`/authorization-details/${authorizationId}/policy`, { policyUri: uri }, root);
  expect({ status, body }).toEqual({ status: 200, body: { policyDocument: document } });
});

it('knows them where the request was denied, for the account that was denied', async () => {
  const notThere = { status: 404, error: expect.stringContaining('ResourceNotFoundException') };
  expect(await details(configOf(cloud, accountB))).toMatchObject(notThere);
  expect(await details(root, 'eu-west-1')).toMatchObject(notThere);
  expect(await get('/authorization-details/0123456789abcdef', {}, root)).toMatchObject(notThere);
  expect(await get(`/authorization-details/${authorizationId}/policy`, { policyUri: 'nothing' }, root)).toMatchObject(notThere);
});

it('refuses what is no id, no token, and who may not ask', async () => {
  expect(await get('/authorization-details/NO', {}, root)).toMatchObject({
    status: 400,
    error: expect.stringContaining('ValidationException'),
  });
  expect(await details(root, undefined, { nextToken: 'x' })).toMatchObject({
    status: 400,
    error: expect.stringContaining('ValidationException'),
  });
  expect(await details(alice)).toMatchObject({ status: 403, error: expect.stringContaining('AccessDeniedException') });
});

it('gives many evaluations a page at a time', async () => {
  await new S3Client(root).send(new CreateBucketCommand({ Bucket: 'photos' }));
  const Objects = Array.from({ length: 150 }, (_, n) => ({ Key: `${n}` }));
  const { $metadata } = await new S3Client(alice)
    .send(new DeleteObjectsCommand({ Bucket: 'photos', Delete: { Objects } }))
    .catch((error: { $metadata: { requestId: string } }) => error);
  const path = `/authorization-details/${$metadata.requestId?.toLowerCase()}`;
  const first = await get(path, {}, root);
  const second = await get(path, { nextToken: first.body.nextToken }, root);
  const evaluations = [...first.body.evaluations, ...second.body.evaluations];
  expect([first.body.evaluations.length, second.body.nextToken]).toEqual([100, undefined]);
  expect(new Set(evaluations.map(({ resource }) => resource)).size).toBe(150);
  expect(first.body.policies).toHaveLength(2);
});
