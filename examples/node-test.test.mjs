/** node:test: one cloud for the file, an account of its own for each test. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Nuvola } from 'nuvola';

/** @type {Nuvola} */
let cloud;
before(async () => {
  cloud = await Nuvola.start();
});
after(() => cloud.close());

test('a message that nobody deletes comes back when its time is over', async () => {
  const sqs = new SQSClient(cloud.account().config({ inProcess: true }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'jobs', Attributes: { VisibilityTimeout: '3600' } }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'work' }));
  const receive = async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? [];

  assert.equal((await receive()).length, 1);
  assert.equal((await receive()).length, 0);
  await cloud.clock.advance(3_600_000);
  assert.equal((await receive())[0]?.Body, 'work');
});
