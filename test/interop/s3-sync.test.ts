import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run, Scratch, Server } from '../cli/command';
import { environmentFor, outputOf } from './tools';

const version = outputOf('aws', '--version');
/** More by `SYNC_FILES=10000 npx vitest run test/interop/s3-sync.test.ts`. */
const count = Number(process.env.SYNC_FILES ?? 1500);
const perFolder = 100;

test.skipIf(version === undefined)(
  `aws s3 sync of ${count} files up, again, and down (needs aws)`,
  async () => {
    using scratch = new Scratch();
    await using server = await Server.start(['--log', 'errors']);
    const env = { ...(await environmentFor(server)), AWS_PAGER: '' };
    const aws = async (...args: string[]) => {
      const { code, stdout, stderr } = await run('aws', ['s3', ...args], { env, cwd: scratch.path });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return stdout;
    };
    const nameOf = (i: number) => join(`folder ${Math.floor(i / perFolder)}`, `ü+file ${i}.txt`);
    for (let i = 0; i < count; i++) {
      if (i % perFolder === 0) mkdirSync(scratch.file('up', `folder ${i / perFolder}`), { recursive: true });
      writeFileSync(scratch.file('up', nameOf(i)), `contents of ${i}`.repeat(i % 50));
    }
    await aws('mb', 's3://synced');
    await aws('sync', 'up', 's3://synced/to', '--only-show-errors');
    // Nothing is sent again, which it would tell.
    expect(await aws('sync', 'up', 's3://synced/to')).toBe('');
    await aws('sync', 's3://synced/to', 'down', '--only-show-errors');
    expect(readdirSync(scratch.file('down'), { recursive: true })).toHaveLength(count + Math.ceil(count / perFolder));
    for (let i = 0; i < count; i++) expect(readFileSync(scratch.file('down', nameOf(i)), 'utf8')).toBe(`contents of ${i}`.repeat(i % 50));
    expect(await aws('sync', 's3://synced/to', 'down')).toBe('');
  },
  240_000,
);
