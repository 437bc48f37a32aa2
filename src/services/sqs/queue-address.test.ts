import { describe, expect, it } from 'vitest';
import { checkQueueName, formatQueueUrl, parseQueueArn, parseQueueUrl } from './queue-address';

describe('parseQueueUrl', () => {
  it.each([
    ['http://127.0.0.1:4566/111111111111/q', undefined],
    ['http://[::1]:4566/111111111111/q', undefined],
    ['https://localhost/111111111111/q', undefined],
    ['/111111111111/q', undefined],
    ['https://sqs.eu-west-1.amazonaws.com/111111111111/q', 'eu-west-1'],
    ['https://sqs-fips.us-gov-west-1.amazonaws.com/111111111111/q', 'us-gov-west-1'],
    ['https://eu-central-2.queue.amazonaws.com/111111111111/q', 'eu-central-2'],
    ['https://queue.amazonaws.com/111111111111/q', 'us-east-1'],
    ['http://sqs.ap-southeast-1.localhost.localstack.cloud:4566/111111111111/q', 'ap-southeast-1'],
    ['http://localhost:4566/queue/eu-west-1/111111111111/q', 'eu-west-1'],
  ])('%s is in %s', (url, region) => expect(parseQueueUrl(url)).toEqual({ account: '111111111111', region, name: 'q' }));

  it.each([
    '',
    'q',
    'http://127.0.0.1:4566/q',
    'http://127.0.0.1:4566/11111111111/q',
    '111111111111/q',
    'http://h/111111111111/',
    'http://h/x111111111111/q',
  ])('refuses %j', (url) => expect(() => parseQueueUrl(url)).toThrow(`The address ${url} is not valid for this endpoint.`));

  it('reads what formatQueueUrl writes', () => {
    expect(parseQueueUrl(formatQueueUrl('http://127.0.0.1:4566', '111111111111', 'q.fifo'))).toMatchObject({ name: 'q.fifo' });
  });
});

describe('checkQueueName', () => {
  it.each([
    ['a', false],
    ['A-b_9', false],
    ['a'.repeat(80), false],
    ['a.fifo', true],
    [`${'a'.repeat(75)}.fifo`, true],
  ])('takes %s', (name, fifo) => expect(() => checkQueueName(name, fifo)).not.toThrow());
  it.each([
    ['', false],
    ['a'.repeat(81), false],
    ['a.b', false],
    ['a b', false],
    ['é', false],
    ['a.fifo', false],
    ['a', true],
    ['.fifo', true],
    ['a\n', false],
  ])('refuses %j (fifo: %s)', (name, fifo) => expect(() => checkQueueName(name, fifo)).toThrow(/1 to 80 in length/));
});

describe('parseQueueArn', () => {
  it.each([
    ['arn:aws:sqs:us-east-1:111111111111:q', 'q'],
    ['arn:aws-cn:sqs:cn-north-1:111111111111:q.fifo', 'q.fifo'],
    ['arn:aws:sns:us-east-1:111111111111:q', undefined],
    ['arn:aws:sqs:us-east-1:1:q', undefined],
    ['arn:aws:sqs:us-east-1:111111111111:a/b', undefined],
    ['dummy', undefined],
  ])('%s names %s', (arn, name) => expect(parseQueueArn(arn)?.name).toBe(name));
});
