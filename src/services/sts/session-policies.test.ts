import { describe, expect, it } from 'vitest';
import { packedSize, sessionPolicies } from './session-policies';

const account = '111122223333';
const allow = (Action: string | string[], Resource: string | string[] = '*') =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });
const actions = (count: number) => Array.from({ length: count }, (_, i) => `service${i * 7}:Operation${(i * 7919).toString(36)}Thing`);

describe('session policies', () => {
  it('are what a request says', () => {
    expect(sessionPolicies({}, account)).toEqual({});
    const arns = ['arn:aws:iam::aws:policy/ReadOnlyAccess', `arn:aws:iam::${account}:policy/path/mine`];
    expect(sessionPolicies({ Policy: allow('s3:*'), PolicyArns: arns.map((arn) => ({ arn })) }, account)).toEqual({
      policies: [allow('s3:*')],
      policyArns: arns,
    });
  });

  it.each([
    [{ Policy: '{' }, 'MalformedPolicyDocument'],
    [{ Policy: JSON.stringify({ Version: '2012-10-17', Statement: [] }) }, 'MalformedPolicyDocument'],
    [{ Policy: allow(actions(90)) }, 'ValidationError'],
    [{ PolicyArns: [{ arn: 'arn:aws:iam::999999999999:policy/of-others' }] }, 'ValidationError'],
    [{ PolicyArns: [{ arn: 'arn:aws:iam::aws:role/no-policy-at-all' }] }, 'ValidationError'],
    [{ PolicyArns: Array.from({ length: 11 }, (_, i) => ({ arn: `arn:aws:iam::aws:policy/p${i}` })) }, 'ValidationError'],
  ])('%# are refused', (input, code) => {
    expect(() => sessionPolicies(input, account)).toThrow(expect.objectContaining({ code }));
  });
});

describe('the packed size', () => {
  it('is nothing for nothing, little for tags, and grows', () => {
    expect(packedSize({}, {})).toBe(0);
    expect(packedSize({}, { b: 'c', c: 'c' })).toBe(2);
    const small = packedSize({ policies: [allow('*')] }, {});
    const larger = packedSize({ policies: [allow(actions(6))] }, {});
    expect(small).toBeGreaterThan(10);
    expect(small).toBeLessThan(25);
    expect(larger).toBeGreaterThan(small);
    expect(packedSize({ policies: [allow(actions(6))], policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }, {})).toBeGreaterThan(
      larger,
    );
  });

  it('does not count white space', () => {
    const loose = JSON.stringify(JSON.parse(allow('s3:*')), null, 4);
    expect(packedSize({ policies: [loose] }, {})).toBe(packedSize({ policies: [allow('s3:*')] }, {}));
  });

  it('has an end, which the error tells', () => {
    const tags = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`key-${i}`, 'x'.repeat(20)]));
    expect(() => packedSize({}, tags)).toThrow(
      expect.objectContaining({
        code: 'PackedPolicyTooLarge',
        message: expect.stringMatching(/^Packed policy consumes \d{3}% of allotted space, please use smaller policy\.$/),
      }),
    );
  });
});
