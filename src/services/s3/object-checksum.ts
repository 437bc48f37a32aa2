/** Which checksum a write brings or gets, and the members by which answers name it. */
import type { RequestBody } from '../../kernel';
import { invalidRequest } from './errors';
import type { ObjectChecksum, StoredObject } from './state';

export const algorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256', 'SHA512', 'MD5', 'XXHASH64', 'XXHASH3', 'XXHASH128'] as const;
export type Algorithm = (typeof algorithms)[number];

/** What S3 adds when the client brings none (user guide, "Checking object integrity"). */
export const defaultAlgorithm: Algorithm = 'CRC64NVME';

export type ChecksumMembers = { readonly [A in Algorithm as `Checksum${A}`]?: string | undefined };
/** Names built once: every request looks for them. */
const members = algorithms.map((algorithm) => ({ algorithm, member: `Checksum${algorithm}` as const }));
type Headers = Readonly<Record<string, string | undefined>>;

export function isAlgorithm(name: string): name is Algorithm {
  return (algorithms as readonly string[]).includes(name);
}

/** The checksum members of an input that are there; S3 takes one at most. */
export function givenChecksum(input: ChecksumMembers): { readonly algorithm: Algorithm; readonly value: string } | undefined {
  let given: { algorithm: Algorithm; value: string } | undefined;
  for (const { algorithm, member } of members) {
    const value = input[member];
    if (value === undefined) continue;
    if (given) throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
    given = { algorithm, value };
  }
  return given;
}

/** The algorithm of the checksum that comes with a body, in a header or in the trailer. Its value has been verified when the body has been read. */
export function declaredAlgorithm(
  input: ChecksumMembers & { readonly ChecksumAlgorithm?: string | undefined },
  headers: Headers,
): Algorithm | undefined {
  const given = givenChecksum(input)?.algorithm;
  if (given) return given;
  for (const name of headers['x-amz-trailer']?.split(',') ?? []) {
    const match = /^\s*x-amz-checksum-(\w+)\s*$/i.exec(name);
    const algorithm = match?.[1]?.toUpperCase();
    if (algorithm !== undefined && isAlgorithm(algorithm)) return algorithm;
  }
  // MD5 has a header of its own, older than all of these.
  const isContentMd5 = input.ChecksumAlgorithm === 'MD5' && headers['content-md5'] !== undefined;
  if (input.ChecksumAlgorithm !== undefined && headers['x-amz-sdk-checksum-algorithm'] !== undefined && !isContentMd5)
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  return undefined;
}

/** The value of the declared checksum, once the body has been read. */
export function declaredValue(algorithm: Algorithm, input: ChecksumMembers, body: RequestBody | undefined): string | undefined {
  return input[`Checksum${algorithm}`] ?? body?.checksums[algorithm.toLowerCase()];
}

/** As its record has it, member by member. */
export function checksumOfObject({ checksumAlgorithm, checksumType, checksumValue }: StoredObject): ObjectChecksum {
  return { algorithm: checksumAlgorithm, type: checksumType, value: checksumValue };
}

/** `{ ChecksumCRC32: '…', ChecksumType: 'FULL_OBJECT' }` */
export function toChecksumMembers(checksum: ObjectChecksum): ChecksumMembers & { ChecksumType: ObjectChecksum['type'] } {
  const { algorithm, type, value } = checksum;
  // Nearly all have one of these two, which a literal makes in a tenth of the time.
  if (algorithm === 'CRC32') return { ChecksumCRC32: value, ChecksumType: type };
  if (algorithm === 'CRC64NVME') return { ChecksumCRC64NVME: value, ChecksumType: type };
  return { ChecksumType: type, ...toChecksumMember(algorithm, value) };
}

/** The same without the type, as parts have it. */
export function toChecksumMember(algorithm: string, value: string): ChecksumMembers {
  return { [`Checksum${algorithm}`]: value };
}
