import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  CreateServiceSpecificCredentialCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import { authenticator, openAccount } from './credentials';

it('tells CloudTrail of credentials, and nothing of their secrets', async () => {
  const { iam, id, config, user, keyOf } = openAccount();
  const ann = await user();
  const UserName = ann.name;
  await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'Correct-horse-1', PasswordResetRequired: true }));
  const own = new IAMClient(await keyOf(ann));
  await own.send(new ChangePasswordCommand({ OldPassword: 'Correct-horse-1', NewPassword: 'Correct-horse-2' }));
  const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }));
  const { SerialNumber, Base32StringSeed } = VirtualMFADevice ?? {};
  await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...authenticator(Base32StringSeed).pair() }));
  const ServiceName = 'codecommit.amazonaws.com';
  const { ServiceSpecificCredential } = await iam.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName }));
  const { Events = [] } = await new CloudTrailClient({ ...config, region: 'us-east-1' }).send(new LookupEventsCommand({}));
  const events = new Map(Events.map(({ EventName, CloudTrailEvent = '{}' }) => [EventName, JSON.parse(CloudTrailEvent)]));
  const serialNumber = `arn:aws:iam::${id}:mfa/phone`;
  // As AWS was seen to record them.
  expect(events.get('CreateLoginProfile').requestParameters).toEqual({ userName: UserName, passwordResetRequired: true });
  expect(events.get('ChangePassword')).toMatchObject({ requestParameters: null, responseElements: null });
  expect(events.get('EnableMFADevice').requestParameters).toEqual({ userName: UserName, serialNumber });
  expect(events.get('CreateVirtualMFADevice').responseElements).toEqual({ virtualMFADevice: { serialNumber } });
  const recorded = JSON.stringify([...events.values()]);
  for (const secret of ['Correct-horse', Buffer.from(Base32StringSeed ?? []).toString(), ServiceSpecificCredential?.ServicePassword])
    expect(recorded).not.toContain(secret);
});
