/** What CloudTrail is told of calls: the class of each operation, declared by its service, and the calls themselves. */
import { createHash } from 'node:crypto';
import { collection } from './collection';
import type { RequestFacts } from './context';
import type { Place } from './place';
import type { Principal } from './principal';
import type { Tx } from './tx';

/**
 * How an operation counts in CloudTrail. Everything is a management event unless declared otherwise (CloudTrail User Guide,
 * "Logging data events", "Logging management events"); read-only is what its name says (Get, List, Describe, Head, …).
 * Functions are called with what clients sent, before it was checked: what is required may be missing.
 */
export interface TrailRules {
  /** Operation → resource type of its data events: `{ GetObject: 'AWS::S3::Object' }`. */
  readonly data?: Readonly<Record<string, string>>;
  /** Operations that CloudTrail never records. */
  readonly unrecorded?: readonly string[];
  /** Exceptions to what the name says. */
  readonly readOnly?: Readonly<Record<string, boolean>>;
  /** Operations that change nothing and are shown with their answer all the same: AssumeRole. */
  readonly answered?: readonly string[];
  /** Event names that differ from the operation's: `{ ListObjectsV2: 'ListObjects' }`. */
  readonly eventNames?: Readonly<Record<string, string>>;
  /** `s3.amazonaws.com`, where it is not the service's id. */
  readonly eventSource?: string;
  /** Of services whose events say which version of their API was asked. */
  readonly apiVersion?: string;
  /** ARNs of what is accessed: shown in the event, and compared with a trail's selectors. */
  readonly resources?: (operation: string, input: any, at: Place) => readonly string[];
  /** The account whose resource is meant, where the input says so: it is told of the call too. */
  readonly owner?: (operation: string, input: any) => string | undefined;
  /** The account of a resource, where neither the input nor its ARN says it: buckets. */
  readonly ownerOf?: (tx: Tx, arn: string) => string | undefined;
  /** Parameters, as events spell them, that name resources: `{ roleName: 'AWS::IAM::Role' }`. LookupEvents finds events by them. */
  readonly named?: Readonly<Record<string, string>>;
  /** Members of inputs, and keys of maps in them, that are never shown, besides those that the model calls sensitive. */
  readonly hidden?: readonly string[];
  /** Their events leave secrets of requests out, instead of saying that they are hidden; requests of nothing else are null. */
  readonly leavesSecretsOut?: boolean;
  /** Stands where a secret was, in their requests and in their answers, which others' leave out. */
  readonly mask?: string;
  /** Request parameters of services that do not show their input as it is. Undefined: as all others do. */
  readonly parameters?: (operation: string, input: any, request: RequestFacts) => Readonly<Record<string, unknown>> | undefined;
  /** Response elements of services that do not show their output as it is. Undefined: as all others do; null: none. */
  readonly response?: (operation: string, output: any) => Readonly<Record<string, unknown>> | null | undefined;
  /** What is neither in the request nor in the answer. */
  readonly additional?: (exchange: AuditedExchange) => Readonly<Record<string, unknown>> | undefined;
}

/** The bytes that went to and fro. */
export interface AuditedExchange {
  readonly request: RequestFacts;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly answerHeaders: Readonly<Record<string, string | undefined>>;
}

/** An operation as CloudTrail counts it. */
export interface AuditedOperation {
  /** Our name of the service. */
  readonly service: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly apiVersion: string | undefined;
  readonly readOnly: boolean;
  /** Of data events; undefined for management events. */
  readonly dataType: string | undefined;
  /** Parameters that name resources, with their type. */
  readonly named: readonly (readonly [parameter: string, type: string])[];
}

/** One finished call, ready to be written down: nothing secret, nothing large. */
export interface AuditedCall {
  readonly operation: AuditedOperation;
  readonly requestId: string;
  /** Virtual time, ms since 1970. */
  readonly at: number;
  readonly region: string;
  /** The account in whose history it is. */
  readonly recipient: string;
  /** Without the policies and tags of sessions. */
  readonly principal: Principal;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** The host that the client named, when it came over TLS. */
  readonly secureHost: string | undefined;
  readonly parameters: unknown;
  readonly response: unknown;
  readonly additional: unknown;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
  /** ARNs of what is accessed. */
  readonly resources: readonly string[] | undefined;
  /** Of what is accessed, where it is another account than the caller's or the ARN does not say it. */
  readonly owner: string | undefined;
  /** The same in the histories of all accounts that the call concerns. */
  readonly sharedId: string | undefined;
}

/**
 * The id of the event, a UUID that nobody needs to keep: it follows from the request's id or, in the history of another
 * account than the caller's, from the shared one. Parts of a UUID in another order are a UUID again.
 */
export function eventIdOf({ requestId, sharedId, recipient, principal }: AuditedCall): string {
  const source = sharedId !== undefined && recipient !== principal.account ? sharedId : requestId;
  const [a, b, c, d, e] = (isUuid.test(source) ? source : uuidFrom(source)).split('-') as [string, string, string, string, string];
  return `${e.slice(0, 8)}-${e.slice(8)}-${c}-${d}-${a}${b}`;
}

const isUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** S3's request ids are shorter. */
function uuidFrom(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A call of which trails are told, and the organization of its recipient. */
export interface TrailedCall {
  readonly call: AuditedCall;
  readonly organization: string | undefined;
}

/** CloudTrail's own: told of calls, in a transaction of its own after the answers, while there are trails. */
export type Audit = (tx: Tx, calls: readonly TrailedCall[]) => void;

/** The service whose `audit` is told. */
export const auditService = 'cloudtrail';

// ---- the history of each account and region ----

/** Some calls of an account and region, in order. */
export interface AuditChunk {
  /** Grows by one. */
  readonly n: number;
  readonly count: number;
  /** No call in it, or in the chunks before it, is newer; virtual ms. */
  readonly newest: number;
  /** As `encodeCalls` writes them. */
  readonly text: Uint8Array;
  /** Calls and bytes of this chunk and all before it, those that are deleted included. */
  readonly calls: number;
  readonly bytes: number;
}

/** What LookupEvents looks through: management events only. One record for many calls, so that keeping one costs next to nothing. */
export const AuditChunks = collection<AuditChunk>({
  name: 'kernel/audit-chunk',
  version: 2,
  scope: 'region',
  key: (chunk) => chunk.n,
});

// ---- what trails want to be told of ----

/** What a trail that is logging wants. */
export interface AuditSelection {
  /** ARN of the trail. */
  readonly trail: string;
  readonly account: string;
  /** Resource types of data events. */
  readonly dataTypes: readonly string[];
  /** Whether it is told of other accounts of its organization. */
  readonly ofOrganization: boolean;
}

export const AuditSelections = collection<AuditSelection>({
  name: 'kernel/audit-selection',
  version: 1,
  scope: 'partition',
  key: (selection) => selection.trail,
  owner: (selection) => selection.account,
});

/** Notified when selections change. */
export const selectionChannel = 'kernel.audit-selection';

/** To be called by CloudTrail for each trail that begins to log, or logs something else from now on. */
export function selectAudited(tx: Tx, selection: AuditSelection): void {
  tx.put(AuditSelections, selection);
  tx.notify(selectionChannel, selection.trail);
}

/** To be called by CloudTrail for each trail that logs no longer. */
export function unselectAudited(tx: Tx, trail: string): void {
  const selection = tx.get(AuditSelections, trail);
  if (!selection) return;
  tx.delete(AuditSelections, selection);
  tx.notify(selectionChannel, trail);
}
