/** Frames of `application/vnd.amazon.eventstream`: lengths, typed headers, payload, two CRCs. */
import { crc32 } from 'node:zlib';
import { AwsError } from '../kernel/errors';

/** A typed header value; numbers are written as 32-bit integers unless tagged. */
export type HeaderValue =
  | boolean
  | string
  | Uint8Array
  | { readonly type: 'byte' | 'short' | 'integer' | 'long' | 'timestamp'; readonly value: number };

export interface EventMessage {
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly payload: Uint8Array;
}

const PRELUDE = 12;
const TRAILER = 4;
/** Limits of the format as AWS documents them: 128 KiB of headers, 16 MiB of payload. */
const MAX_HEADERS = 128 * 1024;
const MAX_TOTAL = 16 * 1024 * 1024 + MAX_HEADERS + PRELUDE + TRAILER;

/** One frame as bytes. */
export function encodeMessage(message: EventMessage): Buffer {
  const headers = Buffer.concat(Object.entries(message.headers).map(([name, value]) => encodeHeader(name, value)));
  const total = PRELUDE + headers.length + message.payload.length + TRAILER;
  const frame = Buffer.allocUnsafe(total);
  frame.writeUInt32BE(total, 0);
  frame.writeUInt32BE(headers.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  headers.copy(frame, PRELUDE);
  frame.set(message.payload, PRELUDE + headers.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, total - TRAILER)), total - TRAILER);
  return frame;
}

function encodeHeader(name: string, value: HeaderValue): Buffer {
  const key = Buffer.from(name, 'utf8');
  return Buffer.concat([Buffer.from([key.length]), key, encodeValue(value)]);
}

function encodeValue(value: HeaderValue): Buffer {
  if (typeof value === 'boolean') return Buffer.from([value ? 0 : 1]);
  if (typeof value === 'string') return lengthPrefixed(7, Buffer.from(value, 'utf8'));
  if (value instanceof Uint8Array) return lengthPrefixed(6, value);
  switch (value.type) {
    case 'byte':
      return Buffer.from([2, value.value & 0xff]);
    case 'short':
      return Buffer.from([3, (value.value >> 8) & 0xff, value.value & 0xff]);
    case 'integer': {
      const bytes = Buffer.from([4, 0, 0, 0, 0]);
      bytes.writeInt32BE(value.value, 1);
      return bytes;
    }
    default: {
      const bytes = Buffer.alloc(9);
      bytes[0] = value.type === 'long' ? 5 : 8;
      bytes.writeBigInt64BE(BigInt(Math.trunc(value.value)), 1);
      return bytes;
    }
  }
}

function lengthPrefixed(type: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([type, bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** Decodes one whole frame; throws a SerializationException when it is damaged. */
export function decodeMessage(frame: Uint8Array): EventMessage {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  if (bytes.length < PRELUDE + TRAILER || bytes.readUInt32BE(0) !== bytes.length) throw damaged('length');
  const headersLength = checkPrelude(bytes);
  if (crc32(bytes.subarray(0, bytes.length - TRAILER)) !== bytes.readUInt32BE(bytes.length - TRAILER)) throw damaged('message checksum');
  const payloadAt = PRELUDE + headersLength;
  return { headers: decodeHeaders(bytes.subarray(PRELUDE, payloadAt)), payload: bytes.subarray(payloadAt, bytes.length - TRAILER) };
}

/** Checks lengths and the prelude's own CRC before anything is waited for; returns the headers' length. */
function checkPrelude(bytes: Buffer): number {
  const total = bytes.readUInt32BE(0);
  const headers = bytes.readUInt32BE(4);
  if (crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8)) throw damaged('prelude checksum');
  if (total > MAX_TOTAL || headers > MAX_HEADERS || headers > total - PRELUDE - TRAILER) throw damaged('length');
  return headers;
}

function decodeHeaders(bytes: Buffer): Record<string, HeaderValue> {
  const headers: Record<string, HeaderValue> = Object.create(null);
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw damaged('header');
    return bytes.subarray(at, (at += length));
  };
  while (at < bytes.length) {
    const name = take(take(1)[0]!).toString('utf8');
    headers[name] = decodeValue(take(1)[0]!, take);
  }
  return headers;
}

function decodeValue(type: number, take: (length: number) => Buffer): HeaderValue {
  switch (type) {
    case 0:
      return true;
    case 1:
      return false;
    case 2:
      return { type: 'byte', value: take(1).readInt8(0) };
    case 3:
      return { type: 'short', value: take(2).readInt16BE(0) };
    case 4:
      return { type: 'integer', value: take(4).readInt32BE(0) };
    case 5:
      return { type: 'long', value: Number(take(8).readBigInt64BE(0)) };
    case 6:
      return take(take(2).readUInt16BE(0));
    case 7:
      return take(take(2).readUInt16BE(0)).toString('utf8');
    case 8:
      return { type: 'timestamp', value: Number(take(8).readBigInt64BE(0)) };
    case 9:
      return take(16);
    default:
      throw damaged('header type');
  }
}

/** Frames from a stream of bytes cut anywhere. Holds at most one frame and one chunk. */
export async function* decodeMessages(stream: AsyncIterable<Uint8Array>): AsyncGenerator<EventMessage> {
  let held: Buffer[] = [];
  let size = 0;
  let wanted = PRELUDE;
  for await (const chunk of stream) {
    held.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    size += chunk.length;
    while (size >= wanted) {
      const bytes = held.length === 1 ? held[0]! : Buffer.concat(held, size);
      held = [bytes];
      if (wanted === PRELUDE) {
        checkPrelude(bytes);
        wanted = bytes.readUInt32BE(0);
        continue;
      }
      yield decodeMessage(bytes.subarray(0, wanted));
      held = [bytes.subarray(wanted)];
      size -= wanted;
      wanted = PRELUDE;
    }
  }
  if (size > 0) throw damaged('end');
}

function damaged(part: string): AwsError {
  return new AwsError('SerializationException', `The event stream is damaged: ${part}`, { status: 400 });
}
