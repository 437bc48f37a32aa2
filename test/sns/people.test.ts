import {
  CheckIfPhoneNumberIsOptedOutCommand,
  CreatePlatformApplicationCommand,
  CreatePlatformEndpointCommand,
  CreateSMSSandboxPhoneNumberCommand,
  CreateTopicCommand,
  GetEndpointAttributesCommand,
  GetPlatformApplicationAttributesCommand,
  GetSMSAttributesCommand,
  ListEndpointsByPlatformApplicationCommand,
  ListSMSSandboxPhoneNumbersCommand,
  PublishCommand,
  SetEndpointAttributesCommand,
  SetSMSAttributesCommand,
  SubscribeCommand,
  VerifySMSSandboxPhoneNumberCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { account } from '../server';
import { clients, refusal } from './cloud';

interface Mail {
  readonly kind: string;
  readonly to: string;
  readonly from: string;
  readonly subject?: string;
  readonly body: string;
}

function open() {
  const { id, url, config } = account();
  return {
    id,
    sns: clients(config).sns,
    async inbox(): Promise<Mail[]> {
      const answer = await fetch(`${url}/_nuvola/inbox?account=${id}`);
      return ((await answer.json()) as { mails: Mail[] }).mails;
    },
  };
}

describe('e-mail', () => {
  it('asks to confirm, then brings messages, with a link to be left alone', async () => {
    const cloud = open();
    const { TopicArn } = await cloud.sns.send(new CreateTopicCommand({ Name: 'topic', Attributes: { DisplayName: 'News' } }));
    const pending = await cloud.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'a@example.com' }));
    expect(pending.SubscriptionArn).toBe('pending confirmation');
    const [asked] = await cloud.inbox();
    expect(asked).toMatchObject({
      ...{ kind: 'email', to: 'a@example.com', from: 'News <no-reply@sns.amazonaws.com>' },
      subject: 'AWS Notification - Subscription Confirmation',
    });
    await fetch(/http\S+Action=ConfirmSubscription\S+/.exec(asked?.body as string)?.[0] as string);
    await cloud.sns.send(new PublishCommand({ TopicArn, Subject: 'Today', Message: 'It rains.' }));
    const got = (await cloud.inbox())[1];
    expect(got).toMatchObject({ subject: 'Today', body: expect.stringMatching(/^It rains\.\n[\s\S]*Action=Unsubscribe/) });
  });

  it('may come as JSON, signed', async () => {
    const cloud = open();
    const { TopicArn } = await cloud.sns.send(new CreateTopicCommand({ Name: 'topic' }));
    await cloud.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email-json', Endpoint: 'a@example.com' }));
    const asked = JSON.parse((await cloud.inbox())[0]?.body as string) as Record<string, string>;
    await fetch(asked.SubscribeURL as string);
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: 'It rains.' }));
    const got = (await cloud.inbox())[1];
    expect(got?.subject).toBe('AWS Notification Message');
    expect(JSON.parse(got?.body as string)).toMatchObject({ Message: 'It rains.', Signature: expect.stringMatching(/^[\w+/]{300,}=*$/) });
  });
});

describe('text messages', () => {
  it('go to numbers and subscribers, from whom they are said to be', async () => {
    const cloud = open();
    const { TopicArn } = await cloud.sns.send(new CreateTopicCommand({ Name: 'topic', Attributes: { DisplayName: 'News' } }));
    await cloud.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sms', Endpoint: '+15555550100' }));
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: 'It rains.' }));
    await cloud.sns.send(new SetSMSAttributesCommand({ attributes: { DefaultSenderID: 'Weather' } }));
    await cloud.sns.send(new PublishCommand({ PhoneNumber: '+15555550101', Message: 'It snows.' }));
    const MessageAttributes = { 'AWS.SNS.SMS.SenderID': { DataType: 'String', StringValue: 'Sun' } };
    await cloud.sns.send(new PublishCommand({ PhoneNumber: '+15555550101', Message: 'It shines.', MessageAttributes }));
    expect((await cloud.inbox()).map(({ to, from, body }) => `${to} ${from} ${body}`)).toEqual([
      '+15555550100 NOTICE News> It rains.',
      '+15555550101 Weather It snows.',
      '+15555550101 Sun It shines.',
    ]);
    expect((await cloud.sns.send(new GetSMSAttributesCommand({}))).attributes).toEqual({
      MonthlySpendLimit: '1',
      DefaultSenderID: 'Weather',
    });
    const optedOut = await cloud.sns.send(new CheckIfPhoneNumberIsOptedOutCommand({ phoneNumber: '+15555550100' }));
    expect(optedOut.isOptedOut).toBe(false);
  });

  it('bring the password that verifies a sandbox number', async () => {
    const cloud = open();
    const PhoneNumber = '+15555550100';
    await cloud.sns.send(new CreateSMSSandboxPhoneNumberCommand({ PhoneNumber }));
    const password = /\d{6}/.exec((await cloud.inbox())[0]?.body as string)?.[0] as string;
    const wrong = cloud.sns.send(
      new VerifySMSSandboxPhoneNumberCommand({ PhoneNumber, OneTimePassword: password === '000000' ? '000001' : '000000' }),
    );
    expect(await refusal(wrong)).toMatch(/^Verification/);
    const status = async () => (await cloud.sns.send(new ListSMSSandboxPhoneNumbersCommand({}))).PhoneNumbers;
    expect(await status()).toEqual([{ PhoneNumber, Status: 'Pending' }]);
    await cloud.sns.send(new VerifySMSSandboxPhoneNumberCommand({ PhoneNumber, OneTimePassword: password }));
    expect(await status()).toEqual([{ PhoneNumber, Status: 'Verified' }]);
  });
});

describe('push notifications', () => {
  it('go to registered devices, in the words of their platform, while they are enabled', async () => {
    const cloud = open();
    const { PlatformApplicationArn } = await cloud.sns.send(
      new CreatePlatformApplicationCommand({ Name: 'app', Platform: 'GCM', Attributes: { PlatformCredential: 'secret' } }),
    );
    expect(PlatformApplicationArn).toBe(`arn:aws:sns:us-east-1:${cloud.id}:app/GCM/app`);
    const shown = await cloud.sns.send(new GetPlatformApplicationAttributesCommand({ PlatformApplicationArn }));
    expect(shown.Attributes).toEqual({ Enabled: 'true' });
    const create = (CustomUserData: string) =>
      cloud.sns.send(new CreatePlatformEndpointCommand({ PlatformApplicationArn, Token: 'device', CustomUserData }));
    const { EndpointArn } = await create('a');
    expect((await create('a')).EndpointArn).toBe(EndpointArn);
    expect(await refusal(create('b'))).toMatch(/already exists with the same Token, but different attributes\.$/);
    const Message = JSON.stringify({ default: 'for all', GCM: '{"data":1}' });
    await cloud.sns.send(new PublishCommand({ TargetArn: EndpointArn, Message, MessageStructure: 'json' }));
    const { TopicArn } = await cloud.sns.send(new CreateTopicCommand({ Name: 'topic' }));
    await cloud.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'application', Endpoint: EndpointArn }));
    await cloud.sns.send(new PublishCommand({ TopicArn, Message: 'plain' }));
    expect((await cloud.inbox()).map(({ kind, to, body }) => [kind, to, body])).toEqual([
      ['push', EndpointArn, '{"data":1}'],
      ['push', EndpointArn, 'plain'],
    ]);
    await cloud.sns.send(new SetEndpointAttributesCommand({ EndpointArn, Attributes: { Enabled: 'false' } }));
    const disabled = cloud.sns.send(new PublishCommand({ TargetArn: EndpointArn, Message: 'm' }));
    expect(await refusal(disabled)).toBe('EndpointDisabled: Endpoint is disabled');
    const { Attributes } = await cloud.sns.send(new GetEndpointAttributesCommand({ EndpointArn }));
    expect(Attributes).toEqual({ Enabled: 'false', Token: 'device', CustomUserData: 'a' });
    const { Endpoints } = await cloud.sns.send(new ListEndpointsByPlatformApplicationCommand({ PlatformApplicationArn }));
    expect(Endpoints).toEqual([{ EndpointArn, Attributes }]);
  });
});
