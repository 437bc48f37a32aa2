/** Operations on topics: their life, attributes, permissions and tags. */

import type { SNS } from '../../../../generated/api/sns';
import { defineOperations, fail, type Tags, type Tx, type TxContext, toTagList } from '../../../kernel';
import { principalsOf } from '../../../policy';
import { removeSubscription } from '../confirming';
import { invalidParameter, resourceNotFound, unsupported } from '../errors';
import { findTopic, type LocatedTopic, requireTopic, subscriptionsOf, topicAddress } from '../lookup';
import { checkTopicName } from '../names';
import { afterToken, cutPage, pageSize } from '../paging';
import { Deduplications, Published, SubscriptionCounts, type Topic, Topics, topicArn } from '../state';
import { checkCount, readTags, type Tag } from '../tag-rules';
import { defaultPolicy, shownAttributes, withAttribute } from '../topic-attributes';
import { principalNotFound, readPolicy, share, unshare } from '../topic-policy';

export const topicOperations = defineOperations<SNS>()({
  CreateTopic(ctx, { Name: name, Attributes = {}, Tags: tagList, DataProtectionPolicy }) {
    if (DataProtectionPolicy) throw unsupported('topics with DataProtectionPolicy');
    const fifo = isFifoWanted(Attributes.FifoTopic);
    checkTopicName(name, fifo);
    const tags = tagList && readTags(tagList as readonly Tag[]);
    if (tags) checkCount(tags);
    const arn = topicArn(name, ctx.place);
    const existing = ctx.tx.get(Topics, name);
    if (existing) checkSame(ctx.tx, existing, arn, Attributes, tags);
    else {
      const attributes = withAttributes({}, fifo, Attributes);
      checkPrincipals(ctx, 'sns:CreateTopic', arn, attributes.Policy);
      ctx.tx.put(Topics, { name, id: ctx.id('', 12), fifo, attributes, baseUrl: ctx.request.baseUrl }, { tags });
    }
    return { TopicArn: arn };
  },

  /** Deleting what is not there succeeds (recorded). */
  DeleteTopic(ctx, { TopicArn }) {
    const found = findTopic(ctx.tx, topicAddress(ctx.tx, TopicArn));
    if (found) deleteTopic(found);
    return {};
  },

  GetTopicAttributes(ctx, { TopicArn }) {
    const { tx, topic } = requireTopic(ctx, TopicArn);
    const count = (what: string) => tx.count(SubscriptionCounts, [topic.id, what]);
    const counts = { confirmed: count('confirmed'), pending: count('pending'), deleted: count('deleted') };
    return { Attributes: shownAttributes(topic, TopicArn, tx.place.account, counts) };
  },

  SetTopicAttributes(ctx, { TopicArn, AttributeName, AttributeValue = '' }) {
    const { tx, topic } = requireTopic(ctx, TopicArn);
    const attributes = withAttribute(topic.attributes, topic.fifo, AttributeName, AttributeValue);
    if (AttributeName === 'Policy') checkPrincipals(ctx, 'sns:SetTopicAttributes', TopicArn, attributes.Policy);
    tx.put(Topics, { ...topic, attributes });
    return {};
  },

  ListTopics({ tx, place }, { NextToken }) {
    const after = afterToken('sns.topics', NextToken);
    const found = tx.scan(Topics, { ...(after && { after }), limit: pageSize + 1 });
    const page = cutPage(found, 'sns.topics', ({ name }) => [name]);
    return { Topics: page.items.map(({ name }) => ({ TopicArn: topicArn(name, place) })), NextToken: page.NextToken };
  },

  AddPermission(ctx, { TopicArn, Label, AWSAccountId, ActionName }) {
    const located = requireTopic(ctx, TopicArn);
    const permission = { label: Label, accounts: AWSAccountId, actions: ActionName };
    setPolicy(located, share(policyOf(located, TopicArn), TopicArn, ctx.partition, permission));
    return {};
  },

  RemovePermission(ctx, { TopicArn, Label }) {
    const located = requireTopic(ctx, TopicArn);
    setPolicy(located, unshare(policyOf(located, TopicArn), Label));
    return {};
  },

  TagResource(ctx, { ResourceArn, Tags: tags }) {
    const { tx } = requireTagged(ctx.tx, ResourceArn);
    const added = readTags(tags as readonly Tag[]);
    checkCount({ ...tx.tagsOf(ResourceArn), ...added });
    tx.tag(ResourceArn, added);
    return {};
  },

  UntagResource(ctx, { ResourceArn, TagKeys }) {
    requireTagged(ctx.tx, ResourceArn).tx.untag(ResourceArn, TagKeys);
    return {};
  },

  ListTagsForResource(ctx, { ResourceArn }) {
    return { Tags: toTagList(requireTagged(ctx.tx, ResourceArn).tx.tagsOf(ResourceArn)) };
  },

  /** There is none, since none can be put yet. */
  GetDataProtectionPolicy(ctx, { ResourceArn }) {
    requireTopic(ctx, ResourceArn, 'ResourceArn');
    return { DataProtectionPolicy: '' };
  },
});

/** A policy names only who is there. */
function checkPrincipals(ctx: TxContext, action: string, resource: string, policy: string | undefined): void {
  if (policy !== undefined) ctx.refuseMissing({ action, resource }, principalsOf(readPolicy(policy)), principalNotFound);
}

function isFifoWanted(value: string | undefined): boolean {
  if (value !== undefined && value !== 'true' && value !== 'false') throw invalidParameter('FifoTopic');
  return value === 'true';
}

/** Creating a topic again succeeds when nothing would differ: the attributes given, and the tags if there are any. */
function checkSame(tx: Tx, topic: Topic, arn: string, wanted: Readonly<Record<string, string>>, tags: Tags | undefined): void {
  const has = tx.tagsOf(arn);
  if (tags && Object.entries(tags).some(([key, value]) => has[key] !== value)) {
    throw invalidParameter('Tags Reason: Topic already exists with different tags');
  }
  const attributes = withAttributes(topic.attributes, topic.fifo, wanted);
  if (Object.keys(wanted).some((name) => attributes[name] !== topic.attributes[name])) {
    throw invalidParameter('Attributes Reason: Topic already exists with different attributes');
  }
}

function withAttributes(so: Topic['attributes'], fifo: boolean, added: Readonly<Record<string, string>>): Topic['attributes'] {
  return Object.entries(added)
    .filter(([name]) => name !== 'FifoTopic')
    .reduce((attributes, [name, value]) => withAttribute(attributes, fifo, name, value), so);
}

/** With its subscriptions. */
function deleteTopic(located: LocatedTopic): void {
  const { tx, topic } = located;
  for (const subscription of subscriptionsOf(located)) removeSubscription(tx, subscription);
  tx.deleteAll(Deduplications, { prefix: topic.id });
  for (const what of ['confirmed', 'pending', 'deleted'])
    tx.add(SubscriptionCounts, [topic.id, what], -tx.count(SubscriptionCounts, [topic.id, what]));
  tx.add(Published, topic.id, -tx.count(Published, topic.id));
  tx.delete(Topics, topic);
}

function policyOf({ tx, topic }: LocatedTopic, arn: string): string {
  return topic.attributes.Policy ?? defaultPolicy(arn, tx.place.account);
}

function setPolicy({ tx, topic }: LocatedTopic, policy: string): void {
  tx.put(Topics, { ...topic, attributes: { ...topic.attributes, Policy: policy } });
}

function requireTagged(tx: Tx, arn: string): LocatedTopic {
  return findTopic(tx, topicAddress(tx, arn, 'ResourceArn')) ?? fail(resourceNotFound());
}
