import { describe, expect, it } from 'vitest';
import { openSqs, refusal } from './direct';

describe('sending', () => {
  it('gives an id and the MD5 of body, attributes and system attributes', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    const sent = await sqs.call('SendMessage', {
      QueueUrl,
      MessageBody: 'msg',
      MessageAttributes: {
        Hello: { DataType: 'String', StringValue: 'There' },
        General: { DataType: 'String', StringValue: 'Kenobi' },
        'Help.Me': { DataType: 'String', StringValue: 'Me' },
      },
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793' } },
    });
    expect(sent).toEqual({
      MessageId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      MD5OfMessageBody: '6e2baaf3b97dbeef01c0043275f9a0e7',
      MD5OfMessageAttributes: '4c360f3fdafd970e05fae2f149d997f5',
      MD5OfMessageSystemAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  const body = { MessageBody: 'x' };
  it.each([
    ['an empty body', { MessageBody: '' }, 'MissingParameter: The request must contain the parameter MessageBody.'],
    ['a NUL', { MessageBody: 'a\0b' }, /^InvalidMessageContents: Invalid characters found\. Valid unicode characters are #x9 /],
    ['a lone surrogate', { MessageBody: 'a\ud800b' }, /^InvalidMessageContents/],
    [
      'a body too long',
      { MessageBody: 'x'.repeat(1025) },
      'InvalidParameterValue: One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.',
    ],
    [
      'attributes that make it too long',
      { MessageBody: 'x'.repeat(1020), MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } },
      /shorter than 1024 bytes/,
    ],
    [
      'a long delay',
      { ...body, DelaySeconds: 901 },
      'InvalidParameterValue: Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
    ],
    [
      'a deduplication id',
      { ...body, MessageDeduplicationId: 'd' },
      'InvalidParameterValue: Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.',
    ],
    [
      'a group with a space',
      { ...body, MessageGroupId: 'a b' },
      /^InvalidParameterValue: Value a b for parameter MessageGroupId is invalid\./,
    ],
  ])('refuses %s', async (_, input, sentence) => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q', { MaximumMessageSize: '1024' });
    const answer = await refusal(sqs.call('SendMessage', { QueueUrl, ...input }));
    if (typeof sentence === 'string') expect(answer).toBe(sentence);
    else expect(answer).toMatch(sentence);
    expect(await sqs.counts(QueueUrl)).toBe('0/0/0');
  });

  it('takes emoji, tabs, and a message of exactly the maximum', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q', { MaximumMessageSize: '1024' });
    for (const MessageBody of ['😀\t\r\n', 'x'.repeat(1024)]) await sqs.call('SendMessage', { QueueUrl, MessageBody });
    expect((await sqs.bodies(QueueUrl)).map((text) => text.length)).toEqual([5, 1024]);
  });

  it('answers for a queue that is not there', async () => {
    await using sqs = openSqs();
    const missing = 'QueueDoesNotExist: The specified queue does not exist.';
    expect(await refusal(sqs.call('SendMessage', { QueueUrl: '/111111111111/none', ...body }))).toBe(missing);
    expect(await refusal(sqs.call('ReceiveMessage', { QueueUrl: '/111111111111/none' }))).toBe(missing);
    expect(await refusal(sqs.call('SendMessage', { QueueUrl: 'nonsense', ...body }))).toBe(
      'InvalidAddress: The address nonsense is not valid for this endpoint.',
    );
  });
});

describe('receiving', () => {
  it('hides what it gives until the visibility timeout has passed', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q', { VisibilityTimeout: '10' });
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'a' });
    expect(await sqs.bodies(QueueUrl)).toEqual(['a']);
    expect(await sqs.bodies(QueueUrl)).toEqual([]);
    expect(await sqs.counts(QueueUrl)).toBe('0/1/0');
    await sqs.pass(9.999);
    expect(await sqs.bodies(QueueUrl)).toEqual([]);
    await sqs.pass(0.001);
    expect(await sqs.counts(QueueUrl)).toBe('1/0/0');
    expect(await sqs.bodies(QueueUrl, { VisibilityTimeout: 3 })).toEqual(['a']);
    await sqs.pass(3);
    expect(await sqs.bodies(QueueUrl, { VisibilityTimeout: 0 })).toEqual(['a']);
    expect(await sqs.bodies(QueueUrl)).toEqual(['a']);
  });

  it('gives messages in the order in which they became available, up to the number asked for', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q', { VisibilityTimeout: '5' });
    for (let i = 0; i < 12; i++) await sqs.call('SendMessage', { QueueUrl, MessageBody: `${i}` });
    expect(await sqs.bodies(QueueUrl, { MaxNumberOfMessages: undefined })).toEqual(['0']);
    expect(await sqs.bodies(QueueUrl, { MaxNumberOfMessages: 3 })).toEqual(['1', '2', '3']);
    await sqs.pass(5);
    expect(await sqs.bodies(QueueUrl)).toEqual(['4', '5', '6', '7', '8', '9', '10', '11', '0', '1']);
  });

  it('gives delayed messages when their delay is over: the queue’s, or the message’s own', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q', { DelaySeconds: '10' });
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'queue' });
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'own', DelaySeconds: 4 });
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'none', DelaySeconds: 0 });
    expect(await sqs.counts(QueueUrl)).toBe('1/0/2');
    expect(await sqs.bodies(QueueUrl)).toEqual(['none']);
    await sqs.pass(4);
    expect(await sqs.bodies(QueueUrl)).toEqual(['own']);
    expect(await sqs.counts(QueueUrl)).toBe('0/2/1');
    await sqs.pass(6);
    expect(await sqs.bodies(QueueUrl)).toEqual(['queue']);
  });

  it('gives the system attributes asked for', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q', { VisibilityTimeout: '0' });
    const sentAt = sqs.world.clock.now();
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'a', MessageGroupId: 'tenant' });
    await sqs.pass(1);
    const receive = async (names: object) => (await sqs.call('ReceiveMessage', { QueueUrl, ...names })).Messages?.[0]?.Attributes;
    const first = String(sentAt + 1000);
    expect(await receive({ MessageSystemAttributeNames: ['All'] })).toEqual({
      SenderId: '111111111111',
      SentTimestamp: String(sentAt),
      ApproximateReceiveCount: '1',
      ApproximateFirstReceiveTimestamp: first,
      MessageGroupId: 'tenant',
    });
    await sqs.pass(1);
    expect(await receive({ AttributeNames: ['ApproximateReceiveCount', 'ApproximateFirstReceiveTimestamp'] })).toEqual({
      ApproximateReceiveCount: '2',
      ApproximateFirstReceiveTimestamp: first,
    });
    expect(await receive({})).toBeUndefined();
    expect(await receive({ MessageSystemAttributeNames: ['AWSTraceHeader'] })).toEqual({});
  });

  it('gives the message attributes asked for, with the MD5 of those', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q', { VisibilityTimeout: '0' });
    await sqs.call('SendMessage', {
      QueueUrl,
      MessageBody: 'msg',
      MessageAttributes: { Hello: { DataType: 'String', StringValue: 'There' }, General: { DataType: 'String', StringValue: 'Kenobi' } },
    });
    const receive = async (MessageAttributeNames: string[]) =>
      (await sqs.call('ReceiveMessage', { QueueUrl, MessageAttributeNames })).Messages?.[0];
    expect(await receive(['Hello', 'General'])).toMatchObject({ MD5OfMessageAttributes: 'fca026605781cb4126a1e9044df24232' });
    expect(await receive(['Hello', 'Foo'])).toMatchObject({
      MD5OfMessageAttributes: 'a311262e065454b75da111d535b8dacd',
      MessageAttributes: { Hello: { DataType: 'String', StringValue: 'There' } },
    });
    expect(await receive(['Foo'])).not.toHaveProperty('MD5OfMessageAttributes');
  });

  it.each([
    [
      { MaxNumberOfMessages: 11 },
      'InvalidParameterValue: Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    ],
    [
      { WaitTimeSeconds: 21 },
      'InvalidParameterValue: Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
    ],
    [{ VisibilityTimeout: 43_201 }, /^InvalidParameterValue: Value 43201 for parameter VisibilityTimeout is invalid\./],
    [{ AttributeNames: ['Nonsense'] }, 'InvalidAttributeName: Unknown Attribute Nonsense.'],
  ])('refuses %j', async (input, sentence) => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    const answer = await refusal(sqs.call('ReceiveMessage', { QueueUrl, ...(input as object) }));
    if (typeof sentence === 'string') expect(answer).toBe(sentence);
    else expect(answer).toMatch(sentence);
  });

  it('answers OverLimit at 120,000 messages in flight, and not once some were deleted', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    await sqs.fillFlight('q', 119_999);
    for (const MessageBody of ['a', 'b']) await sqs.call('SendMessage', { QueueUrl, MessageBody });
    const { Messages = [] } = await sqs.call('ReceiveMessage', { QueueUrl });
    expect(await refusal(sqs.call('ReceiveMessage', { QueueUrl }))).toMatch(/^OverLimit/);
    await sqs.call('DeleteMessage', { QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle as string });
    expect(await sqs.bodies(QueueUrl)).toEqual(['b']);
  });

  it('lets a quiet tenant pass a noisy one in a standard queue', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    for (let i = 0; i < 50; i++) await sqs.call('SendMessage', { QueueUrl, MessageBody: `noisy ${i}`, MessageGroupId: 'noisy' });
    await sqs.pass(1);
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'quiet', MessageGroupId: 'quiet' });
    expect(await sqs.bodies(QueueUrl, { MaxNumberOfMessages: 4 })).toContain('quiet');
    for (let i = 0; i < 20; i++) await sqs.bodies(QueueUrl);
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'later', MessageGroupId: 'noisy' });
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'last', MessageGroupId: 'quiet' });
    expect(await sqs.bodies(QueueUrl)).toEqual(['later', 'last']);
  });
});

describe('deleting and hiding', () => {
  const receiveOne = async (sqs: ReturnType<typeof openSqs>, QueueUrl: string, VisibilityTimeout?: number) =>
    (await sqs.call('ReceiveMessage', { QueueUrl, VisibilityTimeout })).Messages?.[0]?.ReceiptHandle as string;

  it('deletes with the newest handle, even after its timeout, and again without complaint', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'a' });
    const old = await receiveOne(sqs, QueueUrl, 1);
    await sqs.pass(1);
    const ReceiptHandle = await receiveOne(sqs, QueueUrl, 1);
    expect(ReceiptHandle).not.toBe(old);
    await sqs.call('DeleteMessage', { QueueUrl, ReceiptHandle: old });
    expect(await sqs.counts(QueueUrl)).toBe('0/1/0');
    await sqs.pass(1);
    for (let i = 0; i < 2; i++) await sqs.call('DeleteMessage', { QueueUrl, ReceiptHandle });
    expect(await sqs.counts(QueueUrl)).toBe('0/0/0');
  });

  it('refuses what was never a handle of this queue', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'a' });
    const ReceiptHandle = await receiveOne(sqs, QueueUrl);
    const other = await sqs.queue('other');
    for (const [url, handle] of [
      [QueueUrl, 'garbage'],
      [other, ReceiptHandle],
    ] as const) {
      const sentence = `ReceiptHandleIsInvalid: The input receipt handle "${handle}" is not a valid receipt handle.`;
      expect(await refusal(sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: handle }))).toBe(sentence);
      expect(await refusal(sqs.call('ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle: handle, VisibilityTimeout: 1 }))).toBe(
        sentence,
      );
    }
  });

  it('changes visibility from now on: longer, shorter, to nothing, and after it has lapsed', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'a' });
    const ReceiptHandle = await receiveOne(sqs, QueueUrl, 10);
    const change = (VisibilityTimeout: number) => sqs.call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout });
    await sqs.pass(5);
    await change(10);
    await sqs.pass(9);
    expect(await sqs.counts(QueueUrl)).toBe('0/1/0');
    await sqs.pass(1);
    expect(await sqs.counts(QueueUrl)).toBe('1/0/0');
    await change(10);
    expect(await sqs.counts(QueueUrl)).toBe('0/1/0');
    await change(0);
    expect(await sqs.bodies(QueueUrl)).toEqual(['a']);
    expect(await refusal(change(5))).toBe(
      `InvalidParameterValue: Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  });

  it('keeps a message hidden for twelve hours from its receive at most', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'a' });
    const ReceiptHandle = await receiveOne(sqs, QueueUrl, 43_200);
    await sqs.pass(1);
    const change = (VisibilityTimeout: number) =>
      refusal(sqs.call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout }));
    expect(await change(43_199)).toBe('no error');
    expect(await change(43_200)).toBe(
      'InvalidParameterValue: Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]',
    );
    expect(await change(43_201)).toMatch(/Must be between 0 and 43200/);
  });
});

describe('batches', () => {
  const entries = (count: number) => Array.from({ length: count }, (_, i) => ({ Id: `${i}`, MessageBody: 'x' }));
  it.each([
    [[], 'EmptyBatchRequest: There should be at least one SendMessageBatchRequestEntry in the request.'],
    [entries(20), 'TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 20.'],
    [[...entries(2), ...entries(1)], 'BatchEntryIdsNotDistinct: Id 0 repeated.'],
    [
      [{ Id: 'a:b', MessageBody: 'x' }],
      /^InvalidBatchEntryId: A batch entry id can only contain alphanumeric characters, hyphens and underscores\. It can be at most 80 letters long\.$/,
    ],
    [[{ Id: 'a'.repeat(81), MessageBody: 'x' }], /^InvalidBatchEntryId/],
    [
      [
        { Id: 'a', MessageBody: 'x'.repeat(1_048_576) },
        { Id: 'b', MessageBody: 'x' },
      ],
      'BatchRequestTooLong: Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
    ],
  ])('are refused as a whole: %#', async (Entries, sentence) => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    const answer = await refusal(sqs.call('SendMessageBatch', { QueueUrl, Entries }));
    if (typeof sentence === 'string') expect(answer).toBe(sentence);
    else expect(answer).toMatch(sentence);
  });

  it('do what they can and say what they could not', async () => {
    await using sqs = openSqs();
    const QueueUrl = await sqs.queue('q');
    const sent = await sqs.call('SendMessageBatch', {
      QueueUrl,
      Entries: [
        { Id: 'good', MessageBody: 'x' },
        { Id: 'late', MessageBody: 'x', DelaySeconds: 1800 },
        { Id: 'bad', MessageBody: '\0' },
      ],
    });
    expect(sent.Successful.map((entry) => entry.Id)).toEqual(['good']);
    expect(sent.Failed).toEqual([
      {
        Id: 'late',
        SenderFault: true,
        Code: 'InvalidParameterValue',
        Message: 'Value 1800 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
      },
      { Id: 'bad', SenderFault: true, Code: 'InvalidMessageContents', Message: expect.any(String) },
    ]);
    const { Messages = [] } = await sqs.call('ReceiveMessage', { QueueUrl });
    const ReceiptHandle = Messages[0]?.ReceiptHandle as string;
    const changed = await sqs.call('ChangeMessageVisibilityBatch', {
      QueueUrl,
      Entries: [
        { Id: 'a', ReceiptHandle, VisibilityTimeout: 60 },
        { Id: 'b', ReceiptHandle },
        { Id: 'c', ReceiptHandle: 'garbage', VisibilityTimeout: 1 },
      ],
    });
    expect([changed.Successful, changed.Failed.map((entry) => [entry.Id, entry.Code])]).toEqual([
      [{ Id: 'a' }],
      [
        ['b', 'MissingParameter'],
        ['c', 'ReceiptHandleIsInvalid'],
      ],
    ]);
    const deleted = await sqs.call('DeleteMessageBatch', {
      QueueUrl,
      Entries: [
        { Id: 'a', ReceiptHandle },
        { Id: 'b', ReceiptHandle: 'garbage' },
      ],
    });
    expect(deleted).toEqual({
      Successful: [{ Id: 'a' }],
      Failed: [
        {
          Id: 'b',
          SenderFault: true,
          Code: 'ReceiptHandleIsInvalid',
          Message: 'The input receipt handle "garbage" is not a valid receipt handle.',
        },
      ],
    });
    expect(await sqs.counts(QueueUrl)).toBe('0/0/0');
  });
});
