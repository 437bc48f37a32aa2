/** Which pages of other origins may call a bucket: its CORS configuration decides, where there is one. */
import type { CorsVerdict, PageRequest, Tx } from '../../kernel';
import { type CorsRule, corsAnswer, findCorsRule } from './cors-rules';
import { corsForbidden } from './errors';
import { atOwner } from './find';
import { readSetting } from './settings';
import { Buckets } from './state';

/** Undefined where the gateway's own rules hold: no bucket, no configuration, or a call that changes the bucket itself. */
export function cors(tx: Tx, { method: sent, path, query, headers }: PageRequest): CorsVerdict | undefined {
  const slash = path.indexOf('/', 1);
  const bucket = tx.get(Buckets, slash < 0 ? path.slice(1) : path.slice(1, slash));
  const rules = bucket && readSetting<{ CORSRules: readonly CorsRule[] }>(atOwner(tx, bucket), bucket, 'cors')?.CORSRules;
  if (!rules) return undefined;
  const isObject = slash > 0 && slash < path.length - 1;
  const method = (sent === 'OPTIONS' ? headers['access-control-request-method'] : undefined) ?? sent;
  const isRead = method === 'GET' || method === 'HEAD';
  // Rules say who may use the objects. Settings stay closed to pages, and so do listings with a change in their query.
  if (!isObject && !isRead && (method !== 'POST' || query !== '')) return undefined;
  // Images and links carry no Origin; they need a rule for everybody.
  const origin = headers.origin ?? '*';
  if (headers.origin === undefined && !isRead) return undefined;
  const call = { origin, method, headers: headers['access-control-request-headers'] };
  const rule = findCorsRule(rules, call);
  return rule ? { headers: corsAnswer(rule, call) } : { refusal: corsForbidden(method, isObject ? 'OBJECT' : 'BUCKET') };
}
