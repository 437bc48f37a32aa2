/** Takes bodies in and gives them out: hashed while they stream, small ones kept in the state, the rest in the blob store. */
import { createHash, hash } from 'node:crypto';
import { type BlobRef, checksum, checksumOf, type IoContext, type RequestBody, type ResponseBody } from '../../kernel';
import { entityTooLarge, missingContentLength } from './errors';
import type { Content } from './find';
import { bytesOf, type InlineBytes, keepBytes } from './inline-bytes';
import type { Algorithm } from './object-checksum';
import type { ByteRange } from './range';

/** "The maximum size of a single PUT operation is 5 GB", likewise of a part and of a copy's source. */
export const maxSinglePut = 5 * 1024 ** 3;

/** Bodies up to this size live beside their record: one commit, no file. Larger rows would cost the store's pages more than they save. */
const maxInline = 16 * 1024;

const nothing = new Uint8Array(0);

export interface ReceivedBody {
  readonly size: number;
  /** Hexadecimal MD5. */
  readonly md5: string;
  /** Base64, of the algorithm that was asked for. */
  readonly checksum: string | undefined;
  readonly inline: InlineBytes | undefined;
  readonly blob: BlobRef | undefined;
  /** Forgets the bytes, when no record came to name them. */
  discard(): Promise<void>;
}

interface ReceiveOptions {
  readonly maxBytes?: number;
  /** A checksum to work out, where the client's own will not do. */
  readonly compute?: Algorithm | undefined;
  /** Parts never are: they are joined as blobs. */
  readonly mayInline?: boolean;
}

/** Reads a request's body to its end. When this returns, length and declared checksums have been verified. */
export async function receiveBody(ctx: IoContext, body: RequestBody | undefined, options: ReceiveOptions = {}): Promise<ReceivedBody> {
  const { maxBytes = maxSinglePut, compute, mayInline = true } = options;
  if (body === undefined) return receiveBytes(nothing, compute);
  if (body.length === undefined && body.buffered === undefined) throw missingContentLength();
  if ((body.length ?? 0) > maxBytes) throw entityTooLarge(body.length ?? 0, maxBytes);
  if (mayInline && body.buffered !== undefined && body.buffered.length <= maxInline) return receiveBytes(body.buffered, compute);
  return receiveStream(ctx, body, { maxBytes, compute, mayInline });
}

/** The same for bytes at hand; they must be few. */
async function receiveBytes(bytes: Uint8Array, compute: Algorithm | undefined): Promise<ReceivedBody> {
  return {
    size: bytes.length,
    md5: hash('md5', bytes, 'hex'),
    checksum: compute && (await checksumOf(compute, bytes)),
    inline: keepBytes(bytes),
    blob: undefined,
    discard: async () => {},
  };
}

async function receiveStream(
  ctx: IoContext,
  body: AsyncIterable<Uint8Array>,
  options: Required<Omit<ReceiveOptions, 'compute'>> & ReceiveOptions,
): Promise<ReceivedBody> {
  const md5 = createHash('md5');
  const sum = options.compute && (await checksum(options.compute));
  const writer = ctx.blobs.writer();
  try {
    let size = 0;
    for await (const chunk of body) {
      size += chunk.length;
      if (size > options.maxBytes) throw entityTooLarge(size, options.maxBytes);
      md5.update(chunk);
      sum?.update(chunk);
      const wait = writer.write(chunk);
      if (wait) await wait;
    }
    const blob = await writer.finish();
    return {
      size,
      md5: md5.digest('hex'),
      checksum: sum?.digestBase64(),
      inline: undefined,
      blob,
      discard: () => ctx.blobs.delete(blob.id),
    };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** Keeps bytes that come from elsewhere than a request (forms, copies). */
export function receiveChunks(
  ctx: IoContext,
  chunks: AsyncIterable<Uint8Array>,
  compute: Algorithm | undefined,
  maxBytes = maxSinglePut,
): Promise<ReceivedBody> {
  return receiveStream(ctx, chunks, { maxBytes, compute, mayInline: false });
}

/** The bytes of a range as an answer's body. */
export function toResponseBody(ctx: IoContext, content: Content, range: ByteRange): ResponseBody {
  if ('inline' in content) return bytesOf(content.inline).subarray(range.start, range.end);
  return { length: range.end - range.start, stream: ctx.blobs.read({ id: content.blobId }, range) };
}

/** The bytes of a range as a stream. */
export function streamOf(ctx: IoContext, content: Content, range?: ByteRange): AsyncIterable<Uint8Array> {
  if ('inline' in content) return once(bytesOf(content.inline).subarray(range?.start, range?.end));
  return ctx.blobs.read({ id: content.blobId }, range);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Hashes a stored body without moving it. */
export async function hashBody(
  ctx: IoContext,
  content: Content,
  algorithm: Algorithm,
): Promise<{ readonly md5: string; readonly checksum: string }> {
  const md5 = createHash('md5');
  const sum = await checksum(algorithm);
  for await (const chunk of streamOf(ctx, content)) {
    md5.update(chunk);
    sum.update(chunk);
  }
  return { md5: md5.digest('hex'), checksum: sum.digestBase64() };
}
