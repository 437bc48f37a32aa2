/** Services that decide themselves which pages of other origins may call (S3, by a bucket's CORS configuration). */
import { serviceFacts } from '../api/load';
import { AwsError } from '../kernel/errors';
import { partitionOf } from '../kernel/place';
import type { World } from '../kernel/world';
import type { WireResponse } from '../protocol/wire';
import { type Detected, type DetectOptions, detect } from './detect';
import type { GatewayRequest } from './request';
import type { Services } from './services';

/** What a service says to a page, in place of the gateway. */
export interface ServiceCors {
  /** The page may call, or has its answer; otherwise the gateway's rules about origins hold besides. */
  readonly decided: boolean;
  /** Of the answer to the page. */
  readonly headers: Readonly<Record<string, string>>;
  /** To a preflight. */
  readonly answer: WireResponse | undefined;
}

/** Does a browser say that a page of somewhere else made this? */
export function isFromPage({ headers }: GatewayRequest): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] === 'cross-site';
}

/** Undefined where the gateway's own rules hold. `newId` gives the id of a refusal. */
export async function serviceCors(
  { world, services, hosts, newId }: { world: World; services: Services; hosts: DetectOptions; newId: (service: string) => string },
  request: GatewayRequest,
): Promise<ServiceCors | undefined> {
  const detected = detectOrNone(request, hosts);
  if (!detected || serviceFacts(detected.serviceId) === undefined) return undefined;
  const service = await services.get(detected.serviceId);
  const decide = service.definition?.wire?.cors;
  if (!decide) return undefined;
  const { method, query, headers } = request;
  const place = { ...world.home, partition: partitionOf(detected.region) };
  const verdict = await world.transact(place, world.epoch, (tx) => decide(tx, { method, path: detected.path, query, headers }));
  if (!verdict) return undefined;
  const isPreflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
  if ('headers' in verdict) {
    const answer = isPreflight ? { status: 200, headers: {}, body: undefined } : undefined;
    return { decided: true, headers: verdict.headers, answer };
  }
  const refuse = () =>
    services
      .codec(service, detected.protocol, headers)
      .serialiseError(undefined, verdict.refusal, newId(service.id), { resource: detected.path, headOnly: false });
  return { decided: isPreflight, headers: {}, answer: isPreflight ? refuse() : undefined };
}

/** Undefined when no service is addressed: the way down says what is wrong with that. */
function detectOrNone(request: GatewayRequest, options: DetectOptions): Detected | undefined {
  try {
    return detect(request, undefined, options);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
