/** A reset, or a loaded snapshot, while an upload is under way: nothing of it is left, in records or in blobs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Cloud } from '../../src/gateway/cloud';
import { call, scope } from './raw-call';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open(store: string): Promise<Cloud> {
  const folder = store === 'lmdb' ? mkdtempSync(join(tmpdir(), 'nuvola-reset-')) : undefined;
  if (folder) ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const cloud = await Cloud.open({ strict: true, ...(folder && { data: join(folder, 'data') }) });
  ends.push(() => cloud.close());
  await cloud.listen(0);
  return cloud;
}

const authorization = scope('s3');
const size = 2_000_000;

/** Half of an upload has arrived when this returns; `finish` sends the rest and gives the status of the answer. */
async function halfAnUpload(url: string): Promise<{ finish(): Promise<number> }> {
  const headers = { 'content-length': size, authorization, expect: '100-continue' };
  const upload = request(`${url}/bucket/key`, { method: 'PUT', headers, agent: false });
  const status = new Promise<number>((resolve) => upload.on('response', (response) => resolve(response.resume().statusCode as number)));
  upload.flushHeaders();
  // The server asks for the body once the operation is running.
  await new Promise((resolve) => upload.once('continue', resolve));
  await new Promise((resolve) => upload.write(Buffer.alloc(size / 2), resolve));
  return {
    finish: () => {
      upload.end(Buffer.alloc(size / 2));
      return status;
    },
  };
}

const changes: Record<string, (cloud: Cloud) => Promise<unknown>> = {
  'a reset': (cloud) => cloud.reset(),
  'a reset of its account': (cloud) => cloud.reset('111111111111'),
  'a snapshot that is loaded': (cloud) => cloud.loadSnapshot({ name: 'empty' }),
};

const cases = Object.keys(changes).flatMap((what) => ['memory', 'lmdb'].map((store) => [what, store] as const));

it.each(cases)('%s ends an upload under way (%s)', async (what, store) => {
  const cloud = await open(store);
  await cloud.saveSnapshot({ name: 'empty' });
  const createBucket = () => call(cloud.url, { method: 'PUT', path: '/bucket', headers: { authorization } });
  await createBucket();
  const upload = await halfAnUpload(cloud.url);
  await (changes[what] as (cloud: Cloud) => Promise<unknown>)(cloud);
  expect((await createBucket()).status).toBe(200);
  expect(await upload.finish()).toBe(503);
  expect((await call(cloud.url, { method: 'GET', path: '/bucket/key', headers: { authorization } })).status).toBe(404);
  expect(await cloud.world.sweepBlobs(-60_000)).toBe(0);
});

it('a reset of another account does not', async () => {
  const cloud = await open('memory');
  await call(cloud.url, { method: 'PUT', path: '/bucket', headers: { authorization } });
  const upload = await halfAnUpload(cloud.url);
  await cloud.reset('222222222222');
  expect(await upload.finish()).toBe(200);
  expect((await call(cloud.url, { method: 'GET', path: '/bucket/key', headers: { authorization } })).body).toHaveLength(size);
});
