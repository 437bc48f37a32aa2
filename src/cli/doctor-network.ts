/** Checks of the cloud's port, its clock, and of the names and addresses by which clients look for it. */
import { lookup } from 'node:dns/promises';
import { connect, createServer } from 'node:net';
import { version } from '../gateway/version';
import { isLoopbackAddress, isLoopbackHost } from '../kernel/loopback';
import type { Health } from './commands';
import { type Finding, fail, ok, warn, within } from './finding';

const answersWithinMs = 3_000;
const resolvesWithinMs = 2_000;
/** Beyond this AWS refuses a signature (SigV4: 5 minutes for most services). */
const toleratedSkewMs = 5 * 60_000;

/** JSON and headers of an answer; undefined when none came, or something else. */
async function ask(url: string, path: string): Promise<{ readonly body: unknown; readonly headers: Headers } | undefined> {
  const response = await fetch(new URL(path, url), { redirect: 'manual', signal: AbortSignal.timeout(answersWithinMs) });
  const body: unknown = await response.json().catch(() => undefined);
  return { body, headers: response.headers };
}

interface PortFinding {
  readonly finding: Finding;
  /** When the cloud runs. */
  readonly health?: Health;
}

/** Who listens? */
export async function checkPort(url: string): Promise<PortFinding> {
  let answer: Awaited<ReturnType<typeof ask>>;
  try {
    answer = await ask(url, '/_nuvola/health');
  } catch (error) {
    return { finding: unreachable(url, error as Error) };
  }
  const health = answer?.body as Health | undefined;
  if (health?.status !== 'running' || typeof health.version !== 'string') return { finding: await stranger(url, answer?.headers) };
  const says = `Nuvola ${health.version} listens at ${url} (process ${health.pid})`;
  if (health.version === version) return { finding: ok('port', says), health };
  return { finding: warn('port', `${says}, and this command is ${version}`, 'nuvola stop, and start it again'), health };
}

function unreachable(url: string, error: Error): Finding {
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ECONNREFUSED') return warn('port', `nothing listens at ${url}`, 'nuvola start --detach, or say where it is with --url');
  if (error.name === 'TimeoutError')
    return fail('port', `what listens at ${url} does not answer`, 'stop it, or choose another port with --port');
  return fail('port', `${url} cannot be reached (${code ?? error.message})`, 'say where the cloud is with --url');
}

async function stranger(url: string, headers: Headers | undefined): Promise<Finding> {
  const localStack = (await within(answersWithinMs, ask(url, '/_localstack/health')))?.body as { services?: unknown } | undefined;
  const server = headers?.get('server');
  const who = localStack?.services === undefined ? `something that is not Nuvola${server ? ` (${server})` : ''}` : 'LocalStack';
  return fail('port', `${who} listens at ${url}`, 'stop it, or start Nuvola on another port: nuvola start --port 0');
}

/** Is it the same time here, there and in the cloud? */
export async function checkClock(url: string): Promise<Finding> {
  const answer = await within(answersWithinMs, ask(url, '/_nuvola/clock'));
  const { time, frozen } = (answer?.body ?? {}) as { time?: string; frozen?: boolean };
  if (answer === undefined || time === undefined) return warn('clock', 'the cloud does not say what time it is', 'nuvola status');
  const skewMs = Date.parse(answer.headers.get('date') ?? '') - Date.now();
  if (Math.abs(skewMs) > toleratedSkewMs) {
    return fail(
      'clock',
      `the cloud's machine is ${minutes(skewMs)} ${skewMs > 0 ? 'ahead' : 'behind'}: signatures expire`,
      'set the clock of one of them',
    );
  }
  const virtualMs = Date.parse(time) - Date.now();
  if (frozen || Math.abs(virtualMs) > 60_000) {
    return warn('clock', `in the cloud it is ${time}${frozen ? ', frozen' : ''}`, 'nuvola clock real, unless that is meant');
  }
  return ok('clock', 'the cloud runs on real time');
}

function minutes(ms: number): string {
  return `${Math.round(Math.abs(ms) / 60_000)} min`;
}

/** Some clients make ::1 of localhost. */
export async function checkIpv6(url: string, runs: boolean): Promise<Finding> {
  if (!(await within(resolvesWithinMs, hasIpv6()))) return ok('IPv6', 'this machine has no ::1, so localhost means 127.0.0.1');
  const { hostname, port, protocol } = new URL(url);
  if (!runs || !isLoopbackHost(hostname)) return ok('IPv6', 'this machine has ::1');
  if (await within(resolvesWithinMs, accepts('::1', Number(port || (protocol === 'https:' ? 443 : 80))))) {
    return ok('IPv6', `the cloud also listens at [::1]:${port}`);
  }
  return warn(
    'IPv6',
    `the cloud does not listen at [::1]:${port}, where some clients look for localhost`,
    'write 127.0.0.1, or start it without --listen',
  );
}

function hasIpv6(): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '::1', port: 0 }, () => server.close(() => resolve(true)));
  });
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** The names of this machine that clients use. */
export async function checkNames(): Promise<Finding[]> {
  const [local, below, localStack] = await Promise.all(['localhost', 'bucket.localhost', 's3.localhost.localstack.cloud'].map(addresses));
  return [
    isHere(local)
      ? ok('localhost', `it is ${local?.join(' and ')}`)
      : fail('localhost', `it is ${local?.join(' and ') ?? 'unknown'}, not this machine`, 'put 127.0.0.1 localhost into the hosts file'),
    isHere(below)
      ? ok('*.localhost', 'names below it are this machine')
      : warn('*.localhost', 'names below it are unknown here', 'call S3 at http://127.0.0.1:… so that clients put buckets into the path'),
    isHere(localStack)
      ? ok('*.localhost.localstack.cloud', 'it is this machine')
      : warn(
          '*.localhost.localstack.cloud',
          localStack ? `it is ${localStack.join(' and ')}` : 'no name server knows it (offline, or it hides names of loopback)',
          'use http://127.0.0.1:… where a configuration says that name; nuvola run knows it without a name server',
        ),
  ];
}

async function addresses(name: string): Promise<string[] | undefined> {
  const found = await within(resolvesWithinMs, lookup(name, { all: true }));
  return found?.map(({ address }) => address);
}

function isHere(found: readonly string[] | undefined): boolean {
  return found !== undefined && found.length > 0 && found.every(isLoopbackAddress);
}
