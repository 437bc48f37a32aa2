/** Publish and PublishBatch. */
import type { SNS } from '../../../../generated/api/sns';
import { defineOperations, type TxContext } from '../../../kernel';
import { isPhoneNumber } from '../endpoints';
import {
  applicationDisabled,
  batchTooLong,
  emptyBatch,
  endpointDisabled,
  idsNotDistinct,
  invalidBatchId,
  invalidParameter,
  tooManyEntries,
} from '../errors';
import { deliverPush, sendSms } from '../local-delivery';
import { requireTopic } from '../lookup';
import { checkIds, checkOutgoing, maximumBytes, type Outgoing, readStructure, sizeOf } from '../outgoing';
import { type Publishing, publish } from '../publishing';
import { PlatformApplications, PlatformEndpoints } from '../state';

const maximumEntries = 10;
const entryId = /^[\w-]{1,80}$/;

export const messageOperations = defineOperations<SNS>()({
  Publish(ctx, input) {
    const { TopicArn, TargetArn, PhoneNumber } = input;
    const given = [TopicArn, TargetArn, PhoneNumber].filter((each) => each !== undefined);
    if (given.length === 0) throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
    if (given.length > 1) throw invalidParameter('TopicArn Reason: only one of TopicArn, TargetArn and PhoneNumber may be given'); // a guess
    checkOutgoing(input);
    if (PhoneNumber !== undefined) return publishToNumber(ctx, PhoneNumber, input);
    if (TargetArn?.includes(':endpoint/')) return publishToEndpoint(ctx, TargetArn, input);
    const located = requireTopic(ctx, (TopicArn ?? TargetArn) as string, TopicArn === undefined ? 'TargetArn' : 'TopicArn');
    checkIds(located.topic, input);
    return publish(located, input, publishingOf(ctx));
  },

  PublishBatch(ctx, { TopicArn, PublishBatchRequestEntries: entries }) {
    if (entries.length === 0) throw emptyBatch();
    if (entries.length > maximumEntries) throw tooManyEntries();
    const located = requireTopic(ctx, TopicArn);
    if (entries.some(({ Id }) => !entryId.test(Id))) throw invalidBatchId();
    if (new Set(entries.map(({ Id }) => Id)).size < entries.length) throw idsNotDistinct();
    if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > maximumBytes) throw batchTooLong();
    // One bad entry fails the whole batch (recorded).
    for (const entry of entries) {
      checkOutgoing(entry);
      checkIds(located.topic, entry);
      readStructure(entry);
    }
    const publishing = publishingOf(ctx);
    return { Successful: entries.map((entry) => ({ Id: entry.Id, ...publish(located, entry, publishing) })), Failed: [] };
  },
});

function publishingOf({ request }: TxContext): Publishing {
  return { baseUrl: request.baseUrl, traceHeader: request.headers['x-amzn-trace-id'] };
}

function publishToNumber(ctx: TxContext, number: string, input: Outgoing) {
  if (!isPhoneNumber(number)) throw invalidParameter(`PhoneNumber Reason: ${number} is not valid to publish to`);
  sendSms(ctx.tx, number, readStructure(input)('sms'), input.MessageAttributes);
  return { MessageId: ctx.uuid() };
}

/** To one device. No platform is connected: what it would get lies in the inbox. */
function publishToEndpoint(ctx: TxContext, arn: string, input: Outgoing) {
  const endpoint = ctx.tx.get(PlatformEndpoints, arn);
  if (!endpoint) throw invalidParameter('TargetArn Reason: No endpoint found for the target arn specified');
  if (endpoint.attributes.Enabled !== 'true') throw endpointDisabled();
  if (ctx.tx.get(PlatformApplications, endpoint.application)?.attributes.Enabled === 'false') throw applicationDisabled();
  deliverPush(ctx.tx, arn, readStructure(input, true), endpoint.application);
  return { MessageId: ctx.uuid() };
}
