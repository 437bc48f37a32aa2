/** Bodies in signed chunks, through a whole cloud that checks them. The signer is this file's own, after AWS's description of SigV4. */
import { createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { bytes } from '../system/raw-call';

const accessKey = '111122223333';
const secret = 'test';
const region = 'us-east-1';
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest();

const data = Buffer.from(Array.from({ length: 40_000 }, (_, n) => n % 251));
const checksum = Buffer.alloc(4);
checksum.writeUInt32BE(crc32(data));

interface Upload {
  readonly mode: string;
  readonly trailer?: readonly [name: string, value: string];
  readonly decodedLength?: number;
  /** What is done to the bytes on their way. */
  readonly tamper?: (body: string) => string;
  readonly secret?: string;
}

let cloud: Nuvola;
let s3: S3Client;
beforeAll(async () => {
  cloud = await ownCloud({ signatures: 'verify' });
  s3 = new S3Client({ ...cloud.config({ account: accessKey }), maxAttempts: 1 });
  await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
});
afterAll(() => cloud.close());

/** A PUT of `data` in chunks of 16 KiB, as bytes on the wire. */
function upload(
  key: string,
  { mode, trailer, decodedLength = data.length, tamper = (body) => body, secret: used = secret }: Upload,
): Buffer {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const signingKey = [time.slice(0, 8), region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${used}`);
  const sign = (...lines: string[]) => hmac(signingKey, lines.join('\n')).toString('hex');
  const headers: Record<string, string> = {
    'content-encoding': 'aws-chunked',
    host: new URL(cloud.url).host,
    'x-amz-content-sha256': mode,
    'x-amz-date': time,
    'x-amz-decoded-content-length': `${decodedLength}`,
    ...(trailer && { 'x-amz-trailer': trailer[0] }),
  };
  const names = Object.keys(headers).sort();
  const canonical = ['PUT', `/bucket/${key}`, '', ...names.map((name) => `${name}:${headers[name]}`), '', names.join(';'), mode];
  const seed = sign('AWS4-HMAC-SHA256', time, scope, sha256(canonical.join('\n')));
  const signed = !mode.includes('UNSIGNED');
  let previous = seed;
  let body = '';
  for (let at = 0; at <= data.length; at += 16_384) {
    const chunk = data.subarray(at, at + 16_384);
    if (signed) previous = sign('AWS4-HMAC-SHA256-PAYLOAD', time, scope, previous, sha256(''), sha256(chunk));
    body += `${chunk.length.toString(16)}${signed ? `;chunk-signature=${previous}` : ''}\r\n${chunk.toString('latin1')}\r\n`;
  }
  if (signed) previous = sign('AWS4-HMAC-SHA256-PAYLOAD', time, scope, previous, sha256(''), sha256(''));
  body += `0${signed ? `;chunk-signature=${previous}` : ''}\r\n`;
  if (trailer) {
    const line = trailer.join(':');
    body += `${line}\r\n`;
    if (signed) body += `x-amz-trailer-signature:${sign('AWS4-HMAC-SHA256-TRAILER', time, scope, previous, sha256(`${line}\n`))}\r\n`;
  }
  body = tamper(`${body}\r\n`);
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${names.join(';')}, Signature=${seed}`;
  const sent = { ...headers, authorization, 'content-length': `${body.length}`, connection: 'close' };
  const head = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`PUT /bucket/${key} HTTP/1.1\r\n${head.join('')}\r\n${body}`, 'latin1');
}

const put = (key: string, how: Upload) => bytes(cloud.url, upload(key, how), 5_000);

const right = ['x-amz-checksum-crc32', checksum.toString('base64')] as const;
const signedChunks = { mode: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' };
const signedTrailer = { mode: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', trailer: right };
const unsignedTrailer = { mode: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', trailer: right };
const changeByte = (body: string) => body.replace('\r\n\x00', '\r\n\x01');

it.each<[string, Upload]>([
  ['signed', signedChunks],
  ['signed with a trailer', signedTrailer],
  ['unsigned with a trailer', unsignedTrailer],
])('%s are stored', async (_, how) => {
  expect(await put('stored', how)).toMatch(/^HTTP\/1.1 200 /);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'stored' }));
  expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(data)).toBe(true);
});

it.each<[string, Upload, string]>([
  ['with another byte in a chunk', { ...signedChunks, tamper: changeByte }, 'SignatureDoesNotMatch'],
  ['with another byte, before a trailer', { ...signedTrailer, tamper: changeByte }, 'SignatureDoesNotMatch'],
  ['with another byte, unsigned', { ...unsignedTrailer, tamper: changeByte }, 'BadDigest'],
  ['with another secret', { ...signedChunks, secret: 'wrong' }, 'SignatureDoesNotMatch'],
  [
    'with another trailer than was signed',
    { ...signedTrailer, tamper: (body) => body.replace(right[1], 'AAAAAA==') },
    'SignatureDoesNotMatch',
  ],
  ['with a wrong checksum, signed', { ...signedTrailer, trailer: [right[0], 'AAAAAA=='] }, 'BadDigest'],
  ['longer than they said', { ...signedChunks, decodedLength: 39_999 }, 'IncompleteBody'],
  ['shorter than they said', { ...unsignedTrailer, decodedLength: 40_001 }, 'IncompleteBody'],
])('%s are refused, and nothing is stored', async (_, how, code) => {
  expect(await put('refused', how)).toContain(`<Code>${code}</Code>`);
  await expect(s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'refused' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
});
