import { describe, expect, it } from 'vitest';
import { type MfaDevice, mfaCodeAt, mfaStepAt, synchronised } from './mfa';

const seed = Buffer.from('12345678901234567890');

describe('codes of MFA devices', () => {
  // RFC 6238, appendix B, SHA-1; the last six of its eight digits.
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('at second %i is %s', (second, code) => {
    expect(mfaCodeAt(seed, mfaStepAt(second * 1000))).toBe(code);
  });

  // RFC 4226, appendix D.
  it.each(['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'])(
    'are those of HOTP: %s',
    (code) => {
      expect(Array.from({ length: 10 }, (_, step) => mfaCodeAt(seed, step))).toContain(code);
    },
  );
});

describe('two codes in a row', () => {
  const nowMs = 1_700_000_000_000;
  const now = mfaStepAt(nowMs);
  const device: MfaDevice = { serialNumber: 'arn', account: '1', seed, driftSteps: 0, usedSteps: [] };
  const pair = (step: number) => [mfaCodeAt(seed, now + step - 1), mfaCodeAt(seed, now + step)] as const;

  it.each([0, -1, 1, -9, -998, 1000])('of a clock %i steps ahead', (drift) => {
    expect(synchronised(device, ...pair(drift), nowMs)).toEqual({ ...device, driftSteps: drift, syncedStep: now + drift });
  });

  it.each([-999, 1001])('of a clock that is too far off: %i steps', (drift) => {
    expect(synchronised(device, ...pair(drift), nowMs)).toBeUndefined();
  });

  it('are searched for around the time that the device showed before', () => {
    const adjusted = { ...device, driftSteps: 900 };
    expect(synchronised(adjusted, ...pair(1900), nowMs)?.driftSteps).toBe(1900);
    expect(synchronised(adjusted, ...pair(-99), nowMs)).toBeUndefined();
  });

  it('must be two, and in order', () => {
    const [first, second] = pair(0);
    expect(synchronised(device, second, first, nowMs)).toBeUndefined();
    expect(synchronised(device, second, second, nowMs)).toBeUndefined();
    expect(synchronised(device, mfaCodeAt(seed, now - 2), second, nowMs)).toBeUndefined();
  });

  it('must both be newer than the last ones', () => {
    const synced = { ...device, syncedStep: now };
    expect(synchronised(synced, ...pair(0), nowMs)).toBeUndefined();
    expect(synchronised(synced, ...pair(1), nowMs)).toBeUndefined();
    expect(synchronised(synced, ...pair(2), nowMs)?.syncedStep).toBe(now + 2);
  });
});
