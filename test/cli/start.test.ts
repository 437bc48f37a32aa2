import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { command, nuvola, run, Scratch, Server } from './command';

describe('a data directory', () => {
  test('that is somebody else’s, newer, a file, or below one is refused', async () => {
    using scratch = new Scratch();
    mkdirSync(scratch.file('foreign'));
    writeFileSync(scratch.file('foreign', 'letters.txt'), '');
    mkdirSync(scratch.file('newer'));
    writeFileSync(scratch.file('newer', 'nuvola-data.json'), '{"format":"nuvola-data","version":99}');
    const cases = [
      ['foreign', /holds files that are not ours \(letters\.txt\)/],
      ['newer', /written by a newer release/],
      ['foreign/letters.txt', /is a file/],
      ['foreign/letters.txt/deeper', /is below a file/],
    ] as const;
    const outcomes = await Promise.all(cases.map(([name]) => nuvola(['start', '--port', '0', '--data', scratch.file(name)])));
    for (const [n, [, message]] of cases.entries()) {
      expect(outcomes[n]).toMatchObject({ code: 1, stdout: '' });
      expect(outcomes[n]?.stderr).toMatch(message);
      expect(outcomes[n]?.stderr).not.toContain('    at ');
    }
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'that may not be written is refused (not as root, who may)',
    async () => {
      using scratch = new Scratch();
      mkdirSync(scratch.file('locked'), { mode: 0o500 });
      const { code, stderr } = await nuvola(['start', '--port', '0', '--data', scratch.file('locked')]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/may not be written/);
    },
  );

  test('is one process’s at a time, and free when that has stopped', async () => {
    using scratch = new Scratch();
    const data = ['--data', scratch.file('state')];
    await using first = await Server.start(data);
    const second = await nuvola(['start', '--port', '0', ...data]);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`is in use by process ${first.child.pid}`);
    expect((await nuvola(['stop', '--url', first.url])).code).toBe(0);
    await using third = await Server.start(data);
    expect(third.url).toMatch(/^http:/);
  });
});

test('a port that is taken is named', async () => {
  await using first = await Server.start();
  const { port } = new URL(first.url);
  const { code, stderr } = await nuvola(['start', '--port', port]);
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`Port ${port} is taken.*--port`));
});

test('an address this machine does not have is named', async () => {
  const { code, stderr } = await nuvola(['start', '--port', '0', '--listen', '192.0.2.1']);
  expect(code).toBe(1);
  expect(stderr).toContain('does not have the address 192.0.2.1');
});

test('--detach returns when the cloud answers; its problems are told, and stop ends it', async () => {
  using scratch = new Scratch();
  const env = { NUVOLA_HOME: scratch.file('home') };
  const data = ['--data', scratch.file('state')];
  const { code, stdout, stderr } = await nuvola(['start', '--detach', '--port', '0', ...data], { env });
  expect(code).toBe(0);
  const url = stdout.trim();
  expect(stderr).toContain(`nuvola env --url ${url}`);
  const [status, again] = await Promise.all([
    nuvola(['status', '--url', url]),
    nuvola(['start', '--detach', '--port', '0', ...data], { env }),
  ]);
  expect(status.stdout).toContain(`State: ${scratch.file('state')}`);
  expect(again.code).toBe(1);
  expect(again.stderr).toMatch(/^nuvola: The data directory .* is in use/);
  expect((await nuvola(['stop', '--url', url])).stdout).toBe(`Stopped ${url}.\n`);
  expect((await nuvola(['status', '--url', url])).code).toBe(1);
});

test.skipIf(process.platform === 'win32')('a signal ends long polls, finishes uploads, and leaves with 0', async () => {
  await using server = await Server.start(['--log', 'off']);
  const sqs = new SQSClient({ ...server.config(), maxAttempts: 1 });
  const s3 = new S3Client({ ...server.config(), maxAttempts: 1 });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'waiting' }));
  await s3.send(new CreateBucketCommand({ Bucket: 'uploads' }));
  const poll = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  const upload = halfUpload(server.url, '/uploads/late');
  await upload.accepted;
  const ended = server.end('SIGTERM');
  expect((await poll).Messages).toBeUndefined();
  expect(await upload.finish()).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ended).toBe(0);
});

test.skipIf(process.platform === 'win32')('a second signal does not wait', async () => {
  await using server = await Server.start(['--log', 'off']);
  await new S3Client(server.config()).send(new CreateBucketCommand({ Bucket: 'uploads' }));
  const upload = halfUpload(server.url, '/uploads/never');
  await upload.accepted;
  const ended = server.end('SIGTERM');
  await expect.poll(() => fetch(server.url).catch(() => 'refused')).toBe('refused');
  server.child.kill('SIGTERM');
  expect(await ended).toBe(1);
});

/** A PUT whose second half waits to be sent. */
function halfUpload(url: string, path: string) {
  const { hostname, port, host } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const half = 'x'.repeat(100_000);
  const authorization = 'AWS4-HMAC-SHA256 Credential=test/20200101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00';
  socket.write(
    `PUT ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${2 * half.length}\r\nExpect: 100-continue\r\nAuthorization: ${authorization}\r\n\r\n`,
  );
  let text = '';
  const heard = (what: string) =>
    new Promise<void>((resolve) => {
      const look = () => text.includes(what) && resolve();
      socket.on('data', look);
      look();
    });
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  return {
    accepted: heard('100 Continue').then(() => socket.write(half)),
    finish: async () => {
      const answer = new Promise<string>((resolve) =>
        socket.once('close', () => resolve(text.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, ''))),
      );
      socket.write(half);
      return answer;
    },
  };
}

test('starting loads nothing that only some calls need', async () => {
  using scratch = new Scratch();
  const hook = scratch.file('hook.cjs');
  writeFileSync(hook, `(${tellWhatIsLoaded})();`);
  const { stdout } = await run(process.execPath, ['--require', hook, command, 'start', '--port', '0']);
  expect(JSON.parse(stdout)).toEqual({ packages: [], services: [], builtin: [] });
});

/** Runs in the command's process: says at its first line, the address, what has been loaded by then. */
function tellWhatIsLoaded(): void {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => {
    const files = Object.keys(require.cache);
    const loaded = (process as unknown as { moduleLoadList: string[] }).moduleLoadList;
    const told = {
      packages: files.filter((file) => file.includes('node_modules')),
      services: files.filter((file) => /dist.services/.test(file)),
      builtin: ['tls', 'https', 'http2', 'inspector', 'repl'].filter((name) => loaded.includes(`NativeModule ${name}`)),
    };
    return write(JSON.stringify(told), () => process.exit(0));
  };
}

test('what was there before a signal is there after the next start', async () => {
  using scratch = new Scratch();
  const data = ['--data', scratch.file('state'), '--log', 'off'];
  const first = await Server.start(data);
  const s3 = new S3Client(first.config());
  await s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
  await s3.send(new PutObjectCommand({ Bucket: 'kept', Key: 'a', Body: 'bytes' }));
  expect(await first.end('SIGINT')).toBe(0);
  await using second = await Server.start(data);
  const { Body } = await new S3Client(second.config()).send(new GetObjectCommand({ Bucket: 'kept', Key: 'a' }));
  expect(await Body?.transformToString()).toBe('bytes');
});
