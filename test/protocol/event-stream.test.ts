/** Event streams, as frames and as what handlers and clients see. */
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../src/api/load';
import { AwsError } from '../../src/kernel/errors';
import { codecFor } from '../../src/protocol/codec';
import { decodeMessage, encodeMessage } from '../../src/protocol/event-stream';
import { c2jModel } from './c2j-model';
import { bodyBytes, wireRequest } from './wire-requests';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

describe('frames', () => {
  it('carry every type of header', () => {
    const headers = {
      yes: true,
      no: false,
      byte: { type: 'byte', value: -3 },
      short: { type: 'short', value: -300 },
      integer: { type: 'integer', value: -70_000 },
      long: { type: 'long', value: 2 ** 40 },
      bytes: Buffer.from([1, 2]),
      text: 'ünïcödé',
      time: { type: 'timestamp', value: 1_700_000_000_000 },
    } as const;
    const message = decodeMessage(encodeMessage({ headers, payload: Buffer.from('body') }));
    expect({ ...message.headers }).toEqual(headers);
    expect(Buffer.from(message.payload).toString()).toBe('body');
  });

  it('are refused when a bit has changed', () => {
    const frame = encodeMessage({ headers: { a: 'b' }, payload: Buffer.from('body') });
    for (let at = 0; at < frame.length; at++) {
      const damaged = Buffer.from(frame);
      damaged[at]! ^= 1;
      expect(() => decodeMessage(damaged)).toThrow(AwsError);
    }
  });
});

async function answer(service: string, operationName: string, output: Record<string, unknown>) {
  const model = loadModel(service);
  const wire = codecFor(model, model.protocols[0]!).serialise(model.operation(operationName)!, output, 'req-1');
  return { statusCode: wire.status, headers: wire.headers, body: Readable.from([await bodyBytes(wire.body)]) };
}

async function* events(list: readonly Record<string, unknown>[], end?: Error): AsyncGenerator<Record<string, unknown>> {
  yield* list;
  if (end !== undefined) throw end;
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

describe('answers read by the official clients', () => {
  const config = (response: unknown) => ({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    credentials,
    forcePathStyle: true,
    requestHandler: { handle: async () => ({ response }), destroy() {} } as any,
  });

  it('S3 SelectObjectContent: blobs as payload, XML structures, empty events', async () => {
    const { S3Client, SelectObjectContentCommand } = await import('@aws-sdk/client-s3');
    const Payload = events([
      { Records: { Payload: Buffer.from('a,b\n') } },
      { Stats: { Details: { BytesScanned: 5, BytesReturned: 4 } } },
      { End: {} },
    ]);
    const client = new S3Client(config(await answer('s3', 'SelectObjectContent', { Payload })));
    const input = {
      Bucket: 'b',
      Key: 'k',
      Expression: 'x',
      ExpressionType: 'SQL',
      InputSerialization: {},
      OutputSerialization: {},
    } as const;
    const got = await collect((await client.send(new SelectObjectContentCommand(input))).Payload!);
    expect(Buffer.from(got[0]!.Records!.Payload!).toString()).toBe('a,b\n');
    expect(got[1]).toEqual({ Stats: { Details: { BytesScanned: 5, BytesReturned: 4 } } });
    expect(got[2]).toEqual({ End: {} });
  });

  it('Kinesis SubscribeToShard: an initial response, JSON events, an exception as the end', async () => {
    const { KinesisClient, SubscribeToShardCommand } = await import('@aws-sdk/client-kinesis');
    const event = {
      SubscribeToShardEvent: {
        Records: [{ Data: Buffer.from('x'), PartitionKey: 'k', SequenceNumber: '1' }],
        ContinuationSequenceNumber: '1',
        MillisBehindLatest: 0,
      },
    };
    const EventStream = events([event], new AwsError('ResourceInUseException', 'busy'));
    const client = new KinesisClient(config(await answer('kinesis', 'SubscribeToShard', { EventStream })));
    const stream = (
      await client.send(new SubscribeToShardCommand({ ConsumerARN: 'arn', ShardId: 's', StartingPosition: { Type: 'LATEST' } }))
    ).EventStream!;
    const got: any[] = [];
    await expect(
      (async () => {
        for await (const one of stream) got.push(one);
      })(),
    ).rejects.toMatchObject({ name: 'ResourceInUseException', message: 'busy' });
    expect(got[0].SubscribeToShardEvent.Records[0].PartitionKey).toBe('k');
  });

  it('Lambda InvokeWithResponseStream: chunks as they are', async () => {
    const { LambdaClient, InvokeWithResponseStreamCommand } = await import('@aws-sdk/client-lambda');
    const EventStream = events([{ PayloadChunk: { Payload: Buffer.from('one') } }, { InvokeComplete: { LogResult: 'log' } }]);
    const client = new LambdaClient(config(await answer('lambda', 'InvokeWithResponseStream', { StatusCode: 200, EventStream })));
    const got: any[] = await collect((await client.send(new InvokeWithResponseStreamCommand({ FunctionName: 'f' }))).EventStream!);
    expect(Buffer.from(got[0].PayloadChunk.Payload).toString()).toBe('one');
    expect(got[1]).toEqual({ InvokeComplete: { LogResult: 'log' } });
  });
});

/** None of our services takes events yet; this one has the form of those of AWS that do. */
const conversation = {
  metadata: { protocol: 'rest-json', protocols: ['rest-json'], apiVersion: '2020-01-01' },
  operations: [{ name: 'Talk', http: { method: 'POST', requestUri: '/bots/{botId}/talk' }, input: { shape: 'TalkRequest' } }],
  shapes: {
    TalkRequest: {
      type: 'structure',
      payload: 'stream',
      members: { botId: { shape: 'String', location: 'uri', locationName: 'botId' }, stream: { shape: 'TalkEvents' } },
    },
    TalkEvents: { type: 'structure', eventstream: true, members: { TextInputEvent: { shape: 'TextInputEvent' } } },
    TextInputEvent: { type: 'structure', event: true, members: { text: { shape: 'String' } } },
    String: { type: 'string' },
  },
};

describe('requests that stream events', () => {
  it('are read event by event, signed frames unwrapped, an empty signed frame as the end', async () => {
    const model = c2jModel(conversation);
    const operation = model.operation('Talk')!;
    const codec = codecFor(model, 'rest-json');
    const event = encodeMessage({
      headers: { ':message-type': 'event', ':event-type': 'TextInputEvent', ':content-type': 'application/json' },
      payload: Buffer.from('{"text":"hello"}'),
    });
    const signature = { ':chunk-signature': Buffer.alloc(32), ':date': { type: 'timestamp', value: 0 } } as const;
    const body = Buffer.concat([
      encodeMessage({ headers: signature, payload: event }),
      encodeMessage({ headers: signature, payload: new Uint8Array(0) }),
    ]);
    const input: any = codec.parse({ operation, labels: { botId: 'B' } }, wireRequest({ body }));
    expect(await collect(input.stream)).toEqual([{ TextInputEvent: { text: 'hello' } }]);
    expect(input.botId).toBe('B');
  });
});
