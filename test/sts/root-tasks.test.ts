/** Root sessions of member accounts, each for one task, in a cloud that enforces policies. */
import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteSigningCertificateCommand,
  DisableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootSessionsCommand,
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListSigningCertificatesCommand,
  ListUsersCommand,
  UploadSigningCertificateCommand,
} from '@aws-sdk/client-iam';
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  EnableAWSServiceAccessCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  OrganizationsClient,
  RegisterDelegatedAdministratorCommand,
} from '@aws-sdk/client-organizations';
import { CreateBucketCommand, DeleteBucketPolicyCommand, ListBucketsCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueUrlCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRootCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { certificate } from '../iam/credentials';
import { settled } from '../organizations/cloud';
import { ownCloud } from '../server';
import { allow, type Config, identity, newAccount, peopleOf, policy, refusal, sts, withCredentials } from './people';

let cloud: Nuvola;
beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
});
afterAll(() => cloud.close());

type Task =
  | 'IAMAuditRootUserCredentials'
  | 'IAMCreateRootUserPassword'
  | 'IAMDeleteRootUserCredentials'
  | 'S3UnlockBucketPolicy'
  | 'SQSUnlockQueuePolicy';

const denied = /^AccessDenied: User: .* is not authorized to perform: /;
const explicitly = / with an explicit deny in a session policy/;
const iamOf = (config: Config) => new IAMClient({ ...config, maxAttempts: 1 });
const assumeRoot = (config: Config, member: string, task: Task) =>
  sts(config).send(new AssumeRootCommand({ TargetPrincipal: member, TaskPolicyArn: { arn: `arn:aws:iam::aws:policy/root-task/${task}` } }));

/** An organization that trusts IAM, somebody there who may assume roots, and ways to members. */
async function organization() {
  const { id, config, user, iam } = newAccount(cloud);
  const organizations = new OrganizationsClient({ ...config, maxAttempts: 1 });
  await organizations.send(new CreateOrganizationCommand({}));
  await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: 'iam.amazonaws.com' }));
  const admin = await user('admin', allow('sts:AssumeRoot'));
  return {
    organizations,
    iam,
    admin,
    async member(name = 'member') {
      const request = { AccountName: name, Email: `${name}-${id}@example.org` };
      const { CreateAccountStatus } = await organizations.send(new CreateAccountCommand(request));
      const account = await settled({ organizations }, CreateAccountStatus?.Id ?? '');
      return { id: account, config: cloud.config({ account }) as Config };
    },
    manageCredentials: () => iam.send(new EnableOrganizationsRootCredentialsManagementCommand({})),
    async session(member: string, task: Task): Promise<Config> {
      return withCredentials(config, (await assumeRoot(admin, member, task)).Credentials);
    },
  };
}

describe('a session of AssumeRoot', () => {
  it('needs the feature under which its task stands', async () => {
    const { admin, iam, member, manageCredentials } = await organization();
    const { id } = await member();
    for (const task of ['IAMAuditRootUserCredentials', 'S3UnlockBucketPolicy'] as const)
      expect(await refusal(assumeRoot(admin, id, task)), task).toMatch(denied);
    await manageCredentials();
    expect(await refusal(assumeRoot(admin, id, 'IAMAuditRootUserCredentials'))).toBe('no error');
    expect(await refusal(assumeRoot(admin, id, 'S3UnlockBucketPolicy'))).toMatch(denied);
    await iam.send(new DisableOrganizationsRootCredentialsManagementCommand({}));
    await iam.send(new EnableOrganizationsRootSessionsCommand({}));
    expect(await refusal(assumeRoot(admin, id, 'IAMDeleteRootUserCredentials'))).toMatch(denied);
    expect(await refusal(assumeRoot(admin, id, 'SQSUnlockQueuePolicy'))).toBe('no error');
  });

  it('is for administrators of IAM too, never for the management account itself or for other members', async () => {
    const { admin, organizations, member, manageCredentials } = await organization();
    const target = await member('target');
    const delegate = await member('delegate');
    await manageCredentials();
    const peopleThere = newAccountOf(delegate.id);
    const eve = await peopleThere.user('eve', allow('sts:AssumeRoot'));
    expect(await refusal(assumeRoot(eve, target.id, 'IAMAuditRootUserCredentials'))).toMatch(denied);
    await organizations.send(new RegisterDelegatedAdministratorCommand({ AccountId: delegate.id, ServicePrincipal: 'iam.amazonaws.com' }));
    expect(await refusal(assumeRoot(eve, target.id, 'IAMAuditRootUserCredentials'))).toBe('no error');
    const management = (await identity(admin)).Account ?? '';
    expect(await refusal(assumeRoot(eve, management, 'IAMAuditRootUserCredentials'))).toMatch(denied);
    expect(await refusal(assumeRoot(eve, newAccount(cloud).id, 'IAMAuditRootUserCredentials'))).toMatch(denied);
  });

  it('is bound by SCPs, which know it by aws:AssumedRoot', async () => {
    const { organizations, member, manageCredentials, session } = await organization();
    const { id, config } = await member();
    await manageCredentials();
    const { Roots } = await organizations.send(new ListRootsCommand({}));
    const RootId = Roots?.[0]?.Id ?? '';
    await organizations.send(new EnablePolicyTypeCommand({ RootId, PolicyType: 'SERVICE_CONTROL_POLICY' }));
    const attach = async (Name: string, Condition: object) => {
      const Content = policy({ Effect: 'Deny', Action: 'iam:*', Resource: '*', Condition });
      const input = { Name, Content, Description: '', Type: 'SERVICE_CONTROL_POLICY' as const };
      const { Policy } = await organizations.send(new CreatePolicyCommand(input));
      await organizations.send(new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId: id }));
    };
    const isRoot = { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } };
    await attach('no-root', { ...isRoot, Null: { 'aws:AssumedRoot': 'true' } });
    const audit = iamOf(await session(id, 'IAMAuditRootUserCredentials'));
    expect(await refusal(iamOf(config).send(new ListAccessKeysCommand({})))).toMatch(/explicit deny in a service control policy/);
    expect(await refusal(audit.send(new ListAccessKeysCommand({})))).toBe('no error');
    await attach('nobody', { Bool: { 'aws:AssumedRoot': 'true' } });
    expect(await refusal(audit.send(new ListAccessKeysCommand({})))).toMatch(/explicit deny in a service control policy/);
  });

  it('audits credentials of root, and does nothing else', async () => {
    const { member, manageCredentials, session } = await organization();
    const { id, config } = await member();
    await manageCredentials();
    const { AccessKey } = await iamOf(config).send(new CreateAccessKeyCommand({}));
    const AccessKeyId = AccessKey?.AccessKeyId;
    await iamOf(config).send(new UploadSigningCertificateCommand({ CertificateBody: certificate('root').pem }));
    const audit = iamOf(await session(id, 'IAMAuditRootUserCredentials'));
    expect((await audit.send(new GetUserCommand({}))).User).toMatchObject({ Arn: `arn:aws:iam::${id}:root` });
    expect((await audit.send(new ListAccessKeysCommand({}))).AccessKeyMetadata).toMatchObject([{ AccessKeyId }]);
    expect((await audit.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))).AccessKeyLastUsed?.ServiceName).toBe('N/A');
    expect((await audit.send(new ListSigningCertificatesCommand({}))).Certificates).toHaveLength(1);
    expect((await audit.send(new ListMFADevicesCommand({}))).MFADevices).toEqual([]);
    expect((await audit.send(new GetLoginProfileCommand({}))).LoginProfile?.CreateDate).toBeInstanceOf(Date);
    expect((await audit.send(new GetAccountSummaryCommand({}))).SummaryMap).toMatchObject({
      AccountPasswordPresent: 1,
      AccountAccessKeysPresent: 1,
      AccountSigningCertificatesPresent: 1,
      AccountMFAEnabled: 0,
    });
    for (const command of [new DeleteLoginProfileCommand({}), new ListUsersCommand({}), new CreateLoginProfileCommand({})])
      expect(await refusal(audit.send(command as ListUsersCommand))).toMatch(explicitly);
    const { user } = newAccountOf(id);
    await user('ann');
    expect(await refusal(audit.send(new ListAccessKeysCommand({ UserName: 'ann' })))).toMatch(explicitly);
  });

  it('deletes the credentials of root, and another lets it have a password again', async () => {
    const { member, manageCredentials, session } = await organization();
    const { id, config } = await member();
    await manageCredentials();
    const root = iamOf(config);
    const { AccessKey } = await root.send(new CreateAccessKeyCommand({}));
    const { Certificate } = await root.send(new UploadSigningCertificateCommand({ CertificateBody: certificate('root').pem }));
    const remove = iamOf(await session(id, 'IAMDeleteRootUserCredentials'));
    await remove.send(new DeleteAccessKeyCommand({ AccessKeyId: AccessKey?.AccessKeyId }));
    await remove.send(new DeleteSigningCertificateCommand({ CertificateId: Certificate?.CertificateId }));
    await remove.send(new DeleteLoginProfileCommand({}));
    expect(await refusal(remove.send(new DeactivateMFADeviceCommand({ SerialNumber: `arn:aws:iam::${id}:mfa/none` })))).toMatch(
      /^NoSuchEntity/,
    );
    for (const command of [new GetLoginProfileCommand({}), new DeleteLoginProfileCommand({})])
      expect(await refusal(remove.send(command as GetLoginProfileCommand))).toBe(
        'NoSuchEntity: Login Profile for User root cannot be found.',
      );
    expect((await root.send(new GetAccountSummaryCommand({}))).SummaryMap).toMatchObject({
      AccountPasswordPresent: 0,
      AccountAccessKeysPresent: 0,
      AccountSigningCertificatesPresent: 0,
    });
    expect(await rootRow(root)).toMatchObject({ password_enabled: 'false', password_last_used: 'N/A' });

    const create = iamOf(await session(id, 'IAMCreateRootUserPassword'));
    expect(await refusal(create.send(new CreateLoginProfileCommand({ Password: 'Correct-horse-1' })))).toMatch(/^ValidationError/);
    const { LoginProfile } = await create.send(new CreateLoginProfileCommand({}));
    expect(LoginProfile).toMatchObject({ CreateDate: expect.any(Date), PasswordResetRequired: false });
    expect((await create.send(new GetLoginProfileCommand({}))).LoginProfile).toEqual(LoginProfile);
    expect(await refusal(create.send(new CreateLoginProfileCommand({})))).toMatch(/^EntityAlreadyExists/);
    expect(await refusal(create.send(new DeleteLoginProfileCommand({})))).toMatch(explicitly);
    expect((await root.send(new GetAccountSummaryCommand({}))).SummaryMap).toMatchObject({ AccountPasswordPresent: 1 });
  });

  it('unlocks a bucket and a queue whose policies let nobody in', async () => {
    const { member, iam, session } = await organization();
    const { id, config } = await member();
    await iam.send(new EnableOrganizationsRootSessionsCommand({}));
    const s3 = new S3Client({ ...config, maxAttempts: 1 });
    const Bucket = `locked-${id}`;
    await s3.send(new CreateBucketCommand({ Bucket }));
    const lock = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`] };
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy(lock) }));
    const forBuckets = await session(id, 'S3UnlockBucketPolicy');
    const unlockBucket = new S3Client({ ...forBuckets, forcePathStyle: true, maxAttempts: 1 });
    expect((await unlockBucket.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual([Bucket]);
    await unlockBucket.send(new DeleteBucketPolicyCommand({ Bucket }));
    expect(await refusal(unlockBucket.send(new CreateBucketCommand({ Bucket: `other-${id}` })))).toMatch(explicitly);

    const { QueueUrl } = await new SQSClient(config).send(new CreateQueueCommand({ QueueName: 'locked' }));
    const closed = { Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: `arn:aws:sqs:us-east-1:${id}:locked` };
    await new SQSClient(config).send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: policy(closed) } }));
    const unlockQueue = new SQSClient({ ...(await session(id, 'SQSUnlockQueuePolicy')), maxAttempts: 1 });
    await unlockQueue.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: '' } }));
    expect((await unlockQueue.send(new GetQueueUrlCommand({ QueueName: 'locked' }))).QueueUrl).toBe(QueueUrl);
    expect(await refusal(unlockQueue.send(new CreateQueueCommand({ QueueName: 'other' })))).toMatch(explicitly);
  });
});

describe('the password of root', () => {
  it('is there from the beginning, save for accounts made while root credentials are managed centrally', async () => {
    const { member, manageCredentials, session } = await organization();
    const before = await member('before');
    await manageCredentials();
    const after = await member('after');
    const present = async ({ config }: { readonly config: Config }) =>
      (await iamOf(config).send(new GetAccountSummaryCommand({}))).SummaryMap?.AccountPasswordPresent;
    expect(await present(before)).toBe(1);
    expect(await present(after)).toBe(0);
    const create = iamOf(await session(after.id, 'IAMCreateRootUserPassword'));
    await create.send(new CreateLoginProfileCommand({}));
    expect(await present(after)).toBe(1);
  });

  it('is nothing that root’s own keys change', async () => {
    const { config } = newAccount(cloud);
    const root = iamOf(config);
    const needsName = 'ValidationError: Must specify userName when calling with non-User credentials';
    for (const command of [
      new GetLoginProfileCommand({}),
      new DeleteLoginProfileCommand({}),
      new CreateLoginProfileCommand({ Password: 'Correct-horse-1' }),
      new DeactivateMFADeviceCommand({ SerialNumber: 'arn:aws:iam::123456789012:mfa/phone' }),
    ])
      expect(await refusal(root.send(command as GetLoginProfileCommand))).toBe(needsName);
    expect(await rootRow(root)).toMatchObject({ password_enabled: 'true', password_last_used: 'no_information' });
  });
});

/** The same ways into an account that is there already. */
function newAccountOf(account: string) {
  return peopleOf(cloud.config({ account }));
}

/** Root's line of the credential report. */
async function rootRow(iam: IAMClient): Promise<Record<string, string>> {
  await iam.send(new GenerateCredentialReportCommand({}));
  const { Content } = await iam.send(new GetCredentialReportCommand({}));
  const [names = '', root = ''] = Buffer.from(Content ?? [])
    .toString()
    .split('\n');
  const cells = root.split(',');
  return Object.fromEntries(names.split(',').map((name, n) => [name, cells[n] ?? '']));
}
