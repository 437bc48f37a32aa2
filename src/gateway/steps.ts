/** The steps of the pipeline between the wire and the handler, in their order; who calls and what is allowed stand in access-steps.ts. */
import { notImplemented } from '../kernel/errors';
import type { MatchedOperation } from '../protocol/protocol';
import { requireValidInput, requireValidOutput } from '../protocol/validation';
import type { WireRequest, WireResponse } from '../protocol/wire';
import { formCheckOf } from './access-steps';
import { recordsNothing } from './audit';
import { decodeWhole, maxWholeBytes, openBody } from './body';
import { type Call, hasStream, operationOf, takesStream, wireRequest } from './call';
import { emptyBytes } from './request';
import { ownOperation } from './services';
import { checkStated } from './stated';
import { throttlingError } from './throttling';

/** What the caller states of itself by headers of ours. */
export function hear({ request }: Call): void {
  checkStated(request);
}

/** Which operation is meant. The query protocols say it in the body, the others in front of it. */
export function match(call: Call): void | Promise<void> {
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
export function read(call: Call): void | Promise<void> {
  if (call.sent || takesStream(operationOf(call))) return;
  if (call.request.body !== undefined) call.sent = call.request.body;
  else if (!call.request.hasBody) call.sent = emptyBytes;
  else
    return call.request.readAll(maxWholeBytes).then((sent) => {
      call.sent = sent;
    });
}

/** The body as meant: chunks, compression and checksums checked and taken off. */
export function decode(call: Call): void | Promise<void> {
  if (call.wire) return;
  const { request, service, chunks, sent } = call;
  const checksums = operationOf(call).checksum !== undefined;
  if (sent === undefined) {
    const opened = openBody(request, { verifier: chunks, checksums });
    if (opened instanceof Promise)
      return opened.then((stream) => {
        call.wire = wireRequest(call, emptyBytes, stream);
      });
    call.wire = wireRequest(call, emptyBytes, opened);
    return;
  }
  const body = decodeWhole(request.headers, sent, { verifier: chunks, checksums, s3: service.id === 's3' });
  if (body instanceof Promise)
    return body.then((bytes) => {
      call.wire = wireRequest(call, bytes, undefined);
    });
  call.wire = wireRequest(call, body, undefined);
}

/** Wire to plain object. */
export function parse(call: Call): void {
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
export function strike(call: Call): void | Promise<void> {
  const { world, service, request, codec } = call;
  if (!world.chaos.active) return;
  const operation = operationOf(call);
  const throttled = () => throttlingError(operation, codec.protocol);
  return world.chaos.strike({ service: service.id, operation: operation.name, throttled, signal: request.signal });
}

/** Constraints of the model: required members, lengths, ranges, patterns. */
export function validate(call: Call): void {
  const operation = operationOf(call);
  const { id, definition } = call.service;
  if (!definition?.operations[operation.name]) throw notImplemented(id, operation.name, definition?.instead?.(operation.name));
  if (operation.input) requireValidInput(operation, call.codec.protocol, call.input, call.wire?.body);
}

/** The operation itself. Whoever is told of calls is told of all before his own. */
export function handle(call: Call): void | Promise<void> {
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
export function serialise(call: Call): void {
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
