/** Signed requests as bytes, ready to be written to a socket. */
import { createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { LoadRequest, Server } from './processes';

/** Whose signature a request bears. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secret: string;
}

const root: Keys = { accessKeyId: 'test', secret: 'test' };
const region = 'us-east-1';
const account = '000000000000';
const unsignedPayload = 'UNSIGNED-PAYLOAD';

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

export interface Call {
  readonly service: 'sqs' | 's3' | 'sts' | 'sns' | 'dynamodb' | 'iam';
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The head of a request, signed as an SDK would, by default with the body left out of the signature; ends before content-length. */
function signedHead(server: Server, call: Call, { accessKeyId, secret } = root, payload = unsignedPayload): string {
  const { service, method, path, headers } = call;
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const date = stamp.slice(0, 8);
  const all: Record<string, string> = {
    host: `127.0.0.1:${server.port}`,
    ...headers,
    'x-amz-content-sha256': payload,
    'x-amz-date': stamp,
  };
  const names = Object.keys(all).sort();
  const [pathname = '', query = ''] = path.split('?');
  const canonical = [method, pathname, query, ...names.map((name) => `${name}:${all[name]}`), '', names.join(';'), payload].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), 'aws4_request');
  const signature = hmac(key, toSign).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}authorization: ${authorization}\r\n`;
}

function whole(head: string, body: string | Uint8Array): Uint8Array {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(`${head}content-length: ${bytes.length}\r\n\r\n`), bytes]);
}

/** A request whose body is signed too, with somebody's own keys: what servers that verify take. */
export function signed(
  server: Server,
  call: Call,
  body: string | Uint8Array,
  keys: Keys,
  more: Omit<LoadRequest, 'bytes'> = {},
): LoadRequest {
  const payload = createHash('sha256').update(body).digest('hex');
  return { ...more, bytes: whole(signedHead(server, call, keys, payload), body) };
}

/** An SQS call in the JSON protocol. */
export function sqs(server: Server, operation: string, input: object, more: Omit<LoadRequest, 'bytes'> = {}): LoadRequest {
  return { ...more, bytes: whole(sqsHead(server, operation), JSON.stringify(input)) };
}

/** An SQS call whose body holds something of an earlier answer. */
export function sqsTemplate(server: Server, operation: string, template: readonly [string, string]): LoadRequest {
  return { head: sqsHead(server, operation), template };
}

function sqsHead(server: Server, operation: string): string {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` };
  return signedHead(server, { service: 'sqs', method: 'POST', path: '/', headers });
}

/** A DynamoDB call. */
export function dynamodb(server: Server, operation: string, input: object, more: Omit<LoadRequest, 'bytes'> = {}): LoadRequest {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${operation}` };
  return { ...more, bytes: whole(signedHead(server, { service: 'dynamodb', method: 'POST', path: '/', headers }), JSON.stringify(input)) };
}

/** A call in the query protocol, as older SDKs and the CLI v1 make it. */
export function query(
  server: Server,
  service: 'sqs' | 'sts' | 'sns',
  input: Readonly<Record<string, string>>,
  expect: string,
): LoadRequest {
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  return {
    bytes: whole(signedHead(server, { service, method: 'POST', path: '/', headers }), new URLSearchParams(input).toString()),
    expect,
  };
}

/** An S3 call in path style. */
export function s3(
  server: Server,
  method: 'GET' | 'PUT' | 'DELETE',
  path: string,
  body: string | Uint8Array = '',
  headers: Readonly<Record<string, string>> = {},
): LoadRequest {
  return { bytes: whole(signedHead(server, { service: 's3', method, path, headers }), body) };
}

/** PutObject as today's SDKs make it: with the body's CRC-32. */
export function putObject(server: Server, path: string, body: Uint8Array): LoadRequest {
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  return s3(server, 'PUT', path, body, { 'x-amz-checksum-crc32': crc.toString('base64') });
}

/** The head of an S3 call, for a body that is written apart; ends before content-length. */
export function s3Head(server: Server, method: 'PUT', path: string): string {
  return signedHead(server, { service: 's3', method, path, headers: {} });
}

/** The same kind of request, for a server that looks only at its path. */
export function plain(server: Server, method: 'GET' | 'POST' | 'PUT', path: string, body: string | Uint8Array = ''): LoadRequest {
  return {
    bytes: whole(signedHead(server, { service: 's3', method, path, headers: { 'content-type': 'application/x-amz-json-1.0' } }), body),
  };
}

export const queueUrl = (server: Server, name: string) => `http://127.0.0.1:${server.port}/${account}/${name}`;
