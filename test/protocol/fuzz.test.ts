/** Bytes that a client might send by mistake or malice: nothing but AwsErrors, in bounded time. */
import { expect, it } from 'vitest';
import { loadModel } from '../../src/api/load';
import type { Protocol } from '../../src/api/model';
import { AwsError } from '../../src/kernel/errors';
import { codecFor } from '../../src/protocol/codec';
import { decodeMessages, encodeMessage } from '../../src/protocol/event-stream';
import { type Random, seeded } from './random-values';
import { wireRequest } from './wire-requests';

const seed = 4566;
const ROUNDS = 3000;

interface Target {
  readonly service: string;
  readonly protocol: Protocol;
  readonly request: Parameters<typeof wireRequest>[0];
}

const targets: readonly Target[] = [
  {
    service: 'dynamodb',
    protocol: 'json',
    request: {
      headers: { 'x-amz-target': 'DynamoDB_20120810.PutItem' },
      body: '{"TableName":"t","Item":{"a":{"M":{"b":{"L":[{"S":"x"},{"B":"AAAA"},{"NULL":true}]}}}},"ReturnValues":"NONE"}',
    },
  },
  {
    service: 'cloudwatch',
    protocol: 'smithy-rpc-v2-cbor',
    request: {
      uri: '/service/GraniteServiceVersion20100801/operation/PutMetricData',
      body: Buffer.from(
        'bf694e616d6573706163656161 6a4d65747269634461746181bf6a4d65747269634e616d6561626556616c7565fa3fc000006954696d657374616d70c1fb41d0000000000000ffff'.replace(
          / /g,
          '',
        ),
        'hex',
      ),
    },
  },
  {
    service: 's3',
    protocol: 'rest-xml',
    request: {
      method: 'PUT',
      uri: '/bucket?lifecycle',
      body: '<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ID>a&amp;b</ID><Expiration><Days>3</Days></Expiration><!-- x --><Status>Enabled</Status><![CDATA[y]]></Rule></LifecycleConfiguration>',
    },
  },
  {
    service: 'sqs',
    protocol: 'query',
    request: {
      body: 'Action=SendMessageBatch&SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.1.MessageBody=%E2%98%83+x&Version=2012-11-05',
    },
  },
  {
    service: 'ec2',
    protocol: 'ec2',
    request: { body: 'Action=RunInstances&MinCount=1&MaxCount=2&BlockDeviceMapping.1.Ebs.VolumeSize=3&SecurityGroupId.1=x' },
  },
  {
    service: 'lambda',
    protocol: 'rest-json',
    request: { uri: '/2015-03-31/functions', body: '{"FunctionName":"f","Timeout":3,"Environment":{"Variables":{"a":"b"}}}' },
  },
];

it.each(targets)(`$service over $protocol survives changed bytes (seed ${seed})`, ({ service, protocol, request }) => {
  const random = seeded(seed);
  const codec = codecFor(loadModel(service), protocol);
  const original = Buffer.from(request.body as string);
  let parsed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const wire = wireRequest({ ...request, body: round === 0 ? original : changed(original, random) });
    try {
      codec.parse(codec.match(wire), wire);
      parsed++;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      expect(error.status).toBeGreaterThanOrEqual(400);
      expect(error.status).toBeLessThan(500);
    }
  }
  expect(parsed).toBeGreaterThan(0);
  expect(parsed).toBeLessThan(ROUNDS);
});

/** Some bytes flipped, dropped, doubled or moved. */
function changed(original: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(original);
  for (let i = 0; i <= random() * 3; i++) {
    const at = Math.floor(random() * bytes.length);
    const kind = random();
    if (kind < 0.4) bytes[at] = Math.floor(random() * 256);
    else if (kind < 0.6) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + Math.floor(random() * 4))]);
    else if (kind < 0.8) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.floor(random() * bytes.length))]);
    else bytes = bytes.subarray(0, at);
  }
  return bytes;
}

it(`event streams survive changed bytes and any cut (seed ${seed})`, async () => {
  const random = seeded(seed);
  const frame = encodeMessage({
    headers: { ':message-type': 'event', n: { type: 'long', value: 5 }, t: true, b: Buffer.from('x') },
    payload: Buffer.from('{"a":1}'),
  });
  const original = Buffer.concat([frame, frame, frame]);
  for (let round = 0; round < 1000; round++) {
    const bytes = round % 2 === 0 ? original : changed(original, random);
    const cut = Math.floor(random() * bytes.length);
    const messages: unknown[] = [];
    try {
      for await (const message of decodeMessages(pieces(bytes.subarray(0, cut), bytes.subarray(cut)))) messages.push(message);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
    if (round % 2 === 0) expect(messages).toHaveLength(3);
  }
});

async function* pieces(...parts: Buffer[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield part;
}
