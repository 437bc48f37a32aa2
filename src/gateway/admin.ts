/** Nuvola's own endpoints under `/_nuvola`, and those of LocalStack's that its wrappers ask for. See docs/admin-api.md. */
import { AwsError } from '../kernel/errors';
import type { WireResponse } from '../protocol/wire';
import { accountId, amount, badRequest, checkOperation, flag, moment, type Parameters, parametersOf, withinTime } from './admin-parameters';
import type { Cloud } from './cloud';
import { coverage } from './coverage';
import { signingCertificateOf } from './detect';
import { iamEndpoints } from './iam-endpoints';
import { emptyInbox, showInbox, signingCertificate } from './inbox';
import type { GatewayRequest } from './request';
import { followedRequests } from './request-stream';
import type { SnapshotPlace } from './snapshots';

export interface Endpoint {
  /** Members of the body, or of a GET's query. Others are refused. */
  readonly takes?: readonly string[];
  readonly answer: (cloud: Cloud, parameters: Parameters) => unknown;
}

const endpoints: Readonly<Record<string, Endpoint>> = {
  'GET /_nuvola/health': { answer: (cloud) => cloud.health() },
  'POST /_nuvola/reset': { takes: ['account'], answer: reset },
  'GET /_nuvola/snapshots': { answer: (cloud) => ({ snapshots: cloud.snapshotNames() }) },
  'POST /_nuvola/snapshot/save': { takes: ['name', 'file'], answer: (cloud, place) => cloud.saveSnapshot(snapshotPlace(place)) },
  'POST /_nuvola/snapshot/load': { takes: ['name', 'file'], answer: (cloud, place) => cloud.loadSnapshot(snapshotPlace(place)) },
  'GET /_nuvola/clock': { answer: clockState },
  'POST /_nuvola/clock': { takes: ['now', 'frozen', 'scale', 'real'], answer: setClock },
  'POST /_nuvola/clock/advance': { takes: ['ms', 'settleMs'], answer: advanceClock },
  'GET /_nuvola/chaos': { answer: (cloud) => ({ rules: cloud.world.chaos.rules }) },
  'POST /_nuvola/chaos': { takes: ['rules', 'seed'], answer: setChaos },
  'GET /_nuvola/requests': { takes: ['follow'], answer: (cloud) => ({ requests: cloud.world.requests.list() }) },
  'GET /_nuvola/metrics': { answer: (cloud) => ({ operations: cloud.world.metrics.list(), waiting: cloud.world.waits.size }) },
  'GET /_nuvola/certificate': { answer: certificate },
  'GET /_nuvola/inbox': { takes: ['account', 'kind', 'to'], answer: showInbox },
  'POST /_nuvola/inbox/clear': { takes: ['account'], answer: emptyInbox },
  ...iamEndpoints,
  'GET /_nuvola/coverage': { takes: ['service'], answer: coverageAnswer },
  'POST /_nuvola/stop': { answer: stop },
  'GET /_localstack/health': { answer: (cloud) => cloud.localstackHealth() },
  'GET /_localstack/info': { answer: (cloud) => ({ version: cloud.version, edition: 'nuvola', is_license_activated: true }) },
  'GET /_localstack/init': {
    answer: () => ({ completed: { BOOT: true, START: true, READY: true, SHUTDOWN: false }, scripts: [] }),
  },
  'POST /_localstack/state/reset': { answer: (cloud) => reset(cloud, {}) },
};

/** Answers a request for one of our own endpoints. */
export async function handleAdmin(cloud: Cloud, request: GatewayRequest): Promise<WireResponse> {
  try {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const signer = signingCertificateOf(request.path);
    if (signer !== undefined) return await signingCertificate(cloud, signer);
    const endpoint = endpoints[`${method} ${request.path}`];
    if (!endpoint) return unknownEndpoint(request);
    const parameters = await parametersOf(request, endpoint.takes ?? []);
    if (parameters.follow !== undefined && flag(parameters.follow, 'follow')) return followedRequests(cloud, request.signal);
    return json(200, await endpoint.answer(cloud, parameters));
  } catch (error) {
    return refuseAdmin(cloud, request, error);
  }
}

/** Every refusal of ours looks alike, whoever made it. */
export function refuseAdmin(cloud: Cloud, request: GatewayRequest, error: unknown): WireResponse {
  if (error instanceof AwsError) return json(error.status ?? 400, { code: error.code, message: error.message });
  const message = error instanceof Error ? error.message : String(error);
  if (isCallersMistake(error)) return json(400, { code: 'BadRequest', message });
  cloud.world.report(`${request.method} ${request.path}`, error);
  return json(500, { code: 'InternalFailure', message });
}

/** Wrong values, files that are no snapshots, and what the system says of a path. */
function isCallersMistake(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { syscall, code } = error as NodeJS.ErrnoException;
  const ofCaller = ['RangeError', 'SnapshotError'].includes(error.name) || (error.name === 'TypeError' && code === undefined);
  return ofCaller || syscall === 'open' || syscall === 'rename' || code === 'EISDIR';
}

function unknownEndpoint({ path }: GatewayRequest): WireResponse {
  const methods = Object.keys(endpoints)
    .filter((key) => key.endsWith(` ${path}`))
    .map((key) => key.split(' ')[0] as string);
  if (methods.length > 0) {
    const message = `${path} wants ${methods.join(' or ')}.`;
    return json(405, { code: 'MethodNotAllowed', message }, { Allow: methods.join(', ') });
  }
  const known = Object.keys(endpoints).filter((key) => key.includes('/_nuvola/'));
  return json(404, { code: 'NotFound', message: `There is no ${path}.`, endpoints: known });
}

async function reset(cloud: Cloud, { account }: Parameters) {
  await cloud.reset(account === undefined ? undefined : accountId(account));
  return { reset: account ?? 'everything' };
}

function snapshotPlace({ name, file }: Parameters): SnapshotPlace {
  if (typeof name === 'string' && /^[\w.-]{1,100}$/.test(name) && file === undefined) return { name };
  if (typeof file === 'string' && file !== '' && !file.includes('\0') && name === undefined) return { file };
  throw badRequest('Give a name (letters, digits, ".", "_" and "-") or a file (a path on the machine that Nuvola runs on).');
}

function clockState(cloud: Cloud) {
  const { now, frozen, scale } = cloud.world.clock.state();
  return { now, time: new Date(now).toISOString(), frozen, scale };
}

/** `{"frozen": true}`, `{"scale": 60}`, `{"now": "2030-01-01T00:00:00Z"}`, `{"real": true}`; all is checked before anything changes. */
function setClock(cloud: Cloud, { frozen, scale, now, real }: Parameters) {
  const { clock } = cloud.world;
  if ([frozen, scale, now, real].every((each) => each === undefined)) throw badRequest('Say what to do: now, frozen, scale or real.');
  if (real !== undefined && (real !== true || [frozen, scale, now].some((each) => each !== undefined)))
    throw badRequest('real is true, and stands alone.');
  const moveTo = now === undefined ? undefined : moment(now);
  const stop = frozen === undefined ? undefined : flag(frozen, 'frozen');
  const pace = scale === undefined ? undefined : amount(scale, 'scale');
  if (pace === 0 || (pace ?? 1) > 1e6) throw badRequest('scale is above 0 and at most 1000000; {"frozen": true} stops the clock.');
  if (real) clock.real();
  // Stopped first, it then stands at exactly the time it is set to.
  if (stop === true) clock.freeze();
  if (moveTo !== undefined) clock.jump(moveTo);
  if (pace !== undefined) clock.scale(pace);
  if (stop === false && clock.state().frozen) clock.resume();
  return clockState(cloud);
}

async function advanceClock({ world }: Cloud, { ms, settleMs }: Parameters) {
  const by = amount(ms, 'ms');
  withinTime(world.clock.now() + by, 'Time does not go beyond the year 9999.');
  const { now, settled, left } = await world.advance(by, settleMs === undefined ? undefined : amount(settleMs, 'settleMs'));
  return { now, time: new Date(now).toISOString(), settled, left };
}

function setChaos({ world }: Cloud, { rules, seed }: Parameters) {
  if (!Array.isArray(rules)) throw badRequest('Send {"rules": […]}; an empty list turns chaos off.');
  if (seed !== undefined && typeof seed !== 'string') throw badRequest('seed is a string.');
  for (const rule of rules) checkOperation(rule?.service, rule?.operation);
  world.chaos.set(rules, seed);
  return { rules: world.chaos.rules };
}

/** PEM of the local authority, which clients have to trust before they speak TLS with us. */
async function certificate({ gateway, options }: Cloud): Promise<{ readonly authority: string }> {
  if (!gateway || options.certificates === undefined) throw badRequest('This cloud was started without a folder for certificates.');
  return { authority: await gateway.certificateAuthority() };
}

async function coverageAnswer(cloud: Cloud, { service }: Parameters) {
  checkOperation(service);
  return { services: await coverage(cloud.world.registry, service as string | undefined), asked: cloud.notImplementedCalls() };
}

function stop(cloud: Cloud) {
  if (!cloud.onStop) throw badRequest('This cloud was started inside another program; close it there.');
  setImmediate(cloud.onStop);
  return { stopping: true };
}

function json(status: number, value: unknown, headers: Record<string, string> = {}): WireResponse {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: `${JSON.stringify(value)}\n` };
}
