/** What every wire protocol does, per service model. Implementations: json.ts, query.ts, ec2.ts, rest-json.ts, rest-xml.ts, rpc-cbor.ts; `codecFor` picks and caches one. */
import type { Operation, Protocol, ServiceModel, Shape } from '../api/model';
import type { AwsError } from '../kernel/errors';
import type { FormNode } from './form';
import type { WireRequest, WireResponse } from './wire';

export interface MatchedOperation {
  readonly operation: Operation;
  /** REST: labels by member name, percent-decoded once; as latin1-safe strings when not valid UTF-8 the codec throws. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Query protocols: the parameters, already read to find the action. */
  readonly form?: FormNode;
}

export interface Codec {
  readonly protocol: Protocol;
  readonly model: ServiceModel;
  /**
   * Which operation a request means: target header, Action, method and path, or `/service/X/operation/Y`.
   * Throws the service's own error for an unknown one (UnknownOperationException, InvalidAction, MethodNotAllowed…).
   */
  match(request: WireRequest): MatchedOperation;
  /** Wire to plain object; throws AwsError (SerializationException, MalformedXML…). Does not check constraints. */
  parse(matched: MatchedOperation, request: WireRequest): Record<string, unknown>;
  /** Plain object to wire. Members that the model does not know are left out. */
  serialise(operation: Operation, output: Record<string, unknown>, requestId: string): WireResponse;
  /** An error on the wire. `operation` is undefined when it could not be told. */
  serialiseError(operation: Operation | undefined, error: AwsError, requestId: string, context: ErrorContext): WireResponse;
}

export interface ErrorContext {
  /** Path of the request, for S3's <Resource>. */
  readonly resource: string;
  /** HEAD requests have no error body. */
  readonly headOnly: boolean;
}

/** Violations found in an input against its shape: required, enum, length, range, pattern. In the model's order. */
export interface Violation {
  /** Names of members as in the model, numbers of list items (from 1), keys of maps. */
  readonly path: readonly (string | number)[];
  readonly kind: 'required' | 'enum' | 'length' | 'range' | 'pattern';
  /** What AWS says must hold: `Member must not be null`. */
  readonly constraint: string;
  readonly value: unknown;
  readonly shape: Shape;
}
