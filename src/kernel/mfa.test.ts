import { describe, expect, it } from 'vitest';
import { mfaCodeAt, mfaStepAt, syncMfaDevice } from './mfa';

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
  const pair = (drift: number) => [mfaCodeAt(seed, now + drift - 1), mfaCodeAt(seed, now + drift)] as const;

  it.each([
    [0, { driftSteps: 0, lastStep: now }],
    [-1, { driftSteps: 0, lastStep: now - 1 }],
    [1, { driftSteps: 0, lastStep: now + 1 }],
    [-9, { driftSteps: -9, lastStep: now - 9 }],
    [20, { driftSteps: 20, lastStep: now + 20 }],
    [21, undefined],
  ])('of a clock %i steps ahead', (drift, expected) => {
    expect(syncMfaDevice(seed, ...pair(drift), nowMs)).toEqual(expected);
  });

  it('must be two, and in order', () => {
    const [first, second] = pair(0);
    expect(syncMfaDevice(seed, second, first, nowMs)).toBeUndefined();
    expect(syncMfaDevice(seed, second, second, nowMs)).toBeUndefined();
    expect(syncMfaDevice(seed, mfaCodeAt(seed, now - 2), second, nowMs)).toBeUndefined();
  });
});
