/** Memory and CPU that should not grow: a 5 GB upload, and a thousand long polls that wait for nothing. */
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Bench, Part } from './bench';
import { cpuUsOf, rssOf, type Server, startNuvola } from './processes';
import { spread } from './report';
import { queueUrl, s3Head, sqs } from './requests';
import { settle } from './startup';
import { withDirectory } from './stores';
import { doOnce } from './throughput';

const polls = 1000;
const seconds = 15;

export const longPolls: Part = {
  tags: ['polls'],
  async run(bench) {
    const server = await startNuvola();
    const sockets: Socket[] = [];
    try {
      await doOnce(bench, server, [sqs(server, 'CreateQueue', { QueueName: 'bench' })]);
      const receive = sqs(server, 'ReceiveMessage', { QueueUrl: queueUrl(server, 'bench'), WaitTimeSeconds: 20 });
      for (let n = 0; n < polls; n++) {
        const socket = await connected(server);
        socket.write(receive.bytes ?? '');
        sockets.push(socket);
      }
      await settle();
      const percents: number[] = [];
      for (let n = 0; n < seconds; n++) {
        const before = cpuUsOf(server.pid) ?? Number.NaN;
        await settle(1000);
        percents.push(((cpuUsOf(server.pid) ?? Number.NaN) - before) / 1e4);
      }
      bench.report({
        what: `CPU while ${polls.toLocaleString('en-US')} long polls wait`,
        unit: '%',
        // The median: some eight seconds after their arrival V8 tidies up, once.
        ...spread(percents),
        atMost: 0.5,
        detail: `of one core, in ${seconds} seconds; ${Math.round((rssOf(server.pid) ?? 0) / 1e6)} MB`,
      });
    } finally {
      for (const socket of sockets) socket.destroy();
      await server.stop();
    }
  },
};

function connected(server: Server): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

const uploadBytes = 5e9;
const chunk = Buffer.alloc(1024 * 1024, 'x');

export const upload: Part = {
  tags: ['upload'],
  run: (bench) =>
    withDirectory(async (directory) => {
      const server = await startNuvola('--data', join(directory, 'data'));
      try {
        await doOnce(bench, server, [{ bytes: Buffer.from(`${s3Head(server, 'PUT', '/bench')}content-length: 0\r\n\r\n`) }]);
        await measureUpload(bench, server);
      } finally {
        await server.stop();
      }
    }),
};

async function measureUpload(bench: Bench, server: Server): Promise<void> {
  const before = rssOf(server.pid) ?? Number.NaN;
  let highest = before;
  const watch = setInterval(() => {
    highest = Math.max(highest, rssOf(server.pid) ?? 0);
  }, 50);
  const start = performance.now();
  try {
    await putLarge(server);
  } finally {
    clearInterval(watch);
  }
  const seconds = (performance.now() - start) / 1000;
  bench.report({
    what: 'Memory growth during a 5 GB upload',
    unit: 'MB',
    value: (highest - before) / 1e6,
    atMost: 64,
    detail: `${seconds.toFixed(0)} s, ${(uploadBytes / 1e6 / seconds).toFixed(0)} MB/s, to a data directory`,
  });
}

async function putLarge(server: Server): Promise<void> {
  const socket = await connected(server);
  const answer = new Promise<string>((resolve, reject) => {
    socket.once('data', (data) => resolve(data.toString()));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the server closed the upload')));
  });
  socket.write(`${s3Head(server, 'PUT', '/bench/large')}content-length: ${uploadBytes}\r\n\r\n`);
  for (let left = uploadBytes; left > 0; left -= chunk.length) {
    const full = !socket.write(left >= chunk.length ? chunk : chunk.subarray(0, left));
    if (full) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), answer]);
  }
  const text = await answer;
  socket.destroy();
  if (!text.startsWith('HTTP/1.1 200')) throw new Error(text.slice(0, 500));
}
