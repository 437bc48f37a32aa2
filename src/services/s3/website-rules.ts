/** A bucket's website configuration: which S3 takes, and where it sends a request. */
import type { S3 } from '../../../generated/api/s3';
import { invalidArgument, invalidRequest, malformedXml } from './errors';

export type Website = NonNullable<S3['PutBucketWebsite']['input']['WebsiteConfiguration']>;
type RoutingRule = NonNullable<Website['RoutingRules']>[number];

const maxRules = 50;

export function requireWebsite(website: Website): Website {
  const { RedirectAllRequestsTo: all, IndexDocument: index, ErrorDocument: error, RoutingRules: rules } = website;
  if (all) {
    if (index ?? error ?? rules)
      throw invalidArgument(
        'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.',
        'RedirectAllRequestsTo',
        'not null',
      );
    if (all.HostName === undefined) throw malformedXml();
    requireScheme(all.Protocol);
    return website;
  }
  if (!index)
    throw invalidArgument('A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty', 'IndexDocument', 'null');
  if (!index.Suffix || index.Suffix.includes('/'))
    throw invalidArgument('The IndexDocument Suffix is not well formed', 'IndexDocument', index.Suffix ?? '');
  if (error && !error.Key) throw malformedXml();
  if (rules && (rules.length === 0 || rules.length > maxRules)) throw malformedXml();
  for (const rule of rules ?? []) requireRule(rule);
  return website;
}

function requireRule({ Condition: condition, Redirect: redirect }: RoutingRule): void {
  if (!redirect) throw malformedXml();
  if (redirect.ReplaceKeyPrefixWith !== undefined && redirect.ReplaceKeyWith !== undefined)
    throw invalidRequest('You can only define ReplaceKeyPrefix or ReplaceKey but not both.');
  if (condition && condition.KeyPrefixEquals === undefined && condition.HttpErrorCodeReturnedEquals === undefined)
    throw invalidRequest(
      "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
    );
  requireScheme(redirect.Protocol);
}

function requireScheme(scheme: string | undefined): void {
  if (scheme === undefined || scheme === 'http' || scheme === 'https') return;
  throw invalidRequest('Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.');
}

export interface WebsiteRequest {
  /** Decoded, without the slash in front. */
  readonly key: string;
  readonly scheme: string;
  readonly host: string;
}

export interface Redirection {
  readonly status: number;
  readonly location: string;
}

/** Where a request goes instead: before the object is looked for (`failure` undefined) or when that failed. */
export function redirection(website: Website, request: WebsiteRequest, failure?: number): Redirection | undefined {
  const { RedirectAllRequestsTo: all, RoutingRules: rules = [] } = website;
  if (all) return { status: 301, location: `${all.Protocol ?? request.scheme}://${all.HostName}/${encodePath(request.key)}` };
  const rule = rules.find(({ Condition: condition }) => {
    const code = condition?.HttpErrorCodeReturnedEquals;
    if (code === undefined ? failure !== undefined : code !== String(failure)) return false;
    return request.key.startsWith(condition?.KeyPrefixEquals ?? '');
  });
  if (!rule) return undefined;
  const { Redirect: to, Condition: condition } = rule;
  const prefix = condition?.KeyPrefixEquals ?? '';
  const key =
    to.ReplaceKeyWith ?? (to.ReplaceKeyPrefixWith === undefined ? request.key : to.ReplaceKeyPrefixWith + request.key.slice(prefix.length));
  return {
    status: Number(to.HttpRedirectCode ?? 301),
    location: `${to.Protocol ?? request.scheme}://${to.HostName ?? request.host}/${encodePath(key)}`,
  };
}

function encodePath(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}
