import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { begin, command, nuvola, Scratch, Server } from './command';

let server: Server;
let scratch: Scratch;
beforeAll(async () => {
  scratch = new Scratch();
  server = await Server.start();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  scratch[Symbol.dispose]();
});

const ask = (...args: string[]) => server.ask(...args);
const refused = (...args: string[]) => server.refuse(...args);

const bucketNames = async (account: string) => {
  const { Buckets = [] } = await new S3Client(server.config(account)).send(new ListBucketsCommand({}));
  return Buckets.map(({ Name }) => Name);
};
const createBucket = (account: string, Bucket: string) => new S3Client(server.config(account)).send(new CreateBucketCommand({ Bucket }));

test('status says where it runs and with what', async () => {
  const [text, json] = await Promise.all([ask('status'), ask('status', '--json')]);
  expect(text).toContain(`runs at ${server.url} (process ${server.child.pid}`);
  expect(text).toContain('State: in memory. Services: ');
  expect(JSON.parse(json)).toMatchObject({ url: server.url, status: 'running', store: 'memory', pid: server.child.pid });
});

test('reset empties one account, and snapshots bring it back', async () => {
  await Promise.all([createBucket('111111111111', 'first-bucket'), createBucket('222222222222', 'second-bucket')]);
  const file = scratch.file('state.nuvola');
  expect(await ask('snapshot', 'list')).toContain('None.');
  await Promise.all([ask('snapshot', 'save', 'before'), ask('snapshot', 'save', file)]);
  expect(await ask('snapshot', 'list')).toBe('before');

  expect(await ask('reset', '--account', '111111111111')).toBe('Account 111111111111 is empty.');
  expect(await bucketNames('111111111111')).toEqual([]);
  expect(await bucketNames('222222222222')).toEqual(['second-bucket']);

  await ask('snapshot', 'load', 'before');
  expect(await bucketNames('111111111111')).toEqual(['first-bucket']);
  expect(await ask('reset')).toBe('Everything is empty.');
  expect(await bucketNames('222222222222')).toEqual([]);
  await ask('snapshot', 'load', file);
  expect(await bucketNames('222222222222')).toEqual(['second-bucket']);
});

test('the clock is shown and moved', async () => {
  await ask('clock', 'freeze');
  expect(await ask('clock', 'set', '2030-01-01T00:00:00Z')).toBe('2030-01-01T00:00:00.000Z, frozen');
  expect(await ask('clock', 'advance', '1h30m')).toBe('2030-01-01T01:30:00.000Z, frozen');
  await ask('clock', 'resume');
  expect(await ask('clock', 'scale', '60')).toMatch(/^2030-01-01T.*, 60 times as fast as real time$/);
  expect(await ask('clock', 'real')).not.toMatch(/2030|times/);
});

test('chaos is shown, set from the line or a file, and switched off', async () => {
  const rule = { service: 'sns', error: 'throttle', probability: 0.5 };
  expect(await ask('chaos', JSON.stringify(rule))).toBe(JSON.stringify(rule));
  expect(await ask('chaos')).toBe(JSON.stringify(rule));
  expect(await ask('chaos', 'off')).toBe('No faults are injected.');
});

test('logs show the latest requests, then live ones', async () => {
  await createBucket('333333333333', 'logged-bucket');
  const lines = (await ask('logs', '--no-follow', '--json')).split('\n').map((line) => JSON.parse(line));
  expect(lines.at(-1)).toMatchObject({ service: 's3', operation: 'CreateBucket', account: '333333333333', status: 200 });

  await using other = await Server.start();
  const s3 = new S3Client(other.config());
  const list = () => s3.send(new ListBucketsCommand({}));
  await list();
  const following = begin(process.execPath, [command, 'logs', '--url', other.url]);
  await expect.poll(() => following.output()).toContain('ListBuckets');
  for (let n = 0; n < 20; n++) await list();
  expect((await nuvola(['stop', '--url', other.url])).stdout).toBe(`Stopped ${other.url}.\n`);
  const { code, stdout, stderr } = await following.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const shown = stdout.trim().split('\n');
  expect(shown).toHaveLength(21);
  for (const line of shown) expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} 200 s3 ListBuckets [\d.]+ ms 000000000000 us-east-1 \//);
});

test('what the foreground process prints is its address, then one line a request', async () => {
  await createBucket('444444444444', 'shown-bucket');
  await expect.poll(() => server.output()).toContain('s3 CreateBucket');
  expect(server.output().split('\n')[0]).toBe(server.url);
});

describe('mistakes are answered with what to do', () => {
  test.each([
    [['strat'], /unknown command 'strat'\n\(Did you mean start\?\)/],
    [['start', '--prot', '1'], /unknown option '--prot'\n\(Did you mean --port\?\)/],
    [['start', '--port', '1e3'], /A port is a number from 0 to 65535/],
    [['start', '--iam', 'enforced'], /Allowed choices are off, audit, enforce/],
    [['start', '--durability', 'disk'], /give one with --data/],
    [['status', '--url', 'ftp://x'], /looks like http:\/\/127\.0\.0\.1:4566/],
    [['reset', '--account', '12'], /An account is twelve digits/],
    [['snapshot', 'load', 'nothing'], /There is no snapshot nothing/],
    [['snapshot', 'load', './nothing.nuvola'], /nothing\.nuvola/],
    [['snapshot', 'save', 'a b'], /A name has letters/],
    [['snapshot', 'remove'], /unknown command 'remove'/],
    [['clock', 'advance', '5'], /with a unit: nuvola clock advance 90s/],
    [['clock', 'scale', '0'], /nuvola clock scale 60/],
    [['clock', 'set', 'tomorrow'], /nuvola clock set 2030/],
    [['clock', 'stop'], /cannot "stop"/],
    [['chaos', 'sqs'], /Rules are JSON/],
    [['chaos', '@nowhere.json'], /nowhere\.json cannot be read/],
    [['chaos', '[{"servce":"sqs"}]'], /no member servce/],
  ] as const)('%j', async (args, message) => {
    expect(await refused(...args)).toMatch(message);
  });

  test('nothing listens there', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => free.once('listening', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    expect(await refused('status', '--url', `127.0.0.1:${port}`)).toContain(`Nothing answers at http://127.0.0.1:${port}. Start a cloud`);
  });

  test('something else listens there', async () => {
    const other = createServer((_, response) => response.setHeader('content-type', 'application/json').end('[]')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    expect(await refused('status', '--url', address)).toContain('is not Nuvola');
    other.closeAllConnections();
    other.close();
  });
});

test('help fits a terminal and names every command', async () => {
  const { stdout } = await nuvola(['--help']);
  for (const name of ['start', 'stop', 'status', 'env', 'aws', 'reset', 'snapshot', 'clock', 'chaos', 'logs', 'iam']) {
    expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
  }
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});
