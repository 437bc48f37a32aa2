/** The endpoints of STS: one of each Region, and the global one, whose tokens may not hold everywhere. */
import type { RequestFacts } from '../../kernel';

/** Was it called by `sts.amazonaws.com`? Every other name, also this cloud's own address, stands for the Region's. */
export function isGlobalEndpoint({ request }: { readonly request: Pick<RequestFacts, 'host'> }): boolean {
  return /^sts\.amazonaws\.com(:\d+)?$/i.test(request.host);
}
