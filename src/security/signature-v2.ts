/** Signature Version 2: S3's (header and presigned, HMAC-SHA1) and the query API's. */
import { createHmac } from 'node:crypto';
import type { Credential, SignableRequest } from './credential';
import { decodeQueryText, decodeToBytes, encodeText, splitQuery } from './encoding';
import { sameText } from './signing-key';

/** Parameters that are part of the resource that S3 signs (S3 Developer Guide, "Signing and authenticating REST requests"; later ones as the CLI signs them). */
const subresources = new Set(
  (
    'accelerate acl analytics cors defaultObjectAcl delete encryption intelligent-tiering inventory legal-hold lifecycle location logging metrics ' +
    'notification object-lock ownershipControls partNumber policy policyStatus publicAccessBlock replication requestPayment ' +
    'response-cache-control response-content-disposition response-content-encoding response-content-language response-content-type ' +
    'response-expires restore retention select select-type storageClass tagging torrent uploadId uploads versionId versioning versions website'
  ).split(' '),
);

/** `bucketInHost` is the bucket that the host names; version 2 signs it as part of the path. */
export interface Version2Request extends SignableRequest {
  readonly bucketInHost?: string | undefined;
}

/** S3: method, MD5, type, date (or expiry), `x-amz-` headers, resource. */
export function stringToSignS3(request: Version2Request, credential: Credential): string {
  const presigned = credential.place === 'query';
  const pairs = splitQuery(request.query);
  const amz = amzHeaders(request, presigned ? pairs : []);
  const header = (name: string): string => {
    const inQuery = presigned ? pairs.find((pair) => pair.name.toLowerCase() === name) : undefined;
    return (request.headers[name] ?? (inQuery ? decodeQueryText(inQuery.value) : '')).trim();
  };
  const date = presigned ? credential.timestamp : amz.has('x-amz-date') ? '' : (request.headers.date ?? '');
  const amzLines = [...amz].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value}\n`);
  return `${request.method}\n${header('content-md5')}\n${header('content-type')}\n${date}\n${amzLines.join('')}${resource(request, pairs)}`;
}

/** A presigned URL may carry `x-amz-` headers as parameters. */
function amzHeaders(request: SignableRequest, pairs: ReturnType<typeof splitQuery>): Map<string, string> {
  const amz = new Map<string, string>();
  for (const { name, value } of pairs) {
    if (name.toLowerCase().startsWith('x-amz-')) amz.set(name.toLowerCase(), decodeQueryText(value));
  }
  for (const name in request.headers) {
    const value = name.startsWith('x-amz-') ? request.headers[name] : undefined;
    if (value !== undefined) amz.set(name, value.trim());
  }
  return amz;
}

function resource(request: Version2Request, pairs: ReturnType<typeof splitQuery>): string {
  const signed = pairs
    .filter(({ name }) => subresources.has(name))
    .map(({ name, value, hasValue }) => ({ name, text: hasValue ? `${name}=${decodeToBytes(value)}` : name }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const bucket = request.bucketInHost ? `/${request.bucketInHost}` : '';
  return `${bucket}${request.path}${signed.length > 0 ? `?${signed.map(({ text }) => text).join('&')}` : ''}`;
}

/** Query API: method, host, path, and all parameters but the signature, sorted by their bytes. `form` is the body of a POST. */
export function stringToSignQueryApi(request: SignableRequest, form: string): string {
  const sorted = splitQuery([request.query, form].filter(Boolean).join('&'))
    .map(({ name, value }) => ({ name: encodeText(decodeQueryText(name)), value: encodeText(decodeQueryText(value)) }))
    .filter(({ name }) => name !== 'Signature')
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.value < b.value ? -1 : 1));
  const host = (request.headers.host ?? '').toLowerCase();
  return [request.method, host, request.path || '/', sorted.map(({ name, value }) => `${name}=${value}`).join('&')].join('\n');
}

/** Is this base64 text the HMAC of a string to sign? */
export function matchesVersion2(secretAccessKey: string, stringToSign: string, signature: string, digest: 'sha1' | 'sha256'): boolean {
  return sameText(createHmac(digest, secretAccessKey).update(stringToSign, 'latin1').digest('base64'), signature);
}
