/** Reads what a request is signed with — header, query or form; SigV4, SigV4A or SigV2 — without judging whether it is right. */
import { BoundedCache } from '../kernel/bounded-cache';
import { isAt } from '../kernel/text-at';
import { decodeQueryText, splitQuery } from './encoding';

/** A request as it was on the wire: before virtual hosts became paths, before anything was decoded. Characters are bytes (latin1). */
export interface SignableRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Without the `?`. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Names and values in turn, as node:http gives them; needed only to fold repeated headers exactly. */
  readonly rawHeaders?: readonly string[] | undefined;
}

type SignatureVersion = 'v4' | 'v4a' | 'v2';

/** Where the signature stands. `query-api` is version 2 of the query protocols: `SignatureVersion=2` among the parameters. */
export type SignaturePlace = 'header' | 'query' | 'form' | 'query-api';

export interface Credential {
  readonly version: SignatureVersion;
  readonly place: SignaturePlace;
  /** In the query: a URL that anybody may use until it expires. */
  readonly presigned: boolean;
  readonly accessKeyId: string;
  /** `YYYYMMDD` of the scope; empty for version 2. */
  readonly date: string;
  /** Empty for version 2, and for SigV4A with a region set of `*`. */
  readonly region: string;
  /** Empty for version 2. */
  readonly service: string;
  /** What the signing key is for: `20150830/us-east-1/sqs/aws4_request`, without the region for SigV4A. Empty for version 2. */
  readonly scope: string;
  /** Lower case, in the order given. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** The signing time as the client wrote it; empty when absent. */
  readonly timestamp: string;
  /** The same as ms since 1970, by the client's clock; undefined when absent or unreadable. */
  readonly signedAt: number | undefined;
  /** Presigned version 4: how many seconds it is valid. */
  readonly expiresSeconds: number | undefined;
  /** Presigned version 2: when it ends, ms since 1970 by the client's clock. */
  readonly expiresAt: number | undefined;
  readonly sessionToken: string | undefined;
  /** Version 2 of the query API: SHA1 or SHA256. */
  readonly digest?: 'sha1' | 'sha256';
  /** What is wrong with its form; then the other fields hold what could be read. See malformed.ts. */
  readonly problem: Problem | undefined;
}

/** Why a credential is malformed. */
export type Problem =
  | { readonly kind: 'scheme'; readonly header: string }
  | { readonly kind: 'two-mechanisms'; readonly header: string }
  | { readonly kind: 'missing'; readonly header: string; readonly names: readonly string[] }
  | { readonly kind: 'no-date'; readonly header: string }
  | { readonly kind: 'bad-date'; readonly timestamp: string }
  | { readonly kind: 'credential'; readonly text: string }
  | { readonly kind: 'scope-date'; readonly date: string }
  | { readonly kind: 'date-differs'; readonly date: string; readonly timestamp: string }
  | { readonly kind: 'terminator'; readonly terminator: string }
  | { readonly kind: 'algorithm'; readonly algorithm: string }
  | { readonly kind: 'query-missing'; readonly names: readonly string[] }
  | { readonly kind: 'expires'; readonly fault: 'text' | 'negative' | 'large' };

const hmacScheme = 'AWS4-HMAC-SHA256';
const ecdsaScheme = 'AWS4-ECDSA-P256-SHA256';
const weekSeconds = 604_800;

/**
 * What a request is signed with; undefined when it is not signed. `form` is the body of a query-protocol POST
 * (`application/x-www-form-urlencoded`), where version 2 puts its signature.
 */
export function readCredential(request: SignableRequest, form?: string): Credential | undefined {
  const header = request.headers.authorization;
  const inQuery = request.query !== '' && (version4Query.test(request.query) || version2Query.test(request.query));
  if (header) {
    const credential = fromHeader(request, header);
    return inQuery ? { ...credential, problem: { kind: 'two-mechanisms', header } } : credential;
  }
  if (inQuery) return fromQuery(request.query);
  return form?.includes('AWSAccessKeyId=') ? fromQueryApi(parameters(form)) : undefined;
}

// S3 takes the names of version 4 in any case
const version4Query = /(?:^|&)x-amz-(?:algorithm|credential|signature)=/i;
const version2Query = /(?:^|&)AWSAccessKeyId=/;

// ---- Authorization header ----

function fromHeader(request: SignableRequest, header: string): Credential {
  const last = lastPrefix;
  if (last !== undefined && isAt(header, 0, last.text)) return fromV4Header(request, header, last.version, last);
  if (hasScheme(header, hmacScheme)) return fromV4Header(request, header, 'v4');
  if (hasScheme(header, ecdsaScheme)) return fromV4Header(request, header, 'v4a');
  if (header.startsWith('AWS ')) return fromV2Header(request, header);
  return { ...nothing, problem: { kind: 'scheme', header } };
}

/** `AWS4-HMAC-SHA256-OF-MINE` is another one. */
function hasScheme(header: string, scheme: string): boolean {
  return header.startsWith(scheme) && !/\S/.test(header.charAt(scheme.length));
}

const nothing: Credential = {
  version: 'v4',
  place: 'header',
  presigned: false,
  accessKeyId: '',
  date: '',
  region: '',
  service: '',
  scope: '',
  signedHeaders: [],
  signature: '',
  timestamp: '',
  signedAt: undefined,
  expiresSeconds: undefined,
  expiresAt: undefined,
  sessionToken: undefined,
  problem: undefined,
};

/** What stands before the signature; a client repeats it for a whole day. */
interface HeaderPrefix {
  /** Up to the signature itself. */
  readonly text: string;
  readonly version: 'v4' | 'v4a';
  readonly scope: Scope;
  readonly signedHeaders: readonly string[];
  readonly problem: Problem | undefined;
}

const prefixes = new BoundedCache<HeaderPrefix>(1024);
/** The last one: most often it is the next one too, and to compare takes a tenth of the time of looking up. */
let lastPrefix: HeaderPrefix | undefined;
const signatureName = 'Signature=';

/** Only of well-formed headers: what is wrong with others is told with their own words. */
function prefixOf(header: string, signatureAt: number, version: 'v4' | 'v4a'): HeaderPrefix {
  const text = header.slice(0, signatureAt);
  let read = prefixes.get(text);
  if (read === undefined) {
    read = readPrefix(header, version, text);
    if (read.problem !== undefined) return read;
    prefixes.set(text, read);
  }
  lastPrefix = read;
  return read;
}

function signatureIn(header: string): number {
  const at = header.indexOf(signatureName);
  return at < 0 ? header.length : at + signatureName.length;
}

/** `last`: the prefix of the header before, when it is that of this one. */
function fromV4Header(request: SignableRequest, header: string, version: 'v4' | 'v4a', last?: HeaderPrefix): Credential {
  const signatureAt = last?.text.length ?? signatureIn(header);
  const signature = header.slice(signatureAt).trim();
  // the usual order; any other is read afresh each time
  const usual = signature !== '' && !signature.includes(',') && !signature.includes('=');
  const prefix = usual ? (last ?? prefixOf(header, signatureAt, version)) : readPrefix(header, version);
  const timestamp = request.headers['x-amz-date'] ?? request.headers.date ?? '';
  const signedAt = timestamp === '' ? undefined : parseTime(timestamp);
  const { scope } = prefix;
  // every field spelt out: this is the one object that each call makes, and a spread costs half of it
  return {
    version,
    place: 'header',
    presigned: false,
    accessKeyId: scope.accessKeyId,
    date: scope.date,
    region: version === 'v4a' ? firstRegion(request.headers['x-amz-region-set']) : scope.region,
    service: scope.service,
    scope: scope.text,
    signedHeaders: prefix.signedHeaders,
    signature: usual ? signature : (headerComponents(header).get('Signature') ?? ''),
    timestamp,
    signedAt,
    expiresSeconds: undefined,
    expiresAt: undefined,
    sessionToken: request.headers['x-amz-security-token'],
    problem: prefix.problem ?? headerDateProblem(header, scope.date, timestamp, signedAt),
  };
}

function readPrefix(header: string, version: 'v4' | 'v4a', text = ''): HeaderPrefix {
  const components = headerComponents(header);
  const credential = components.get('Credential') ?? '';
  const scope = readScope(credential, version);
  const missing = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !components.get(name));
  return {
    text,
    version,
    scope,
    signedHeaders: signedList(components.get('SignedHeaders') ?? ''),
    problem: missing.length > 0 ? { kind: 'missing', header, names: missing } : scopeProblem(scope, credential),
  };
}

const signedLists = new BoundedCache<readonly string[]>(128);

/** One and the same list for the same text: what follows from it is kept with it. */
function signedList(text: string): readonly string[] {
  return signedLists.get(text) ?? signedLists.set(text, text.toLowerCase().split(';').filter(Boolean));
}

/** `Credential=…, SignedHeaders=…, Signature=…` after the scheme, in any order; of repeated ones the first. */
function headerComponents(header: string): Map<string, string> {
  const components = new Map<string, string>();
  for (const part of header.slice(header.indexOf(' ') + 1).split(',')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, equals).trim();
    if (equals > 0 && !components.has(name)) components.set(name, part.slice(equals + 1).trim());
  }
  return components;
}

function headerDateProblem(header: string, date: string, timestamp: string, signedAt: number | undefined): Problem | undefined {
  if (timestamp === '') return { kind: 'no-date', header };
  if (signedAt === undefined) return { kind: 'bad-date', timestamp };
  return isOnDay(timestamp, signedAt, date) ? undefined : { kind: 'date-differs', date, timestamp };
}

/** `AWS AKID:signature` (S3). */
function fromV2Header(request: SignableRequest, header: string): Credential {
  const colon = header.lastIndexOf(':');
  const timestamp = request.headers['x-amz-date'] ?? request.headers.date ?? '';
  const signedAt = parseTime(timestamp);
  return {
    ...nothing,
    version: 'v2',
    accessKeyId: colon < 0 ? '' : header.slice(4, colon).trim(),
    signature: colon < 0 ? '' : header.slice(colon + 1).trim(),
    timestamp,
    signedAt,
    sessionToken: request.headers['x-amz-security-token'],
    problem: colon <= 'AWS '.length ? { kind: 'scheme', header } : signedAt === undefined ? { kind: 'no-date', header } : undefined,
  };
}

// ---- scopes and times ----

interface Scope {
  readonly accessKeyId: string;
  /** All that follows the key id. */
  readonly text: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
  /** How many parts the text had; 5, or 4 for SigV4A. */
  readonly complete: boolean;
}

/** `AKID/20150830/us-east-1/sqs/aws4_request`; SigV4A has no region. The key id may hold slashes. */
function readScope(text: string, version: 'v4' | 'v4a'): Scope {
  const parts = text.split('/');
  const tail = version === 'v4a' ? 3 : 4;
  const complete = parts.length > tail && parts[0] !== '';
  const [date = '', ...rest] = complete ? parts.slice(-tail) : parts.slice(1);
  const region = version === 'v4a' ? '' : (rest.shift() ?? '');
  const [service = '', terminator = ''] = rest;
  const accessKeyId = complete ? parts.slice(0, -tail).join('/') : (parts[0] ?? '');
  return { accessKeyId, text: text.slice(accessKeyId.length + 1), date, region, service, terminator, complete };
}

function scopeProblem(scope: Scope, text: string): Problem | undefined {
  if (!scope.complete) return { kind: 'credential', text };
  if (!/^\d{8}$/.test(scope.date)) return { kind: 'scope-date', date: scope.date };
  if (scope.terminator !== 'aws4_request') return { kind: 'terminator', terminator: scope.terminator };
  return undefined;
}

/** The region a SigV4A request is for: the first of its set, unless that is a pattern. */
function firstRegion(set: string | undefined): string {
  const first = set?.split(',')[0]?.trim() ?? '';
  return first.includes('*') ? '' : first;
}

const times = new BoundedCache<number>(256);

/** `20150830T123600Z`, or any date that HTTP allows; ms since 1970. Clients sign many requests within a second. */
export function parseTime(text: string): number | undefined {
  const known = times.get(text);
  if (known !== undefined) return known;
  const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  const ms = basic
    ? Date.parse(`${basic[1]}-${basic[2]}-${basic[3]}T${basic[4]}:${basic[5]}:${basic[6]}Z`)
    : /^[A-Z][a-z]{2}, /.test(text) || /^\d{4}-\d\d-\d\dT/.test(text)
      ? Date.parse(text)
      : Number.NaN;
  return Number.isNaN(ms) ? undefined : times.set(text, ms);
}

/** Is a time, as text and as ms, on this day (`20150830`)? */
function isOnDay(timestamp: string, ms: number, day: string): boolean {
  return timestamp.startsWith(day) || new Date(ms).toISOString().slice(0, 10).replaceAll('-', '') === day;
}

// ---- query strings ----

/** Decoded parameters; of repeated ones the first. */
function parameters(query: string): Map<string, string> {
  const map = new Map<string, string>();
  for (const { name, value } of splitQuery(query)) {
    const decoded = decodeQueryText(name);
    if (!map.has(decoded)) map.set(decoded, decodeQueryText(value));
  }
  return map;
}

function fromQuery(query: string): Credential | undefined {
  const values = parameters(query);
  if (values.has('AWSAccessKeyId')) return values.has('SignatureVersion') ? fromQueryApi(values) : fromV2Query(values);
  return fromV4Query(values);
}

/** What a presigned URL of version 4 needs. */
export const v4Parameters = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
];

function fromV4Query(exact: Map<string, string>): Credential {
  const values = new Map([...exact].map(([name, value]) => [name.toLowerCase(), value]));
  const value = (name: string): string => values.get(name) ?? '';
  const version = value('x-amz-algorithm') === ecdsaScheme ? 'v4a' : 'v4';
  const scope = readScope(value('x-amz-credential'), version);
  const timestamp = value('x-amz-date');
  const signedAt = /^\d{8}T\d{6}Z$/.test(timestamp) ? parseTime(timestamp) : undefined;
  const expires = values.get('x-amz-expires');
  return {
    ...nothing,
    version,
    place: 'query',
    presigned: true,
    accessKeyId: scope.accessKeyId,
    date: scope.date,
    region: version === 'v4a' ? firstRegion(value('x-amz-region-set')) : scope.region,
    service: scope.service,
    scope: scope.text,
    signedHeaders: signedList(value('x-amz-signedheaders')),
    signature: value('x-amz-signature'),
    timestamp,
    signedAt,
    expiresSeconds: expires !== undefined && /^\d+$/.test(expires) ? Number(expires) : undefined,
    sessionToken: values.get('x-amz-security-token'),
    problem: v4QueryProblem(values, scope, timestamp, signedAt),
  };
}

function v4QueryProblem(
  values: ReadonlyMap<string, string>,
  scope: Scope,
  timestamp: string,
  signedAt: number | undefined,
): Problem | undefined {
  // S3 alone insists on an expiry
  const names = v4Parameters.filter((name) => !values.has(name.toLowerCase()));
  if (names.length > (names.includes('X-Amz-Expires') && scope.service !== 's3' ? 1 : 0)) return { kind: 'query-missing', names };
  const algorithm = values.get('x-amz-algorithm') ?? '';
  if (algorithm !== hmacScheme && algorithm !== ecdsaScheme) return { kind: 'algorithm', algorithm };
  const wrongScope = scopeProblem(scope, values.get('x-amz-credential') ?? '');
  if (wrongScope) return wrongScope;
  if (signedAt === undefined) return { kind: 'bad-date', timestamp };
  const expires = values.get('x-amz-expires');
  if (expires !== undefined) {
    if (!/^-?\d+$/.test(expires)) return { kind: 'expires', fault: 'text' };
    if (Number(expires) < 0) return { kind: 'expires', fault: 'negative' };
    if (Number(expires) > weekSeconds) return { kind: 'expires', fault: 'large' };
  }
  return isOnDay(timestamp, signedAt, scope.date) ? undefined : { kind: 'date-differs', date: scope.date, timestamp };
}

/** `AWSAccessKeyId`, `Signature`, `Expires` (S3). */
function fromV2Query(values: Map<string, string>): Credential {
  const names = ['AWSAccessKeyId', 'Signature', 'Expires'].filter((name) => !values.get(name));
  const expires = Number(values.get('Expires'));
  return {
    ...nothing,
    version: 'v2',
    place: 'query',
    presigned: true,
    accessKeyId: values.get('AWSAccessKeyId') ?? '',
    signature: values.get('Signature') ?? '',
    timestamp: values.get('Expires') ?? '',
    expiresAt: Number.isFinite(expires) ? expires * 1000 : undefined,
    sessionToken: values.get('x-amz-security-token'),
    problem: names.length > 0 || !Number.isFinite(expires) ? { kind: 'query-missing', names } : undefined,
  };
}

/** `SignatureVersion=2` of the query protocols: in the query or the form body. */
function fromQueryApi(values: Map<string, string>): Credential {
  const timestamp = values.get('Timestamp') ?? '';
  const expires = values.get('Expires');
  const names = ['AWSAccessKeyId', 'Signature', 'SignatureMethod'].filter((name) => !values.get(name));
  return {
    ...nothing,
    version: 'v2',
    place: 'query-api',
    accessKeyId: values.get('AWSAccessKeyId') ?? '',
    signature: values.get('Signature') ?? '',
    timestamp,
    signedAt: parseTime(timestamp),
    expiresAt: expires === undefined ? undefined : parseTime(expires),
    sessionToken: values.get('SecurityToken'),
    digest: values.get('SignatureMethod') === 'HmacSHA1' ? 'sha1' : 'sha256',
    problem: names.length > 0 ? { kind: 'query-missing', names } : undefined,
  };
}

// ---- POST forms ----

/**
 * What an S3 POST form is signed with. Field names in lower case; undefined when the form has no policy (anonymous).
 * The caller must have refused forms that carry a policy but no signature: see post-policy.ts.
 */
export function readFormCredential(fields: ReadonlyMap<string, string>): Credential | undefined {
  if (!fields.has('policy')) return undefined;
  const field = (name: string): string => fields.get(name) ?? '';
  const sessionToken = fields.get('x-amz-security-token');
  if (!fields.has('x-amz-algorithm') && !fields.has('x-amz-credential')) {
    return { ...nothing, version: 'v2', place: 'form', accessKeyId: field('awsaccesskeyid'), signature: field('signature'), sessionToken };
  }
  const version = field('x-amz-algorithm') === ecdsaScheme ? 'v4a' : 'v4';
  const scope = readScope(field('x-amz-credential'), version);
  const timestamp = field('x-amz-date');
  return {
    ...nothing,
    version,
    place: 'form',
    accessKeyId: scope.accessKeyId,
    date: scope.date,
    region: scope.region,
    service: scope.service,
    scope: scope.text,
    signature: field('x-amz-signature'),
    timestamp,
    signedAt: parseTime(timestamp),
    sessionToken,
    problem: scopeProblem(scope, field('x-amz-credential')),
  };
}
