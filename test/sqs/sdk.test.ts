import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  paginateListQueues,
  QueueDoesNotExist,
  QueueNameExists,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { account, ownCloud } from '../server';

const sqsOf = () => {
  const at = account();
  return { at, sqs: new SQSClient(at.config) };
};

describe('the SDK', () => {
  it('sends, receives and deletes; it checks every MD5 itself', async () => {
    const { at, sqs } = sqsOf();
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
    expect(QueueUrl).toBe(`${at.url}/${at.id}/q`);
    const attributes = {
      text: { DataType: 'String', StringValue: 'héllo <&>' },
      number: { DataType: 'Number.int', StringValue: '42' },
      bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 10]) },
    };
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '😀 body', MessageAttributes: attributes }));
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
        MaxNumberOfMessages: 10,
      }),
    );
    expect(Messages).toHaveLength(1);
    expect(Messages[0]).toMatchObject({ MessageId: sent.MessageId, Body: '😀 body', MD5OfMessageAttributes: sent.MD5OfMessageAttributes });
    expect(Messages[0]?.MessageAttributes?.number).toEqual(attributes.number);
    expect(Buffer.from(Messages[0]?.MessageAttributes?.bytes?.BinaryValue ?? [])).toEqual(Buffer.from([0, 255, 10]));
    expect(Messages[0]?.Attributes?.SenderId).toBe(at.id);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      QueueArn: `arn:aws:sqs:us-east-1:${at.id}:q`,
    });
  });

  it('gets typed errors', async () => {
    const { sqs } = sqsOf();
    const missing = sqs.send(new GetQueueUrlCommand({ QueueName: 'none' }));
    await expect(missing).rejects.toBeInstanceOf(QueueDoesNotExist);
    await expect(missing).rejects.toMatchObject({ message: 'The specified queue does not exist.', $metadata: { httpStatusCode: 400 } });
    await sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
    const other = sqs.send(new CreateQueueCommand({ QueueName: 'q', Attributes: { DelaySeconds: '5' } }));
    await expect(other).rejects.toBeInstanceOf(QueueNameExists);
  });

  it('sends and deletes batches, partly', async () => {
    const { sqs } = sqsOf();
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: 'q.fifo', Attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true' } }),
    );
    const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: `${i}`, MessageBody: i === 5 ? '\u0001' : `m${i}`, MessageGroupId: 'g' }));
    const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect([sent.Successful?.length, sent.Failed?.map((entry) => [entry.Id, entry.Code, entry.SenderFault])]).toEqual([
      9,
      [['5', 'InvalidMessageContents', true]],
    ]);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(Messages.map((message) => message.Body)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm6', 'm7', 'm8', 'm9']);
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: Messages.map(({ ReceiptHandle }, i) => ({ Id: `${i}`, ReceiptHandle: i === 0 ? 'garbage' : ReceiptHandle })),
      }),
    );
    expect([deleted.Successful?.length, deleted.Failed?.[0]?.Code]).toEqual([8, 'ReceiptHandleIsInvalid']);
  });

  it('pages through queues', async () => {
    const { sqs } = sqsOf();
    expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).toBeUndefined();
    for (let i = 0; i < 5; i++) await sqs.send(new CreateQueueCommand({ QueueName: `q${i}` }));
    const pages: number[] = [];
    for await (const page of paginateListQueues({ client: sqs, pageSize: 2 }, {})) pages.push(page.QueueUrls?.length ?? 0);
    expect(pages).toEqual([2, 2, 1]);
  });

  it('keeps accounts and regions apart', async () => {
    const { at, sqs } = sqsOf();
    await sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
    for (const config of [at.configIn('eu-west-1'), account().config]) {
      await expect(new SQSClient(config).send(new GetQueueUrlCommand({ QueueName: 'q' }))).rejects.toBeInstanceOf(QueueDoesNotExist);
    }
  });

  it('waits for a message sent later, and a client that hangs up gets none', async () => {
    const { sqs } = sqsOf();
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
    const gone = new AbortController();
    const left = expect(
      sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), { abortSignal: gone.signal }),
    ).rejects.toThrow();
    gone.abort();
    await left;
    const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    expect((await waiting).Messages?.map((message) => message.Body)).toEqual(['a']);
  });
});

describe('the query protocol', () => {
  const query = async (url: string, id: string, parameters: Record<string, string>) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${id}/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=x`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ Version: '2012-11-05', ...parameters }),
    });
    return { status: response.status, text: await response.text() };
  };

  it('does the same, in XML, with its own error codes', async () => {
    const { id, url } = account();
    const created = await query(url, id, {
      Action: 'CreateQueue',
      QueueName: 'q',
      'Attribute.1.Name': 'VisibilityTimeout',
      'Attribute.1.Value': '7',
    });
    expect(created).toMatchObject({ status: 200, text: expect.stringContaining(`<QueueUrl>${url}/${id}/q</QueueUrl>`) });
    const queue = `${url}/${id}/q`;
    const sent = await query(queue, id, {
      Action: 'SendMessage',
      QueueUrl: queue,
      MessageBody: 'test',
      'MessageAttribute.1.Name': 'a',
      'MessageAttribute.1.Value.DataType': 'String',
      'MessageAttribute.1.Value.StringValue': 'b',
    });
    expect(sent.text).toContain('<MD5OfMessageBody>098f6bcd4621d373cade4e832627b4f6</MD5OfMessageBody>');
    const received = await query(queue, id, {
      Action: 'ReceiveMessage',
      QueueUrl: queue,
      'AttributeName.1': 'All',
      'MessageAttributeName.1': 'All',
    });
    expect(received.text).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
    const missing = await query(url, id, { Action: 'GetQueueUrl', QueueName: 'none' });
    expect(missing).toMatchObject({ status: 400, text: expect.stringContaining('<Code>AWS.SimpleQueueService.NonExistentQueue</Code>') });
    expect(missing.text).toContain('<Message>The specified queue does not exist for this wsdl version.</Message>');
    expect((await query(url, id, { Action: 'CreateQueue', QueueName: 'a b' })).text).toContain('<Code>InvalidParameterValue</Code>');
  });
});

describe('a cloud of one’s own', () => {
  it('moves its clock through visibility timeouts and long polls', async () => {
    await using cloud = await ownCloud();
    cloud.clock.freeze();
    const sqs = new SQSClient(cloud.config());
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q', Attributes: { VisibilityTimeout: '3600' } }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    const receive = async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.length ?? 0;
    expect([await receive(), await receive()]).toEqual([1, 0]);
    await cloud.clock.advance(3_600_000);
    expect(await receive()).toBe(1);
  });
});
