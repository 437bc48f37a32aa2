/** Operations on queues themselves. */

import type { SQS } from '../../../../generated/api/sqs';
import { defineOperations, fail, pageToken, readPageToken, type Tx, type TxContext } from '../../../kernel';
import { principalsOf } from '../../../policy';
import { disciplineOf } from '../discipline';
import {
  invalidAttributeValue,
  invalidParameter,
  invalidValue,
  purgeInProgress,
  queueDeletedRecently,
  queueDoesNotExist,
  queueNameExists,
  unknownAttribute,
} from '../errors';
import { rearrangeDelayed } from '../fifo';
import { expireNow, forgetQueue, sweepBin } from '../housekeeping';
import { findQueueByArn, requireQueue } from '../lookup';
import { checkQueueName, formatQueueUrl, isFifoName } from '../queue-address';
import {
  type AttributeTexts,
  applyAttributes,
  defaultSettings,
  differingAttribute,
  formatAttribute,
  readOnlyAttributes,
  settableAttributes,
} from '../queue-attributes';
import { readPolicy } from '../queue-policy';
import { allowsSource, formatRedrivePolicy, type RedrivePolicy } from '../redrive-policy';
import { DeletedNames, type Queue, Queues, queueArn, Sent, Taken } from '../state';
import { endWaits } from '../wakeups';

const purgeIntervalMs = 60_000;
const maximumResults = 1000;
const attributeNames: readonly string[] = [...readOnlyAttributes, ...settableAttributes];

export const queueOperations = defineOperations<SQS>()({
  CreateQueue(ctx, { QueueName: name, Attributes = {}, tags }) {
    const fifo = isFifoWanted(name, Attributes);
    const settings = applyAttributes(defaultSettings, Attributes, fifo);
    const existing = ctx.tx.get(Queues, name);
    if (existing) {
      const differing = differingAttribute(Object.keys(Attributes), existing, settings);
      if (differing !== undefined) throw queueNameExists(differing);
      return { QueueUrl: urlOf(ctx, name) };
    }
    const deleted = ctx.tx.get(DeletedNames, name);
    if (deleted && deleted.freeAt > ctx.now) throw queueDeletedRecently();
    if (settings.redrivePolicy) checkDeadLetterQueue(ctx.tx, name, fifo, settings.redrivePolicy);
    if (settings.policy !== undefined) checkPrincipals(ctx, 'sqs:CreateQueue', queueArn(name, ctx.place), settings.policy);
    const id = ctx.id('', 12);
    ctx.tx.put(
      Queues,
      { ...settings, name, id, bin: `${id}-0`, fifo, createdAt: ctx.now, modifiedAt: ctx.now, purgedAt: undefined, expiryArmed: false },
      { tags },
    );
    return { QueueUrl: urlOf(ctx, name) };
  },

  DeleteQueue(ctx, { QueueUrl }) {
    const { tx, queue } = requireQueue(ctx, QueueUrl);
    tx.delete(Queues, queue);
    forgetQueue(tx, queue);
    endWaits(tx, queue);
    return {};
  },

  GetQueueUrl(ctx, { QueueName: name, QueueOwnerAWSAccountId: account = ctx.account }) {
    if (!ctx.tx.in({ account }).has(Queues, name)) throw queueDoesNotExist(ctx.request.protocol);
    return { QueueUrl: formatQueueUrl(ctx.request.baseUrl, account, name) };
  },

  ListQueues(ctx, { QueueNamePrefix: textPrefix = '', NextToken, MaxResults }) {
    const page = pageOf('sqs.queues', NextToken, MaxResults);
    const queues = ctx.tx.scan(Queues, { textPrefix, ...(page.after !== undefined && { after: page.after }), limit: page.limit + 1 });
    const { names, next } = page.cut(queues.map((queue) => queue.name));
    return { ...(names.length > 0 && { QueueUrls: names.map((name) => urlOf(ctx, name)) }), ...next };
  },

  ListDeadLetterSourceQueues(ctx, { QueueUrl, NextToken, MaxResults }) {
    const { tx, queue } = requireQueue(ctx, QueueUrl);
    const target = queueArn(queue.name, tx.place);
    const page = pageOf('sqs.sources', NextToken, MaxResults);
    const from = page.after === undefined ? {} : { after: [target, page.after] };
    const sources = tx.scanIndex(Queues, 'deadLetterTarget', { prefix: target, ...from, limit: page.limit + 1 });
    const { names, next } = page.cut(sources.map((source) => source.name));
    return { queueUrls: names.map((name) => formatQueueUrl(ctx.request.baseUrl, tx.place.account, name)), ...next };
  },

  GetQueueAttributes(ctx, { QueueUrl, AttributeNames: wanted = [] }) {
    const { tx, queue } = requireQueue(ctx, QueueUrl);
    const unknown = wanted.find((name) => name !== 'All' && !attributeNames.includes(name));
    if (unknown !== undefined) throw unknownAttribute(unknown);
    const names: readonly string[] = wanted.includes('All') ? attributeNames : wanted;
    const counts = names.some((name) => name.startsWith('Approximate')) ? disciplineOf(queue).counts(tx, queue) : undefined;
    const facts: Readonly<Record<string, string | undefined>> = {
      QueueArn: queueArn(queue.name, tx.place),
      ApproximateNumberOfMessages: counts && String(counts.visible),
      ApproximateNumberOfMessagesNotVisible: counts && String(counts.notVisible),
      ApproximateNumberOfMessagesDelayed: counts && String(counts.delayed),
      CreatedTimestamp: seconds(queue.createdAt),
      LastModifiedTimestamp: seconds(queue.modifiedAt),
      FifoQueue: queue.fifo ? 'true' : undefined,
    };
    const Attributes: Record<string, string> = {};
    for (const name of names) {
      const value = Object.hasOwn(facts, name) ? facts[name] : formatAttribute(name, queue, queue.fifo);
      if (value !== undefined) Attributes[name] = value;
    }
    return { Attributes };
  },

  SetQueueAttributes(ctx, { QueueUrl, Attributes }) {
    const { tx, queue } = requireQueue(ctx, QueueUrl);
    const kind = Attributes.FifoQueue;
    if (kind !== undefined && !queue.fifo) throw unknownAttribute('FifoQueue');
    if (kind !== undefined && kind !== 'true') throw invalidAttributeValue('FifoQueue', 'Modifying queue type is not supported.');
    const settings = applyAttributes(queue, Attributes, queue.fifo);
    if (Attributes.RedrivePolicy && settings.redrivePolicy) checkDeadLetterQueue(tx, queue.name, queue.fifo, settings.redrivePolicy);
    if (Attributes.Policy && settings.policy !== undefined) {
      checkPrincipals(ctx, 'sqs:SetQueueAttributes', queueArn(queue.name, tx.place), settings.policy);
    }
    const changed: Queue = tx.put(Queues, { ...queue, ...settings, modifiedAt: tx.now });
    if (changed.messageRetentionPeriod !== queue.messageRetentionPeriod) expireNow(tx, changed);
    if (changed.fifo && changed.delaySeconds !== queue.delaySeconds) rearrangeDelayed(tx, changed);
    return {};
  },

  PurgeQueue(ctx, { QueueUrl }) {
    const { tx, queue } = requireQueue(ctx, QueueUrl);
    if (queue.purgedAt !== undefined && queue.purgedAt + purgeIntervalMs > tx.now) throw purgeInProgress(queue.name);
    const bin = `${queue.id}-${Number(queue.bin.slice(queue.id.length + 1)) + 1}`;
    const sent = tx.count(Sent, queue.bin);
    tx.add(Sent, bin, sent); // sequence numbers go on growing
    tx.add(Taken, bin, sent);
    tx.put(Queues, { ...queue, bin, purgedAt: tx.now });
    sweepBin(tx, queue.bin);
    return {};
  },
});

function urlOf(ctx: TxContext, name: string): string {
  return formatQueueUrl(ctx.request.baseUrl, ctx.account, name);
}

function isFifoWanted(name: string, attributes: AttributeTexts): boolean {
  const wanted = attributes.FifoQueue?.toLowerCase();
  if (wanted !== undefined && wanted !== 'true' && wanted !== 'false') throw invalidAttributeValue('FifoQueue');
  checkQueueName(name, wanted === 'true');
  // A standard queue does not know the attribute, not even to say that it is none.
  if (wanted === 'false' && !isFifoName(name)) throw unknownAttribute('FifoQueue');
  return wanted === 'true';
}

/** A policy names only who is there. */
function checkPrincipals(ctx: TxContext, action: string, resource: string, policy: string): void {
  ctx.refuseMissing({ action, resource }, principalsOf(readPolicy(policy)), () => invalidAttributeValue('Policy'));
}

/** The target of a redrive policy must be there, of the same kind, and allow it. */
function checkDeadLetterQueue(tx: Tx, name: string, fifo: boolean, policy: RedrivePolicy): void {
  const invalid = (reason: string) => invalidValue('RedrivePolicy', formatRedrivePolicy(policy), reason);
  const target = findQueueByArn(tx, policy.deadLetterTargetArn) ?? fail(invalid('Dead letter target does not exist.'));
  if (target.tx.place.account !== tx.place.account || target.tx.place.region !== tx.place.region) {
    throw invalid('Dead letter target owner should be same as the source.');
  }
  if (target.queue.fifo !== fifo) throw invalid('Dead-letter queue must be same type of queue as the source.');
  if (!allowsSource(target.queue.redriveAllowPolicy, queueArn(name, tx.place))) {
    throw invalid('Queue does not have permission to use this dead-letter queue.');
  }
}

/** Pages of names: by default all of the first thousand, and a token only for those who set MaxResults (ListQueues). */
function pageOf(kind: string, token: string | undefined, limit: number | undefined) {
  if (limit !== undefined && (limit < 1 || limit > maximumResults)) {
    throw invalidValue('MaxResults', limit, `MaxResults must be an integer between 1 and ${maximumResults}.`);
  }
  const after = token === undefined ? undefined : readPageToken(kind, token);
  if (token !== undefined && typeof after !== 'string') throw invalidParameter('Invalid or expired next token.');
  return {
    after: after as string | undefined,
    limit: limit ?? maximumResults,
    cut(found: readonly string[]) {
      const names = found.slice(0, limit ?? maximumResults);
      const more = limit !== undefined && found.length > names.length;
      return { names, next: more ? { NextToken: pageToken(kind, names.at(-1)) } : {} };
    },
  };
}

function seconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}
