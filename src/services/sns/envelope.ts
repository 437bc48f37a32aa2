/** What subscribers get: SNS's JSON around a message, and what of it is signed (Developer Guide, "Verifying the signatures"). */
import type { SigningKey } from '../../kernel';
import type { MessageAttributes } from './message-attributes';

/** A message on its way to one protocol's subscribers. */
export interface Published {
  readonly messageId: string;
  readonly sequenceNumber: string | undefined;
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
  readonly attributes: MessageAttributes | undefined;
  readonly timestamp: string;
  /** FIFO topics do not sign. */
  readonly signatureVersion: string | undefined;
}

/** The first member that waits for its value, and the value it has until then: no text inside the JSON can look like it. */
const unsigned = '"Signature" : ""';
const unplaced = '"SigningCertURL" : ""';
const unsignedUrl = '"SigningCertUrl" : ""';

/**
 * The JSON of a notification, still to be signed where it has a signature version. Written out, as it is made for every
 * delivery; what can hold no character that JSON escapes (ids, ARNs, times) goes in as it is.
 */
export function notification(published: Published, unsubscribeUrl: string): string {
  const { messageId, sequenceNumber, topicArn, subject, message, timestamp, signatureVersion } = published;
  let text = `{\n  "Type" : "Notification",\n  "MessageId" : "${messageId}"`;
  if (sequenceNumber !== undefined) text += `,\n  "SequenceNumber" : "${sequenceNumber}"`;
  text += `,\n  "TopicArn" : "${topicArn}"`;
  if (subject !== undefined) text += `,\n  "Subject" : ${JSON.stringify(subject)}`;
  text += `,\n  "Message" : ${JSON.stringify(message)},\n  "Timestamp" : "${timestamp}"`;
  if (signatureVersion !== undefined) text += `,\n  "SignatureVersion" : "${signatureVersion}",\n  ${unsigned},\n  ${unplaced}`;
  text += `,\n  "UnsubscribeURL" : ${JSON.stringify(unsubscribeUrl)}`;
  const attributes = toAttributes(published.attributes);
  return attributes === undefined ? `${text}\n}` : `${text},\n  "MessageAttributes" : ${attributesText(attributes)}\n}`;
}

export interface Confirmation {
  readonly type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly messageId: string;
  readonly token: string;
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly subscribeUrl: string;
  readonly timestamp: string;
  readonly signatureVersion: string;
}

/** The JSON that asks to confirm a subscription, or tells that it ended and how to take that back. */
export function confirmation(c: Confirmation): string {
  const message =
    c.type === 'SubscriptionConfirmation'
      ? `You have chosen to subscribe to the topic ${c.topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`
      : `You have chosen to deactivate subscription ${c.subscriptionArn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`;
  return envelope([
    ['Type', c.type],
    ['MessageId', c.messageId],
    ['Token', c.token],
    ['TopicArn', c.topicArn],
    ['Message', message],
    ['SubscribeURL', c.subscribeUrl],
    ['Timestamp', c.timestamp],
    ['SignatureVersion', c.signatureVersion],
    ['Signature', ''],
    ['SigningCertURL', ''],
  ]);
}

/** The event that a Lambda function gets. */
export function lambdaEvent(published: Published, subscriptionArn: string, unsubscribeUrl: string): string {
  const { signatureVersion = '1' } = published;
  const sns = {
    Type: 'Notification',
    MessageId: published.messageId,
    TopicArn: published.topicArn,
    Subject: published.subject ?? null,
    Message: published.message,
    Timestamp: published.timestamp,
    SignatureVersion: signatureVersion,
    UnsubscribeUrl: unsubscribeUrl,
    MessageAttributes: published.attributes ? toAttributes(published.attributes) : {},
  };
  const record = { EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: subscriptionArn, Sns: sns };
  const text = JSON.stringify({ Records: [record] });
  const at = text.indexOf('"SignatureVersion":');
  return `${text.slice(0, at)}${unsigned},${unsignedUrl},${text.slice(at)}`;
}

/** Signs what one of the above made. Signing it again gives the same. */
export function sign(text: string, key: SigningKey): string {
  const parsed = JSON.parse(text) as Fields & { readonly Records?: readonly { readonly Sns: Fields }[] };
  const fields = parsed.Records?.[0]?.Sns ?? parsed;
  if (fields.SignatureVersion === undefined) return text;
  const link = fields.UnsubscribeURL ?? fields.UnsubscribeUrl ?? fields.SubscribeURL ?? '';
  const certificate = `${link.slice(0, link.indexOf('/?Action='))}${certificatePath(key.id)}`;
  const signature = key.sign(fields.SignatureVersion === '2' ? 'sha256' : 'sha1', stringToSign(fields));
  return text
    .replace(unsigned, () => `"Signature" : "${signature}"`)
    .replace(unplaced, () => `"SigningCertURL" : ${JSON.stringify(certificate)}`)
    .replace(unsignedUrl, () => `"SigningCertUrl" : ${JSON.stringify(certificate)}`);
}

type Fields = Readonly<Record<string, string | undefined>>;

/** Where the gateway serves the certificate of a key. */
function certificatePath(id: string): string {
  return `/SimpleNotificationService-${id}.pem`;
}

/** Names and values in this order, each followed by a line feed; what a message does not have is left out. */
function stringToSign(fields: Fields): string {
  const names =
    fields.Type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  return names
    .filter((name) => fields[name] !== undefined && fields[name] !== null)
    .map((name) => `${name}\n${fields[name]}\n`)
    .join('');
}

type Attributes = Readonly<Record<string, { readonly Type: string; readonly Value: string | undefined }>>;

function toAttributes(attributes: MessageAttributes | undefined): Attributes | undefined {
  if (attributes === undefined) return undefined;
  const shown = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]): [string, Attributes[string]] => [
    name,
    { Type: DataType, Value: BinaryValue === undefined ? StringValue : Buffer.from(BinaryValue).toString('base64') },
  ]);
  return shown.length === 0 ? undefined : Object.fromEntries(shown);
}

/** AWS's layout: a member a line, a space on either side of the colon. */
function envelope(members: readonly (readonly [name: string, value: string])[]): string {
  const lines = members.map(([name, value]) => `  "${name}" : ${JSON.stringify(value)}`);
  return `{\n${lines.join(',\n')}\n}`;
}

/** Each in one piece. */
function attributesText(attributes: Attributes): string {
  const lines = Object.entries(attributes).map(([name, value]) => `    ${JSON.stringify(name)} : ${JSON.stringify(value)}`);
  return `{\n${lines.join(',\n')}\n  }`;
}
