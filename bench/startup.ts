/** From spawning the process to its first answered call, and what it holds when idle. */
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { execPath } from 'node:process';
import type { Bench, Part } from './bench';
import { nuvolaArgs, portOf, rssOf } from './processes';
import { median, spread } from './report';
import { query } from './requests';

const repeats = 11;

export const startup: Part = {
  tags: ['start'],
  async run(bench) {
    const ours: number[] = [];
    const empty: number[] = [];
    for (let n = 0; n < repeats; n++) {
      empty.push(await untilExit(['-e', '0']));
      ours.push(await untilAnswer());
    }
    bench.report({
      what: 'Spawn to first answered call, against node -e 0',
      unit: '×',
      ...spread(ours.map((ms, n) => ms / (empty[n] ?? Number.NaN))),
      atMost: 2.5,
      detail: `${median(ours).toFixed(0)} ms; node -e 0 ${median(empty).toFixed(0)} ms; median of ${repeats}`,
    });
    await idleMemory(bench);
  },
};

/** Milliseconds from spawn to exit. */
function untilExit(args: readonly string[]): Promise<number> {
  const start = performance.now();
  return new Promise((resolve) => spawn(execPath, [...args], { stdio: 'ignore' }).once('exit', () => resolve(performance.now() - start)));
}

/** Milliseconds from spawn to the answer of a GetCallerIdentity. */
async function untilAnswer(): Promise<number> {
  const start = performance.now();
  const child = spawn(execPath, nuvolaArgs(), { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await portOf(child, 'nuvola');
  await answerOf(port);
  const ms = performance.now() - start;
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
  return ms;
}

function answerOf(port: number): Promise<void> {
  const server = { name: 'nuvola', port, pid: undefined, stop: () => Promise.resolve() };
  const request = query(server, 'sts', { Action: 'GetCallerIdentity', Version: '2011-06-15' }, '');
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(request.bytes ?? ''));
    socket.on('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      if (data.toString('latin1', 9, 12) === '200') resolve();
      else reject(new Error(data.toString()));
    });
  });
}

async function idleMemory(bench: Bench): Promise<void> {
  const bare = spawn(execPath, ['-e', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore' });
  const child = spawn(execPath, nuvolaArgs(), { stdio: ['ignore', 'pipe', 'inherit'] });
  await answerOf(await portOf(child, 'nuvola'));
  await settle();
  const [ours, theirs] = [(rssOf(child.pid) ?? Number.NaN) / 1e6, (rssOf(bare.pid) ?? Number.NaN) / 1e6];
  for (const process of [bare, child]) process.kill('SIGTERM');
  bench.report({
    what: 'Idle memory after one call, against bare node',
    unit: '×',
    value: ours / theirs,
    atMost: 2,
    detail: `${ours.toFixed(0)} MB; bare ${theirs.toFixed(0)} MB`,
  });
}

/** Time in which a process that has nothing to do shows it. */
export const settle = (ms = 1000) => new Promise<void>((resolve) => setTimeout(resolve, ms));
