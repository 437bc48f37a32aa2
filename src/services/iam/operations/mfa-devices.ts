/** Virtual MFA devices: made, given to users, brought back into step, taken away. */
import { randomBytes } from 'node:crypto';
import type { IAM } from '../../../../generated/api/iam';
import {
  base32,
  defineOperations,
  fail,
  type MfaDevice,
  MfaDevices,
  type ScanRange,
  synchronised,
  type Tx,
  type TxContext,
} from '../../../kernel';
import { invalidCode } from '../credential-errors';
import { wholeSeconds } from '../dates';
import { accessDenied, alreadyExists, deleteConflict, noSuchEntity, quotaExceeded, validationError } from '../errors';
import { iamArn } from '../ids';
import { requireUser } from '../lookup';
import { type Owner, ownerOf, ownerUnlessRoot } from '../owner';
import { listedPage, scannedPage } from '../paging';
import { qrCodePng } from '../qr-code';
import { mostMfaDevices, mostMfaDevicesPerUser } from '../quotas';
import { Users, userArn } from '../state';
import { exactTags, tagPage } from '../tag-rules';
import { toListedUser } from '../wire';

/** What authenticator apps are given: 64 characters of base32. */
const seedBytes = 40;

const deviceNotFound = (serial: string) => noSuchEntity(`VirtualMFADevice with serial number ${serial} doesn't exist.`);
const notTheirs = () => noSuchEntity('MFA Device invalid for user.');

function requireDevice(tx: Tx, serial: string): MfaDevice {
  const device = tx.get(MfaDevices, serial);
  return device?.account === tx.place.account ? device : fail(deviceNotFound(serial));
}

/** The device, if it is this user's. */
function requireDeviceOf(tx: Tx, owner: Owner, serial: string): MfaDevice {
  const device = tx.get(MfaDevices, serial);
  return device?.account === tx.place.account && device.owner?.principalId === owner.id ? device : fail(notTheirs());
}

/** All of the account's, by serial number. */
export const accountDevices = (tx: Tx, range?: ScanRange): MfaDevice[] =>
  tx.scan(MfaDevices, { textPrefix: iamArn(tx.place, 'mfa', '/'), ...range });

const devicesOf = (tx: Tx, { id }: Owner) => tx.scanIndex(MfaDevices, 'principal', { prefix: [tx.place.account, id] });

/** "You must be authenticated with an existing MFA device" to add or remove your own (AWS security bulletin AWS-2023-001). */
function refuseUnlessMfa(ctx: TxContext, owner: Owner, action: string): void {
  const { principal, tx } = ctx;
  if (principal.type !== 'user' || principal.id !== owner.id || principal.session?.mfaAt !== undefined) return;
  if (devicesOf(tx, owner).length === 0) return;
  const sentence = 'To complete this action, please ensure that you are authenticated with an MFA device that is enabled for this user.';
  ctx.refuse({ action, resource: userArn(requireUser(tx, owner.name), tx.place) }, accessDenied(sentence));
}

function synchronise(device: MfaDevice, first: string, second: string): MfaDevice {
  return synchronised(device, first, second) ?? fail(invalidCode());
}

/** As lists show it: without what its codes are made from, and without tags. */
function toListedDevice(tx: Tx, { serialNumber, owner }: MfaDevice) {
  if (!owner) return { SerialNumber: serialNumber };
  const user = tx.find(Users, 'id', owner.principalId);
  return { SerialNumber: serialNumber, ...(user && { User: toListedUser(tx, user) }), EnableDate: wholeSeconds(owner.enabledAt) };
}

export const mfaDeviceOperations = defineOperations<IAM>()({
  CreateVirtualMFADevice({ tx, account, principal }, { VirtualMFADeviceName, Path = '/', Tags }) {
    const tags = exactTags.read(Tags);
    const serialNumber = iamArn(tx.place, 'mfa', `${Path}${VirtualMFADeviceName}`);
    if (tx.has(MfaDevices, serialNumber)) throw alreadyExists('MFA device already exists.');
    if (accountDevices(tx).length >= mostMfaDevices) throw quotaExceeded('VirtualMFADevicesPerAccount', mostMfaDevices); // a guess
    const seed = randomBytes(seedBytes);
    tx.put(MfaDevices, { serialNumber, account, seed, driftSteps: 0, usedSteps: [] }, { tags });
    const secret = base32(seed);
    const accountName = principal.type === 'user' ? principal.userName : account;
    return {
      VirtualMFADevice: {
        SerialNumber: serialNumber,
        Base32StringSeed: Buffer.from(secret),
        QRCodePNG: qrCodePng(`otpauth://totp/${VirtualMFADeviceName}@${accountName}?secret=${secret}`),
        ...(Tags && Tags.length > 0 && { Tags }),
      },
    };
  },

  EnableMFADevice(ctx, { UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 }) {
    const { tx } = ctx;
    const user = requireUser(tx, UserName);
    refuseUnlessMfa(ctx, user, 'iam:EnableMFADevice');
    const device = requireDevice(tx, SerialNumber);
    if (device.owner?.principalId === user.id) throw alreadyExists(`MFA Device for user ${user.name} already exists.`);
    if (device.owner) throw alreadyExists('MFA Device is already in use.');
    if (devicesOf(tx, user).length >= mostMfaDevicesPerUser) throw quotaExceeded('MFADevicesPerUser', mostMfaDevicesPerUser); // a guess
    const inStep = synchronise(device, AuthenticationCode1, AuthenticationCode2);
    tx.put(MfaDevices, { ...inStep, owner: { principalId: user.id, enabledAt: tx.now } });
    return {};
  },

  ResyncMFADevice({ tx }, { UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 }) {
    const device = requireDeviceOf(tx, requireUser(tx, UserName), SerialNumber);
    tx.put(MfaDevices, synchronise(device, AuthenticationCode1, AuthenticationCode2));
    return {};
  },

  DeactivateMFADevice(ctx, { UserName, SerialNumber }) {
    const owner = ownerUnlessRoot(ctx, UserName);
    refuseUnlessMfa(ctx, owner, 'iam:DeactivateMFADevice');
    const { owner: _, ...device } = requireDeviceOf(ctx.tx, owner, SerialNumber);
    ctx.tx.put(MfaDevices, device);
    return {};
  },

  DeleteVirtualMFADevice({ tx }, { SerialNumber }) {
    const device = requireDevice(tx, SerialNumber);
    if (device.owner) throw deleteConflict('MFA VirtualDevice in use. Must deactivate first.');
    tx.delete(MfaDevices, device);
    return {};
  },

  ListMFADevices(ctx, { UserName, ...page }) {
    const owner = ownerOf(ctx, UserName);
    const { items, end } = listedPage(`mfa ${owner.id}`, page, devicesOf(ctx.tx, owner));
    const MFADevices = items.map(({ serialNumber, owner: enabled }) => ({
      UserName: owner.name,
      SerialNumber: serialNumber,
      EnableDate: wholeSeconds(enabled?.enabledAt ?? 0),
    }));
    return { MFADevices, ...end };
  },

  ListVirtualMFADevices({ tx }, { AssignmentStatus = 'Any', ...page }) {
    const { items, end } = scannedPage(`virtual-mfa ${AssignmentStatus}`, page, {
      read: (range) => accountDevices(tx, range),
      keyOf: (device) => device.serialNumber,
      keep: (device) => AssignmentStatus === 'Any' || (device.owner !== undefined) === (AssignmentStatus === 'Assigned'),
    });
    return { VirtualMFADevices: items.map((device) => toListedDevice(tx, device)), ...end };
  },

  /** Of FIDO security keys only, which nobody can register but in AWS's console. */
  GetMFADevice({ tx }, { SerialNumber, UserName }) {
    if (UserName !== undefined) requireUser(tx, UserName);
    if (!SerialNumber.includes(':u2f/')) {
      throw validationError(
        'The MFA device serial number sent in the request is invalid or not supported by this API. Currently, only hardware FIDO security keys are supported. Please use the compatible device or API.',
      );
    }
    throw notTheirs();
  },

  TagMFADevice({ tx }, { SerialNumber, Tags }) {
    exactTags.add(tx, requireDevice(tx, SerialNumber).serialNumber, Tags);
    return {};
  },

  UntagMFADevice({ tx }, { SerialNumber, TagKeys }) {
    exactTags.remove(tx, requireDevice(tx, SerialNumber).serialNumber, TagKeys);
    return {};
  },

  ListMFADeviceTags({ tx }, { SerialNumber, ...page }) {
    return tagPage(tx, requireDevice(tx, SerialNumber).serialNumber, page);
  },
});
