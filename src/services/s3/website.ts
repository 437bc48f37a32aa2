/** A bucket as a website: objects as pages, index and error documents, redirects (user guide, "Hosting a static website"). */
import {
  AwsError,
  extendedRequestId,
  type IoContext,
  io,
  type RequestBody,
  type ResponseBody,
  type Tx,
  type TxContext,
} from '../../kernel';
import { pageNeed } from './access';
import { toResponseBody } from './bodies';
import { methodNotAllowed, missing } from './errors';
import { atOwner, type Content, contentOf, requireBucketAnywhere } from './find';
import { requireReadable, type Selection, selectObject } from './reads';
import { readSetting } from './settings';
import { type Bucket, Objects } from './state';
import { type Redirection, redirection, type Website, type WebsiteRequest } from './website-rules';

interface PageRequest {
  /** `/bucket/key`, as on the wire. */
  readonly Path: string;
  readonly Body: RequestBody | undefined;
}

interface Page {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: ResponseBody | undefined;
}

type Outcome =
  | { readonly page: Selection; readonly content: Content; readonly status: number; readonly failure?: AwsError }
  | { readonly to: Redirection }
  | { readonly failure: AwsError };

export const getPage = io(async (ctx: IoContext, { Path: path }: PageRequest): Promise<Page> => {
  const { method } = ctx.request;
  const [, bucketName = '', ...rest] = path.split('/');
  const request = { key: decode(rest.join('/')), scheme: ctx.request.secure ? 'https' : 'http', host: ctx.request.host };
  if (method !== 'GET' && method !== 'HEAD') return errorPage(ctx, methodNotAllowed(method, 'OBJECT'));
  const outcome = await ctx.transact((tx, inner) => find(inner, tx, bucketName, request));
  if ('to' in outcome) return { status: outcome.to.status, headers: headersOf(ctx, { Location: outcome.to.location }), body: '' };
  if (!('page' in outcome)) return errorPage(ctx, outcome.failure);
  const { page, content, status } = outcome;
  return { status, headers: headersOf(ctx, pageHeaders(page)), body: toResponseBody(ctx, content, page.range) };
});

function find(ctx: TxContext, tx: Tx, bucketName: string, request: WebsiteRequest): Outcome {
  try {
    const bucket = requireBucketAnywhere(tx, bucketName);
    const website = readSetting<Website>(atOwner(tx, bucket), bucket, 'website');
    if (!website) throw missing('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration', bucket.name);
    const to = redirection(website, request);
    return to ? { to } : findPage(ctx, tx, bucket, website, request);
  } catch (error) {
    // "Not modified" is no failure to make a page of.
    if (!(error instanceof AwsError) || error.status === 304) throw error;
    return { failure: error };
  }
}

function findPage(ctx: TxContext, tx: Tx, bucket: Bucket, website: Website, request: WebsiteRequest): Outcome {
  const suffix = website.IndexDocument?.Suffix ?? '';
  const isFolder = request.key === '' || request.key.endsWith('/');
  try {
    return openPage(ctx, tx, bucket, isFolder ? request.key + suffix : request.key);
  } catch (error) {
    if (!(error instanceof AwsError) || error.status === 304) throw error;
    if (!isFolder && atOwner(tx, bucket).has(Objects, [bucket.name, `${request.key}/${suffix}`]))
      return { to: { status: 302, location: `/${request.key.split('/').map(encodeURIComponent).join('/')}/` } };
    const status = error.status ?? 400;
    const to = redirection(website, request, status);
    if (to) return { to };
    const errorKey = website.ErrorDocument?.Key;
    const there = errorKey !== undefined && atOwner(tx, bucket).has(Objects, [bucket.name, errorKey]);
    if (!there) throw error;
    const page = openPage(ctx, tx, bucket, errorKey);
    return 'page' in page ? { ...page, status } : page;
  }
}

function openPage(ctx: TxContext, tx: Tx, bucket: Bucket, key: string): Outcome {
  ctx.authorise(pageNeed(bucket.name, key, ctx.place, ctx.request));
  const { headers } = ctx.request;
  const page = selectObject(ctx, tx, { Bucket: bucket.name, Key: key, Range: headers.range, IfNoneMatch: headers['if-none-match'] });
  const { object, range } = page;
  requireReadable(object);
  const location = object.system?.websiteRedirect;
  if (location !== undefined) return { to: { status: 301, location } };
  return { page, content: contentOf(tx, bucket, object), status: range.end - range.start === object.size ? 200 : 206 };
}

function pageHeaders({ output }: Selection): Record<string, string> {
  const names = [
    'ETag',
    'ContentType',
    'CacheControl',
    'ContentDisposition',
    'ContentEncoding',
    'ContentLanguage',
    'ContentRange',
  ] as const;
  const headers: Record<string, string> = { 'Last-Modified': new Date(output.LastModified ?? 0).toUTCString() };
  for (const name of names) {
    const value = output[name];
    if (value !== undefined) headers[name.replace(/(?<=[a-z])(?=[A-Z])/g, '-')] = value;
  }
  return headers;
}

function errorPage(ctx: IoContext, error: AwsError): Page {
  const status = error.status ?? 400;
  const title = `${status} ${titles[status] ?? 'Error'}`;
  const facts = {
    Code: error.code,
    Message: error.message,
    ...error.fields,
    RequestId: ctx.request.id,
    HostId: extendedRequestId(ctx.request.id),
  };
  const items = Object.entries(facts).map(([name, value]) => `<li>${escapeHtml(`${name}: ${value}`)}</li>\n`);
  const body = `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<ul>\n${items.join('')}</ul>\n<hr/>\n</body>\n</html>\n`;
  return { status, headers: headersOf(ctx, { 'Content-Type': 'text/html; charset=utf-8', ...error.headers }), body };
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  416: 'Requested Range Not Satisfiable',
};

function headersOf(ctx: IoContext, headers: Record<string, string>): Record<string, string> {
  return { 'x-amz-request-id': ctx.request.id, 'x-amz-id-2': extendedRequestId(ctx.request.id), ...headers };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // no key is spelt so, and the answer will say that
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
