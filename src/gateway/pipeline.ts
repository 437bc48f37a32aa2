/** A request's way down to its handler and back up. `steps` is the way. */
import { performance } from 'node:perf_hooks';
import { crc32 } from 'node:zlib';
import { AwsError } from '../kernel/errors';
import type { World } from '../kernel/world';
import type { WireResponse } from '../protocol/wire';
import type { DecisionEntry } from '../security/access/decisions';
import { ElapsedTime } from '../security/elapsed';
import { authenticateCaller, authoriseCall } from './access-steps';
import { handleAdmin, refuseAdmin } from './admin';
import { AuditStage } from './audit';
import { maxWholeBytes } from './body';
import { type Call, latin1, type Step } from './call';
import type { Cloud } from './cloud';
import { type Detected, detect, isOwnPath } from './detect';
import { corsHeaders, type GuardOptions, guard, preflight } from './guard';
import type { Answered } from './listener';
import type { GatewayRequest } from './request';
import { RequestView } from './request-view';
import { isFromPage, type ServiceCors, serviceCors } from './service-cors';
import { type Service, Services } from './services';
import { decode, handle, hear, match, parse, read, serialise, strike, validate } from './steps';
import { unrecognised } from './unrecognised';

/** In this order. What throws ends the way, and is answered as the service words it. */
const steps: readonly Step[] = [hear, match, read, authenticateCaller, decode, parse, strike, authoriseCall, validate, handle, serialise];

export class Pipeline {
  readonly cloud: Cloud;
  readonly services: Services;
  readonly clocks: ElapsedTime;
  /** Undefined in a cloud that keeps no history of calls. */
  readonly audit: AuditStage | undefined;
  readonly #hosts: { readonly allowHosts: readonly string[] };
  readonly #guard: GuardOptions;
  readonly #guardAdmin: GuardOptions;
  readonly #notImplemented = new Map<string, number>();

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.#hosts = { allowHosts: cloud.options.allowHosts ?? [] };
    this.#guard = { ...this.#hosts, allowOrigins: cloud.options.allowOrigins };
    this.#guardAdmin = { ...this.#guard, admin: true };
    this.services = new Services(cloud.world.registry);
    this.clocks = new ElapsedTime(cloud.world.clock, () => cloud.world.clock.realNow());
    this.audit = cloud.options.callHistory === false ? undefined : new AuditStage(cloud.world);
  }

  handle(request: GatewayRequest): Promise<WireResponse> {
    try {
      const own = isOwnPath(request, this.#hosts);
      // Pages send an Origin and preflights; what AWS clients send goes the short way.
      if (isFromPage(request)) return this.#answerPage(request, own);
      if (!request.trusted) guard(request, own ? this.#guardAdmin : this.#guard);
      return own ? handleAdmin(this.cloud, request) : this.#call(request).catch((error) => this.#refuse(request, error));
    } catch (error) {
      return Promise.resolve(this.#refuse(request, error));
    }
  }

  /**
   * The same for requests that came in together: each step is done for all of them before the next, so that its code and
   * data are in the caches for all but the first. What has to wait goes on alone. Gives each answer with the place of its request.
   */
  handleTogether(requests: readonly GatewayRequest[], answered: Answered): void {
    this.cloud.world.clock.holdFor(() => this.#handleTogether(requests, answered));
  }

  #handleTogether(requests: readonly GatewayRequest[], answered: Answered): void {
    const startedAt = performance.now();
    const calls: (Call | undefined)[] = [];
    for (let at = 0; at < requests.length; at++) {
      const call = this.#begin(requests[at] as GatewayRequest, startedAt);
      calls.push(call);
      if (!call) answered(at, this.handle(requests[at] as GatewayRequest));
    }
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      for (let at = 0; at < calls.length; at++) {
        const call = calls[at];
        if (!call || call.failure) continue;
        try {
          const pending = step(call);
          if (!pending) continue;
          calls[at] = undefined;
          const answer = this.#goOn(call, i + 1, pending).catch((error) => this.#refuse(call.request, error));
          answered(at, answer);
        } catch (error) {
          call.failure = this.#failureOf(call, error);
        }
      }
    }
    for (let at = 0; at < calls.length; at++) {
      const call = calls[at];
      if (call) answered(at, this.#answerOf(call));
    }
    this.#record(calls);
  }

  #answerOf(call: Call): WireResponse {
    try {
      return answerOf(call);
    } catch (error) {
      call.failure = this.#failureOf(call, error);
      call.answer = this.#refuse(call.request, error);
      return call.answer;
    }
  }

  /** A call that has nothing before its steps; undefined for those that `handle` knows how to begin, or to refuse. */
  #begin(request: GatewayRequest, startedAt: number): Call | undefined {
    try {
      if (isFromPage(request) || isOwnPath(request, this.#hosts)) return undefined;
      if (!request.trusted) guard(request, this.#guard);
      const detected = detect(request, undefined, this.#hosts);
      const service = detected && this.services.known(detected.serviceId);
      return detected && service && this.#callOf(request, detected, service, startedAt);
    } catch {
      return undefined;
    }
  }

  async #answerPage(request: GatewayRequest, own: boolean): Promise<WireResponse> {
    try {
      const cors = own ? undefined : await this.#serviceCors(request);
      if (!request.trusted) guard(request, { ...(own ? this.#guardAdmin : this.#guard), ownCors: cors?.decided });
      const answer = cors?.answer ?? preflight(request) ?? (own ? await handleAdmin(this.cloud, request) : await this.#call(request));
      Object.assign(answer.headers, cors ? cors.headers : corsHeaders(request));
      return answer;
    } catch (error) {
      return this.#refuse(request, error);
    }
  }

  #serviceCors(request: GatewayRequest): Promise<ServiceCors | undefined> {
    const { world } = this.cloud;
    return serviceCors({ world, services: this.services, hosts: this.#hosts, newId: (service) => requestId(world, service) }, request);
  }

  #refuse(request: GatewayRequest, error: unknown): WireResponse {
    if (isOwnPath(request, this.#hosts)) return refuseAdmin(this.cloud, request, error);
    const id = this.cloud.world.random.uuid();
    return unrecognised(request, this.#asAwsError(error, `${request.method} ${request.path}`, id), id);
  }

  async #call(request: GatewayRequest): Promise<WireResponse> {
    let detected = detect(request, undefined, this.#hosts);
    let sent: Uint8Array | undefined;
    if (!detected) {
      // An unsigned form: only Action and Version in it say what is meant.
      sent = await request.readAll(maxWholeBytes);
      detected = detect(request, latin1(sent), this.#hosts) as Detected;
    }
    const found = this.services.get(detected.serviceId);
    const service = found instanceof Promise ? await found : found;
    const call = this.#callOf(request, detected, service, performance.now());
    call.sent = sent;
    return this.#goOn(call, 0, undefined);
  }

  #callOf(request: GatewayRequest, detected: Detected, service: Service, startedAt: number): Call {
    const { world } = this.cloud;
    return {
      pipeline: this,
      world,
      request,
      facts: new RequestView(request, requestId(world, service.id), detected.protocol, this.cloud.options.publicUrl),
      detected,
      service,
      codec: this.services.codec(service, detected.protocol, request.headers),
      epoch: world.epoch,
      startedAt,
      matched: undefined,
      sent: undefined,
      wire: undefined,
      principal: undefined,
      decisions: undefined,
      chunks: undefined,
      place: undefined,
      input: {},
      output: undefined,
      answer: undefined,
      failure: undefined,
    };
  }

  /** Goes the rest of the way, from a step on, once what it waits for is there. */
  async #goOn(call: Call, from: number, waited: Promise<void> | undefined): Promise<WireResponse> {
    try {
      if (waited) await waited;
      // By number: the iterator of a list would allocate at each turn, since the loop is left whenever a step waits.
      for (let i = from; i < steps.length; i++) {
        const pending = (steps[i] as Step)(call);
        if (pending) await pending;
      }
    } catch (error) {
      call.failure = this.#failureOf(call, error);
    }
    const answer = this.#answerOf(call);
    this.#record([call]);
    return answer;
  }

  #failureOf({ service, matched, request, facts }: Call, error: unknown): AwsError {
    return this.#asAwsError(error, `${service.id}:${matched?.operation.name ?? request.path}`, facts.id, service.id);
  }

  /** The answer when writing one failed. */
  crashed(request: GatewayRequest, error: unknown): WireResponse {
    this.cloud.world.report(`answering ${request.method} ${request.path}`, error);
    return { status: 500, headers: { 'Content-Type': 'text/plain' }, body: 'Nuvola could not write this answer.\n' };
  }

  committed(): Promise<void> | undefined {
    return this.cloud.world.committed();
  }

  notImplementedCalls(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#notImplemented);
  }

  close(): void {
    this.clocks.close();
  }

  /** A fault of ours, as the service words faults of its own. */
  #asAwsError(error: unknown, what: string, id: string, service?: string): AwsError {
    if (error instanceof AwsError) return error;
    this.cloud.world.report(`${what} (request ${id})`, error);
    const code = service !== undefined && internalErrors.has(service) ? 'InternalError' : 'InternalFailure';
    return new AwsError(code, `Nuvola failed at this request; its log says why under ${id}.`, {
      status: 500,
      fault: 'Receiver',
      cause: error,
    });
  }

  /** Metrics, last uses, CloudTrail's events and the trace of calls that have their answers, one kind for all of them after the other. */
  #record(calls: readonly (Call | undefined)[]): void {
    const { world } = this.cloud;
    const time = world.clock.realNow();
    const at = world.clock.at(time);
    const now = performance.now();
    try {
      for (const call of calls) if (call) this.#count(call, at, now);
      if (this.audit) for (const call of calls) if (call) this.audit.note(call, at);
      for (const call of calls) if (call) this.#log(call, time, now);
    } catch (error) {
      // They have their answers; what is wrong here is ours.
      world.report('recording calls', error);
    }
  }

  #count({ service, matched, principal, place, failure, answer, startedAt }: Call, at: number, now: number): void {
    const { world } = this.cloud;
    const name = matched?.operation.name ?? 'Unknown';
    if (failure?.code === 'NotImplemented') this.#countNotImplemented(`${service.id}:${name}`);
    world.metrics.record(service.id, name, answer?.status ?? 500, now - startedAt);
    if (principal && place) world.uses.note(principal, place, service.model.signingName, name, at);
  }

  #log(call: Call, time: number, now: number): void {
    const { world, service, facts, request, place, failure } = call;
    const decisions = this.#decisionsOf(call);
    const one = decisions?.length === 1 && decisions[0]?.allowed ? decisions[0] : undefined;
    world.requests.add({
      id: facts.id,
      time,
      service: service.id,
      operation: call.matched?.operation.name ?? 'Unknown',
      account: place?.account ?? '',
      region: place?.region ?? call.detected.region,
      principal: call.principal?.arn ?? '',
      allowedAction: one?.action,
      allowedResource: one?.resource,
      outcomes: one ? undefined : decisions?.map(outcomeOf),
      method: request.method,
      target: request.target,
      status: call.answer?.status ?? 500,
      code: failure?.code,
      message: failure?.message,
      durationMs: now - call.startedAt,
    });
  }

  /** With what was denied to the operation itself. */
  #decisionsOf({ decisions, facts }: Call): readonly DecisionEntry[] | undefined {
    const { access } = this.cloud;
    const denied = access.isActive ? access.decisions.deniedOf(facts.id) : [];
    return denied.length === 0 ? decisions : [...(decisions?.filter(({ allowed }) => allowed) ?? []), ...denied];
  }

  #countNotImplemented(name: string): void {
    this.#notImplemented.set(name, (this.#notImplemented.get(name) ?? 0) + 1);
  }
}

/** The call's answer, or the form that its failure has on the wire. */
function answerOf(call: Call): WireResponse {
  const answer = call.failure ? errorAnswer(call, call.failure) : (call.answer as WireResponse);
  if (call.service.definition?.wire?.answersCrc32) answer.headers['x-amz-crc32'] = String(crc32Of(answer.body));
  call.answer = answer;
  return answer;
}

/** No more of a decision than that: hundreds of requests are remembered. */
function outcomeOf({ action, resource, allowed }: DecisionEntry) {
  return { action, resource, allowed };
}

function errorAnswer(call: Call, failure: AwsError): WireResponse {
  const { request } = call;
  return call.codec.serialiseError(call.matched?.operation, failure, call.facts.id, {
    resource: call.detected.path,
    headOnly: request.method === 'HEAD',
  });
}

/** Of a body at hand; streams have none. */
function crc32Of(body: WireResponse['body']): number {
  return typeof body === 'string' || body instanceof Uint8Array ? crc32(body) : 0;
}

const s3IdAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** S3's ids are sixteen characters (API reference, "Error responses"), all others UUIDs. */
function requestId(world: World, service: string): string {
  return service === 's3' ? world.random.id('', 16, s3IdAlphabet) : world.random.uuid();
}

/** S3's and EC2's lists of errors have InternalError where all others say InternalFailure. */
const internalErrors = new Set(['s3', 's3control', 'ec2']);
