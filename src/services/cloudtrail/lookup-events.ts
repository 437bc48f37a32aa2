/** The history of events that every account has: what of it is asked for, newest first. */
import { createHash } from 'node:crypto';
import type { CloudTrail } from '../../../generated/api/cloudtrail';
import { AuditChunks, type AuditedCall, accessKeyOf, decodeCalls, eventIdOf, fail, pageToken, readPageToken, type Tx } from '../../kernel';
import { lookupInvalid, timesInvalid, tokenInvalid } from './errors';
import { toRecord } from './record';
import { namedResources } from './resources';
import { userNameOf } from './user-identity';

type Input = CloudTrail['LookupEvents']['input'];
type Event = NonNullable<CloudTrail['LookupEvents']['output']['Events']>[number];

const tokenKind = 'cloudtrail.events';
const defaultLimit = 50;
/** Chunks that are read at once: some thousand events. */
const chunksPerRead = 8;
const historyMs = 90 * 24 * 3_600_000;

/** By attribute: whether an event has this value. A name finds what is named by a URL, path or ARN that ends in it. */
const attributes: Readonly<Record<string, (call: AuditedCall, value: string) => boolean>> = {
  EventId: (call, value) => eventIdOf(call) === value,
  EventName: (call, value) => call.operation.eventName === value,
  ReadOnly: (call, value) => String(call.operation.readOnly) === value,
  Username: (call, value) => userNameOf(call) === value,
  ResourceType: (call, value) => namedResources(call).some(({ type }) => type === value),
  ResourceName: (call, value) => namedResources(call).some(({ name }) => isNamed(name, value)),
  EventSource: (call, value) => call.operation.eventSource === value,
  AccessKeyId: (call, value) => accessKeyOf(call.principal) === value,
};

const isNamed = (name: string, value: string) => name === value || name.endsWith(`/${value}`) || name.endsWith(`:${value}`);

/** Where a page ended: the chunk, and the place in it. */
type Position = readonly [chunk: number, index: number];

/** One page. Throws for attributes, times and tokens that are none. */
export function lookUpEvents(tx: Tx, input: Input): CloudTrail['LookupEvents']['output'] {
  const from = wholeSeconds(Math.max(input.StartTime ?? 0, tx.now - historyMs));
  const matches = matcher(input, from);
  // Nothing here looks for unusual activity, so there are no Insights events to be found.
  if (input.EventCategory === 'insight') return { Events: [] };
  const limit = input.MaxResults ?? defaultLimit;
  const kind = `${tokenKind}.${fingerprint(input)}`;
  const after = input.NextToken === undefined ? undefined : positionOf(kind, input.NextToken);
  const events: Event[] = [];
  let last: Position | undefined;
  for (const { call, position } of newestFirst(tx, from, after)) {
    if (!matches(call)) continue;
    if (events.length === limit) return { Events: events, NextToken: pageToken(kind, last) };
    events.push(toEvent(call));
    last = position;
  }
  return { Events: events };
}

function matcher({ LookupAttributes = [], StartTime, EndTime }: Input, from: number): (call: AuditedCall) => boolean {
  if (LookupAttributes.length > 1) throw lookupInvalid('Only one lookup attribute may be specified.');
  if (StartTime !== undefined && EndTime !== undefined && StartTime > EndTime) throw timesInvalid();
  const [wanted] = LookupAttributes;
  const has = wanted && (attributes[wanted.AttributeKey] ?? fail(lookupInvalid(`${wanted.AttributeKey} is no lookup attribute.`)));
  return (call) => {
    const at = wholeSeconds(call.at);
    return at >= from && at <= (EndTime ?? Number.POSITIVE_INFINITY) && (has?.(call, wanted?.AttributeValue ?? '') ?? true);
  };
}

/** Events name no fractions of seconds. */
const wholeSeconds = (ms: number) => Math.floor(ms / 1000) * 1000;

/** A token goes on only with what it was made for. */
function fingerprint({ LookupAttributes, StartTime, EndTime, EventCategory }: Input): string {
  const asked = JSON.stringify([LookupAttributes, StartTime, EndTime, EventCategory]);
  return createHash('sha256').update(asked).digest('base64url').slice(0, 16);
}

function positionOf(kind: string, token: string): Position {
  const position = readPageToken(kind, token);
  if (!Array.isArray(position) || typeof position[0] !== 'number' || typeof position[1] !== 'number') throw tokenInvalid();
  return [position[0], position[1]];
}

/** As far back as there may be something from `from` on. */
function* newestFirst(
  tx: Tx,
  from: number,
  after: Position | undefined,
): Generator<{ readonly call: AuditedCall; readonly position: Position }> {
  let to = after === undefined ? undefined : after[0] + 1;
  for (;;) {
    const chunks = tx.scan(AuditChunks, { reverse: true, limit: chunksPerRead, ...(to !== undefined && { to }) });
    for (const chunk of chunks) {
      const { n } = chunk;
      if (wholeSeconds(chunk.newest) < from) return;
      const calls = decodeCalls(chunk.text);
      const end = n === after?.[0] ? after[1] : calls.length;
      for (let index = Math.min(end, calls.length) - 1; index >= 0; index--)
        yield { call: calls[index] as AuditedCall, position: [n, index] };
    }
    if (chunks.length < chunksPerRead) return;
    to = chunks.at(-1)?.n;
  }
}

function toEvent(call: AuditedCall): Event {
  const { operation, at } = call;
  const accessKeyId = accessKeyOf(call.principal);
  const userName = userNameOf(call);
  return {
    EventId: eventIdOf(call),
    EventName: operation.eventName,
    ReadOnly: String(operation.readOnly),
    ...(accessKeyId !== undefined && { AccessKeyId: accessKeyId }),
    EventTime: wholeSeconds(at),
    EventSource: operation.eventSource,
    ...(userName !== undefined && { Username: userName }),
    Resources: namedResources(call).map(({ type, name }) => ({ ResourceType: type, ResourceName: name })),
    CloudTrailEvent: JSON.stringify(toRecord(call)),
  };
}
