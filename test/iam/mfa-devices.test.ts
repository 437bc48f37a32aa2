import { inflateSync } from 'node:zlib';
import {
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteUserCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetMFADeviceCommand,
  IAMClient,
  ListMFADevicesCommand,
  ListMFADeviceTagsCommand,
  ListVirtualMFADevicesCommand,
  ResyncMFADeviceCommand,
  TagMFADeviceCommand,
  UntagMFADeviceCommand,
} from '@aws-sdk/client-iam';
import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { authenticator, expectError, openAccount } from './credentials';

/** The pixels of a picture of one bit each, as an RGBA reader wants them. */
function pixelsOf(png: Uint8Array) {
  const bytes = Buffer.from(png);
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const rows = inflateSync(bytes.subarray(bytes.indexOf('IDAT') + 4));
  const data = new Uint8Array(width * height * 4).fill(255);
  const rowBytes = Math.ceil(width / 8) + 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const white = (rows[y * rowBytes + 1 + (x >> 3)]! >> (7 - (x & 7))) & 1;
      if (!white) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { width, height, data };
}

async function device({ iam }: { iam: IAMClient }, VirtualMFADeviceName = 'phone', Path = '/') {
  const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName, Path }));
  return { SerialNumber: VirtualMFADevice?.SerialNumber ?? '', app: authenticator(VirtualMFADevice?.Base32StringSeed) };
}

describe('a virtual MFA device', () => {
  it('comes with a seed, and with a picture of it for authenticator apps', async () => {
    const { iam, id } = openAccount();
    const Tags = [
      { Key: 'Team', Value: 'one' },
      { Key: 'team', Value: 'two' },
    ];
    const { VirtualMFADevice } = await iam.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone', Path: '/devices/', Tags }),
    );
    expect(VirtualMFADevice).toMatchObject({ SerialNumber: `arn:aws:iam::${id}:mfa/devices/phone`, Tags });
    expect(VirtualMFADevice).not.toHaveProperty('EnableDate');
    const seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString();
    expect(seed).toMatch(/^[A-Z2-7]{64}$/);
    expect(decodeQR(pixelsOf(VirtualMFADevice?.QRCodePNG ?? Buffer.of()))).toBe(`otpauth://totp/phone@${id}?secret=${seed}`);
  });

  it('is there once', async () => {
    const cloud = openAccount();
    await device(cloud);
    await expectError(device(cloud), 'EntityAlreadyExists', 'MFA device already exists.');
  });

  it('is enabled by two codes in a row', async () => {
    const { iam, user } = openAccount();
    const { name: UserName, id, arn } = await user('ann', '/people/');
    const { SerialNumber, app } = await device({ iam });
    const invalid = 'Authentication code for device is not valid.';
    const same = { AuthenticationCode1: app.code(), AuthenticationCode2: app.code() };
    await expectError(iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...same })), 'InvalidAuthenticationCode', invalid);
    const reversed = { AuthenticationCode1: app.code(), AuthenticationCode2: app.code(-1) };
    await expectError(iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...reversed })), 'InvalidAuthenticationCode', invalid);

    await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...app.pair() }));
    const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName }));
    expect(MFADevices).toEqual([{ UserName, SerialNumber, EnableDate: expect.any(Date) }]);
    const { VirtualMFADevices } = await iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: 'Assigned' }));
    expect(VirtualMFADevices).toEqual([
      {
        SerialNumber,
        EnableDate: expect.any(Date),
        User: { Path: '/people/', UserName, UserId: id, Arn: arn, CreateDate: expect.any(Date) },
      },
    ]);
  });

  it('belongs to one user, until it is deactivated', async () => {
    const { iam, user } = openAccount();
    const ann = await user('ann');
    const bob = await user('bob');
    const { SerialNumber, app } = await device({ iam });
    const theirs = 'MFA Device invalid for user.';
    const deactivate = (UserName: string) => iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
    await expectError(deactivate('ann'), 'NoSuchEntity', theirs);
    await iam.send(new EnableMFADeviceCommand({ UserName: ann.name, SerialNumber, ...app.pair() }));
    const again = (UserName: string) => iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...app.pair(2) }));
    await expectError(again(ann.name), 'EntityAlreadyExists', 'MFA Device for user ann already exists.');
    await expectError(again(bob.name), 'EntityAlreadyExists', 'MFA Device is already in use.');
    await expectError(deactivate('bob'), 'NoSuchEntity', theirs);
    await expectError(
      iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })),
      'DeleteConflict',
      'MFA VirtualDevice in use. Must deactivate first.',
    );
    await expectError(
      iam.send(new DeleteUserCommand({ UserName: 'ann' })),
      'DeleteConflict',
      'Cannot delete entity, must remove tokens from principal first.',
    );
    await deactivate('ann');
    expect((await iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: 'Unassigned' }))).VirtualMFADevices).toEqual([
      { SerialNumber },
    ]);
    await again('bob');
    await deactivate('bob');
    await iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
    expect((await iam.send(new ListVirtualMFADevicesCommand({}))).VirtualMFADevices).toEqual([]);
    await expectError(
      iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })),
      'NoSuchEntity',
      `VirtualMFADevice with serial number ${SerialNumber} doesn't exist.`,
    );
  });

  it('is brought back into step by newer codes', async () => {
    const { iam, user } = openAccount();
    const { name: UserName } = await user();
    const { SerialNumber, app } = await device({ iam });
    await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...app.pair() }));
    const resync = (steps: number) => iam.send(new ResyncMFADeviceCommand({ UserName, SerialNumber, ...app.pair(steps) }));
    await expectError(resync(0), 'InvalidAuthenticationCode', /not valid/);
    await resync(10);
    await expectError(resync(10), 'InvalidAuthenticationCode', /not valid/);
  });

  it('has tags', async () => {
    const { iam } = openAccount();
    const { SerialNumber } = await device({ iam });
    await iam.send(
      new TagMFADeviceCommand({
        SerialNumber,
        Tags: [
          { Key: 'b', Value: '2' },
          { Key: 'a', Value: '1' },
        ],
      }),
    );
    await iam.send(new UntagMFADeviceCommand({ SerialNumber, TagKeys: ['b'] }));
    expect((await iam.send(new ListMFADeviceTagsCommand({ SerialNumber }))).Tags).toEqual([{ Key: 'a', Value: '1' }]);
    await expectError(iam.send(new TagMFADeviceCommand({ SerialNumber, Tags: [] })), 'InvalidInput', /must not be null\/empty/);
  });

  it('is no security key', async () => {
    const { iam } = openAccount();
    const { SerialNumber } = await device({ iam });
    await expectError(iam.send(new GetMFADeviceCommand({ SerialNumber })), 'ValidationError', /only hardware FIDO security keys/);
  });

  it('is listed page by page, and only to its own account', async () => {
    const cloud = openAccount();
    await device(openAccount(), 'strange');
    for (const name of ['c', 'a', 'b']) await device(cloud, name);
    const first = await cloud.iam.send(new ListVirtualMFADevicesCommand({ MaxItems: 2 }));
    expect(first.IsTruncated).toBe(true);
    const second = await cloud.iam.send(new ListVirtualMFADevicesCommand({ MaxItems: 2, Marker: first.Marker }));
    const names = [...(first.VirtualMFADevices ?? []), ...(second.VirtualMFADevices ?? [])].map(({ SerialNumber = '' }) =>
      SerialNumber.at(-1),
    );
    expect(names).toEqual(['a', 'b', 'c']);
  });

  it('names the caller in its picture, and is listed to the caller', async () => {
    const cloud = openAccount();
    const ann = await cloud.user();
    const iam = new IAMClient(await cloud.keyOf(ann));
    const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }));
    const { SerialNumber, Base32StringSeed, QRCodePNG } = VirtualMFADevice ?? {};
    expect(decodeQR(pixelsOf(QRCodePNG ?? Buffer.of()))).toContain('otpauth://totp/phone@ann?secret=');
    await iam.send(new EnableMFADeviceCommand({ UserName: 'ann', SerialNumber, ...authenticator(Base32StringSeed).pair() }));
    expect((await iam.send(new ListMFADevicesCommand({}))).MFADevices).toMatchObject([{ UserName: 'ann', SerialNumber }]);
  });
});
