import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BlobRef } from '../../src/store/blob-store';
import { openLmdb } from '../../src/store/lmdb';
import { accounts, keyOf, transactionsPerTurn } from './crash-data';

// Beside node_modules, so that the bundle finds lmdb.
const bundles = join(import.meta.dirname, '../../node_modules/.cache');
let bundle: string;

beforeAll(async () => {
  mkdirSync(bundles, { recursive: true });
  bundle = join(mkdtempSync(join(bundles, 'crash-')), 'writer.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'crash-writer.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['lmdb'],
  });
});
afterAll(() => rmSync(join(bundle, '..'), { recursive: true, force: true }));

/** Lets the writer acknowledge some turns, then kills it in the middle of the next; returns the last number acknowledged. */
async function writeUntilKilled(directory: string, durability: string, first: number, turns: number): Promise<number> {
  const child = spawn(process.execPath, [bundle, directory, durability, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let acknowledged = -1;
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (++seen === turns) child.kill('SIGKILL');
  }
  await exited;
  expect(seen).toBeGreaterThanOrEqual(turns);
  return acknowledged;
}

async function expectWhole(directory: string, acknowledged: number): Promise<number> {
  const { engine, blobs } = await openLmdb(directory);
  const [left, right, last] = await engine.transact((tx) => [
    tx.scan(accounts.left, { lt: 'last' }),
    tx.scan(accounts.right, { lt: 'last' }),
    [tx.get(accounts.left, 'last'), tx.get(accounts.right, 'last')] as [number, number],
  ]);
  expect(left).toEqual(right);
  expect(last[0]).toBe(last[1]);
  // What was committed but not acknowledged may be there, and then all of its turn.
  expect(last[0]).toBeGreaterThanOrEqual(acknowledged);
  expect((last[0] + 1) % transactionsPerTurn).toBe(0);
  const keys = new Set(left.map(([key]) => key));
  for (let n = Math.max(0, last[0] - 4999); n <= last[0]; n++) expect(keys.has(keyOf(n))).toBe(true);
  for (const [, record] of left.slice(0, 500)) {
    const { n, blob } = record as { n: number; blob: BlobRef };
    const bytes = await blobs.readAll(blob);
    expect(bytes.length).toBe(blob.size);
    expect(bytes[0]).toBe(n & 255);
  }
  await engine.close();
  return last[0] + 1;
}

describe('a process killed while it writes', { timeout: 30_000 }, () => {
  test.each([
    ['process', 'lost nothing it acknowledged and tore nothing', [3, 41, 17, 90]],
    ['disk', 'neither with durability disk', [11]],
  ])('(%s) %s', async (durability, _, rounds) => {
    const directory = mkdtempSync(join(tmpdir(), 'nuvola-crash-'));
    let next = 0;
    for (const turns of rounds) next = await expectWhole(directory, await writeUntilKilled(directory, durability, next, turns));
    expect(next).toBeGreaterThan(0);
    rmSync(directory, { recursive: true });
  });
});
