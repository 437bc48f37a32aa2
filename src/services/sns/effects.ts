/** SNS as the target of others: topics publish what they get, HTTP subscriptions POST it; and what its timers do. */
import { AwsError, fail, post, type TargetHandler, type Tx } from '../../kernel';
import { expireToken, expiryTimer } from './confirming';
import { sign } from './envelope';
import { topicNotFound } from './errors';
import { findTopic } from './lookup';
import { parseTopicArn } from './names';
import { checkIds, checkOutgoing } from './outgoing';
import { publish } from './publishing';

const subscriptionParts = 7;
/** What AWS waits for an answer (Developer Guide, HTTP/S endpoints). */
const answerMs = 15_000;

/** What EventBridge, S3, alarms and others send to a topic is published there. */
const topicTarget: TargetHandler = {
  inside(tx, { targetArn, payload, groupId, dedupId, attributes, traceHeader }) {
    const topic = findTopic(tx, parseTopicArn(targetArn)) ?? fail(topicNotFound());
    const { Subject, Message } = readPayload(payload);
    const MessageDeduplicationId = topic.topic.fifo ? dedupId : undefined;
    const outgoing = { Message, Subject, MessageAttributes: attributes, MessageGroupId: groupId, MessageDeduplicationId };
    checkOutgoing(outgoing);
    checkIds(topic.topic, outgoing);
    publish(topic, outgoing, { baseUrl: topic.topic.baseUrl, traceHeader });
  },
};

/** Senders that have a subject say so: `{ Subject, Message }`. */
function readPayload(payload: unknown): { readonly Subject?: string; readonly Message: string } {
  if (typeof payload === 'string') return { Message: payload };
  const { Subject, Message } = payload as { readonly Subject?: unknown; readonly Message?: unknown };
  return typeof Subject === 'string' && typeof Message === 'string' ? { Subject, Message } : { Message: JSON.stringify(payload) };
}

/** A subscription's own ARN stands for its HTTP endpoint. */
const httpTarget: TargetHandler = {
  async outside(ctx, { targetArn, payload, sourceArn, hint = {} }) {
    const { url = '', type = '', messageId = '', contentType = '', raw } = hint;
    const status = await post({
      url,
      body: payload as string,
      timeoutMs: answerMs,
      signal: ctx.signal,
      headers: {
        'x-amz-sns-message-type': type,
        'x-amz-sns-message-id': messageId,
        'x-amz-sns-topic-arn': sourceArn ?? '',
        ...(type !== 'SubscriptionConfirmation' && { 'x-amz-sns-subscription-arn': targetArn }),
        ...(raw !== undefined && { 'x-amz-sns-rawdelivery': 'true' }),
        'Content-Type': contentType,
        'User-Agent': 'Amazon Simple Notification Service Agent',
        'Accept-Encoding': 'gzip,deflate',
      },
    });
    if (status < 200 || status > 299) throw refusal(url, status);
  },
};

/** 5xx and 429 may pass and are tried again; all else is final (Developer Guide, message delivery retries). */
function refusal(url: string, status: number): Error {
  const message = `${url} answered ${status}.`;
  return status >= 500 || status === 429 ? new Error(message) : new AwsError('HttpClientError', message, { status: 400 });
}

export function target(arn: string): TargetHandler {
  return arn.split(':').length === subscriptionParts ? httpTarget : topicTarget;
}

/** Envelopes are signed when somebody reads them: see the kernel's late texts. */
export function finishText(tx: Tx, text: string): string {
  return sign(text, tx.signingKey('sns.amazonaws.com'));
}

export const timers = { [expiryTimer]: expireToken };
