/** What CloudTrail is told of calls: the class of each operation, declared by its service, and the call itself. */
import type { RequestFacts } from './context';
import type { Place } from './place';
import type { Principal } from './principal';
import type { Tx } from './tx';

/**
 * How an operation counts in CloudTrail. Everything is a management event unless declared otherwise (CloudTrail User Guide,
 * "Logging data events", "Logging management events"); read-only is what its name says (Get, List, Describe, Head, …).
 */
export interface TrailRules {
  /** Operation → resource type of its data events: `{ GetObject: 'AWS::S3::Object' }`. */
  readonly data?: Readonly<Record<string, string>>;
  /** Operations that CloudTrail never records. */
  readonly unrecorded?: readonly string[];
  /** Exceptions to what the name says. */
  readonly readOnly?: Readonly<Record<string, boolean>>;
  /** Event names that differ from the operation's: `{ ListBuckets: 'ListAllMyBuckets' }`. */
  readonly eventNames?: Readonly<Record<string, string>>;
  /** `s3.amazonaws.com`, where it is not the service's id. */
  readonly eventSource?: string;
  /** ARNs that a data event's selectors are compared with. */
  readonly resources?: (operation: string, input: any, at: Place) => readonly string[];
}

/** One finished call, as CloudTrail is told of it. */
export interface AuditedCall {
  readonly service: string;
  readonly operation: string;
  readonly requestId: string;
  /** Virtual time, ms since 1970. */
  readonly at: number;
  readonly place: Place;
  readonly principal: Principal;
  readonly request: Pick<RequestFacts, 'sourceIp' | 'userAgent' | 'host' | 'secure' | 'signature'>;
  readonly input: unknown;
  readonly output: unknown;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
}

/** CloudTrail's own: writes down what was called, in a transaction of its own after the answers. */
export type Audit = (tx: Tx, calls: readonly AuditedCall[]) => void;
