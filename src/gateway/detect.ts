/** Which service does a request mean, and which wire protocol does it speak? */
import type { Protocol } from '../api/model';
import { BoundedCache } from '../kernel/bounded-cache';
import { AwsError } from '../kernel/errors';
import { isAt } from '../kernel/text-at';
import { type Directory, hasOperation, serviceDirectory } from './directory';
import { type HostMeaning, readHost } from './hosts';
import type { GatewayRequest } from './request';

export type DetectRequest = Pick<GatewayRequest, 'method' | 'path' | 'query' | 'headers' | 'host' | 'hasBody'>;

export interface Detected {
  /** The id of an API table; `execute-api`, `lambda-url` and the like for data planes that have none. */
  readonly serviceId: string;
  readonly protocol: Protocol;
  readonly region: string;
  /** From the host (`123456789012.s3-control.…`). */
  readonly account?: string;
  /** The bucket that the host names. */
  readonly bucket?: string;
  /** The path with `/bucket` put in front when the host names it. */
  readonly path: string;
  /** A website endpoint of S3. */
  readonly website?: boolean;
  /** What the host names before the endpoint: the id of an API. */
  readonly resource?: string;
}

export interface DetectOptions {
  readonly allowHosts?: readonly string[];
}

const defaultRegion = 'us-east-1';

/** Is this one of Nuvola's own addresses? No bucket name has an underscore, so no bucket is shadowed. */
export function isOwnPath(request: DetectRequest, options: DetectOptions = {}): boolean {
  const { path } = request;
  // Nor has one a capital letter.
  if (path.charCodeAt(1) === 0x53)
    return signingCertificateOf(path) !== undefined && readHost(request.host, options.allowHosts).bucket === undefined;
  if (path.charCodeAt(1) !== 0x5f) return false;
  if (path !== '/_nuvola' && !path.startsWith('/_nuvola/') && !path.startsWith('/_localstack/')) return false;
  // Below a bucket's own host the path is a key.
  const host = readHost(request.host, options.allowHosts);
  return host.bucket === undefined && (host.maybeBucket === undefined || scopeOf(request)?.service !== 's3');
}

/** The id of the certificate that this path, a SigningCertURL of SNS, names. */
export function signingCertificateOf(path: string): string | undefined {
  return /^\/SimpleNotificationService-([0-9a-f]{32})\.pem$/.exec(path)?.[1];
}

/**
 * Undefined means that only the form in the body can tell (query protocols name Action and Version there):
 * read it and ask again with it. Throws NotImplemented (501) for services that Nuvola has no API facts of.
 */
export function detect(request: DetectRequest, form?: string, options: DetectOptions = {}): Detected | undefined {
  const directory = serviceDirectory();
  const host = readHost(request.host, options.allowHosts);
  const scope = scopeOf(request);
  const found =
    scope !== undefined ? serviceOfScope(directory, scope.service, request, host, form) : serviceOfUnsigned(directory, request, host, form);
  if (found === undefined) return undefined;
  return detection(directory, found, scope?.region, request, host, form);
}

function detection(
  directory: Directory,
  serviceId: string,
  scopeRegion: string | undefined,
  request: DetectRequest,
  host: HostMeaning,
  form: string | undefined,
): Detected {
  const isS3 = serviceId === 's3';
  const bucket = isS3 ? (host.bucket ?? (host.endpoint !== 's3' ? host.maybeBucket : undefined)) : undefined;
  return {
    serviceId,
    protocol: protocolOf(directory.protocols(serviceId), request, form),
    region: scopeRegion ?? host.region ?? defaultRegion,
    path: bucket === undefined ? request.path : `/${bucket.replaceAll('/', '%2F')}${request.path}`,
    ...(host.account !== undefined && { account: host.account }),
    ...(bucket !== undefined && { bucket }),
    ...(host.website && isS3 && { website: true }),
    ...(host.resource !== undefined && bucket === undefined && { resource: host.resource }),
  };
}

/** Credential scope: `AKID/20260101/us-east-1/sqs/aws4_request`; SigV4A's has no region. */
interface CredentialScope {
  readonly service: string;
  readonly region: string | undefined;
}

const regionName = /^[a-z][a-z0-9-]{1,30}$/;

/** Of that name, and of none that ends so: the signature is checked with this one. */
const credentialComponent = /(?<![^\s,])Credential=/;

function scopeOf(request: DetectRequest): CredentialScope | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    if (lastRead !== undefined && isAt(authorization, 0, lastRead.begin)) return lastRead.scope;
    const at = authorization.search(credentialComponent);
    if (at >= 0) {
      const end = authorization.indexOf(',', at);
      const credential = authorization.slice(at + 11, end < 0 ? undefined : end).trim();
      const scope = readScope(credential, () => request.headers['x-amz-region-set']);
      if (scope !== undefined && end >= 0 && scopes.get(credential) === scope) lastRead = { begin: authorization.slice(0, end + 1), scope };
      return scope;
    }
    // SigV2 in a header was only ever S3's.
    if (authorization.startsWith('AWS ')) return { service: 's3', region: undefined };
  }
  const credential = queryValue(request.query, 'X-Amz-Credential');
  return credential === undefined ? undefined : readScope(credential, () => queryValue(request.query, 'X-Amz-Region-Set'));
}

/** How the last header that named its credential first began, up to the comma: most often the next one begins so, too. */
let lastRead: { readonly begin: string; readonly scope: CredentialScope } | undefined;

/** Of credentials that tell all of their scope. A client's is the same text all day. */
const scopes = new BoundedCache<CredentialScope>(1_000);

function readScope(credential: string, regionSet: () => string | undefined): CredentialScope | undefined {
  const known = scopes.get(credential);
  if (known !== undefined) return known;
  let ofItself = true;
  const scope = parseScope(credential, () => {
    ofItself = false; // SigV4A: the region stands elsewhere in the request
    return regionSet();
  });
  return scope === undefined || !ofItself ? scope : scopes.set(credential, scope);
}

function parseScope(credential: string, regionSet: () => string | undefined): CredentialScope | undefined {
  // From the right: an access key may itself contain slashes.
  const parts = credential.split('/');
  if (parts.length < 4 || parts.at(-1) !== 'aws4_request') return undefined;
  const service = parts.at(-2)!.toLowerCase();
  const region = parts.at(-3)!.toLowerCase();
  if (/^\d{8}$/.test(region)) {
    const first = regionSet()?.split(',')[0]?.trim().toLowerCase();
    return { service, region: first !== undefined && regionName.test(first) ? first : undefined };
  }
  return { service, region: regionName.test(region) && region !== 'aws-global' ? region : undefined };
}

function serviceOfScope(
  directory: Directory,
  name: string,
  request: DetectRequest,
  host: HostMeaning,
  form: string | undefined,
): string | undefined {
  const candidates = directory.bySigningName(name);
  if (candidates.length === 1 && name !== 'execute-api') return candidates[0];
  if (candidates.length === 0) return strangeService(directory, name, request, host);
  switch (name) {
    case 's3':
    case 's3-outposts':
      return host.endpoint === 's3-control' || isS3Control(request) ? 's3control' : 's3';
    case 'iam':
      return request.path.startsWith('/authorization-details/') ? 'iam-toolbox' : 'iam';
    case 'apigateway':
      return request.path.startsWith('/v2/') ? 'apigatewayv2' : 'apigateway';
    case 'ses':
    case 'email':
      return request.path.startsWith('/v2/') ? 'sesv2' : 'ses';
    case 'execute-api':
      return dataPlane(request);
    default:
      return amongCandidates(directory, candidates, request, form);
  }
}

/** `/v20180820` alone could be a bucket: only S3 Control's clients name the account apart. */
function isS3Control({ path, headers }: DetectRequest): boolean {
  return path.startsWith('/v20180820/') && headers['x-amz-account-id'] !== undefined;
}

/** Several services sign with one name: the target, the version or the operation tells them apart. */
function amongCandidates(
  directory: Directory,
  candidates: readonly string[],
  request: DetectRequest,
  form: string | undefined,
): string | undefined {
  const target = targetService(directory, request);
  if (target !== undefined && candidates.includes(target)) return target;
  if (!candidates.every((id) => directory.queryServices.includes(id))) return candidates[0];
  const parameters = queryParameters(request, form);
  if (parameters === undefined) return undefined;
  const version = queryValue(parameters, 'Version');
  const versioned = version === undefined ? [] : candidates.filter((id) => directory.byVersion(version).includes(id));
  const left = versioned.length > 0 ? versioned : candidates;
  if (left.includes('docdb')) return sharedRds(request, parameters);
  const action = queryValue(parameters, 'Action');
  return left.length === 1 || action === undefined ? left[0] : (left.find((id) => hasOperation(id, action)) ?? left[0]);
}

/** RDS and DocumentDB have one API, one version and one endpoint; only the engine, or the client's own word, tells. */
function sharedRds(request: DetectRequest, parameters: string): string {
  return queryValue(parameters, 'Engine') === 'docdb' || /\bapi\/docdb\b|\bcommand#docdb\./.test(request.headers['user-agent'] ?? '')
    ? 'docdb'
    : 'rds';
}

function strangeService(directory: Directory, name: string, request: DetectRequest, host: HostMeaning): string {
  const found = targetService(directory, request) ?? (host.endpoint === undefined ? undefined : directory.byEndpoint(host.endpoint)[0]);
  if (found !== undefined) return found;
  throw new AwsError('NotImplemented', `Nuvola has no service that signs as "${name}". See /_nuvola/coverage for what is built.`, {
    status: 501,
  });
}

function serviceOfUnsigned(directory: Directory, request: DetectRequest, host: HostMeaning, form: string | undefined): string | undefined {
  const target = targetService(directory, request) ?? rpcService(directory, request);
  if (target !== undefined) return target;
  const byHost = serviceOfHost(directory, request, host, form);
  if (byHost !== undefined) return byHost === needsForm ? undefined : byHost;
  if (queryValue(request.query, 'Action') === undefined && !mayBeQueryForm(request)) return unsignedRest(directory, request);
  const parameters = queryParameters(request, form);
  if (parameters === undefined) return undefined;
  const action = queryValue(parameters, 'Action');
  return (action === undefined ? undefined : serviceOfAction(directory, action, parameters, request)) ?? 's3';
}

/** S3 Control by its path, others by the name of their API that the SDK for JavaScript puts into its user agent; S3 owns every other path. */
function unsignedRest(directory: Directory, request: DetectRequest): string {
  if (isS3Control(request)) return 's3control';
  const hint = /\bapi\/([a-z0-9-]+)#/.exec(request.headers['user-agent'] ?? '')?.[1];
  return hint !== undefined && directory.protocols(hint).length > 0 ? hint : 's3';
}

const needsForm = Symbol('needs the form');

function serviceOfHost(
  directory: Directory,
  request: DetectRequest,
  host: HostMeaning,
  form: string | undefined,
): string | typeof needsForm | undefined {
  const { endpoint } = host;
  if (endpoint === undefined) return undefined;
  if (endpoint === 'execute-api') return dataPlane(request);
  if (endpoint === 'lambda-url') return endpoint;
  const candidates = directory.byEndpoint(endpoint);
  // `sqs.localhost` may be a bucket of that name: what is said of it otherwise goes first.
  if (candidates.length === 0 || (host.maybeBucket === endpoint && isNoCallOf(directory, candidates, request))) return undefined;
  if (candidates.length === 1) return candidates[0];
  if (endpoint === 'email') return request.path.startsWith('/v2/') ? 'sesv2' : 'ses';
  if (endpoint === 'apigateway') return request.path.startsWith('/v2/') ? 'apigatewayv2' : 'apigateway';
  return amongCandidates(directory, candidates, request, form) ?? needsForm;
}

/** Services without REST are called at `/` or a queue's URL: below `sqs.localhost`, every other path is an object of a bucket. */
function isNoCallOf(directory: Directory, candidates: readonly string[], request: DetectRequest): boolean {
  if (request.path === '/' || queuePath.test(request.path)) return false;
  return candidates.every((id) => directory.protocols(id).every((protocol) => !protocol.startsWith('rest-')));
}

/** Calls to connections of WebSocket APIs go to the management API, everything else to the API itself. */
function dataPlane(request: DetectRequest): string {
  return request.path.includes('/@connections/') || request.path.includes('/%40connections/') ? 'apigatewaymanagementapi' : 'execute-api';
}

function targetService(directory: Directory, request: DetectRequest): string | undefined {
  const target = request.headers['x-amz-target'];
  if (target === undefined) return undefined;
  return directory.byTarget(target);
}

const rpcPath = /^\/service\/([^/]+)\/operation\/[^/]+$/;

function rpcService(directory: Directory, request: DetectRequest): string | undefined {
  if (request.headers['smithy-protocol'] === undefined) return undefined;
  const name = rpcPath.exec(request.path)?.[1];
  return name === undefined ? undefined : (directory.byTargetPrefix(name) ?? directory.bySigningName(name.toLowerCase())[0]);
}

const queuePath = /^\/(?:queue\/[a-z0-9-]+\/)?\d{12}\/[A-Za-z0-9_-]{1,80}(?:\.fifo)?\/?$/;

/** Unsigned forms go to `/`, or to a queue's URL; elsewhere a form is an S3 upload. */
function mayBeQueryForm(request: DetectRequest): boolean {
  return isForm(request) && (request.path === '/' || queuePath.test(request.path));
}

function serviceOfAction(directory: Directory, action: string, parameters: string, request: DetectRequest): string | undefined {
  if (queuePath.test(request.path) && hasOperation('sqs', action)) return 'sqs';
  const version = queryValue(parameters, 'Version');
  const versioned = version === undefined ? directory.queryServices : directory.byVersion(version);
  const left = versioned.length > 0 ? versioned : directory.queryServices;
  if (left.includes('docdb') && version !== undefined) return sharedRds(request, parameters);
  if (left.length === 1) return left[0];
  return left.find((id) => hasOperation(id, action)) ?? (version === undefined ? undefined : left[0]);
}

/** Parameters of a query-protocol request, wherever they are; undefined when the form has not been read yet. */
function queryParameters(request: DetectRequest, form: string | undefined): string | undefined {
  if (queryValue(request.query, 'Action') !== undefined || !isForm(request)) return request.query;
  return form === undefined && request.hasBody ? undefined : (form ?? '');
}

function isForm(request: DetectRequest): boolean {
  return request.method === 'POST' && (request.headers['content-type'] ?? '').toLowerCase().startsWith('application/x-www-form-urlencoded');
}

/** The wire protocol, out of those that the service speaks. */
function protocolOf(protocols: readonly Protocol[], request: DetectRequest, form?: string): Protocol {
  const preferred = protocols[0] ?? 'rest-json';
  if (protocols.length <= 1) return preferred;
  const spoken = spokenProtocol(request, form);
  if (spoken !== undefined && protocols.includes(spoken)) return spoken;
  return spoken === 'query' && protocols.includes('ec2') ? 'ec2' : preferred;
}

/** What the request looks like, before anything is known about its service: errors of the gateway itself are written so. */
export function spokenProtocol(request: DetectRequest, form?: string): Protocol | undefined {
  if (request.headers['smithy-protocol'] === 'rpc-v2-cbor') return 'smithy-rpc-v2-cbor';
  const type = request.headers['content-type'] ?? '';
  if (request.headers['x-amz-target'] !== undefined || type.startsWith('application/x-amz-json-')) return 'json';
  if (isForm(request) || queryValue(request.query, 'Action') !== undefined || form?.includes('Action=')) return 'query';
  return undefined;
}

/** A parameter's value, percent-decoded; undefined when it is not there. */
function queryValue(query: string, name: string): string | undefined {
  let at = query.indexOf(`${name}=`);
  while (at > 0 && query.charCodeAt(at - 1) !== 0x26) at = query.indexOf(`${name}=`, at + 1);
  if (at < 0) return undefined;
  const end = query.indexOf('&', at);
  const raw = query.slice(at + name.length + 1, end < 0 ? undefined : end);
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    // Not UTF-8: no name of ours.
    return raw;
  }
}
