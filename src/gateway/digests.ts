/** What a client declared about its body's bytes, and whether it is so. Sentences are S3's. */
import { hash } from 'node:crypto';
import { type Checksum, type ChecksumAlgorithm, checksum, checksumAlgorithm, isChecksumValue } from '../kernel/checksums';
import { AwsError } from '../kernel/errors';
import { contentSha256Mismatch } from '../security/errors';
import type { Headers } from './request';

const prefix = 'x-amz-checksum-';
const hexSha256 = /^[0-9a-f]{64}$/i;

interface Declared {
  readonly algorithm: ChecksumAlgorithm;
  readonly from: 'header' | 'trailer' | 'content-md5' | 'content-sha256';
  /** Base64, or hex for content-sha256; undefined until the trailers have come. */
  readonly expected: string | undefined;
}

/** With its sum, which a body that is at hand as a whole may do without. */
interface Summed extends Declared {
  sum: Checksum | undefined;
}

interface DigestOptions {
  /** Do `x-amz-checksum-*` headers speak of this body? Not where they speak of an object (CompleteMultipartUpload). */
  readonly checksums: boolean;
  /** Names that `x-amz-trailer` announced, in lower case. */
  readonly trailers: readonly string[];
}

/** Checksums of a body while it passes, or at one stroke. */
export class Digests {
  /** Base64 by lower-case algorithm; what stands in trailers is added by `finish`. */
  readonly declared: Record<string, string> = {};
  readonly #list: readonly Summed[];

  private constructor(list: readonly Summed[]) {
    this.#list = list;
    for (const { algorithm, from, expected } of list) {
      if (expected !== undefined && from !== 'content-sha256') this.declared[algorithm] = expected;
    }
  }

  /** Undefined when nothing was declared; a promise while an algorithm is loaded. Throws for values that no body could have. */
  static open(headers: Headers, options: DigestOptions): Digests | undefined | Promise<Digests> {
    const wanted = declarations(headers, options);
    if (wanted.length === 0) return undefined;
    const sums = wanted.map(({ algorithm, from }) => (from === 'content-sha256' ? undefined : checksum(algorithm)));
    // Every field spelt out: most requests to S3 declare something, and a spread costs more than the rest.
    const listed = (ready: readonly (Checksum | undefined)[]) =>
      new Digests(wanted.map(({ algorithm, from, expected }, i) => ({ algorithm, from, expected, sum: ready[i] })));
    return sums.some((sum) => sum instanceof Promise) ? Promise.all(sums).then(listed) : listed(sums as (Checksum | undefined)[]);
  }

  update(bytes: Uint8Array): void {
    for (const entry of this.#list) (entry.sum ??= checksum('sha256') as Checksum).update(bytes);
  }

  /** The whole body, of which nothing was told before. Throws as `finish`. */
  checkWhole(bytes: Uint8Array): void {
    for (const entry of this.#list) {
      // at one stroke: a stream of its own would cost more than the hash of most bodies
      if (entry.from === 'content-sha256') checkContentSha256(entry, hash('sha256', bytes, 'hex'));
      else entry.sum?.update(bytes);
    }
    this.#compare(none);
  }

  /** Throws when what was declared is not what came. */
  finish(trailers: Readonly<Record<string, string>>): void {
    for (const entry of this.#list) {
      if (entry.from !== 'content-sha256') continue;
      const sum = entry.sum ?? (checksum('sha256') as Checksum);
      checkContentSha256(entry, Buffer.from(sum.digest()).toString('hex'));
    }
    this.#compare(trailers);
  }

  #compare(trailers: Readonly<Record<string, string>>): void {
    for (const { algorithm, from, expected, sum } of this.#list) {
      if (from === 'content-sha256' || sum === undefined) continue;
      const value = expected ?? trailers[prefix + algorithm] ?? '';
      if (expected === undefined && !isChecksumValue(algorithm, value))
        throw invalidRequest(`Value for ${prefix}${algorithm} trailing header is invalid.`);
      this.declared[algorithm] = value;
      const found = sum.digestBase64();
      if (found !== value) throw from === 'content-md5' ? badMd5(value, found) : badDigest(algorithm);
    }
  }
}

const none: Readonly<Record<string, string>> = {};

function checkContentSha256({ expected = '' }: Declared, found: string): void {
  if (found !== expected.toLowerCase()) throw contentSha256Mismatch(expected, found);
}

function declarations(headers: Headers, { checksums, trailers }: DigestOptions): Declared[] {
  const list: Declared[] = [];
  const md5 = headers['content-md5'];
  if (md5 !== undefined) {
    if (!isChecksumValue('md5', md5)) throw invalidMd5(md5);
    list.push({ algorithm: 'md5', from: 'content-md5', expected: md5 });
  }
  const sha256 = headers['x-amz-content-sha256'];
  if (sha256 !== undefined && hexSha256.test(sha256)) list.push({ algorithm: 'sha256', from: 'content-sha256', expected: sha256 });
  if (!checksums) return list;
  const flexible = flexibleChecksums(headers, trailers);
  if (flexible.length > 1) throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  return flexible.length === 0 ? list : [...list, ...flexible];
}

function flexibleChecksums(headers: Headers, trailers: readonly string[]): Declared[] {
  const list: Declared[] = [];
  for (const name in headers) {
    if (!name.startsWith(prefix)) continue;
    const algorithm = checksumAlgorithm(name.slice(prefix.length));
    if (algorithm === undefined) continue;
    const expected = headers[name]!;
    if (!isChecksumValue(algorithm, expected)) throw invalidRequest(`Value for ${name} header is invalid.`);
    list.push({ algorithm, from: 'header', expected });
  }
  for (const name of trailers) {
    const algorithm = name.startsWith(prefix) ? checksumAlgorithm(name.slice(prefix.length)) : undefined;
    if (algorithm === undefined) throw invalidRequest('The value specified in the x-amz-trailer header is not supported');
    list.push({ algorithm, from: 'trailer', expected: undefined });
  }
  return list;
}

function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequest', message, { status: 400 });
}

function badDigest(algorithm: ChecksumAlgorithm): AwsError {
  return new AwsError('BadDigest', `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`, { status: 400 });
}

/** Code and sentence are S3's; that one digest is hexadecimal and the other base64 is from memory of its answers. */
function badMd5(expected: string, found: string): AwsError {
  return new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
    status: 400,
    fields: { ExpectedDigest: Buffer.from(expected, 'base64').toString('hex'), CalculatedDigest: found },
  });
}

function invalidMd5(value: string): AwsError {
  return new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.', { status: 400, fields: { 'Content-MD5': value } });
}
