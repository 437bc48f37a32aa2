/** Any history of puts, deletions and switches against a model of it: a list of versions per key, the newest first. */
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { failureOf, newBucketName } from './cloud';

interface ModelVersion {
  readonly id: string;
  /** Undefined: a delete marker. */
  readonly body: string | undefined;
}

const step = fc.oneof(
  fc.record({ do: fc.constant('put' as const), key: fc.constantFrom('a', 'b/c', '😀') }),
  fc.record({ do: fc.constant('delete' as const), key: fc.constantFrom('a', 'b/c', '😀') }),
  fc.record({ do: fc.constant('delete version' as const), key: fc.constantFrom('a', 'b/c', '😀'), pick: fc.nat(20) }),
  fc.record({ do: fc.constantFrom('Enabled' as const, 'Suspended' as const), key: fc.constant('') }),
);

let cloud: Nuvola;
let s3: S3Client;
beforeAll(async () => {
  cloud = await ownCloud();
  s3 = new S3Client(cloud.config({ inProcess: true }));
});
afterAll(() => cloud.close());

it('agrees with the model, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const Bucket = newBucketName();
      await s3.send(new CreateBucketCommand({ Bucket }));
      const model = new Map<string, ModelVersion[]>();
      let status: 'Enabled' | 'Suspended' | undefined;
      for (const [i, next] of steps.entries()) {
        if (next.do === 'Enabled' || next.do === 'Suspended') {
          status = next.do;
          await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: status } }));
          continue;
        }
        const Key = next.key;
        const versions = model.get(Key) ?? [];
        const others = status === 'Enabled' ? versions : versions.filter(({ id }) => id !== 'null');
        if (next.do === 'put') {
          const body = `body ${i}`.repeat(i % 3 === 0 ? 5000 : 1);
          const { VersionId: id = 'null' } = await s3.send(new PutObjectCommand({ Bucket, Key, Body: body }));
          model.set(Key, [{ id, body }, ...others]);
        } else if (next.do === 'delete') {
          const { VersionId: id, DeleteMarker } = await s3.send(new DeleteObjectCommand({ Bucket, Key }));
          expect(DeleteMarker ?? false).toBe(status !== undefined);
          model.set(Key, status === undefined ? [] : [{ id: id as string, body: undefined }, ...others]);
        } else if (next.do === 'delete version' && versions.length > 0) {
          const { id } = versions[next.pick % versions.length] as ModelVersion;
          await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: id }));
          model.set(
            Key,
            versions.filter((version) => version.id !== id),
          );
        }
      }
      await expectAgreement(Bucket, model);
    }),
    { numRuns: 30 },
  );
});

async function expectAgreement(Bucket: string, model: ReadonlyMap<string, readonly ModelVersion[]>): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  const found = [...Versions, ...DeleteMarkers].map(({ Key, VersionId, IsLatest }) => `${Key} ${VersionId} ${IsLatest}`).sort();
  const expected = [...model].flatMap(([key, versions]) => versions.map(({ id }, i) => `${key} ${id} ${i === 0}`)).sort();
  expect(found).toEqual(expected);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const live = [...model].filter(([, [newest]]) => newest?.body !== undefined).map(([key]) => key);
  expect(Contents.map(({ Key }) => Key).sort()).toEqual(live.sort());
  for (const [Key, versions] of model) {
    // Each key's versions are listed newest first.
    const order = Versions.filter((version) => version.Key === Key).map(({ VersionId }) => VersionId);
    expect(order).toEqual(versions.filter(({ body }) => body !== undefined).map(({ id }) => id));
    for (const { id, body } of versions) {
      const read = s3.send(new GetObjectCommand({ Bucket, Key, VersionId: id }));
      if (body === undefined) expect((await failureOf(read)).status).toBe(405);
      else expect(await (await read).Body?.transformToString()).toBe(body);
    }
  }
}
