/** Nuvola's own endpoints under `/_nuvola`, and the two of LocalStack's that its wrappers ask for. See docs/admin-api.md. */

import type { ChaosRule } from '../kernel/chaos';
import { AwsError, fail } from '../kernel/errors';
import type { WireResponse } from '../protocol/wire';
import type { Cloud } from './cloud';
import { coverage } from './coverage';
import type { GatewayRequest } from './request';

type Parameters = Readonly<Record<string, unknown>>;
type Endpoint = (cloud: Cloud, parameters: Parameters, request: GatewayRequest) => unknown | Promise<unknown>;

const maxBodyBytes = 1024 * 1024;

const endpoints: Readonly<Record<string, Endpoint>> = {
  'GET /_nuvola/health': (cloud) => cloud.health(),
  'GET /_localstack/health': (cloud) => cloud.localstackHealth(),
  'GET /_localstack/info': (cloud) => ({ version: cloud.version, edition: 'nuvola', is_license_activated: true }),
  'GET /_localstack/init': () => ({ completed: { BOOT: true, START: true, READY: true, SHUTDOWN: false }, scripts: [] }),
  'POST /_nuvola/reset': async (cloud, { account }) => {
    await cloud.reset(account === undefined ? undefined : accountId(account));
    return { reset: account ?? 'everything' };
  },
  'POST /_localstack/state/reset': async (cloud) => {
    await cloud.reset();
    return {};
  },
  'POST /_nuvola/stop': (cloud) => {
    if (!cloud.onStop) throw badRequest('This cloud was started inside another program; close it there.');
    setImmediate(cloud.onStop);
    return { stopping: true };
  },
  'GET /_nuvola/clock': (cloud) => clockState(cloud),
  'POST /_nuvola/clock': (cloud, parameters) => setClock(cloud, parameters),
  'POST /_nuvola/clock/advance': (cloud, { ms, settleMs }) =>
    cloud.world.advance(amount(ms, 'ms'), settleMs === undefined ? undefined : amount(settleMs, 'settleMs')),
  'GET /_nuvola/snapshots': (cloud) => ({ snapshots: cloud.snapshotNames() }),
  'POST /_nuvola/snapshot/save': (cloud, { name, file }) => cloud.saveSnapshot(one(name, file)),
  'POST /_nuvola/snapshot/load': (cloud, { name, file }) => cloud.loadSnapshot(one(name, file)),
  'GET /_nuvola/chaos': (cloud) => ({ rules: cloud.world.chaos.rules }),
  'POST /_nuvola/chaos': (cloud, { rules }) => {
    if (!Array.isArray(rules)) throw badRequest('Send {"rules": […]}; an empty list turns chaos off.');
    cloud.world.chaos.set(rules as ChaosRule[]);
    return { rules: cloud.world.chaos.rules };
  },
  'GET /_nuvola/metrics': (cloud) => ({ operations: cloud.world.metrics.list(), waiting: cloud.world.waits.size }),
  'GET /_nuvola/coverage': async (cloud, { service }) => {
    const services = await coverage(cloud.world.registry, typeof service === 'string' ? service : undefined);
    return { services, asked: cloud.notImplementedCalls() };
  },
};

/** Answers a request for one of our own endpoints. */
export async function handleAdmin(cloud: Cloud, request: GatewayRequest): Promise<WireResponse> {
  try {
    const key = `${request.method} ${request.path}`;
    if (key === 'GET /_nuvola/requests') return requestsAnswer(cloud, request);
    const endpoint = endpoints[key];
    if (!endpoint) return unknownEndpoint(request);
    const answer = await endpoint(cloud, request.method === 'GET' ? queryOf(request) : await bodyOf(request), request);
    return json(200, answer);
  } catch (error) {
    if (error instanceof AwsError) return json(error.status ?? 400, { code: error.code, message: error.message });
    if (error instanceof TypeError || error instanceof RangeError) return json(400, { code: 'BadRequest', message: error.message });
    cloud.world.report(`${request.method} ${request.path}`, error);
    return json(500, { code: 'InternalFailure', message: error instanceof Error ? error.message : 'Something went wrong.' });
  }
}

function unknownEndpoint(request: GatewayRequest): WireResponse {
  const methods = Object.keys(endpoints)
    .filter((key) => key.endsWith(` ${request.path}`))
    .map((key) => key.split(' ')[0] as string);
  if (methods.length > 0)
    return json(
      405,
      { code: 'MethodNotAllowed', message: `${request.path} wants ${methods.join(' or ')}.` },
      { Allow: methods.join(', ') },
    );
  const known = [...Object.keys(endpoints), 'GET /_nuvola/requests'].filter((key) => key.includes('/_nuvola/'));
  return json(404, { code: 'NotFound', message: `There is no ${request.path}.`, endpoints: known });
}

/** The last requests as JSON, or (`?follow=true`) one JSON line for each from now on. */
function requestsAnswer(cloud: Cloud, request: GatewayRequest): WireResponse {
  const { follow } = queryOf(request);
  if (follow === undefined) return json(200, { requests: cloud.world.requests.list() });
  return { status: 200, headers: { 'Content-Type': 'application/x-ndjson' }, body: { stream: followRequests(cloud, request.signal) } };
}

async function* followRequests(cloud: Cloud, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const lines: string[] = [];
  let wake = () => {};
  const stop = cloud.world.requests.follow((entry) => {
    // A reader that cannot keep up loses lines rather than filling our memory.
    if (lines.length < 10_000) lines.push(`${JSON.stringify(entry)}\n`);
    wake();
  });
  const ended = () => wake();
  signal.addEventListener('abort', ended);
  try {
    yield Buffer.from('\n');
    while (!signal.aborted) {
      if (lines.length > 0) yield Buffer.from(lines.splice(0).join(''));
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    stop();
    signal.removeEventListener('abort', ended);
  }
}

function clockState(cloud: Cloud) {
  const { now, frozen, scale } = cloud.world.clock.state();
  return { now, time: new Date(now).toISOString(), frozen, scale };
}

/** `{"frozen": true}`, `{"scale": 60}`, `{"now": "2026-01-01T00:00:00Z"}`, `{"real": true}`. */
function setClock(cloud: Cloud, { frozen, scale, now, real }: Parameters) {
  const { clock } = cloud.world;
  if ([frozen, scale, now, real].every((each) => each === undefined)) throw badRequest('Say what to do: frozen, scale, now or real.');
  if (real === true) clock.real();
  if (now !== undefined) {
    const ms = typeof now === 'number' ? now : Date.parse(String(now));
    if (!Number.isFinite(ms)) throw badRequest('now is an ISO 8601 time, or ms since 1970.');
    clock.jump(ms);
  }
  if (scale !== undefined) clock.scale(amount(scale, 'scale'));
  if (frozen === true) clock.freeze();
  else if (frozen === false) clock.resume();
  return clockState(cloud);
}

function queryOf(request: GatewayRequest): Parameters {
  return Object.fromEntries(new URLSearchParams(request.query));
}

async function bodyOf(request: GatewayRequest): Promise<Parameters> {
  const bytes = await request.readAll(maxBodyBytes);
  if (bytes.byteLength === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw badRequest('The body is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest('The body is a JSON object.');
  return value as Parameters;
}

function accountId(value: unknown): string {
  return typeof value === 'string' && /^\d{12}$/.test(value) ? value : fail(badRequest('account is twelve digits.'));
}

function amount(value: unknown, name: string): number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : fail(badRequest(`${name} is a number of 0 or more.`));
}

function one(name: unknown, file: unknown): { readonly name: string } | { readonly file: string } {
  if (typeof name === 'string' && /^[\w.-]{1,100}$/.test(name) && file === undefined) return { name };
  if (typeof file === 'string' && name === undefined) return { file };
  throw badRequest('Give name (kept in memory; letters, digits, ".", "_", "-") or file (a path).');
}

function badRequest(message: string): AwsError {
  return new AwsError('BadRequest', message, { status: 400 });
}

function json(status: number, value: unknown, headers: Record<string, string> = {}): WireResponse {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: `${JSON.stringify(value)}\n` };
}
