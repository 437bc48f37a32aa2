/**
 * What a service's API model says, as the rest of the program sees it: operations, shapes, wire traits.
 * The tables under `src/api/tables/` are read into these types on first use; see ./load.ts.
 */

/** The wire protocols of AWS. SQS and CloudWatch list several: the first is the one their model prefers. */
export type Protocol = 'json' | 'query' | 'ec2' | 'rest-json' | 'rest-xml' | 'smithy-rpc-v2-cbor';

export type ShapeType =
  | 'structure'
  | 'list'
  | 'map'
  | 'string'
  | 'integer'
  | 'long'
  | 'float'
  | 'double'
  | 'boolean'
  | 'timestamp'
  | 'blob'
  | 'document'
  | 'bigdecimal';

export type TimestampFormat = 'iso8601' | 'rfc822' | 'unixTimestamp';

/** What is said of a shape, whatever it is made of. */
export interface ShapeTraits {
  /** Structures: names of the members that must be there, in the model's order of `required`. */
  readonly required?: readonly string[];
  readonly union?: boolean;
  readonly flattened?: boolean;
  readonly sparse?: boolean;
  readonly enum?: readonly string[];
  /** Length of strings, blobs (bytes), lists, maps; range of numbers. */
  readonly min?: number;
  readonly max?: number;
  /** As in the model: a Java regular expression, which AWS matches against the whole string. */
  readonly pattern?: string;
  readonly timestampFormat?: TimestampFormat;
  readonly sensitive?: boolean;
  /** Blobs: a stream; `requiresLength` when the length has to be known first. */
  readonly streaming?: boolean;
  readonly requiresLength?: boolean;
  /** Structures that are the events of an event stream (the union has `eventStream`, each of its members `event`). */
  readonly eventStream?: boolean;
  readonly event?: boolean;
  /** Structures that are errors. */
  readonly error?: ErrorTrait;
  /** Structures: the name of the member that is the HTTP body. */
  readonly payload?: string;
  readonly xmlNamespace?: XmlNamespace;
  readonly locationName?: string;
}

/** A shape is interned per service: the same name is the same object, so recursive shapes are cycles. */
export interface Shape extends ShapeTraits {
  readonly name: string;
  readonly type: ShapeType;
  /** Structures: members in the model's order (AWS writes XML and reports violations in it). */
  readonly members?: ReadonlyMap<string, Member>;
  /** Lists: the element. Maps: key and value. */
  readonly element?: Member;
  readonly key?: Member;
  readonly value?: Member;
}

export interface XmlNamespace {
  readonly uri: string;
  readonly prefix?: string;
}

export interface ErrorTrait {
  /** The code on the wire (`AWS.SimpleQueueService.NonExistentQueue`); the shape's name when absent. */
  readonly code?: string;
  readonly status?: number;
  /** Who is to blame; 'Sender' below status 500 when the model is silent. */
  readonly fault?: 'Sender' | 'Receiver';
}

/** What is said of a use of a shape, besides its name on the wire. */
export interface MemberTraits {
  readonly location?: 'header' | 'headers' | 'querystring' | 'uri' | 'statusCode';
  /**
   * EC2's own spelling of it in requests. SQS, whose model is JSON: its name in the query protocol, both ways
   * (for flattened lists and maps, the name of each entry).
   */
  readonly queryName?: string;
  readonly flattened?: boolean;
  readonly xmlAttribute?: boolean;
  readonly xmlNamespace?: XmlNamespace;
  readonly timestampFormat?: TimestampFormat;
  readonly jsonValue?: boolean;
  readonly idempotencyToken?: boolean;
  readonly hostLabel?: boolean;
  readonly streaming?: boolean;
  readonly eventPayload?: boolean;
  readonly eventHeader?: boolean;
  /** AWS distinguishes absent from zero here. */
  readonly box?: boolean;
  readonly deprecated?: boolean;
}

/** A use of a shape: as a member, an element, a key or a value. */
export interface Member extends MemberTraits {
  readonly shape: Shape;
  /** Name on the wire, where it is not the member's. */
  readonly locationName?: string;
}

/** What is said of an operation where its protocol, its age or its caller asks for it. */
export interface OperationTraits {
  /** awsQuery wraps the answer in this element. */
  readonly resultWrapper?: string;
  /** rest-xml: root element and namespace of the input, when the input itself is the body. */
  readonly inputLocationName?: string;
  readonly inputXmlNamespace?: XmlNamespace;
  readonly idempotent?: boolean;
  readonly deprecated?: boolean;
  /** 'none' or 'v4-unsigned-body' and others, where it differs from the service's. */
  readonly authType?: string;
  readonly hostPrefix?: string;
  readonly checksum?: ChecksumTrait;
  readonly compression?: readonly string[];
  readonly paginator?: Paginator;
}

export interface Operation extends OperationTraits {
  readonly name: string;
  readonly service: ServiceModel;
  readonly method: string;
  /** `/{Bucket}/{Key+}?uploads` as in the model. */
  readonly uri: string;
  /** Success status; 200 when the model is silent. */
  readonly status: number;
  readonly input: Shape | undefined;
  readonly output: Shape | undefined;
  /** Names of the error shapes this operation declares. */
  readonly errors: readonly string[];
}

interface ChecksumTrait {
  /** The request member that names the algorithm. */
  readonly requestAlgorithmMember?: string;
  readonly requestRequired?: boolean;
  readonly requestValidationModeMember?: string;
  readonly responseAlgorithms?: readonly string[];
}

export interface Paginator {
  readonly inputToken: readonly string[];
  readonly outputToken: readonly string[];
  readonly limitKey?: string;
  readonly resultKey: readonly string[];
  readonly moreResults?: string;
}

/** An error as a service answers it. `shape` is absent for errors of our own table. */
export interface ModelledError extends ErrorTrait {
  readonly code: string;
  readonly status: number;
  readonly fault: 'Sender' | 'Receiver';
  readonly shape?: Shape;
}

/** What `aws <service> wait …` and the SDKs' waiters do: call, compare, sleep `delay` seconds. */
export interface Waiter {
  readonly operation: string;
  /** Seconds. */
  readonly delay: number;
  readonly maxAttempts: number;
  readonly acceptors: readonly WaiterAcceptor[];
}

interface WaiterAcceptor {
  readonly state: 'success' | 'failure' | 'retry';
  readonly matcher: 'path' | 'pathAll' | 'pathAny' | 'status' | 'error';
  /** A JMESPath expression over the output, for the path matchers. */
  readonly argument?: string;
  readonly expected: string | number | boolean;
}

/** What `src/api/tables/index.json` says of each service, before any table is read. */
export interface ServiceFacts {
  /** What the SDK calls `serviceId`: `SQS`, `Elastic Load Balancing v2`. */
  readonly serviceId: string;
  readonly fullName: string;
  readonly apiVersion: string;
  readonly protocols: readonly Protocol[];
  readonly jsonVersion?: '1.0' | '1.1';
  readonly targetPrefix?: string;
  readonly endpointPrefix: string;
  /** The service name of credential scopes and, mostly, of IAM actions. */
  readonly signingName: string;
  readonly xmlNamespace?: string;
  /** SQS: JSON, but old clients still expect the query protocol's error codes. */
  readonly awsQueryCompatible?: boolean;
  readonly globalEndpoint?: string;
}

export interface ServiceModel extends ServiceFacts {
  /** Our folder name and botocore's: `sqs`, `s3`, `elbv2`, `cognito-idp`. */
  readonly id: string;
  readonly operationNames: readonly string[];
  /** Undefined when this service has no such operation. Parsed on first use. */
  operation(name: string): Operation | undefined;
  /** Throws when the model has no shape of this name. */
  shape(name: string): Shape;
  /** By the model's name: `BucketExists`. */
  waiters(): ReadonlyMap<string, Waiter>;
  /** The model's error with this wire code or shape name, or our table's (errors that models lack). */
  error(code: string): ModelledError | undefined;
}
