/** The codecs against the official SDK clients: what they send we read, what we write they read, for random values. */
import { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../src/api/load';
import type { Operation, Protocol, ServiceModel, Shape } from '../../src/api/model';
import { codecFor } from '../../src/protocol/codec';
import { type Random, randomStructure, seeded } from './random-values';
import { bodyBytes, comparable, wireRequest } from './wire-requests';

/** Clients by service; they cover all protocols. Each is loaded when its turn comes. */
const clients: Readonly<Record<string, () => Promise<any>>> = {
  sqs: () => import('@aws-sdk/client-sqs'),
  sts: () => import('@aws-sdk/client-sts'),
  s3: () => import('@aws-sdk/client-s3'),
  dynamodb: () => import('@aws-sdk/client-dynamodb'),
  kinesis: () => import('@aws-sdk/client-kinesis'),
  events: () => import('@aws-sdk/client-eventbridge'),
  stepfunctions: () => import('@aws-sdk/client-sfn'),
  logs: () => import('@aws-sdk/client-cloudwatch-logs'),
  kms: () => import('@aws-sdk/client-kms'),
  ssm: () => import('@aws-sdk/client-ssm'),
  sns: () => import('@aws-sdk/client-sns'),
  iam: () => import('@aws-sdk/client-iam'),
  rds: () => import('@aws-sdk/client-rds'),
  cloudwatch: () => import('@aws-sdk/client-cloudwatch'),
  lambda: () => import('@aws-sdk/client-lambda'),
  apigateway: () => import('@aws-sdk/client-api-gateway'),
  route53: () => import('@aws-sdk/client-route-53'),
  cloudfront: () => import('@aws-sdk/client-cloudfront'),
  s3control: () => import('@aws-sdk/client-s3-control'),
  cloudformation: () => import('@aws-sdk/client-cloudformation'),
  autoscaling: () => import('@aws-sdk/client-auto-scaling'),
  ecs: () => import('@aws-sdk/client-ecs'),
  apigatewayv2: () => import('@aws-sdk/client-apigatewayv2'),
  'cognito-idp': () => import('@aws-sdk/client-cognito-identity-provider'),
  ec2: () => import('@aws-sdk/client-ec2'),
};

/** Operations whose client does more than write and read the wire, and so cannot be given arbitrary values. */
const special: ReadonlySet<string> = new Set([
  // The same request as ListBuckets but for the host.
  's3:ListDirectoryBuckets',
  // The client does not read the position that its own types have.
  'apigateway:GetSdkTypes',
  // The client makes a host name of a member.
  'events:PutEvents',
  // Clients presign a second request and put it into the first.
  'ec2:CopySnapshot',
  'rds:CopyDBSnapshot',
  'rds:CopyDBClusterSnapshot',
  'rds:CreateDBCluster',
  'rds:CreateDBInstanceReadReplica',
  'rds:StartDBInstanceAutomatedBackupsReplication',
]);

const seed = 20261121;
const OPERATIONS_PER_SERVICE = 1000;

describe(`official clients and our codecs agree on random values (seed ${seed})`, () => {
  for (const [id, load] of Object.entries(clients)) {
    it(id, { timeout: 60_000 }, async () => {
      const model = loadModel(id);
      const sdk = await load();
      const random = seeded(seed + id.length * 7919);
      const failures: string[] = [];
      for (const name of chosen(model, sdk, random)) {
        try {
          await roundTrip(model, sdk, model.operation(name)!, random);
        } catch (error) {
          failures.push(`${name}: ${(error as Error).message}`);
        }
      }
      expect(failures).toEqual([]);
    });
  }
});

/** All operations of small services, a seeded choice of large ones. */
function chosen(model: ServiceModel, sdk: any, random: Random): string[] {
  const all = model.operationNames.filter(
    (name) => sdk[`${name}Command`] !== undefined && !special.has(`${model.id}:${name}`) && !hasEvents(model.operation(name)!),
  );
  return all
    .map((name) => ({ name, order: random() }))
    .sort((a, b) => a.order - b.order)
    .slice(0, OPERATIONS_PER_SERVICE)
    .map(({ name }) => name);
}

function hasEvents({ input, output }: Operation): boolean {
  return [input, output].some((shape) => [...(shape?.members?.values() ?? [])].some((member) => member.shape.eventStream === true));
}

async function roundTrip(model: ServiceModel, sdk: any, operation: Operation, random: Random): Promise<void> {
  let sent: Promise<unknown> | undefined;
  let protocol: Protocol = model.protocols[0]!;
  let expectedOutput: Record<string, unknown> = {};
  const requestHandler = {
    async handle(http: any) {
      protocol = protocolOf(model, http);
      const codec = codecFor(model, protocol);
      const request = wireRequest({ method: http.method, uri: uriOf(http), headers: http.headers, body: await bodyOf(http.body) });
      const matched = codec.match(request);
      expect(matched.operation.name).toBe(operation.name);
      sent = comparable(codec.parse(matched, request));
      expectedOutput = operation.output === undefined ? {} : randomStructure(random, operation.output, { protocol, input: false });
      // The client takes S3's Expires for a date, and drops what is none.
      if (model.id === 's3') delete expectedOutput.Expires;
      const wire = codec.serialise(operation, expectedOutput, 'request-id');
      const headers = Object.fromEntries(Object.entries(wire.headers).map(([name, value]) => [name.toLowerCase(), value]));
      return { response: { statusCode: wire.status, headers, body: Readable.from([await bodyBytes(wire.body)]) } };
    },
    destroy() {},
  };
  const client = new sdk[clientName(sdk)]({ ...clientConfig, ...(model.id === 'sqs' && { md5: false }), requestHandler });
  const input = operation.input === undefined ? {} : randomStructure(random, operation.input, { protocol, input: true });
  // These become parts of host names.
  for (const [name, label] of Object.entries({ AccountId: '123456789012', OutpostId: 'op-1', Bucket: 'bucket' })) {
    if (model.id.startsWith('s3') && input[name] !== undefined) input[name] = label;
  }
  if (model.id === 's3') {
    // The client computes the checksum it is asked for, and has not all of them.
    if (input.ChecksumAlgorithm !== undefined) input.ChecksumAlgorithm = 'CRC32';
    // The client encodes these, and adds their hashes.
    for (const name of ['SSECustomerKey', 'CopySourceSSECustomerKey']) delete input[name];
  }
  const output = await client.send(new sdk[`${operation.name}Command`](toSdk(operation.input, input)));
  const { $metadata: _metadata, ...received } = output;

  same('we read', withoutFilled(model, operation, input, await sent), await comparable(input));
  if (operation.output !== undefined) {
    const wanted = (await comparable(expectedOutput)) as Record<string, unknown>;
    same('the client reads', withoutEmpty((await fromSdk(operation.output, received)) as Record<string, unknown>, wanted), wanted);
  }
}

function same(what: string, got: unknown, wanted: unknown): void {
  if (!equal(got, wanted)) throw new Error(`${what} ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
}

/** Clients of REST services give an empty body or map for none, and any body has a content type. */
function withoutEmpty(received: Record<string, unknown>, wanted: Record<string, unknown>): Record<string, unknown> {
  const empty = (value: unknown) => isDeepStrictEqual(value, {}) || isDeepStrictEqual(value, { base64: '' });
  return Object.fromEntries(
    Object.entries(received).filter(([name, value]) => wanted[name] !== undefined || !(empty(value) || /^contentType$/i.test(name))),
  );
}

/** Deeply equal, where a number is equal to its text: clients and models of different ages do not agree which some members are. */
function equal(got: unknown, wanted: unknown): boolean {
  if (typeof got !== 'object' || typeof wanted !== 'object' || got === null || wanted === null) {
    return Object.is(got, wanted) || (typeof got !== typeof wanted && String(got) === String(wanted));
  }
  const names = Object.keys(got);
  return names.length === Object.keys(wanted).length && names.every((name) => equal((got as any)[name], (wanted as any)[name]));
}

const clientConfig = {
  region: 'us-east-1',
  // A name, since clients put host labels in front of it; nothing is ever connected to.
  endpoint: 'http://localhost:1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  maxAttempts: 1,
  forcePathStyle: true,
  disableHostPrefix: true,
  useQueueUrlAsEndpoint: false,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  disableRequestCompression: true,
};

function clientName(sdk: any): string {
  return Object.keys(sdk).find(
    (name) => /[A-Za-z0-9]Client$/.test(name) && typeof sdk[name].prototype?.send === 'function' && !name.startsWith('__'),
  )!;
}

function protocolOf(model: ServiceModel, http: any): Protocol {
  const headers = Object.fromEntries(Object.entries(http.headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return 'smithy-rpc-v2-cbor';
  if (headers['x-amz-target'] !== undefined) return 'json';
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    ? model.protocols.includes('ec2')
      ? 'ec2'
      : 'query'
    : model.protocols[0]!;
}

function uriOf(http: any): string {
  const query = Object.entries(http.query ?? {}).flatMap(([name, value]) => {
    const key = encodeURIComponent(name);
    if (Array.isArray(value)) return value.map((one) => `${key}=${encodeURIComponent(one)}`);
    return [value === null || value === undefined ? key : `${key}=${encodeURIComponent(String(value))}`];
  });
  return query.length === 0 ? http.path : `${http.path}?${query.join('&')}`;
}

async function bodyOf(body: any): Promise<Uint8Array> {
  if (body === undefined || body === null) return new Uint8Array(0);
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body as any);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Clients fill in tokens, and S3's its checksum and length headers: none of it was asked for. */
function withoutFilled(model: ServiceModel, operation: Operation, input: Record<string, unknown>, sent: any): unknown {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(sent ?? {})) {
    const member = operation.input?.members?.get(name);
    const filled = member?.idempotencyToken === true || (model.id === 's3' && (member?.location === 'header' || name === 'Body'));
    // A structure that is the body and absent is sent as `{}`.
    const emptyBody = name === operation.input?.payload && isDeepStrictEqual(value, {});
    if (input[name] !== undefined || !(filled || emptyBody)) kept[name] = value;
  }
  return kept;
}

/** Timestamps are Dates to the SDK. */
function toSdk(shape: Shape | undefined, value: any): any {
  if (shape === undefined || value === undefined || value === null) return value;
  switch (shape.type) {
    case 'timestamp':
      return new Date(value);
    case 'structure':
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toSdk(shape.members!.get(name)!.shape, item)]));
    case 'list':
      return value.map((item: unknown) => toSdk(shape.element!.shape, item));
    case 'map':
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toSdk(shape.value!.shape, item)]));
    default:
      return value;
  }
}

/** The SDK's answer as comparable handler values, without members that only it knows. */
async function fromSdk(shape: Shape, value: any): Promise<unknown> {
  if (value === undefined || value === null) return value;
  if (value instanceof Date) return value.getTime();
  if (shape.type === 'blob')
    return comparable(typeof value.transformToByteArray === 'function' ? await value.transformToByteArray() : value);
  if (shape.type === 'structure') {
    const entries = Object.entries(value).filter(([name, item]) => item !== undefined && item !== null && shape.members?.has(name));
    return Object.fromEntries(
      await Promise.all(entries.map(async ([name, item]) => [name, await fromSdk(shape.members!.get(name)!.shape, item)])),
    );
  }
  if (shape.type === 'list') return Promise.all(value.map((item: unknown) => fromSdk(shape.element!.shape, item)));
  if (shape.type === 'map') {
    return Object.fromEntries(
      await Promise.all(Object.entries(value).map(async ([key, item]) => [key, await fromSdk(shape.value!.shape, item)])),
    );
  }
  return shape.type === 'string' && typeof value === 'object' ? value.toString() : value;
}
