import { expect, it } from 'vitest';
import { trail } from './trail';

const at = { partition: 'aws', account: '111122223333', region: 'eu-west-1' };

it.each([
  [{ QueueUrl: 'http://127.0.0.1:4566/444455556666/q' }, '444455556666', ['arn:aws:sqs:eu-west-1:444455556666:q']],
  [{ QueueUrl: 'http://127.0.0.1:4566/q' }, undefined, []],
  [{ QueueUrl: 'https://example.com/a-long-path/and/q' }, undefined, []],
  [{ QueueUrl: 5 }, undefined, []],
  [{ QueueName: 'q', QueueOwnerAWSAccountId: '444455556666' }, '444455556666', ['arn:aws:sqs:eu-west-1:444455556666:q']],
  [{ QueueName: 'q' }, undefined, ['arn:aws:sqs:eu-west-1:111122223333:q']],
])('whose queue %j means, and which', (input, owner, resources) => {
  expect(trail.owner?.('SendMessage', input)).toBe(owner);
  expect(trail.resources?.('SendMessage', input, at)).toEqual(resources);
});
