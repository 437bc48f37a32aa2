/**
 * Takes down what trails are told, and says when it is to be delivered. A stream (trail, account, region) has a timer while
 * calls wait in it, and one for its next digest; the files themselves are written by files.ts.
 */
import { type AuditedCall, encodeCalls, selectAudited, type TrailedCall, type Tx, unselectAudited } from '../../kernel';
import { trailsOf } from './lookup';
import { dataTypesOf, selects } from './selectors';
import { emptyStream, type Stream, type StreamId, Streams, type Trail, Trails, UndeliveredCalls } from './state';

/** "CloudTrail typically delivers logs within an average of about 5 minutes of an API call" (User Guide, "How CloudTrail works"). */
export const deliveryMs = 5 * 60_000;
export const digestMs = 60 * 60_000;
/** So many calls do not wait. */
const impatientAt = 5_000;
/** More are not kept for a bucket that cannot be written to: the oldest go. */
const maxPending = 50_000;

/** CloudTrail's ear: puts calls into the streams of the trails that select them. */
export function audit(tx: Tx, calls: readonly TrailedCall[]): void {
  const known = new Map<string, readonly Trail[]>();
  const taken = new Map<Trail, Map<string, { readonly id: StreamId; readonly calls: AuditedCall[] }>>();
  for (const told of calls) {
    const { recipient: account, region } = told.call;
    const name = `${account}|${told.organization}`;
    let trails = known.get(name);
    if (!trails) known.set(name, (trails = loggingTrails(tx, account, told.organization)));
    for (const trail of trails) {
      if (!selects(trail, told.call)) continue;
      let streams = taken.get(trail);
      if (!streams) taken.set(trail, (streams = new Map()));
      const stream = streams.get(`${account}|${region}`);
      if (stream) stream.calls.push(told.call);
      else streams.set(`${account}|${region}`, { id: { trail: trail.arn, account, region }, calls: [told.call] });
    }
  }
  for (const [trail, streams] of taken) for (const { id, calls: theirs } of streams.values()) keep(tx, trail, id, theirs);
}

function loggingTrails(tx: Tx, account: string, organization: string | undefined): Trail[] {
  const shared = organization === undefined ? [] : tx.scanIndex(Trails, 'organization', { prefix: organization });
  return [...trailsOf(tx, account), ...shared.filter((trail) => trail.account !== account)].filter(({ isLogging }) => isLogging);
}

function keep(tx: Tx, trail: Trail, id: StreamId, calls: readonly AuditedCall[]): void {
  const before = findStream(tx, id) ?? begin(tx, trail, id);
  tx.put(UndeliveredCalls, { ...id, n: before.next, count: calls.length, text: encodeCalls(calls) });
  let pending = before.pending + calls.length;
  while (pending > maxPending) {
    const [oldest] = tx.scan(UndeliveredCalls, { prefix: keyOf(id), limit: 1 });
    if (!oldest || oldest.n === before.next) break;
    tx.delete(UndeliveredCalls, oldest);
    pending -= oldest.count;
  }
  tx.put(Streams, { ...before, next: before.next + 1, pending });
  setDelivery(tx, trail, id, pending >= impatientAt ? tx.now : nextDelivery(tx.now));
}

export function findStream(tx: Tx, id: StreamId): Stream | undefined {
  return tx.get(Streams, keyOf(id));
}

export const keyOf = ({ trail, account, region }: StreamId) => [trail, account, region];
const nameOf = (id: StreamId) => keyOf(id).join('|');

function begin(tx: Tx, trail: Trail, id: StreamId): Stream {
  const stream = emptyStream(id);
  return trail.validates ? beginDigests(tx, trail, stream) : stream;
}

/** At the ends of whole five minutes. */
function nextDelivery(now: number): number {
  return (Math.floor(now / deliveryMs) + 1) * deliveryMs;
}

export function setDelivery(tx: Tx, { account, region }: Pick<Trail, 'account' | 'region'>, id: StreamId, at: number): void {
  tx.in({ account, region }).at(at, 'cloudtrail.deliver', { ...id }, { id: nameOf(id) });
}

export function setDigest(tx: Tx, { account, region }: Pick<Trail, 'account' | 'region'>, id: StreamId, at: number): void {
  tx.in({ account, region }).at(at, 'cloudtrail.digest', { ...id }, { id: nameOf(id) });
}

function beginDigests(tx: Tx, trail: Trail, stream: Stream): Stream {
  setDigest(tx, trail, stream, tx.now + digestMs);
  return { ...stream, digestFrom: tx.now, digest: undefined, files: [] };
}

/** Files of one stream are written one after the other. */
export const timers = {
  'cloudtrail.deliver': (tx: Tx, id: StreamId) => tx.emit('cloudtrail.delivery-due', { ...id }, { key: nameOf(id) }),
  'cloudtrail.digest': (tx: Tx, id: StreamId) => tx.emit('cloudtrail.digest-due', { ...id, end: tx.now }, { key: nameOf(id) }),
};

// ---- what happens to trails ----

/** Tells the gateway which data events to note from now on. */
export function tellSelection(tx: Tx, trail: Trail, before?: Trail): void {
  if (!trail.isLogging) {
    unselectAudited(tx, trail.arn);
    return;
  }
  const { arn, account, organization } = trail;
  selectAudited(tx, { trail: arn, account, dataTypes: dataTypesOf(trail), ofOrganization: organization !== undefined });
  if (before?.validates !== trail.validates) for (const stream of streamsOf(tx, trail)) changeDigests(tx, trail, stream);
}

export function beginLogging(tx: Tx, trail: Trail): void {
  const id = { trail: trail.arn, account: trail.account, region: trail.region };
  if (!findStream(tx, id)) tx.put(Streams, emptyStream(id));
  tellSelection(tx, trail);
}

/** What was taken down is delivered at once, and the chain of digests ends. */
export function endLogging(tx: Tx, trail: Trail): void {
  unselectAudited(tx, trail.arn);
  for (const stream of streamsOf(tx, trail)) {
    if (stream.pending > 0) setDelivery(tx, trail, stream, tx.now);
    if (stream.digestFrom !== undefined) setDigest(tx, trail, stream, tx.now);
  }
}

export function forgetTrail(tx: Tx, trail: Trail): void {
  const there = tx.in({ account: trail.account, region: trail.region });
  for (const stream of streamsOf(tx, trail)) {
    there.cancel('cloudtrail.deliver', nameOf(stream));
    there.cancel('cloudtrail.digest', nameOf(stream));
    tx.delete(Streams, stream);
  }
  tx.deleteAll(UndeliveredCalls, { prefix: trail.arn });
}

function streamsOf(tx: Tx, { arn }: Trail): Stream[] {
  return tx.scan(Streams, { prefix: arn });
}

/** Validation was turned on or off: a chain begins, or is broken. */
function changeDigests(tx: Tx, trail: Trail, stream: Stream): void {
  if (trail.validates) tx.put(Streams, beginDigests(tx, trail, stream));
  else {
    tx.in({ account: trail.account, region: trail.region }).cancel('cloudtrail.digest', nameOf(stream));
    tx.put(Streams, { ...stream, digestFrom: undefined, digest: undefined, files: [] });
  }
}
