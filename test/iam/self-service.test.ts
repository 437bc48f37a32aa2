// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
/** Users who care for their own credentials, and who ask for reports, in a cloud that enforces policies. */
import {
  ChangePasswordCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteAccountPasswordPolicyCommand,
  EnableMFADeviceCommand,
  GenerateOrganizationsAccessReportCommand,
  GetAccountPasswordPolicyCommand,
  GetOrganizationsAccessReportCommand,
  IAMClient,
  ListMFADevicesCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
  UpdateAccountPasswordPolicyCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { organization } from '../organizations/cloud';
import { ownCloud } from '../server';
import { authenticator, expectError, identities } from './credentials';

let cloud: Nuvola;
beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
});
afterAll(() => cloud.close());

function openAccount(account: string) {
  const config = cloud.config({ account });
  return { config, ...identities(new IAMClient({ ...config, maxAttempts: 1 }), config) };
}

it('lets users change their passwords where the account says so, and not otherwise', async () => {
  const { iam, user, keyOf } = openAccount('100000000001');
  const ann = await user();
  const own = new IAMClient({ ...(await keyOf(ann)), maxAttempts: 1 });
  await iam.send(new CreateLoginProfileCommand({ UserName: ann.name, Password: 'Correct-horse-1' }));
  const change = (OldPassword: string, NewPassword: string) => own.send(new ChangePasswordCommand({ OldPassword, NewPassword }));
  const refused = /^User: \S+ is not authorized to perform: iam:ChangePassword on resource: user ann /;
  await expectError(change('Correct-horse-1', 'Correct-horse-2'), 'AccessDenied', refused);
  await iam.send(new UpdateAccountPasswordPolicyCommand({ AllowUsersToChangePassword: true, MinimumPasswordLength: 10 }));
  await change('Correct-horse-1', 'Correct-horse-2');
  expect((await own.send(new GetAccountPasswordPolicyCommand({}))).PasswordPolicy?.MinimumPasswordLength).toBe(10);
  await iam.send(new DeleteAccountPasswordPolicyCommand({}));
  await expectError(change('Correct-horse-2', 'Correct-horse-3'), 'AccessDenied', refused);
});

it('lets users begin with an MFA device of their own, and do the rest only with it', async () => {
  const { iam, config, user, keyOf } = openAccount('100000000002');
  const ann = await user();
  await user('bob');
  // As in "Allows MFA-authenticated IAM users to manage their own credentials" (IAM User Guide), shortened.
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['iam:CreateVirtualMFADevice'], Resource: 'arn:aws:iam::*:mfa/*' },
      {
        Effect: 'Allow',
        Action: [
          ...['iam:EnableMFADevice', 'iam:ListMFADevices', 'iam:DeactivateMFADevice', 'iam:ResyncMFADevice'],
          ...['iam:CreateAccessKey', 'iam:UploadSSHPublicKey', 'iam:ChangePassword'],
        ],
        Resource: 'arn:aws:iam::*:user/${aws:username}',
      },
      {
        Effect: 'Deny',
        NotAction: ['iam:CreateVirtualMFADevice', 'iam:EnableMFADevice', 'iam:ListMFADevices', 'sts:GetSessionToken'],
        Resource: '*',
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
      },
    ],
  });
  await iam.send(new PutUserPolicyCommand({ UserName: ann.name, PolicyName: 'self', PolicyDocument }));
  const key = await keyOf(ann);
  const own = new IAMClient({ ...key, maxAttempts: 1 });
  const { VirtualMFADevice } = await own.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'ann' }));
  const SerialNumber = VirtualMFADevice?.SerialNumber ?? '';
  const app = authenticator(VirtualMFADevice?.Base32StringSeed);
  await expectError(
    own.send(new EnableMFADeviceCommand({ UserName: 'bob', SerialNumber, ...app.pair(-1) })),
    'AccessDenied',
    /not authorized to perform: iam:EnableMFADevice on resource: user bob because no identity-based policy allows/,
  );
  await own.send(new EnableMFADeviceCommand({ UserName: ann.name, SerialNumber, ...app.pair(-1) }));
  expect((await own.send(new ListMFADevicesCommand({}))).MFADevices).toMatchObject([{ SerialNumber }]);
  await expectError(own.send(new CreateAccessKeyCommand({})), 'AccessDenied', /with an explicit deny in an identity-based policy/);
  const { Credentials } = await new STSClient(key).send(new GetSessionTokenCommand({ SerialNumber, TokenCode: app.code() }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken = '' } = Credentials ?? {};
  const session = new IAMClient({ ...config, credentials: { accessKeyId, secretAccessKey, sessionToken }, maxAttempts: 1 });
  expect((await session.send(new CreateAccessKeyCommand({}))).AccessKey?.UserName).toBe(ann.name);
  const SSHPublicKeyBody = 'ssh-rsa nonsense';
  await expectError(
    session.send(new UploadSSHPublicKeyCommand({ UserName: ann.name, SSHPublicKeyBody })),
    'UnrecognizedPublicKeyEncoding',
    /./,
  );
  await expectError(session.send(new ListUsersCommand({})), 'AccessDenied', /no identity-based policy allows the iam:ListUsers action/);
  await session.send(new DeactivateMFADeviceCommand({ UserName: ann.name, SerialNumber }));
});

it('reports on an organization only to those who may read it', async () => {
  const id = '100000000003';
  const { iam, config, user, keyOf } = openAccount(id);
  const org = await organization('ALL', { id, url: cloud.url, config, configIn: () => config });
  const ann = await user();
  const own = new IAMClient({ ...(await keyOf(ann)), maxAttempts: 1 });
  const EntityPath = `${org.orgId}/${org.rootId}`;
  const report = async () => {
    const { JobId } = await own.send(new GenerateOrganizationsAccessReportCommand({ EntityPath }));
    return own.send(new GetOrganizationsAccessReportCommand({ JobId }));
  };
  const allow = async (Action: string[]) => {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
    await iam.send(new PutUserPolicyCommand({ UserName: ann.name, PolicyName: 'reports', PolicyDocument }));
  };
  await expectError(
    report(),
    'AccessDenied',
    /not authorized to perform: iam:GenerateOrganizationsAccessReport on resource: \S+access-report/,
  );
  await allow(['iam:*AccessReport']);
  expect(await report()).toMatchObject({ JobStatus: 'FAILED', ErrorDetails: { Code: 'ORGANIZATIONS_REPORT_ACCESS_DENIED' } });
  await allow(['iam:*AccessReport', 'organizations:Describe*', 'organizations:List*']);
  expect(await report()).toMatchObject({ JobStatus: 'FAILED' });
  await cloud.clock.advance(61_000);
  expect(await report()).toMatchObject({ JobStatus: 'COMPLETED' });
});
