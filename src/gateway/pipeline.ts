/** A request's way down to its handler and back up. `steps` is the way. */
import { hash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { crc32 } from 'node:zlib';
import type { Operation } from '../api/model';
import type { RequestBody } from '../kernel/body';
import type { FormCheck } from '../kernel/context';
import { AwsError, notImplemented } from '../kernel/errors';
import { homeRegionOf, type Place, partitionOf } from '../kernel/place';
import type { Principal } from '../kernel/principal';
import type { World } from '../kernel/world';
import type { Codec, MatchedOperation } from '../protocol/protocol';
import { requireValidInput, requireValidOutput } from '../protocol/validation';
import type { WireRequest, WireResponse } from '../protocol/wire';
import type { DecisionEntry } from '../security/access/decisions';
import { type Authenticated, type Authentication, authenticate } from '../security/authenticate';
import type { ChunkVerifier } from '../security/chunks';
import { type Credential, readCredential } from '../security/credential';
import { ElapsedTime } from '../security/elapsed';
import { dialectOf } from '../security/errors';
import { type KeyStore, needsKeys, noKeys, storedKeys } from '../security/principal';
import type { Version2Request } from '../security/signature-v2';
import { decideAccess } from './access-stage';
import { handleAdmin, refuseAdmin } from './admin';
import { AuditStage, recordsNothing } from './audit';
import { decodeWhole, maxWholeBytes, openBody } from './body';
import type { Cloud } from './cloud';
import { type Detected, detect, isOwnPath } from './detect';
import { corsHeaders, type GuardOptions, guard, preflight } from './guard';
import { emptyBytes, type GatewayRequest } from './request';
import { RequestView } from './request-view';
import { isFromPage, type ServiceCors, serviceCors } from './service-cors';
import { ownOperation, type Service, Services } from './services';
import { checkStated } from './stated';
import { throttlingError } from './throttling';
import { unrecognised } from './unrecognised';
import { formCheck } from './upload-form';

/** What is known of a call so far; each step adds to it. */
interface Call {
  readonly pipeline: Pipeline;
  readonly world: World;
  readonly request: GatewayRequest;
  readonly facts: RequestView;
  readonly detected: Detected;
  readonly service: Service;
  readonly codec: Codec;
  readonly epoch: number;
  readonly startedAt: number;
  matched: MatchedOperation | undefined;
  /** The whole body as sent; undefined until it is read, and for operations that take a stream. */
  sent: Uint8Array | undefined;
  wire: WireRequest | undefined;
  principal: Principal | undefined;
  /** What had to be allowed, and whether it was; undefined while nothing is decided (mode off). */
  decisions: readonly DecisionEntry[] | undefined;
  chunks: ChunkVerifier | undefined;
  place: Place | undefined;
  input: Record<string, unknown>;
  output: unknown;
  answer: WireResponse | undefined;
}

type Step = (call: Call) => void | Promise<void>;

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
    this.clocks = new ElapsedTime(cloud.world.clock, () => Date.now());
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
    const startedAt = performance.now();
    let detected = detect(request, undefined, this.#hosts);
    let sent: Uint8Array | undefined;
    if (!detected) {
      // An unsigned form: only Action and Version in it say what is meant.
      sent = await request.readAll(maxWholeBytes);
      detected = detect(request, latin1(sent), this.#hosts) as Detected;
    }
    const found = this.services.get(detected.serviceId);
    const service = found instanceof Promise ? await found : found;
    const { world } = this.cloud;
    const call: Call = {
      pipeline: this,
      world,
      request,
      facts: new RequestView(request, requestId(world, service.id), detected.protocol, this.cloud.options.publicUrl),
      detected,
      service,
      codec: this.services.codec(service, detected.protocol),
      epoch: world.epoch,
      startedAt,
      matched: undefined,
      sent,
      wire: undefined,
      principal: undefined,
      decisions: undefined,
      chunks: undefined,
      place: undefined,
      input: {},
      output: undefined,
      answer: undefined,
    };
    let failure: AwsError | undefined;
    try {
      for (const step of steps) {
        const pending = step(call);
        if (pending) await pending;
      }
    } catch (error) {
      failure = this.#asAwsError(error, `${service.id}:${call.matched?.operation.name ?? request.path}`, call.facts.id, service.id);
    }
    return this.#conclude(call, failure);
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

  /** Audit, metrics and trace; and the error's form on the wire. */
  #conclude(call: Call, failure: AwsError | undefined): WireResponse {
    const operation = call.matched?.operation;
    const answer = failure ? errorAnswer(call, failure) : (call.answer as WireResponse);
    const { world, service, facts, request } = call;
    if (service.definition?.wire?.answersCrc32) answer.headers['x-amz-crc32'] = String(crc32Of(answer.body));
    const durationMs = performance.now() - call.startedAt;
    const name = operation?.name ?? 'Unknown';
    if (failure?.code === 'NotImplemented') this.#countNotImplemented(`${service.id}:${name}`);
    world.metrics.record(service.id, name, answer.status, durationMs);
    if (call.principal && call.place) world.uses.note(call.principal, call.place, service.model.signingName, name);
    const time = Date.now();
    if (operation) this.#audit(call, operation, answer, failure, time);
    world.requests.add({
      id: facts.id,
      time,
      service: service.id,
      operation: name,
      account: call.place?.account ?? '',
      region: call.place?.region ?? call.detected.region,
      principal: call.principal?.arn ?? '',
      access: this.#decisionsOf(call)?.map(({ request, allowed }) => ({
        action: request.action,
        resource: request.resource.arn,
        allowed,
      })),
      method: request.method,
      target: request.target,
      status: answer.status,
      code: failure?.code,
      message: failure?.message,
      durationMs,
    });
    return answer;
  }

  /** With what was denied to the operation itself. */
  #decisionsOf({ decisions, facts }: Call): readonly DecisionEntry[] | undefined {
    const { access } = this.cloud;
    const denied = access.isActive ? access.decisions.deniedOf(facts.id) : [];
    return denied.length === 0 ? decisions : [...(decisions?.filter(({ allowed }) => allowed) ?? []), ...denied];
  }

  #audit(call: Call, operation: Operation, answer: WireResponse, failure: AwsError | undefined, time: number): void {
    const { service, place, principal, facts, input, output, sent, request } = call;
    if (!this.audit || !place || !principal) return;
    const bytesIn = sent?.length ?? request.contentLength ?? 0;
    const secureHost = request.secure ? request.host : undefined;
    this.audit.note({ service, operation, place, principal, facts, input, output, answer, failure, time, bytesIn, secureHost });
  }

  #countNotImplemented(name: string): void {
    this.#notImplemented.set(name, (this.#notImplemented.get(name) ?? 0) + 1);
  }
}

/** What the caller states of itself by headers of ours. */
function hear({ request }: Call): void {
  checkStated(request);
}

/** Which operation is meant. The query protocols say it in the body, the others in front of it. */
function match(call: Call): void | Promise<void> {
  const { request, detected, service, codec } = call;
  const own = service.definition?.wire?.route?.({
    method: request.method,
    host: request.host,
    path: detected.path,
    query: request.query,
    headers: request.headers,
    website: detected.website === true,
  });
  if (own !== undefined) call.matched = { operation: ownOperation(service, own) };
  else if (codec.protocol === 'query' || codec.protocol === 'ec2') return matchForm(call);
  else call.matched = codec.match(wireRequest(call, emptyBytes, undefined));
}

function matchForm(call: Call): void | Promise<void> {
  const sent = call.sent ?? call.request.body;
  return sent ? decodeForm(call, sent) : call.request.readAll(maxWholeBytes).then((read) => decodeForm(call, read));
}

function decodeForm(call: Call, sent: Uint8Array): void | Promise<void> {
  call.sent = sent;
  const body = decodeWhole(call.request.headers, sent);
  return body instanceof Promise ? body.then((inflated) => recogniseForm(call, inflated)) : recogniseForm(call, body);
}

function recogniseForm(call: Call, body: Uint8Array): void {
  call.wire = wireRequest(call, body, undefined);
  call.matched = call.codec.match(call.wire);
}

/** The whole body as sent; operations that take a stream read theirs themselves. */
function read(call: Call): void | Promise<void> {
  if (call.sent || takesStream(operationOf(call))) return;
  if (call.request.body !== undefined) call.sent = call.request.body;
  else if (!call.request.hasBody) call.sent = emptyBytes;
  else
    return call.request.readAll(maxWholeBytes).then((sent) => {
      call.sent = sent;
    });
}

/** Who calls, and whether the signature is right. */
function authenticateCaller(call: Call): void | Promise<void> {
  const { request, world, codec } = call;
  const form = codec.protocol === 'query' || codec.protocol === 'ec2' ? latin1(call.wire?.body) : undefined;
  const credential = readCredential(request, form);
  if (credential)
    call.facts.signature = { version: credential.version, presigned: credential.presigned, accessKeyId: credential.accessKeyId };
  if (!needsKeys(credential)) return identified(call, authenticate(questionOf(call, credential, form, noKeys)));
  const partition = partitionOf(call.detected.region);
  const caller = world.transact({ ...world.home, partition }, call.epoch, (tx) =>
    authenticate(questionOf(call, credential, form, storedKeys(tx))),
  );
  return caller instanceof Promise ? caller.then((found) => identified(call, found)) : identified(call, caller);
}

function questionOf(call: Call, credential: Credential | undefined, form: string | undefined, keys: KeyStore): Authentication {
  const { request, detected, service, pipeline, codec } = call;
  return {
    request: detected.bucket === undefined ? request : withBucket(request, detected.bucket),
    credential,
    dialect: dialectOf(service.id, codec.protocol),
    partition: partitionOf(detected.region),
    security: pipeline.cloud.access.security,
    trusted: request.trusted,
    keys,
    clocks: pipeline.clocks,
    bodySha256: () => hash('sha256', call.sent ?? emptyBytes, 'hex'),
    form,
  };
}

/** Version 2 signs the bucket that the host names. */
function withBucket({ method, path, query, headers, rawHeaders }: GatewayRequest, bucketInHost: string): Version2Request {
  return { method, path, query, headers, rawHeaders, bucketInHost };
}

function identified(call: Call, { principal, chunks }: Authenticated): void {
  call.principal = principal;
  call.chunks = chunks;
  const { region } = call.detected;
  const partition = partitionOf(region);
  const isGlobal = call.service.definition?.isGlobal === true;
  call.place = call.world.placeTrees({ partition, account: principal.account, region: isGlobal ? homeRegionOf(partition) : region });
}

/** The body as meant: chunks, compression and checksums checked and taken off. */
function decode(call: Call): void | Promise<void> {
  if (call.wire) return;
  const { request, service, chunks, sent } = call;
  const checksums = operationOf(call).checksum !== undefined;
  if (sent === undefined) {
    return openBody(request, { verifier: chunks, checksums }).then((stream) => {
      call.wire = wireRequest(call, emptyBytes, stream);
    });
  }
  const body = decodeWhole(request.headers, sent, { verifier: chunks, checksums, s3: service.id === 's3' });
  if (body instanceof Promise)
    return body.then((bytes) => {
      call.wire = wireRequest(call, bytes, undefined);
    });
  call.wire = wireRequest(call, body, undefined);
}

/** Wire to plain object. */
function parse(call: Call): void {
  const wire = call.wire as WireRequest;
  const own = call.service.definition?.wire?.ownOperations?.includes(operationOf(call).name);
  if (own) {
    call.input = { Path: wire.path, Body: wire.stream };
    call.facts.checkForm = formCheckOf(call);
  } else {
    call.input = abridged(call, wire) ?? call.codec.parse(call.matched as MatchedOperation, wire);
  }
}

/** The input of a service that reads parts of JSON bodies itself; undefined where the general way has to do. */
function abridged(call: Call, wire: WireRequest): Record<string, unknown> | undefined {
  const shorter = call.codec.protocol === 'json' ? call.service.definition?.wire?.abridge?.(operationOf(call).name, wire.body) : undefined;
  if (shorter === undefined) return undefined;
  try {
    const input = call.codec.parse(call.matched as MatchedOperation, { ...wire, body: shorter.body });
    return shorter.complete(input) ? input : undefined;
  } catch {
    return undefined; // The general way finds the same fault and words it.
  }
}

/** Faults that a user asked for. */
function strike(call: Call): void | Promise<void> {
  const { world, service, request, codec } = call;
  if (!world.chaos.active) return;
  const operation = operationOf(call);
  const throttled = () => throttlingError(operation, codec.protocol);
  return world.chaos.strike({ service: service.id, operation: operation.name, throttled, signal: request.signal });
}

/** Is all of it allowed? */
function authoriseCall(call: Call): void | Promise<void> {
  if (call.principal) return requireAllowed(call, call.principal, operationOf(call), call.input);
}

function requireAllowed(call: Call, principal: Principal, operation: Operation, input: Call['input']): void | Promise<void> {
  const { world, epoch, facts, place, service, pipeline } = call;
  const { access } = pipeline.cloud;
  const { definition } = service;
  if (!access.isActive || !place || !definition) return;
  const decided = decideAccess({ access, world, epoch, definition, operation, input, principal, place, facts });
  if (decided instanceof Promise)
    return decided.then((decisions) => {
      call.decisions = decisions;
    });
  call.decisions = decided;
}

/** For forms whose fields say who sends them. */
function formCheckOf(call: Call): FormCheck {
  const { world, pipeline, detected } = call;
  const partition = partitionOf(detected.region);
  return formCheck({
    security: pipeline.cloud.access.security,
    trusted: call.request.trusted,
    partition,
    clocks: pipeline.clocks,
    transact: (decide) => world.transact({ ...world.home, partition }, call.epoch, decide),
  });
}

/** Constraints of the model: required members, lengths, ranges, patterns. */
function validate(call: Call): void {
  const operation = operationOf(call);
  if (!call.service.definition?.operations[operation.name]) throw notImplemented(call.service.id, operation.name);
  if (operation.input) requireValidInput(operation, call.codec.protocol, call.input, call.wire?.body);
}

/** The operation itself. Whoever is told of calls is told of all before his own. */
function handle(call: Call): void | Promise<void> {
  const { world, pipeline, service } = call;
  if (service.definition?.audit === undefined) return invoke(call);
  if (!pipeline.audit) throw recordsNothing();
  const settled = world.audit.settle();
  return settled ? settled.then(() => invoke(call)) : invoke(call);
}

function invoke(call: Call): void | Promise<void> {
  const { world, request, facts, epoch, principal, place } = call;
  const handler = call.service.definition?.operations[operationOf(call).name];
  if (!handler || !principal || !place) throw notImplemented(call.service.id, operationOf(call).name);
  const result = world.invoke(
    handler,
    { service: call.service.id, place, principal, request: facts, epoch, signal: () => request.signal },
    call.input,
  );
  if (result instanceof Promise)
    return result.then((output) => {
      call.output = output;
    });
  call.output = result;
}

/** Plain object to wire. */
function serialise(call: Call): void {
  const operation = operationOf(call);
  const output = (call.output ?? {}) as Record<string, unknown>;
  const { definition } = call.service;
  if (definition?.wire?.ownOperations?.includes(operation.name)) {
    call.answer = output as unknown as WireResponse;
    return;
  }
  if (call.pipeline.cloud.options.strict) requireValidOutput(operation, output);
  call.answer = call.codec.serialise(operation, output, call.facts.id);
  if (call.request.trusted && hasStream(operation.output)) call.answer.streams = true;
  definition?.wire?.finish?.(operation.name, call.input, output, call.answer);
}

function errorAnswer(call: Call, failure: AwsError): WireResponse {
  const { request } = call;
  return call.codec.serialiseError(call.matched?.operation, failure, call.facts.id, {
    resource: call.detected.path,
    headOnly: request.method === 'HEAD',
  });
}

function operationOf(call: Call): Operation {
  return (call.matched as MatchedOperation).operation;
}

function wireRequest({ request, detected }: Call, body: Uint8Array, stream: RequestBody | undefined): WireRequest {
  return { method: request.method, path: detected.path, query: request.query, headers: request.headers, body, stream };
}

/** Has the input a member that is a stream of bytes? Own operations read theirs themselves. */
function takesStream(operation: Operation): boolean {
  const { input } = operation;
  return input === undefined ? operation.service.operation(operation.name) === undefined : hasStream(input);
}

/** Is the payload a stream of bytes or of events? */
function hasStream(shape: Operation['output']): boolean {
  const payload = shape?.payload === undefined ? undefined : shape.members?.get(shape.payload);
  return payload !== undefined && (payload.streaming === true || payload.shape.streaming === true || payload.shape.eventStream === true);
}

/** Of a body at hand; streams have none. */
function crc32Of(body: WireResponse['body']): number {
  return typeof body === 'string' || body instanceof Uint8Array ? crc32(body) : 0;
}

function latin1(body: Uint8Array | undefined): string {
  return body === undefined ? '' : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
}

const s3IdAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** S3's ids are sixteen characters (API reference, "Error responses"), all others UUIDs. */
function requestId(world: World, service: string): string {
  return service === 's3' ? world.random.id('', 16, s3IdAlphabet) : world.random.uuid();
}

/** S3's and EC2's lists of errors have InternalError where all others say InternalFailure. */
const internalErrors = new Set(['s3', 's3control', 'ec2']);
