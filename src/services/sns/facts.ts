/** What decisions about access need to know of topics. */
import { type AccessFacts, derived, type PolicyText, parseArn, type Tx } from '../../kernel';
import { findSubscription, findTopic } from './lookup';
import { parseSubscriptionArn } from './names';
import { type Topic, topicArn } from './state';
import { defaultPolicy } from './topic-attributes';

const policyOf = derived(
  ({ attributes }: Topic, arn: string, owner: string): PolicyText => ({ text: attributes.Policy ?? defaultPolicy(arn, owner) }),
);

export const facts: AccessFacts = {
  resource(tx, arn, _at, { detail }, principal) {
    const address = parseArn(arn);
    const located = address && findTopic(tx, { region: address.region, account: address.account, name: address.resource });
    if (!located) return undefined;
    const { tx: there, topic } = located;
    // "Only the owner of the subscription or the topic's owner can unsubscribe" (Unsubscribe): to its owner it is its own.
    const isStranger = principal.account !== there.place.account;
    if (isStranger && typeof detail === 'string' && isSubscriber(tx, detail, principal.account)) return { account: principal.account };
    return {
      policy: policyOf(topic, arn, there.place.account),
      tags: () => there.tagsOf(topicArn(topic.name, there.place)),
    };
  },
  deliveryAction: () => 'sns:Publish',
  spellAction: (action) => action.replace(/^sns:/, 'SNS:'),
};

function isSubscriber(tx: Tx, subscriptionArn: string, account: string): boolean {
  return findSubscription(tx, parseSubscriptionArn(subscriptionArn))?.owner === account;
}
