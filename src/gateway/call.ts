/** A call on its way through the pipeline. */
import type { Operation } from '../api/model';
import type { RequestBody } from '../kernel/body';
import type { AwsError } from '../kernel/errors';
import type { Place } from '../kernel/place';
import type { Principal } from '../kernel/principal';
import type { World } from '../kernel/world';
import type { Codec, MatchedOperation } from '../protocol/protocol';
import type { WireRequest, WireResponse } from '../protocol/wire';
import type { DecisionEntry } from '../security/access/decisions';
import type { ChunkVerifier } from '../security/chunks';
import type { Detected } from './detect';
import type { Pipeline } from './pipeline';
import type { GatewayRequest } from './request';
import type { RequestView } from './request-view';
import type { Service } from './services';

/** What is known of a call so far; each step adds to it. */
export interface Call {
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
  /** What ended its way. */
  failure: AwsError | undefined;
}

export type Step = (call: Call) => void | Promise<void>;

export function operationOf(call: Call): Operation {
  return (call.matched as MatchedOperation).operation;
}

export function wireRequest({ request, detected }: Call, body: Uint8Array, stream: RequestBody | undefined): WireRequest {
  return { method: request.method, path: detected.path, query: request.query, headers: request.headers, body, stream };
}

/** Has the input a member that is a stream of bytes? Own operations read theirs themselves. */
export function takesStream(operation: Operation): boolean {
  const { input } = operation;
  return input === undefined ? operation.service.operation(operation.name) === undefined : hasStream(input);
}

/** Is the payload a stream of bytes or of events? */
export function hasStream(shape: Operation['output']): boolean {
  const payload = shape?.payload === undefined ? undefined : shape.members?.get(shape.payload);
  return payload !== undefined && (payload.streaming === true || payload.shape.streaming === true || payload.shape.eventStream === true);
}

export function latin1(body: Uint8Array | undefined): string {
  return body === undefined ? '' : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
}
