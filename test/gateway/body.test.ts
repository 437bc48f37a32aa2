/** Bodies as services get them, cut by the network wherever it likes. */
import { createHash, createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BodyOptions, type BodySource, decodeWhole, openBody } from '../../src/gateway/body';
import { type ChecksumAlgorithm, checksumBytes, checksumOf } from '../../src/kernel/checksums';
import type { ChunkVerifier } from '../../src/security/chunks';

type Headers = Record<string, string>;

function source(headers: Headers, sent: Uint8Array, cut = 65_536, declared: number | undefined = sent.length): BodySource {
  return {
    headers,
    hasBody: true,
    contentLength: declared,
    readAll: () => Promise.resolve(sent),
    async *chunks() {
      for (let at = 0; at < sent.length; at += cut) yield sent.subarray(at, at + cut);
    },
  };
}

async function read(headers: Headers, sent: Uint8Array, options: BodyOptions & { cut?: number } = {}) {
  // An undeclared length is what makes it stream, however short it is.
  const streamed = { ...source(headers, sent, options.cut), contentLength: undefined };
  const body = await openBody(options.cut === undefined ? source(headers, sent) : streamed, { checksums: true, ...options });
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return { bytes: Buffer.concat(pieces), checksums: body.checksums, length: body.length };
}

const outcome = async (headers: Headers, sent: Uint8Array, options: BodyOptions & { cut?: number } = {}) =>
  read(headers, sent, options).then(
    ({ bytes }) => bytes.toString('latin1'),
    (error) => `${error.code}: ${error.message}`,
  );

const unsignedTrailer = (length: number, trailer?: string): Headers => ({
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'content-encoding': 'aws-chunked',
  'x-amz-decoded-content-length': String(length),
  ...(trailer !== undefined && { 'x-amz-trailer': trailer }),
});

const text = (value: string) => Buffer.from(value, 'latin1');

/** A body in chunks; `sign` writes the signature of each. */
function chunked(pieces: readonly Uint8Array[], trailer: string, sign?: (piece: Uint8Array) => string): Buffer {
  const parts: Uint8Array[] = [];
  for (const piece of [...pieces, new Uint8Array()]) {
    parts.push(text(`${piece.length.toString(16)}${sign ? `;chunk-signature=${sign(piece)}` : ''}\r\n`), piece);
    if (piece.length > 0) parts.push(text('\r\n'));
  }
  return Buffer.concat([...parts, text(`${trailer}\r\n`)]);
}

describe('declared checksums', () => {
  it.each(Object.keys(checksumBytes) as ChecksumAlgorithm[])('%s is compared, in headers and trailers', async (algorithm) => {
    const good = await checksumOf(algorithm, text('hello'));
    const bad = await checksumOf(algorithm, text('hullo'));
    const name = `x-amz-checksum-${algorithm}`;
    const sentence = `BadDigest: The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`;
    const trailed = (value: string) => chunked([text('hello')], `${name}:${value}\r\n`);
    expect(await outcome({ [name]: good }, text('hello'))).toBe('hello');
    expect(await outcome({ [name]: bad }, text('hello'))).toBe(sentence);
    expect(await outcome({ [name]: bad }, text('hello'), { cut: 2 })).toBe(sentence);
    expect(await outcome({ [name]: 'x' }, text('hello'))).toBe(`InvalidRequest: Value for ${name} header is invalid.`);
    expect(await outcome(unsignedTrailer(5, name), trailed(good))).toBe('hello');
    expect(await outcome(unsignedTrailer(5, name), trailed(bad), { cut: 3 })).toBe(sentence);
    expect(await outcome(unsignedTrailer(5, name), trailed('x'))).toBe(`InvalidRequest: Value for ${name} trailing header is invalid.`);
    expect((await read(unsignedTrailer(5, name), trailed(good), { cut: 1 })).checksums).toEqual({ [algorithm]: good });
  });

  const md5 = (value: string) => createHash('md5').update(value).digest('base64');
  const sha256 = (value: string) => createHash('sha256').update(value).digest('hex');
  it.each<[string, string, Headers]>([
    ['Content-MD5', 'hello', { 'content-md5': md5('hello') }],
    ['a wrong Content-MD5', 'BadDigest: The Content-MD5 you specified did not match what we received.', { 'content-md5': md5('x') }],
    ['an impossible Content-MD5', 'InvalidDigest: The Content-MD5 you specified was invalid.', { 'content-md5': 'bm90IG1kNQ==' }],
    ['the signed hash', 'hello', { 'x-amz-content-sha256': sha256('hello') }],
    [
      'a wrong signed hash',
      "XAmzContentSHA256Mismatch: The provided 'x-amz-content-sha256' header does not match what was computed.",
      { 'x-amz-content-sha256': sha256('x') },
    ],
    ['an unsigned payload', 'hello', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }],
    [
      'two checksums',
      'InvalidRequest: Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
      { 'x-amz-checksum-crc32': 'NhCmhg==', 'x-amz-checksum-sha1': 'qvTGHdzF6KLavt4PO0gs2a6pQ00=' },
    ],
    ['headers about checksums that are none', 'hello', { 'x-amz-checksum-type': 'FULL_OBJECT', 'x-amz-checksum-mode': 'ENABLED' }],
    ['gzip, which is the object’s own affair', 'hello', { 'content-encoding': 'gzip' }],
  ])('%s', async (_what, expected, headers) => {
    expect(await outcome(headers, text('hello'))).toBe(expected);
    expect(await outcome(headers, text('hello'), { cut: 1 })).toBe(expected);
  });

  it('leaves checksums alone that speak of an object', async () => {
    expect(await outcome({ 'x-amz-checksum-crc32': 'AAAAAA==' }, text('hello'), { checksums: false })).toBe('hello');
  });
});

describe('aws-chunked', () => {
  const incomplete = 'IncompleteBody: The request body terminated unexpectedly';
  const wrongLength = 'IncompleteBody: You did not provide the number of bytes specified by the Content-Length HTTP header';
  const malformed =
    'MalformedTrailerError: The request contained trailing data that was not well-formed or did not conform to our published schema.';
  const crc = 'x-amz-checksum-crc32';
  it.each<[string, string, Headers, string]>([
    ['a body', 'hello', unsignedTrailer(5), '5\r\nhello\r\n0\r\n\r\n'],
    ['an empty body', '', unsignedTrailer(0), '0\r\n\r\n'],
    ['no empty line at the end', 'hello', unsignedTrailer(5), '5\r\nhello\r\n0\r\n'],
    ['a trailer', 'hello', unsignedTrailer(5, crc), `5\r\nhello\r\n0\r\n${crc}:NhCmhg==\r\n\r\n`],
    [
      'a trailer with spaces and bare newlines',
      'hello',
      unsignedTrailer(5, crc),
      `5\r\nhello\r\n0\r\nX-Amz-Checksum-CRC32: NhCmhg==\n\r\n`,
    ],
    ['upper-case sizes', 'hello world', unsignedTrailer(11), 'B\r\nhello world\r\n0\r\n\r\n'],
    [
      'signatures that nobody checks',
      'hello',
      { ...unsignedTrailer(5), 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
      '5;chunk-signature=abc\r\nhello\r\n0;chunk-signature=def\r\n\r\n',
    ],
    [
      'stars of SigV4A',
      'hello',
      { ...unsignedTrailer(5), 'x-amz-content-sha256': 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD' },
      '5;chunk-signature=abc***\r\nhello\r\n0;chunk-signature=def***\r\n\r\n',
    ],
    [
      'a declared encoding without the hash header',
      'hello',
      { 'content-encoding': 'gzip,aws-chunked', 'x-amz-decoded-content-length': '5' },
      '5\r\nhello\r\n0\r\n\r\n',
    ],
    [
      'a missing signature',
      incomplete,
      { ...unsignedTrailer(5), 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
      '5\r\nhello\r\n0\r\n\r\n',
    ],
    ['a truncated chunk', incomplete, unsignedTrailer(5), '5\r\nhel'],
    ['no last chunk', incomplete, unsignedTrailer(5), '5\r\nhello\r\n'],
    ['nothing', incomplete, unsignedTrailer(5), ''],
    ['a chunk longer than it says', incomplete, unsignedTrailer(5), '4\r\nhello\r\n0\r\n\r\n'],
    ['no size', incomplete, unsignedTrailer(5), 'hello\r\n'],
    ['a negative size', incomplete, unsignedTrailer(5), '-5\r\nhello\r\n0\r\n\r\n'],
    ['a huge size', incomplete, unsignedTrailer(5), 'fffffffffffffffff\r\nhello'],
    ['an endless line', incomplete, unsignedTrailer(5), '5'.repeat(10_000)],
    ['fewer bytes than declared', wrongLength, unsignedTrailer(6), '5\r\nhello\r\n0\r\n\r\n'],
    ['more bytes than declared', wrongLength, unsignedTrailer(4), '5\r\nhello\r\n0\r\n\r\n'],
    [
      'no declared length',
      'MissingContentLength: You must provide the Content-Length HTTP header.',
      { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' },
      '0\r\n\r\n',
    ],
    ['a missing trailer', malformed, unsignedTrailer(5, crc), '5\r\nhello\r\n0\r\n\r\n'],
    ['an unannounced trailer', malformed, unsignedTrailer(5), `5\r\nhello\r\n0\r\n${crc}:NhCmhg==\r\n\r\n`],
    ['a trailer twice', malformed, unsignedTrailer(5, crc), `5\r\nhello\r\n0\r\n${crc}:NhCmhg==\r\n${crc}:NhCmhg==\r\n\r\n`],
    ['a trailer without colon', malformed, unsignedTrailer(5, crc), '5\r\nhello\r\n0\r\nnonsense\r\n\r\n'],
    ['more after the end', malformed, unsignedTrailer(5), '5\r\nhello\r\n0\r\n\r\n5\r\nhello\r\n'],
    [
      'an unknown trailer',
      'InvalidRequest: The value specified in the x-amz-trailer header is not supported',
      unsignedTrailer(5, 'x-amz-nonsense'),
      '0\r\n\r\n',
    ],
    [
      'small chunks before the last',
      'InvalidChunkSizeError: Only the last chunk is allowed to have a size less than 8192 bytes',
      unsignedTrailer(2),
      '1\r\na\r\n1\r\nb\r\n0\r\n\r\n',
    ],
  ])('%s', async (_what, expected, headers, sent) => {
    for (const cut of [undefined, 1, 2, 3, 7, 4096])
      expect(await outcome(headers, text(sent), cut === undefined ? {} : { cut }), `cut ${cut}`).toBe(expected);
  });

  it('hands chunk hashes, trailer hash and signatures to the verifier in order', async () => {
    const seen: string[] = [];
    const verifier: ChunkVerifier = {
      chunk: (signature, hash) => void seen.push(`${signature} ${hash}`),
      trailer: (signature, hash) => void seen.push(`trailer ${signature} ${hash}`),
    };
    const hash = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
    const big = Buffer.alloc(8192, 1);
    let n = 0;
    const line = 'x-amz-checksum-crc32:NhCmhg==';
    const sum = await checksumOf('crc32', Buffer.concat([big, text('end')]));
    const sent = chunked([big, text('end')], `${line.replace('NhCmhg==', sum)}\r\nx-amz-trailer-signature:fff\r\n`, () => `s${n++}`);
    const headers = {
      ...unsignedTrailer(8195, 'x-amz-checksum-crc32'),
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    };
    expect((await read(headers, sent, { verifier, cut: 100 })).bytes.length).toBe(8195);
    expect(seen).toEqual([
      `s0 ${hash(big)}`,
      `s1 ${hash('end')}`,
      `s2 ${hash('')}`,
      `trailer fff ${hash(`x-amz-checksum-crc32:${sum}\n`)}`,
    ]);
  });

  it('asks the verifier about trailers that carry no signature', async () => {
    const verifier: ChunkVerifier = {
      chunk: () => {},
      trailer: (signature) => {
        throw new Error(`refused "${signature}"`);
      },
    };
    const sent = chunked([text('hello')], 'x-amz-checksum-crc32:NhCmhg==\r\n', (piece) =>
      createHmac('sha256', 'k').update(piece).digest('hex'),
    );
    const headers = { ...unsignedTrailer(5, 'x-amz-checksum-crc32'), 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER' };
    await expect(read(headers, sent, { verifier })).rejects.toThrow('refused ""');
  });

  it('gives back any data from any chunks, cut anywhere', async () => {
    const data = fc.array(fc.integer({ min: 8192, max: 9000 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(data, fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 5000 }), async (sizes, last, cut) => {
        const pieces = [...sizes.map((size, i) => Buffer.alloc(size, i)), ...(last.length > 0 ? [last] : [])];
        const whole = Buffer.concat(pieces);
        const trailer = `x-amz-checksum-sha1:${await checksumOf('sha1', whole)}\r\n`;
        const { bytes } = await read(unsignedTrailer(whole.length, 'x-amz-checksum-sha1'), chunked(pieces, trailer), { cut });
        expect(bytes.equals(whole)).toBe(true);
      }),
      { seed: 20260101, numRuns: 60 },
    );
  });

  it('never fails but with an error of S3, whatever comes', async () => {
    const noise = fc.array(
      fc.constantFrom('5', '\r\n', 'hello', '0', ';chunk-signature=', 'a', ':', 'x-amz-checksum-crc32', '\n', '\0', 'ÿ'),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(noise, fc.integer({ min: 1, max: 30 }), async (words, cut) => {
        const result = await read(unsignedTrailer(5, 'x-amz-checksum-crc32'), text(words.join('')), { cut }).catch((error) => error);
        if (result instanceof Error) expect(result).toMatchObject({ code: expect.any(String), status: expect.any(Number) });
      }),
      { seed: 20260101, numRuns: 500 },
    );
  });
});

describe('whole bodies', () => {
  const gzip = { 'content-encoding': 'gzip' };
  it('are the very bytes sent when nothing is encoded', () => {
    const sent = text('{}');
    expect(decodeWhole({ 'x-amz-content-sha256': 'of-every-SDK-call' }, sent)).toBe(sent);
  });
  it('are unzipped, except for S3', async () => {
    const sent = gzipSync('{"a":1}');
    expect(Buffer.from(await decodeWhole(gzip, sent)).toString()).toBe('{"a":1}');
    expect(await decodeWhole(gzip, sent, { s3: true })).toEqual(sent);
  });
  it('refuse bombs, truncated and false gzip', async () => {
    const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024));
    await expect(decodeWhole(gzip, bomb)).rejects.toMatchObject({ status: 413 });
    await expect(decodeWhole(gzip, bomb.subarray(0, 100))).rejects.toMatchObject({ status: 400 });
    await expect(decodeWhole(gzip, text('plain'))).rejects.toMatchObject({ status: 400 });
  });
  it('are checked for S3', async () => {
    const wrong = async () => decodeWhole({ 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, text('x'), { s3: true });
    await expect(wrong()).rejects.toMatchObject({ code: 'BadDigest' });
  });
});
