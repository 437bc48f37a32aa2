/**
 * What CloudTrail keeps: trails, the calls that wait for their delivery, and how far each delivery has come. Trails lie in
 * one partition-wide map, since a call may be of interest to those of other accounts and regions. The history of
 * events, which everybody has without a trail, is the kernel's (`AuditChunks`).
 */
import { collection } from '../../kernel';

export interface BasicSelector {
  readonly readWriteType: 'All' | 'ReadOnly' | 'WriteOnly';
  readonly includeManagementEvents: boolean;
  readonly dataResources: readonly { readonly type: string; readonly values: readonly string[] }[];
  readonly excludedSources: readonly string[];
}

export const operators = ['Equals', 'StartsWith', 'EndsWith', 'NotEquals', 'NotStartsWith', 'NotEndsWith'] as const;
export type Operator = (typeof operators)[number];

export interface FieldSelector {
  readonly field: string;
  readonly tests: Readonly<Partial<Record<Operator, readonly string[]>>>;
}

export interface AdvancedSelector {
  readonly name: string | undefined;
  readonly fields: readonly FieldSelector[];
}

export interface Trail {
  readonly account: string;
  /** Where it was made. */
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  readonly bucket: string;
  readonly prefix: string | undefined;
  readonly topicArn: string | undefined;
  readonly includesGlobal: boolean;
  readonly isMultiRegion: boolean;
  readonly validates: boolean;
  /** The organization whose accounts it tells of. */
  readonly organization: string | undefined;
  /** Basic ones or advanced ones; as new trails have them when absent. */
  readonly selectors: readonly BasicSelector[] | undefined;
  readonly advanced: readonly AdvancedSelector[] | undefined;
  readonly isLogging: boolean;
  readonly startedAt: number | undefined;
  readonly stoppedAt: number | undefined;
}

export const Trails = collection<Trail, 'organization'>({
  name: 'cloudtrail/trail',
  version: 1,
  scope: 'partition',
  key: (t) => [t.account, t.region, t.name],
  owner: (t) => t.account,
  indexes: { organization: (t) => t.organization },
  arn: (t) => t.arn,
});

/** A file that was delivered, for the next digest. */
export interface LogFile {
  readonly bucket: string;
  readonly key: string;
  /** SHA-256 of what is in it, hexadecimal. */
  readonly hash: string;
  readonly oldest: number;
  readonly newest: number;
}

/** The digest before the next one. */
export interface Digest {
  readonly bucket: string;
  readonly key: string;
  readonly hash: string;
  readonly signature: string;
}

/** What a trail delivers of one account and region: a stream of files of its own. */
export interface Stream {
  readonly trail: string;
  readonly account: string;
  readonly region: string;
  /** Numbers chunks. */
  readonly next: number;
  /** Calls that wait. */
  readonly pending: number;
  readonly files: readonly LogFile[];
  readonly digest: Digest | undefined;
  /** Where the next digest begins; undefined while log files are not validated. */
  readonly digestFrom: number | undefined;
  readonly deliveredAt: number | undefined;
  readonly deliveryError: string | undefined;
  readonly notifiedAt: number | undefined;
  readonly digestedAt: number | undefined;
  readonly digestError: string | undefined;
}

export const Streams = collection<Stream>({
  name: 'cloudtrail/stream',
  version: 1,
  scope: 'partition',
  key: (s) => [s.trail, s.account, s.region],
  owner: (s) => s.trail.split(':', 5)[4] as string,
});

export interface StreamId {
  readonly trail: string;
  readonly account: string;
  readonly region: string;
}

export const emptyStream = ({ trail, account, region }: StreamId): Stream => ({
  trail,
  account,
  region,
  next: 0,
  pending: 0,
  files: [],
  digest: undefined,
  digestFrom: undefined,
  deliveredAt: undefined,
  deliveryError: undefined,
  notifiedAt: undefined,
  digestedAt: undefined,
  digestError: undefined,
});

/** Calls that a stream has yet to deliver. */
export interface Undelivered extends StreamId {
  readonly n: number;
  readonly count: number;
  /** As `encodeCalls` writes them. */
  readonly text: Uint8Array;
}

export const UndeliveredCalls = collection<Undelivered>({
  name: 'cloudtrail/undelivered',
  version: 2,
  scope: 'partition',
  hot: true,
  key: (u) => [u.trail, u.account, u.region, u.n],
  // The first version, of before the first release, is not read any more.
  migrate: { 1: (u: Undelivered): Undelivered => ({ ...u, count: 0, text: new Uint8Array(0) }) },
  owner: (u) => u.trail.split(':', 5)[4] as string,
});
