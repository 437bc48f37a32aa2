/** Work on other threads: results, failures, and the end. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { OffloadPool } from './offload';

const worker = fileURLToPath(new URL('../../dist/offload-worker.cjs', import.meta.url));
const pools: OffloadPool[] = [];

function pool(threads?: number): OffloadPool {
  const made = new OffloadPool(worker, threads);
  pools.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((each) => each.close()));
});

const digestOf = (text: string) => ({ algorithm: 'md5', chunks: [Buffer.from(text), Buffer.from('!')] });
const expected = (text: string) => createHash('md5').update(`${text}!`).digest('hex');

describe.skipIf(!existsSync(worker))('the off-load pool (needs npm run build)', () => {
  it('answers each caller its own result, however many wait for a thread', async () => {
    const threads = pool(2);
    const texts = Array.from({ length: 20 }, (_, n) => `text ${n}`);
    const found = await Promise.all(texts.map((text) => threads.run<Uint8Array>('digest', digestOf(text))));
    expect(found.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(texts.map(expected));
  });

  it('leaves the event loop free meanwhile', async () => {
    const chunks = Array.from({ length: 64 }, () => new Uint8Array(1 << 20));
    const work = pool()
      .run('digest', { algorithm: 'md5', chunks })
      .then(() => 'work');
    expect(await Promise.race([work, new Promise((done) => setImmediate(() => done('loop')))])).toBe('loop');
    expect(await work).toBe('work');
  });

  it('moves memory that is handed over', async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    await pool().run('digest', { algorithm: 'sha256', chunks: [bytes] }, [bytes.buffer]);
    expect(bytes).toHaveLength(0);
  });

  it('fails a task alone, and goes on', async () => {
    const threads = pool(1);
    await expect(threads.run('digest', { algorithm: 'md6', chunks: [] })).rejects.toThrow();
    await expect(threads.run('constructor', {})).rejects.toThrow('There is no task constructor.');
    expect(Buffer.from(await threads.run<Uint8Array>('digest', digestOf('x'))).toString('hex')).toBe(expected('x'));
  });

  it('fails what is running or waiting when it ends, and what comes later', async () => {
    const threads = pool(1);
    const left = [threads.run('digest', digestOf('a')), threads.run('digest', digestOf('b'))].map((each) =>
      each.catch((error) => error.message),
    );
    await threads.close();
    expect(await Promise.all(left)).toEqual(Array(2).fill('The worker threads have ended.'));
    await expect(threads.run('digest', digestOf('c'))).rejects.toThrow('have ended');
    const next = threads.fresh();
    pools.push(next);
    expect(Buffer.from(await next.run<Uint8Array>('digest', digestOf('d'))).toString('hex')).toBe(expected('d'));
  });
});
