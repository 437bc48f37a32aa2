/** Virtual MFA devices: IAM makes and assigns them, STS asks for their codes. Windows are those recorded of AWS, which documents none. */
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
  /** Whom it is assigned to; absent while nobody uses it. */
  readonly owner?: { readonly principalId: string; readonly enabledAt: number } | undefined;
  /** Thirty-second steps by which its clock is ahead of ours, as found when it was last enabled or resynchronised. */
  readonly driftSteps: number;
  /** Of the second code then given; no later pair may go back behind it. */
  readonly syncedStep?: number | undefined;
  /** Whose codes were used up, as long as they could be given again. */
  readonly usedSteps: readonly number[];
}

/** Found by serial number alone, as clients name them. */
export const MfaDevices = collection<MfaDevice, 'principal'>({
  name: 'kernel/mfa-device',
  version: 1,
  scope: 'partition',
  key: (device) => device.serialNumber,
  owner: (device) => device.account,
  arn: (device) => device.serialNumber,
  indexes: { principal: (device) => device.owner && [device.account, device.owner.principalId] },
});

const stepMs = 30_000;
/** Codes are good two steps before and after their time. */
const toleratedSteps = 2;
/** How far a device's clock may be off when it is enabled or resynchronised: more than eight hours. */
const searched = { behind: 998, ahead: 1000 };

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

/** Does this device belong to the principal: the user, the root, or a session of either got by GetSessionToken? */
export function hasMfaDevice(tx: Tx, serialNumber: string, principal: Principal): boolean {
  return findOwnDevice(tx, serialNumber, principal) !== undefined;
}

function findOwnDevice(tx: Tx, serialNumber: string, principal: Principal): MfaDevice | undefined {
  const device = tx.get(MfaDevices, serialNumber);
  return device?.owner && device.account === principal.account && device.owner.principalId === principal.id ? device : undefined;
}

/**
 * Does this device, which must be the principal's own, show this code now? A code that was accepted is used up: the same
 * one fails the next time, while codes before and after it stay good.
 */
export function checkMfaCode(tx: Tx, serialNumber: string, code: string, principal: Principal, realNowMs = Date.now()): boolean {
  const device = findOwnDevice(tx, serialNumber, principal);
  if (!device) return false;
  const now = mfaStepAt(realNowMs) + device.driftSteps;
  for (let step = now - toleratedSteps; step <= now + toleratedSteps; step++) {
    if (device.usedSteps.includes(step) || mfaCodeAt(device.seed, step) !== code) continue;
    const usedSteps = [...device.usedSteps.filter((used) => used >= now - toleratedSteps), step];
    tx.put(MfaDevices, { ...device, usedSteps });
    return true;
  }
  return false;
}

/** Where a device's clock stands, from two codes in a row; undefined when they are not two new codes of it in a row. */
export function synchronised(device: MfaDevice, first: string, second: string, realNowMs = Date.now()): MfaDevice | undefined {
  const { seed, driftSteps, syncedStep = 0 } = device;
  const now = mfaStepAt(realNowMs);
  const from = Math.max(now + driftSteps - searched.behind, syncedStep + 2);
  let before = mfaCodeAt(seed, from - 1);
  for (let step = from; step <= now + driftSteps + searched.ahead; step++) {
    const code = mfaCodeAt(seed, step);
    if (before === first && code === second) return { ...device, driftSteps: step - now, syncedStep: step };
    before = code;
  }
  return undefined;
}
