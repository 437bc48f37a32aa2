/** How a service says what it is: operations, state, events, targets, timers, reconcilers, routes, access. */
import type { AccessFacts, AccessNeed, Asking } from './access';
import type { TagPolicySubject } from './account-rules';
import type { Audit, TrailRules } from './audit';
import type { Collection, Counter } from './collection';
import type { IoContext, RequestFacts, TxContext } from './context';
import type { AwsError } from './errors';
import type { Place } from './place';
import type { MessageAttributes, Tx } from './tx';

type AnyApi = Record<string, { input: any; output: any }>;

/** An operation that decides in one transaction: synchronous, without I/O by type. */
export type Operation<I, O> = (ctx: TxContext, input: I) => O;

/** An operation that moves bytes, runs code or waits, and decides through `ctx.transact`. Made by `io(…)`. */
export interface IoOperation<I, O> {
  readonly io: (ctx: IoContext, input: I) => Promise<O>;
}

/** Marks a handler as needing I/O. */
export function io<I, O>(run: (ctx: IoContext, input: I) => Promise<O>): IoOperation<I, O> {
  return { io: run };
}

type Operations<A extends object> = {
  readonly [N in keyof A]?: A[N] extends { input: infer I; output: infer O } ? Operation<I, O> | IoOperation<I, O> : never;
};

/** `defineOperations<SQS>()({ CreateQueue(ctx, input) { … }, ReceiveMessage: io(async (ctx, input) => …) })`. Names and types come from the model. */
export function defineOperations<A extends object>() {
  return <const T extends Operations<A>>(operations: T & { readonly [K in Exclude<keyof T, keyof A>]: never }): T => operations;
}

/** What each operation needs to be allowed, from its input. Operations left out need `<prefix>:<Operation>` on `*`. */
export type Access<A extends object> = {
  readonly [N in keyof A]?: A[N] extends { input: infer I }
    ? (input: I, at: Place, request: RequestFacts, asking: Asking) => readonly AccessNeed[]
    : never;
};

export interface Delivery {
  readonly targetArn: string;
  readonly payload: unknown;
  readonly from: string | undefined;
  readonly sourceArn: string | undefined;
  readonly groupId: string | undefined;
  readonly dedupId: string | undefined;
  /** For targets whose messages have them (SQS). */
  readonly attributes: MessageAttributes | undefined;
  readonly traceHeader: string | undefined;
  /** Inside: the service that finishes the payload when it is read; keep `lateText(late, payload)`. Outside it is finished already. */
  readonly late: string | undefined;
  readonly hint: Readonly<Record<string, string>> | undefined;
}

/** A subscriber either changes state, exactly once, in the transaction that removes the event; or does I/O, at least once. */
export type EventHandler =
  | { readonly inside: (tx: Tx, detail: any) => void }
  | { readonly outside: (ctx: IoContext, detail: any) => Promise<void> };

export type TargetHandler =
  | { readonly inside: (tx: Tx, delivery: Delivery) => void }
  | { readonly outside: (ctx: IoContext, delivery: Delivery) => Promise<void> };

/** Level-triggered: compare what should be with what is, do one step. Returns when to look again (ms from now), or undefined when all is as it should be. */
type Reconciler = (ctx: IoContext, key: string) => Promise<number | undefined>;

export interface ServiceDefinition {
  /** Folder, model and ARN name. */
  readonly id: string;
  readonly operations: Readonly<Record<string, Operation<any, any> | IoOperation<any, any>>>;
  /** Says in a sentence what to do instead of an operation that is not built. */
  readonly instead?: (operation: string) => string | undefined;
  readonly access?: Readonly<Record<string, (input: any, at: Place, request: RequestFacts, asking: Asking) => readonly AccessNeed[]>>;
  /** What decisions about access need to know of this service's resources. */
  readonly facts?: AccessFacts;
  /** Its resources on whose tags organizations can insist. */
  readonly tagPolicy?: TagPolicySubject;
  /** How its operations count in CloudTrail. */
  readonly trail?: TrailRules;
  /** CloudTrail only. */
  readonly audit?: Audit;
  /** One for all regions: its state and its events are those of the partition's first region, whichever the client names. */
  readonly isGlobal?: boolean;
  readonly state?: readonly (Collection<any, any> | Counter)[];
  /** Timers this service sets: `'sqs.name-free': (tx, detail) => …`; runs in the transaction that removes the timer. */
  readonly timers?: Readonly<Record<string, (tx: Tx, detail: any) => void>>;
  /** Events of any service that this one acts on. */
  readonly events?: Readonly<Record<string, EventHandler>>;
  /** How it receives, when an ARN of its own is somebody's target; a function where that depends on the ARN. */
  readonly target?: TargetHandler | ((targetArn: string) => TargetHandler | undefined);
  /** Finishes text that was kept as `lateText`: signs it. */
  readonly finishText?: (tx: Tx, text: string) => string;
  readonly reconcilers?: Readonly<Record<string, Reconciler>>;
  /** Services whose parsing, answers or errors have forms of their own that the model does not hold. */
  readonly wire?: WireRules;
}

/** The few things about the wire that no model says. All optional. */
export interface WireRules {
  /** Names in `operations` that are not in the model: S3's PostObject. Reached only through `route`. */
  readonly ownOperations?: readonly string[];
  /** Every answer says the CRC-32 of its body in `x-amz-crc32`, as DynamoDB's do. */
  readonly answersCrc32?: boolean;
  /** Turns a request that no route of the model matches into an operation (S3's POST object form). */
  readonly route?: (request: {
    readonly method: string;
    /** With its port, as the client spelt it; not in the headers of HTTP/2. */
    readonly host: string;
    readonly path: string;
    readonly query: string;
    readonly headers: Readonly<Record<string, string | undefined>>;
    /** It came to a website endpoint. */
    readonly website: boolean;
  }) => string | undefined;
  /** What a browser's page of another origin may do at an address; undefined where the service leaves that to the gateway. */
  readonly cors?: (tx: Tx, request: PageRequest) => CorsVerdict | undefined;
  /**
   * Cuts out of a JSON body what the service reads itself. The shorter body is read in the general way, then completed;
   * undefined, or a false from `complete`, leaves all of it to the general way.
   */
  readonly abridge?: (
    operation: string,
    body: Uint8Array,
  ) => { readonly body: Uint8Array; readonly complete: (input: Readonly<Record<string, unknown>>) => boolean } | undefined;
  /** After serialisation, before sending. */
  readonly finish?: (operation: string, input: any, output: any, response: { status: number; headers: Record<string, string> }) => void;
}

/** A call that a web page may have made, or asks whether it may make. Path and query as on the wire. */
export interface PageRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** The headers that let the page read the answer; or what a preflight is refused with. */
export type CorsVerdict = { readonly headers: Readonly<Record<string, string>> } | { readonly refusal: AwsError };

/** Declares a service. The platform checks it against its model when it is first loaded, and refuses names the model does not have. */
export function defineService(definition: ServiceDefinition): ServiceDefinition {
  return definition;
}

export type { AnyApi };
