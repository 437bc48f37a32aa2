import { expect, it } from 'vitest';
import { auditedCall } from '../../test/audited-call';
import { openMemory } from '../store/memory';
import { openMemoryBlobs } from '../store/memory-blobs';
import { AuditChunks, type AuditedCall, selectAudited, unselectAudited } from './audit';
import { maxHistoryBytes, maxHistoryCalls } from './audit-log';
import { decodeCalls } from './audit-page';
import { Registry } from './registry';
import { World } from './world';

const place = { partition: 'aws', account: '111122223333', region: 'us-east-1' };

function open(): World {
  const world = new World({ engine: openMemory(), blobs: openMemoryBlobs(), registry: new Registry({}) });
  world.clock.freeze();
  return world;
}

const queueCreated = auditedCall({ recipient: place.account });
const call = (world: World, n: number, more: Partial<AuditedCall> = {}): AuditedCall => ({
  ...queueCreated,
  requestId: `request-${n}`,
  at: world.clock.now(),
  ...more,
});

function note(world: World, call: AuditedCall): void {
  const page = world.audit.pageOf(place.partition);
  page.add(call);
  world.audit.noted(page);
}

async function history(world: World, region = place.region): Promise<string[]> {
  await world.audit.settle();
  const chunks = await world.transactAt({ ...place, region }, (tx) => tx.scan(AuditChunks));
  return chunks.flatMap(({ text }) => decodeCalls(text)).map(({ requestId }) => requestId);
}

it('keeps the newest calls of each account and region, no more than so many', async () => {
  await using world = { world: open(), [Symbol.asyncDispose]: () => world.world.close() };
  const count = maxHistoryCalls + 5_000;
  note(world.world, call(world.world, 0, { region: 'us-west-2' }));
  for (let n = 0; n < count; n++) note(world.world, call(world.world, n));
  const kept = await history(world.world);
  expect(kept.length).toBeLessThanOrEqual(maxHistoryCalls);
  expect(kept.length).toBeGreaterThan(maxHistoryCalls - 2_100);
  expect(kept.at(-1)).toBe(`request-${count - 1}`);
  expect(await history(world.world, 'us-west-2')).toEqual(['request-0']);
});

it('keeps no more than so many bytes of them', async () => {
  await using world = { world: open(), [Symbol.asyncDispose]: () => world.world.close() };
  const parameters = { text: 'x'.repeat(64 * 1024) };
  const count = Math.ceil(maxHistoryBytes / 65_536) + 100;
  for (let n = 0; n < count; n++) note(world.world, call(world.world, n, { parameters }));
  const kept = await history(world.world);
  expect(kept.length * 65_536).toBeLessThanOrEqual(maxHistoryBytes * 1.05);
  expect(kept.at(-1)).toBe(`request-${count - 1}`);
});

it('forgets after ninety days, and what an account did before its reset', async () => {
  await using world = { world: open(), [Symbol.asyncDispose]: () => world.world.close() };
  const day = 24 * 3_600_000;
  const parameters = { text: 'x'.repeat(200) };
  for (let n = 0; n < 200; n++) note(world.world, call(world.world, n, { parameters }));
  await world.world.audit.settle();
  world.world.clock.jump(world.world.clock.now() + 91 * day);
  for (let n = 200; n < 400; n++) note(world.world, call(world.world, n, { parameters }));
  const kept = await history(world.world);
  expect([kept[0], kept.length]).toEqual(['request-200', 200]);
  note(world.world, call(world.world, 500));
  await world.world.reset(place.account);
  expect(await history(world.world)).toEqual([]);
});

it('hears at once what trails select, and what they select no longer', async () => {
  await using world = { world: open(), [Symbol.asyncDispose]: () => world.world.close() };
  const { audit } = world.world;
  const trail = 'arn:aws:cloudtrail:us-east-1:111122223333:trail/t';
  const wants = () => ['AWS::S3::Object', 'AWS::SQS::Queue'].filter((type) => audit.wants('aws', type));
  expect(wants()).toEqual([]);
  const selection = { trail, account: place.account, dataTypes: ['AWS::SQS::Queue'], ofOrganization: false };
  await world.world.transactAt(place, (tx) => selectAudited(tx, selection));
  expect(wants()).toEqual(['AWS::SQS::Queue']);
  await world.world.transactAt(place, (tx) => unselectAudited(tx, trail));
  expect(wants()).toEqual([]);
});
