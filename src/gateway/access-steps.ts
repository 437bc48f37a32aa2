/** The steps of the pipeline that ask who calls, and whether all that the call needs is allowed. */
import type { FormCheck } from '../kernel/context';
import { homeRegionOf, partitionOf } from '../kernel/place';
import { type Authenticated, type Authentication, authenticate } from '../security/authenticate';
import { type Credential, readCredential } from '../security/credential';
import { dialectOf } from '../security/errors';
import { type KeyStore, needsKeys, noKeys, storedKeys } from '../security/principal';
import type { Version2Request } from '../security/signature-v2';
import { type AskedCall, decideAccess } from './access-stage';
import { type Call, latin1 } from './call';
import { emptyBytes, type GatewayRequest } from './request';
import { formCheck } from './upload-form';

/** Who calls, and whether the signature is right. */
export function authenticateCaller(call: Call): void | Promise<void> {
  const { request, world, codec } = call;
  const form = codec.protocol === 'query' || codec.protocol === 'ec2' ? latin1(call.wire?.body) : undefined;
  const credential = readCredential(request, form);
  if (credential) call.facts.signature = credential;
  const partition = partitionOf(call.detected.region);
  if (!needsKeys(credential)) return identified(call, partition, authenticate(questionOf(call, partition, credential, form, noKeys)));
  const home = { partition, account: '', region: '' };
  const reader = world.reader(home, call.epoch);
  if (reader) return identified(call, partition, authenticate(questionOf(call, partition, credential, form, storedKeys(reader))));
  const caller = world.transact(home, call.epoch, (tx) => authenticate(questionOf(call, partition, credential, form, storedKeys(tx))));
  return caller instanceof Promise ? caller.then((found) => identified(call, partition, found)) : identified(call, partition, caller);
}

function questionOf(
  call: Call,
  partition: string,
  credential: Credential | undefined,
  form: string | undefined,
  keys: KeyStore,
): Authentication {
  const { request, detected, service, pipeline, codec } = call;
  return {
    request: detected.bucket === undefined ? request : withBucket(request, detected.bucket),
    credential,
    dialect: dialectOf(service.id, codec.protocol),
    partition,
    security: pipeline.cloud.access.security,
    trusted: request.trusted,
    keys,
    clocks: pipeline.clocks,
    body: call.sent ?? emptyBytes,
    form,
  };
}

/** Version 2 signs the bucket that the host names. */
function withBucket({ method, path, query, headers, rawHeaders }: GatewayRequest, bucketInHost: string): Version2Request {
  return { method, path, query, headers, rawHeaders, bucketInHost };
}

function identified(call: Call, partition: string, { principal, chunks }: Authenticated): void {
  call.principal = principal;
  call.chunks = chunks;
  const { region } = call.detected;
  const isGlobal = call.service.definition?.isGlobal === true;
  call.place = call.world.placeTrees({ partition, account: principal.account, region: isGlobal ? homeRegionOf(partition) : region });
}

/** Is all of it allowed? */
export function authoriseCall(call: Call): void | Promise<void> {
  if (call.principal && call.place && call.service.definition && call.pipeline.cloud.access.isActive)
    return requireAllowed(call as AskedCall);
}

function requireAllowed(call: AskedCall): void | Promise<void> {
  const decided = decideAccess(call);
  if (decided instanceof Promise)
    return decided.then((decisions) => {
      call.decisions = decisions;
    });
  call.decisions = decided;
}

/** For forms whose fields say who sends them. */
export function formCheckOf(call: Call): FormCheck {
  const { world, pipeline, detected } = call;
  const partition = partitionOf(detected.region);
  return formCheck({
    security: pipeline.cloud.access.security,
    trusted: call.request.trusted,
    partition,
    clocks: pipeline.clocks,
    transact: (decide) => world.transact({ ...world.home, partition }, call.epoch, decide),
  });
}
