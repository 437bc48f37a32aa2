import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountOfArn, bucketArn, formatArn, objectArn, parseArn, serviceOfArn } from './arn';

it.each([
  [
    'arn:aws:sqs:us-east-1:123456789012:name',
    { partition: 'aws', service: 'sqs', region: 'us-east-1', account: '123456789012', resource: 'name' },
  ],
  ['arn:aws:s3:::bucket/a:b', { partition: 'aws', service: 's3', region: '', account: '', resource: 'bucket/a:b' }],
  ['arn:aws:sqs:us-east-1:1:', { partition: 'aws', service: 'sqs', region: 'us-east-1', account: '1', resource: '' }],
  ['arn:aws:sqs:us-east-1:1', undefined],
  ['arn:aws:sqs', undefined],
  ['arn:aws::us-east-1:1:x', undefined],
  ['arn::sqs:us-east-1:1:x', undefined],
  ['arn:', undefined],
  ['ARN:aws:sqs:us-east-1:1:x', undefined],
  ['name', undefined],
])('%s', (text, arn) => {
  expect(parseArn(text)).toEqual(arn);
});

it('names buckets and objects without region and account', () => {
  const at = { partition: 'aws-cn' };
  expect([bucketArn(at, 'photos'), objectArn(at, 'photos', 'a/b:c')]).toEqual(['arn:aws-cn:s3:::photos', 'arn:aws-cn:s3:::photos/a/b:c']);
});

it('reads what it writes', () => {
  const part = fc.stringMatching(/^[a-z0-9-]+$/);
  fc.assert(
    fc.property(part, part, part, part, fc.string(), (partition, service, region, account, resource) => {
      const place = { partition, region, account };
      expect(parseArn(formatArn(place, service, resource))).toEqual({ ...place, service, resource });
    }),
  );
});

describe('parts of an ARN', () => {
  it.each<[string, string, string | undefined]>([
    ['arn:aws:sqs:us-east-1:123456789012:jobs', 'sqs', '123456789012'],
    ['arn:aws:s3:::bucket/key:with:colons', 's3', undefined],
    ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'iam', 'aws'],
    ['*', '', undefined],
    ['', '', undefined],
  ])('of %s', (arn, service, account) => {
    expect(serviceOfArn(arn)).toBe(service);
    expect(accountOfArn(arn)).toBe(account);
  });
});
