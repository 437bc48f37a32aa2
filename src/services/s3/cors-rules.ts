/** A bucket's CORS configuration: which rules S3 takes, and which of them lets a page of another origin call. */
import type { S3 } from '../../../generated/api/s3';
import { invalidRequest, malformedXml } from './errors';

export type CorsRule = NonNullable<NonNullable<S3['PutBucketCors']['input']['CORSConfiguration']>['CORSRules']>[number];

interface CrossOriginCall {
  readonly origin: string;
  /** The method that is asked for: of a preflight, what it announces. */
  readonly method: string;
  /** The headers a preflight announces, as they came; undefined otherwise. */
  readonly headers: string | undefined;
}

const maxRules = 100;
const methods: ReadonlySet<string> = new Set(['GET', 'PUT', 'HEAD', 'POST', 'DELETE']);

export function requireCorsRules(rules: readonly CorsRule[] | undefined): readonly CorsRule[] {
  if (!rules || rules.length === 0 || rules.length > maxRules) throw malformedXml();
  for (const rule of rules) requireCorsRule(rule);
  return rules;
}

function requireCorsRule({ ID: id, AllowedMethods, AllowedOrigins, AllowedHeaders = [], ExposeHeaders = [] }: CorsRule): void {
  if (!AllowedMethods?.length || !AllowedOrigins?.length || (id?.length ?? 0) > 255) throw malformedXml();
  for (const method of AllowedMethods)
    if (!methods.has(method)) throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
  for (const origin of AllowedOrigins)
    if (wildcards(origin) > 1) throw invalidRequest(`AllowedOrigin "${origin}" can not have more than one wildcard.`);
  for (const header of AllowedHeaders)
    if (wildcards(header) > 1) throw invalidRequest(`AllowedHeader "${header}" can not have more than one wildcard.`);
  for (const header of ExposeHeaders)
    if (wildcards(header) > 0)
      throw invalidRequest(`ExposeHeader "${header}" contains wildcard. We currently do not support wildcard for ExposeHeader.`);
}

/** The first rule that allows all of it (user guide, "How does Amazon S3 evaluate the CORS configuration on a bucket?"). */
export function findCorsRule(rules: readonly CorsRule[], { origin, method, headers }: CrossOriginCall): CorsRule | undefined {
  const asked = namesOf(headers);
  return rules.find(
    (rule) =>
      rule.AllowedMethods.includes(method) &&
      rule.AllowedOrigins.some((pattern) => matches(pattern, origin)) &&
      asked.every((name) => rule.AllowedHeaders?.some((pattern) => matches(pattern.toLowerCase(), name))),
  );
}

/** What the browser is told. */
export function corsAnswer(rule: CorsRule, { origin, headers }: CrossOriginCall): Record<string, string> {
  const isForAll = rule.AllowedOrigins.includes('*');
  return {
    'Access-Control-Allow-Origin': isForAll ? '*' : origin,
    'Access-Control-Allow-Methods': rule.AllowedMethods.join(', '),
    ...(headers !== undefined && { 'Access-Control-Allow-Headers': namesOf(headers).join(', ') }),
    ...(rule.ExposeHeaders?.length && { 'Access-Control-Expose-Headers': rule.ExposeHeaders.join(', ') }),
    ...(rule.MaxAgeSeconds !== undefined && { 'Access-Control-Max-Age': String(rule.MaxAgeSeconds) }),
    ...(!isForAll && { 'Access-Control-Allow-Credentials': 'true' }),
    Vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

function namesOf(headers: string | undefined): string[] {
  return (headers ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

/** At most one `*` stands for any text. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}

function wildcards(text: string): number {
  return text.split('*').length - 1;
}
