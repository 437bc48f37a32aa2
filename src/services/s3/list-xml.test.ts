import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeXml } from '../../kernel';
import { writeContents } from './list-xml';
import { algorithms } from './object-checksum';
import { urlEncodeKey } from './object-key';
import type { StoredObject } from './state';

/** As one would write it without any thought of speed. */
function naive(objects: readonly StoredObject[], encode: (key: string) => string, ownerXml: string): string {
  return objects
    .map(
      ({ key, modifiedSeconds, etag, checksumAlgorithm, checksumType, size, storageClass = 'STANDARD' }) =>
        `<Contents><Key>${escapeXml(encode(key))}</Key><LastModified>${new Date(modifiedSeconds * 1000).toISOString()}</LastModified>` +
        `<ETag>&quot;${etag}&quot;</ETag><ChecksumAlgorithm>${checksumAlgorithm}</ChecksumAlgorithm>` +
        `<ChecksumType>${checksumType}</ChecksumType><Size>${size}</Size><StorageClass>${storageClass}</StorageClass>${ownerXml}</Contents>`,
    )
    .join('');
}

const key = fc.oneof(
  fc.string({ minLength: 1, maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom('a', '/', '&', '<', '>', '"', "'", '\r', '\n', '\0', '\x7f', '\uffff', 'é', '€', '😀', ' '),
    maxLength: 60,
  }),
  fc.string({ unit: fc.constantFrom('"', 'x', '\u{10ffff}', '€'), minLength: 900, maxLength: 1024 }),
);
const object = fc.record({
  bucket: fc.constant('b'),
  key,
  versionId: fc.constant('null'),
  size: fc.oneof(fc.nat(), fc.constantFrom(0, 5 * 1024 ** 4, 50 * 1024 ** 4)),
  etag: fc.oneof(fc.string({ unit: fc.constantFrom('0', 'a', 'f'), minLength: 32, maxLength: 32 }), fc.constant(`${'d'.repeat(32)}-10000`)),
  modifiedSeconds: fc.integer({ min: -1e9, max: 4e9 }),
  checksumAlgorithm: fc.constantFrom(...algorithms),
  checksumType: fc.constantFrom('FULL_OBJECT' as const, 'COMPOSITE' as const),
  checksumValue: fc.constant('x'),
  storageClass: fc.constantFrom(undefined, 'STANDARD_IA', 'GLACIER'),
});

it('writes what a naive writer writes, whatever the objects are', () => {
  const ownerXml = fc.constantFrom('', '<Owner><ID>abc</ID></Owner>', `<Owner><ID>${'é'.repeat(600)}</ID></Owner>`);
  fc.assert(
    fc.property(fc.array(object, { maxLength: 150 }), fc.boolean(), ownerXml, (objects, encodes, owner) => {
      const encode = encodes ? urlEncodeKey : (text: string) => text;
      const expected = Buffer.from(naive(objects, encode, owner)).toString();
      expect(Buffer.from(writeContents(objects, encode, owner).between('', '')).toString()).toBe(expected);
    }),
  );
});
