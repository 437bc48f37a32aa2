import { describe, expect, it } from 'vitest';
import { declaredAlgorithm, declaredValue } from './object-checksum';

const body = (checksums: Record<string, string>) => ({ length: 0, checksums, buffered: undefined, async *[Symbol.asyncIterator]() {} });

describe('the checksum that a request declares', () => {
  it('is that of its header, or of its trailer', () => {
    expect(declaredAlgorithm({ ChecksumSHA256: 'x' }, {})).toBe('SHA256');
    expect(declaredValue('SHA256', { ChecksumSHA256: 'x' }, undefined)).toBe('x');
    expect(declaredAlgorithm({}, { 'x-amz-trailer': 'x-amz-checksum-crc32c' })).toBe('CRC32C');
    expect(declaredValue('CRC32C', {}, body({ crc32c: 'y' }))).toBe('y');
  });

  it('never has the value of another algorithm', () => {
    expect(declaredValue('CRC32', { ChecksumSHA256: 'x' }, undefined)).toBeUndefined();
    expect(declaredValue('CRC32', { ChecksumSHA256: 'x' }, body({ crc32: 'y', sha256: 'x' }))).toBe('y');
  });

  it('is one at most', () => {
    expect(() => declaredAlgorithm({ ChecksumSHA256: 'x', ChecksumCRC32: 'y' }, {})).toThrow('Expecting a single x-amz-checksum- header');
  });
});
