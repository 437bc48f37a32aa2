/** Records as an earlier Nuvola wrote them, and what they have become. */
import type { BlobRef } from '../../kernel';
import type { DeleteMarker, ObjectChecksum, StoredObject, SystemMetadata, Version } from './state';
import { toSeconds } from './times';

/** Of version 1: its parts were objects of their own, its time in ms. */
interface Object1
  extends Omit<StoredObject, 'modifiedSeconds' | 'checksumAlgorithm' | 'checksumType' | 'checksumValue' | 'blobId' | 'system'> {
  readonly modifiedAt: number;
  readonly body: { readonly inline: true } | { readonly blob: BlobRef };
  readonly checksum: ObjectChecksum;
  readonly system: SystemMetadata;
}

type Version1 = Object1 | (Omit<DeleteMarker, 'modifiedSeconds'> & { readonly modifiedAt: number });

/** Records that are as they should be already were brought up by a start that did not come to its end. */
export function objectFromVersion1(object: Object1 | StoredObject): StoredObject {
  if (!('modifiedAt' in object)) return object;
  const { modifiedAt, body, checksum, system, ...same } = object;
  return {
    modifiedSeconds: toSeconds(modifiedAt),
    checksumAlgorithm: checksum.algorithm,
    checksumType: checksum.type,
    checksumValue: checksum.value,
    blobId: 'blob' in body ? body.blob.id : undefined,
    system: Object.keys(system).length > 0 ? system : undefined,
    ...same,
  };
}

export function versionFromVersion1(version: Version1 | Version): Version {
  if (!('isMarker' in version)) return objectFromVersion1(version);
  if (!('modifiedAt' in version)) return version;
  const { modifiedAt, ...same } = version;
  return { modifiedSeconds: toSeconds(modifiedAt), ...same };
}
