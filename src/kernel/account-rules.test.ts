import { describe, expect, it } from 'vitest';
import { forbiddenTag, type TagRule, taggedType } from './account-rules';
import { AwsError } from './errors';

const refusal = (sentence: string) => new AwsError('No', sentence);

describe('the type by which tag policies mean a resource', () => {
  it.each([
    [['queue'], 'arn:aws:sqs:us-east-1:111111111111:table', 'sqs:queue'],
    [['bucket'], 'arn:aws:s3:::bucket', 's3:bucket'],
    [['bucket'], 'arn:aws:s3:::photos/key', undefined],
    [['table'], 'arn:aws:dynamodb:us-east-1:111111111111:table/t', 'dynamodb:table'],
    [['table'], 'arn:aws:dynamodb:us-east-1:111111111111:stream/t', undefined],
    [['policy', 'mfa'], 'arn:aws:iam::111111111111:policy/path/p', 'iam:policy'],
    [['policy', 'mfa'], 'arn:aws:iam::111111111111:role/r', undefined],
  ])('of %j, %s is %s', (types, arn, type) => {
    expect(taggedType(arn, { types, refusal })).toBe(type);
  });
});

describe('a tag', () => {
  const rule = (more: Partial<TagRule> = {}): TagRule => ({
    key: 'CostCenter',
    values: ['100', '2*0'],
    enforcedFor: ['sqs:queue'],
    ...more,
  });

  it.each<[string, readonly TagRule[], Record<string, string>, string | undefined]>([
    ['has one of the values', [rule()], { CostCenter: '100' }, undefined],
    ['has a value of a pattern', [rule()], { CostCenter: '20' }, undefined],
    ['has a longer value of a pattern', [rule()], { CostCenter: '2.130' }, undefined],
    ['has less than the pattern', [rule({ values: ['20*02'] })], { CostCenter: '202' }, 'CostCenter'],
    ['has another value', [rule()], { CostCenter: '300' }, 'CostCenter'],
    ['has a value in another case', [rule({ values: ['Test'] })], { CostCenter: 'test' }, 'CostCenter'],
    ['has any value', [rule({ values: undefined })], { CostCenter: '' }, undefined],
    ['has no value there is', [rule({ values: [] })], { CostCenter: 'x' }, 'CostCenter'],
    ['has a key in another case', [rule()], { costcenter: '100' }, 'costcenter'],
    ['is not there', [rule()], { other: 'x' }, undefined],
    ['is bound for another service', [rule({ enforcedFor: ['sns:*'] })], { CostCenter: 'x' }, undefined],
    ['is bound for another type', [rule({ enforcedFor: ['sqs:topic'] })], { CostCenter: 'x' }, undefined],
    ['is bound for a whole service', [rule({ enforcedFor: ['sqs:*'] })], { CostCenter: 'x' }, 'CostCenter'],
    ['is bound for all that can be', [rule({ enforcedFor: ['sns:topic', 'sqs:ALL_SUPPORTED'] })], { CostCenter: 'x' }, 'CostCenter'],
    ['is the second of two', [rule(), rule({ key: 'team' })], { CostCenter: '100', team: 'x' }, 'team'],
  ])('%s', (_what, rules, tags, forbidden) => {
    expect(forbiddenTag(rules, 'sqs:queue', tags)).toBe(forbidden);
  });

  it('that was there before may stay as it is', () => {
    expect(forbiddenTag([rule()], 'sqs:queue', { CostCenter: 'x' }, { CostCenter: 'x' })).toBeUndefined();
    expect(forbiddenTag([rule()], 'sqs:queue', { CostCenter: 'x' }, { CostCenter: 'y' })).toBe('CostCenter');
  });
});
