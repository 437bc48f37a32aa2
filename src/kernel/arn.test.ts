import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatArn, parseArn } from './arn';

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

it('reads what it writes', () => {
  const part = fc.stringMatching(/^[a-z0-9-]+$/);
  fc.assert(
    fc.property(part, part, part, part, fc.string(), (partition, service, region, account, resource) => {
      const place = { partition, region, account };
      expect(parseArn(formatArn(place, service, resource))).toEqual({ ...place, service, resource });
    }),
  );
});
