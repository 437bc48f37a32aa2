/**
 * The file format of `src/api/tables/<id>.jsonl`, shared by the script that writes tables and the loader that reads them.
 *
 * A table is a sorted list of lines `["<kind> <Name>",<facts>]`, all ASCII. Sorted, so that one line is found by binary search
 * and parsed alone (nothing else of the file is touched), and so that an update changes only the lines that changed on AWS.
 * What all services need before any table is read (names, protocols, target prefixes) stands in `index.json`.
 */
import type { ChecksumTrait, ErrorTrait, Paginator, Protocol, ShapeType, TimestampFormat, Waiter, XmlNamespace } from './model';

/** What `index.json` says of each service. */
export interface ServiceFacts {
  readonly serviceId: string;
  readonly fullName: string;
  readonly apiVersion: string;
  readonly protocols: readonly Protocol[];
  readonly jsonVersion?: '1.0' | '1.1';
  readonly targetPrefix?: string;
  readonly endpointPrefix: string;
  readonly signingName: string;
  readonly xmlNamespace?: string;
  readonly awsQueryCompatible?: boolean;
  readonly globalEndpoint?: string;
}

/** `codes` comes alone, without a name: it maps wire codes to the names of error shapes where the two differ. */
export type LineKind = 'codes' | 'operation' | 'shape' | 'waiter';

/** A use of a shape: its name; or its name, its name on the wire (0 when it has none of its own) and what else is said of it. */
export type TableMember =
  | string
  | readonly [shape: string, locationName: string]
  | readonly [shape: string, locationName: string | 0, traits: MemberTraits];

export interface MemberTraits {
  readonly location?: 'header' | 'headers' | 'querystring' | 'uri' | 'statusCode';
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
  readonly box?: boolean;
  readonly deprecated?: boolean;
}

/** `type` is left out for structures. */
export interface TableShape {
  readonly type?: ShapeType;
  readonly members?: Readonly<Record<string, TableMember>>;
  readonly required?: readonly string[];
  readonly union?: boolean;
  readonly element?: TableMember;
  readonly key?: TableMember;
  readonly value?: TableMember;
  readonly flattened?: boolean;
  readonly sparse?: boolean;
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly timestampFormat?: TimestampFormat;
  readonly sensitive?: boolean;
  readonly streaming?: boolean;
  readonly requiresLength?: boolean;
  readonly eventStream?: boolean;
  readonly event?: boolean;
  readonly error?: ErrorTrait;
  readonly payload?: string;
  readonly xmlNamespace?: XmlNamespace;
  readonly locationName?: string;
}

/** `method` is left out for POST, `uri` for `/`. Shapes are named. */
export interface TableOperation {
  readonly method?: string;
  readonly uri?: string;
  readonly status?: number;
  readonly input?: string;
  readonly output?: string;
  readonly resultWrapper?: string;
  readonly inputLocationName?: string;
  readonly inputXmlNamespace?: XmlNamespace;
  readonly errors?: readonly string[];
  readonly idempotent?: boolean;
  readonly deprecated?: boolean;
  readonly authType?: string;
  readonly hostPrefix?: string;
  readonly checksum?: ChecksumTrait;
  readonly compression?: readonly string[];
  readonly paginator?: Paginator;
}

export type TableWaiter = Waiter;
