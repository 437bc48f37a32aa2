import {
  CreateLoginProfileCommand,
  CreateRoleCommand,
  CreateVirtualMFADeviceCommand,
  DeleteUserCommand,
  EnableMFADeviceCommand,
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetCredentialReportCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  ListUsersCommand,
  UpdateAccountPasswordPolicyCommand,
  UploadSigningCertificateCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { ownCloud } from '../server';
import { authenticator, certificate, expectError, identities, openAccount } from './credentials';

const columns = `user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated`;

/** Rows by user, as objects. */
async function report(iam: IAMClient) {
  const { Content, ReportFormat } = await iam.send(new GetCredentialReportCommand({}));
  expect(ReportFormat).toBe('text/csv');
  const [header, ...lines] = Buffer.from(Content ?? [])
    .toString()
    .split('\n');
  expect(header).toBe(columns);
  const names = columns.split(',');
  const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [names[index], cell])));
  return new Map(rows.map((row) => [row.user, row]));
}

const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const noKeys = Object.fromEntries(
  [1, 2].flatMap((n) => [
    [`access_key_${n}_active`, 'false'],
    ...['last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map((column) => [`access_key_${n}_${column}`, 'N/A']),
  ]),
);

describe('the credential report', () => {
  it('is begun, then there', async () => {
    const { iam } = openAccount();
    await expectError(iam.send(new GetCredentialReportCommand({})), 'ReportNotPresent', /./);
    expect(await iam.send(new GenerateCredentialReportCommand({}))).toMatchObject({
      State: 'STARTED',
      Description: 'No report exists. Starting a new report generation task',
    });
    expect(await iam.send(new GenerateCredentialReportCommand({}))).toMatchObject({ State: 'COMPLETE' });
    expect((await iam.send(new GetCredentialReportCommand({}))).GeneratedTime).toBeInstanceOf(Date);
  });

  it('tells of root and of every user', async () => {
    const { iam, id, user, keyOf } = openAccount();
    const ann = await user();
    const bob = await user('bob', '/division/');
    await iam.send(new UpdateAccountPasswordPolicyCommand({ MaxPasswordAge: 90 }));
    await iam.send(new CreateLoginProfileCommand({ UserName: ann.name, Password: 'Correct-horse-1' }));
    const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }));
    const SerialNumber = VirtualMFADevice?.SerialNumber;
    await iam.send(
      new EnableMFADeviceCommand({ UserName: ann.name, SerialNumber, ...authenticator(VirtualMFADevice?.Base32StringSeed).pair() }),
    );
    await iam.send(new UploadSigningCertificateCommand({ UserName: ann.name, CertificateBody: certificate('ann').pem }));
    const key = await keyOf(ann);
    await new IAMClient({ ...key, region: 'eu-west-1' }).send(new ListUsersCommand({}));
    await iam.send(new GenerateCredentialReportCommand({}));
    const rows = await report(iam);
    expect([...rows.keys()]).toEqual(['<root_account>', 'ann', 'bob']);
    const noCertificates = { cert_1_active: 'false', cert_1_last_rotated: 'N/A', cert_2_active: 'false', cert_2_last_rotated: 'N/A' };
    expect(rows.get('<root_account>')).toEqual({
      user: '<root_account>',
      arn: `arn:aws:iam::${id}:root`,
      user_creation_time: date,
      password_enabled: 'true',
      password_last_used: 'no_information',
      password_last_changed: 'not_supported',
      password_next_rotation: 'not_supported',
      mfa_active: 'false',
      ...noKeys,
      ...noCertificates,
    });
    expect(rows.get('ann')).toEqual({
      user: 'ann',
      arn: ann.arn,
      user_creation_time: date,
      password_enabled: 'true',
      password_last_used: 'no_information',
      password_last_changed: date,
      password_next_rotation: date,
      mfa_active: 'true',
      ...noKeys,
      access_key_1_active: 'true',
      access_key_1_last_rotated: date,
      access_key_1_last_used_date: date,
      access_key_1_last_used_region: 'us-east-1',
      access_key_1_last_used_service: 'iam',
      ...noCertificates,
      cert_1_active: 'true',
      cert_1_last_rotated: date,
    });
    const { password_last_changed: changed = '', password_next_rotation: next = '' } = rows.get('ann') ?? {};
    expect((Date.parse(next) - Date.parse(changed)) / 86_400_000).toBe(90);
    expect(rows.get('bob')).toMatchObject({ arn: bob.arn, password_enabled: 'false', password_last_used: 'N/A', mfa_active: 'false' });
  });

  it('is kept for four hours', async () => {
    await using cloud = await ownCloud();
    const config = cloud.config();
    const iam = new IAMClient({ ...config, maxAttempts: 1 });
    const { user } = identities(iam, config);
    await user();
    await iam.send(new GenerateCredentialReportCommand({}));
    await iam.send(new DeleteUserCommand({ UserName: 'ann' }));
    await cloud.clock.advance(3.9 * 3_600_000);
    expect(await iam.send(new GenerateCredentialReportCommand({}))).toMatchObject({ State: 'COMPLETE' });
    expect([...(await report(iam)).keys()]).toEqual(['<root_account>', 'ann']);
    await cloud.clock.advance(0.2 * 3_600_000);
    await expectError(iam.send(new GetCredentialReportCommand({})), 'ReportExpired', /./);
    expect(await iam.send(new GenerateCredentialReportCommand({}))).toMatchObject({ State: 'STARTED' });
    expect([...(await report(iam)).keys()]).toEqual(['<root_account>']);
  });

  it('is made anew once the clock was set back', async () => {
    await using cloud = await ownCloud();
    const config = cloud.config();
    const iam = new IAMClient({ ...config, maxAttempts: 1 });
    await iam.send(new GenerateCredentialReportCommand({}));
    await identities(iam, config).user();
    cloud.clock.set(new Date('2025-01-01T00:00:00Z'));
    expect(await iam.send(new GenerateCredentialReportCommand({}))).toMatchObject({ State: 'STARTED' });
    expect([...(await report(iam)).keys()]).toEqual(['<root_account>', 'ann']);
  });
});

describe('the last use', () => {
  it('of a key is its last call', async () => {
    const { iam, user, keyOf } = openAccount();
    const ann = await user();
    const key = await keyOf(ann);
    const lastUse = () => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key.credentials.accessKeyId }));
    expect(await lastUse()).toMatchObject({ UserName: ann.name, AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } });
    await new IAMClient(key).send(new ListUsersCommand({}));
    const { AccessKeyLastUsed } = await lastUse();
    expect(AccessKeyLastUsed).toMatchObject({ ServiceName: 'iam', Region: 'us-east-1', LastUsedDate: expect.any(Date) });
  });

  it('of a role is that of its sessions', async () => {
    const { iam, config, user, keyOf } = openAccount();
    const ann = await user();
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: ann.arn }, Action: 'sts:AssumeRole' }],
    });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'job', AssumeRolePolicyDocument }));
    const lastUse = async () => (await iam.send(new GetRoleCommand({ RoleName: 'job' }))).Role?.RoleLastUsed;
    expect(await lastUse()).toEqual({});
    const { Credentials } = await new STSClient(await keyOf(ann)).send(
      new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'today' }),
    );
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken = '' } = Credentials ?? {};
    const session = new IAMClient({ ...config, credentials: { accessKeyId, secretAccessKey, sessionToken } });
    await session.send(new ListRolesCommand({}));
    expect(await lastUse()).toEqual({ LastUsedDate: expect.any(Date), Region: 'us-east-1' });
  });
});
