/** What would leave the cloud for people: e-mail, text messages and push notifications, into the local inbox. */
import { lateText, postMail, type Tx } from '../../kernel';
import { notification, type Published } from './envelope';
import type { LocatedTopic } from './lookup';
import type { MessageAttributes } from './message-attributes';
import type { TextFor } from './outgoing';
import { PlatformEndpoints, SmsSettings, type Subscription } from './state';

const sender = 'no-reply@sns.amazonaws.com';

/** To an e-mail or SMS subscriber. */
export function deliverMail(to: LocatedTopic, subscription: Subscription, published: Published, unsubscribeUrl: string): void {
  const { tx, topic } = to;
  if (subscription.protocol === 'sms') {
    sendSms(tx, subscription.endpoint, withName(topic.attributes.DisplayName, published.message), published.attributes);
    return;
  }
  const footer = `\n\n--\nIf you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:\n${unsubscribeUrl}\n`;
  postMail(tx, 'sns', {
    kind: 'email',
    to: subscription.endpoint,
    from: fromLine(topic.attributes.DisplayName),
    subject: published.subject ?? 'AWS Notification Message',
    body: subscription.protocol === 'email' ? `${published.message}${footer}` : lateText('sns', notification(published, unsubscribeUrl)),
  });
}

/** To somebody who has not confirmed yet. `text` is the confirmation message as JSON. */
export function mailConfirmation(to: LocatedTopic, subscription: Subscription, subscribeUrl: string, text: string): void {
  const { tx, topic } = to;
  const words = `You have chosen to subscribe to the topic:\n${subscription.topicArn}\n\nTo confirm this subscription, click or visit the link below (If this was in error no action is necessary):\n${subscribeUrl}\n`;
  postMail(tx, 'sns', {
    kind: 'email',
    to: subscription.endpoint,
    from: fromLine(topic.attributes.DisplayName),
    subject: 'AWS Notification - Subscription Confirmation',
    body: subscription.protocol === 'email-json' ? lateText('sns', text) : words,
  });
}

/** A text message; who it is from is the message's own choice, else the account's. */
export function sendSms(tx: Tx, number: string, body: string, attributes: MessageAttributes | undefined): void {
  const from =
    attributes?.['AWS.SNS.SMS.SenderID']?.StringValue ??
    attributes?.['AWS.MM.SMS.OriginationNumber']?.StringValue ??
    tx.get(SmsSettings, 'sms')?.attributes.DefaultSenderID ??
    'NOTICE';
  postMail(tx, 'sns', { kind: 'sms', to: number, from, subject: undefined, body });
}

/** A push notification: what its platform would get. Endpoints that are gone or disabled get nothing. */
export function deliverPush(tx: Tx, endpointArn: string, textFor: TextFor, from: string): void {
  const [, , , region, account] = endpointArn.split(':') as [string, string, string, string, string];
  const endpoint = tx.in({ region, account }).get(PlatformEndpoints, endpointArn);
  if (endpoint?.attributes.Enabled !== 'true') return;
  const platform = endpointArn.split('/')[1] ?? '';
  postMail(tx, 'sns', { kind: 'push', to: endpointArn, from, subject: undefined, body: textFor(platform) });
}

/** Text messages begin with the topic's name (CreateTopic, DisplayName). */
function withName(name: string | undefined, message: string): string {
  return name === undefined ? message : `${name}> ${message}`;
}

function fromLine(name = 'AWS Notifications'): string {
  return `${name} <${sender}>`;
}
