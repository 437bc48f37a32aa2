import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ChecksumAlgorithm, checksum, checksumAlgorithm, checksumBytes, checksumOf, isChecksumValue } from './checksums';

const check = Buffer.from('123456789');
const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex');

describe('checksums of "123456789" and of nothing', () => {
  // CRC check values: the catalogue of parametrised CRC algorithms; XXH: xxHash's own command line tool.
  it.each([
    ['crc32', 'cbf43926', '00000000'],
    ['crc32c', 'e3069283', '00000000'],
    ['crc64nvme', 'ae8b14860a799888', '0000000000000000'],
    ['xxhash64', '8cb841db40e6ae83', 'ef46db3751d8e999'],
    ['xxhash3', undefined, '2d06800538d394c2'],
    ['xxhash128', undefined, '99aa06d3014798d86001c324468d497f'],
    ['md5', createHash('md5').update(check).digest('hex'), 'd41d8cd98f00b204e9800998ecf8427e'],
    ['sha1', createHash('sha1').update(check).digest('hex'), 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['sha256', createHash('sha256').update(check).digest('hex'), createHash('sha256').digest('hex')],
    ['sha512', createHash('sha512').update(check).digest('hex'), createHash('sha512').digest('hex')],
  ] as const)('%s', async (algorithm, ofCheck, ofNothing) => {
    if (ofCheck !== undefined) expect(hex(await checksumOf(algorithm, check))).toBe(ofCheck);
    expect(hex(await checksumOf(algorithm, new Uint8Array()))).toBe(ofNothing);
  });
});

it.each(Object.keys(checksumBytes) as ChecksumAlgorithm[])(
  '%s is the same in pieces, interleaved with another stream',
  async (algorithm) => {
    const bytes = Buffer.from(Array.from({ length: 100_003 }, (_, i) => (i * 31) & 0xff));
    const whole = await checksumOf(algorithm, bytes);
    const a = await checksum(algorithm);
    const b = await checksum(algorithm);
    for (let at = 0; at < bytes.length; at += 4_097) {
      a.update(bytes.subarray(at, at + 4_097));
      b.update(check);
    }
    expect(a.digestBase64()).toBe(whole);
    expect(b.digestBase64()).not.toBe(whole);
    expect(isChecksumValue(algorithm, whole)).toBe(true);
    expect(await checksumOf(algorithm, bytes)).toBe(whole);
  },
);

it('tells values from nonsense', () => {
  expect(isChecksumValue('crc32', 'AAAAAA==')).toBe(true);
  for (const bad of ['', 'AAAA', 'AAAAAA', 'AAAAAAA=', '!!!!!!==', 'AAAAAAAA', 'AAAAAB=='])
    expect(isChecksumValue('crc32', bad)).toBe(false);
  expect(checksumAlgorithm('CRC64NVME')).toBe('crc64nvme');
  expect(checksumAlgorithm('toString')).toBeUndefined();
});

it.each(['crc32c', 'crc64nvme'] as const)('%s is the same over small bodies as over streams', async (algorithm) => {
  for (const length of [0, 1, 7, 8, 9, 15, 16, 1024, 65_536, 65_537]) {
    const bytes = Buffer.from(Array.from({ length }, (_, i) => (i * 97 + length) & 0xff));
    const stream = await checksum(algorithm);
    stream.update(bytes);
    expect(await checksumOf(algorithm, bytes)).toBe(stream.digestBase64());
  }
});
