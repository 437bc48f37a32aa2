/** Writes what a trail delivers into its bucket: files of events, and digests of files. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  type AuditedCall,
  AwsError,
  decodeCalls,
  type EventHandler,
  type IoContext,
  objectArn,
  type RequestBody,
  servicePrincipal,
  type Tx,
} from '../../kernel';
import { deliveryMs, digestMs, findStream, keyOf, setDelivery, setDigest } from './delivery';
import { folderOf } from './destinations';
import { sha256, signatureAlgorithm, signDigest, signerName } from './digest';
import { dayPath, minuteStamp, parseTrailArn } from './names';
import { sender } from './organization';
import { toRecord } from './record';
import { type LogFile, type Stream, type StreamId, Streams, type Trail, Trails, type Undelivered, UndeliveredCalls } from './state';

const compress = promisify(gzip);
/** Chunks of one file: each holds what was told at once, at most some hundred calls. */
const maxChunks = 40;
const maxFileCalls = 2_000;
const uniqueLength = 16;
const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

interface File {
  readonly key: string;
  readonly text: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Delivers all that waits in a stream. What cannot be written stays, and is tried again after five minutes. */
const deliver: EventHandler = {
  async outside(ctx, id: StreamId) {
    for (;;) {
      const next = await ctx.transact((tx) => nextFile(tx, id));
      if (next === undefined) return;
      const problem = await put(ctx, next.trail, next.file);
      await ctx.transact((tx) => (problem === undefined ? delivered(tx, next) : postpone(tx, next, problem)));
      if (problem !== undefined) return;
    }
  },
};

interface NextFile {
  readonly trail: Trail;
  readonly id: StreamId;
  readonly file: File;
  readonly chunks: readonly Undelivered[];
  readonly calls: readonly AuditedCall[];
}

function findTrail(tx: Tx, { trail }: StreamId): Trail | undefined {
  const { account, region, name } = parseTrailArn(trail);
  return tx.get(Trails, [account, region, name]);
}

function nextFile(tx: Tx, id: StreamId): NextFile | undefined {
  const trail = findTrail(tx, id);
  if (!trail) return undefined;
  const chunks: Undelivered[] = [];
  let count = 0;
  for (const chunk of tx.scan(UndeliveredCalls, { prefix: keyOf(id), limit: maxChunks })) {
    if (count > 0 && count + chunk.count > maxFileCalls) break;
    chunks.push(chunk);
    count += chunk.count;
  }
  if (count === 0) return undefined;
  const calls = chunks.flatMap(({ text }) => decodeCalls(text));
  const name = `${id.account}_CloudTrail_${id.region}_${minuteStamp(tx.now)}_${tx.id('', uniqueLength, alphanumeric)}.json.gz`;
  const key = `${folderOf(trail, id.account)}/CloudTrail/${id.region}/${dayPath(tx.now)}/${name}`;
  return { trail, id, chunks, calls, file: { key, text: JSON.stringify({ Records: calls.map(toRecord) }) } };
}

function delivered(tx: Tx, { trail, id, file, chunks, calls }: NextFile): void {
  const stream = findStream(tx, id);
  if (!stream) return; // the trail was deleted meanwhile
  for (const chunk of chunks) tx.delete(UndeliveredCalls, chunk);
  const times = calls.map(({ at }) => at);
  const logFile: LogFile = {
    bucket: trail.bucket,
    key: file.key,
    hash: sha256(file.text),
    oldest: Math.min(...times),
    newest: Math.max(...times),
  };
  tx.put(Streams, {
    ...stream,
    pending: Math.max(0, stream.pending - calls.length),
    files: stream.digestFrom === undefined ? [] : [...stream.files, logFile],
    deliveredAt: tx.now,
    deliveryError: undefined,
    ...(trail.topicArn !== undefined && { notifiedAt: tx.now }),
  });
  if (trail.topicArn !== undefined) {
    const message = JSON.stringify({ s3Bucket: trail.bucket, s3ObjectKey: [file.key] });
    tx.in({ account: trail.account, region: trail.region }).send(trail.topicArn, message, { from: sender, sourceArn: trail.arn });
  }
}

function postpone(tx: Tx, { trail, id }: NextFile, problem: string): void {
  const stream = findStream(tx, id);
  if (!stream) return;
  tx.put(Streams, { ...stream, deliveryError: problem });
  setDelivery(tx, trail, id, tx.now + deliveryMs);
}

/** Signs what a stream delivered in the last hour. */
const digest: EventHandler = {
  async outside(ctx, { end, ...id }: StreamId & { readonly end: number }) {
    const next = await ctx.transact((tx) => nextDigest(tx, id, end));
    if (next === undefined) return;
    const { trail, signed } = next;
    const metadata = { signature: signed.digest.signature, 'signature-algorithm': signatureAlgorithm };
    const problem = await put(ctx, trail, { key: signed.key, text: signed.text, metadata });
    await ctx.transact((tx) => {
      const stream = findStream(tx, id);
      if (stream?.digestFrom === undefined) return;
      const written = { ...stream, files: filesAfter(stream, next.stream), digest: signed.digest, digestFrom: end };
      const outcome = problem === undefined ? { ...written, digestedAt: tx.now } : stream;
      tx.put(Streams, { ...(trail.isLogging ? outcome : { ...outcome, digestFrom: undefined }), digestError: problem });
      if (trail.isLogging) setDigest(tx, trail, id, end + digestMs);
    });
  },
};

function nextDigest(tx: Tx, id: StreamId, end: number) {
  const trail = findTrail(tx, id);
  const stream = findStream(tx, id);
  if (!trail || stream?.digestFrom === undefined) return undefined;
  return { trail, stream, signed: signDigest(trail, stream, end, tx.signingKey(signerName(id.region))) };
}

/** Those that came while the digest was written are for the next one. */
function filesAfter(now: Stream, then: Stream): readonly LogFile[] {
  return now.files.slice(then.files.length);
}

/** What S3 says against it, as GetTrailStatus shows it; undefined when the file is there. */
async function put(ctx: IoContext, { arn, account, bucket }: Trail, { key, text, metadata }: File): Promise<string | undefined> {
  const bytes = await compress(text);
  const resource = objectArn(ctx, bucket, key);
  const conditions = { 'aws:SourceArn': arn, 'aws:SourceAccount': account, 's3:x-amz-acl': 'bucket-owner-full-control' };
  try {
    await ctx.transact((_tx, decision) =>
      decision.authorise({ action: 's3:PutObject', resource, conditions }, servicePrincipal(sender, account)),
    );
    await ctx.call('s3', 'PutObject', {
      Bucket: bucket,
      Key: key,
      Body: bodyOf(bytes),
      ACL: 'bucket-owner-full-control',
      ContentType: 'application/json',
      ContentEncoding: 'gzip',
      ...(metadata && { Metadata: metadata }),
    });
    return undefined;
  } catch (error) {
    // The denial is worded as CloudTrail's own; what is shown is S3's.
    if (error instanceof AwsError && (error.status ?? 400) < 500) return error.code.replace(/^AccessDeniedException$/, 'AccessDenied');
    throw error;
  }
}

function bodyOf(bytes: Uint8Array): RequestBody {
  return {
    length: bytes.length,
    checksums: {},
    buffered: bytes,
    async *[Symbol.asyncIterator]() {
      yield bytes;
    },
  };
}

export const events: Readonly<Record<string, EventHandler>> = {
  'cloudtrail.delivery-due': deliver,
  'cloudtrail.digest-due': digest,
};
