/** Virtual MFA devices: IAM makes and assigns them, STS asks for their codes. */
import { createHmac } from 'node:crypto';
import { collection } from './collection';
import type { Principal } from './principal';
import type { Tx } from './tx';

/** A device that shows a new six-digit code every thirty seconds (RFC 6238), and whose it is. */
export interface MfaDevice {
  /** Its ARN: `arn:aws:iam::123456789012:mfa/name`. */
  readonly serialNumber: string;
  readonly account: string;
  /** What codes are made from: 40 bytes. */
  readonly seed: Uint8Array;
  /** Virtual ms. */
  readonly createdAt: number;
  /** Whom it is assigned to; absent while nobody uses it. */
  readonly owner?: MfaOwner | undefined;
}

export interface MfaOwner {
  /** `AIDA…`, or the account's number for its root. */
  readonly principalId: string;
  readonly enabledAt: number;
  /** Thirty-second steps by which its clock is ahead of ours, as found when it was enabled or resynchronised. */
  readonly driftSteps: number;
  /** Of the last code that was accepted: no code is accepted twice, nor an older one after it. */
  readonly lastStep: number;
}

/** Found by serial number alone, as clients name them. */
export const MfaDevices = collection<MfaDevice, 'principal'>({
  name: 'kernel/mfa-device',
  version: 1,
  scope: 'partition',
  key: (device) => device.serialNumber,
  owner: (device) => device.account,
  indexes: { principal: (device) => device.owner && [device.account, device.owner.principalId] },
});

const stepMs = 30_000;
/** A code may be one step older or newer than ours: people type slowly, and clocks are never quite right. */
const toleratedSteps = 1;
/**
 * How far a clock may be off when a device is enabled or resynchronised: ten minutes. A guess; AWS says only that codes
 * given too late still associate the device, which is then out of sync (IAM API reference, EnableMFADevice).
 */
const searchedSteps = 20;

/** The code a device shows during a step: HOTP with SHA-1 and six digits (RFC 4226). */
export function mfaCodeAt(seed: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', seed).update(counter).digest();
  const offset = (digest[digest.length - 1] as number) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** The step of a moment of real time: authenticator apps know nothing of our clock. */
export function mfaStepAt(realMs = Date.now()): number {
  return Math.floor(realMs / stepMs);
}

/**
 * Does this device, which must be the principal's own, show this code now? A code that was accepted is used up: the same
 * one fails the next time.
 */
export function checkMfaCode(tx: Tx, serialNumber: string, code: string, principal: Principal, realNowMs = Date.now()): boolean {
  const device = tx.get(MfaDevices, serialNumber);
  if (!device?.owner || device.account !== principal.account || device.owner.principalId !== principal.id) return false;
  const { driftSteps, lastStep } = device.owner;
  const now = mfaStepAt(realNowMs) + driftSteps;
  for (let step = Math.max(now - toleratedSteps, lastStep + 1); step <= now + toleratedSteps; step++) {
    if (mfaCodeAt(device.seed, step) !== code) continue;
    tx.put(MfaDevices, { ...device, owner: { ...device.owner, lastStep: step } });
    return true;
  }
  return false;
}

/** Where a device's clock stands, from two codes in a row; undefined when they are not two codes of it in a row. */
export function syncMfaDevice(
  seed: Uint8Array,
  first: string,
  second: string,
  realNowMs = Date.now(),
): Pick<MfaOwner, 'driftSteps' | 'lastStep'> | undefined {
  const now = mfaStepAt(realNowMs);
  // The nearest first: of two steps with equal codes the likelier one.
  for (let distance = 0; distance <= searchedSteps; distance++) {
    for (const drift of distance === 0 ? [0] : [-distance, distance]) {
      const step = now + drift;
      if (mfaCodeAt(seed, step) !== second || mfaCodeAt(seed, step - 1) !== first) continue;
      return { driftSteps: distance <= toleratedSteps ? 0 : drift, lastStep: step };
    }
  }
  return undefined;
}
