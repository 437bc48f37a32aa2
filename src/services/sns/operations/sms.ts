/** Operations on text messages: account settings, opted-out numbers, the sandbox. */
import type { SNS } from '../../../../generated/api/sns';
import { defineOperations, fail, type Tx } from '../../../kernel';
import { isPhoneNumber } from '../endpoints';
import { invalidParameter, unknownNumber, wrongPassword } from '../errors';
import { sendSms } from '../local-delivery';
import { afterToken, cutPage, pageSize } from '../paging';
import { type SandboxNumber, SandboxNumbers, SmsSettings } from '../state';

const settingNames = [
  'MonthlySpendLimit',
  'DeliveryStatusIAMRole',
  'DeliveryStatusSuccessSamplingRate',
  'DefaultSenderID',
  'DefaultSMSType',
  'UsageReportS3Bucket',
];
/** "The default spend limit is set to the maximum allowed": one dollar for new accounts (SetSMSAttributes). */
const defaults = { MonthlySpendLimit: '1' };

export const smsOperations = defineOperations<SNS>()({
  SetSMSAttributes({ tx }, { attributes }) {
    for (const [name, value] of Object.entries(attributes)) checkSetting(name, value);
    tx.put(SmsSettings, { attributes: { ...tx.get(SmsSettings, 'sms')?.attributes, ...attributes } });
    return {};
  },

  GetSMSAttributes({ tx }, { attributes: wanted = [] }) {
    const all = Object.entries({ ...defaults, ...tx.get(SmsSettings, 'sms')?.attributes });
    return { attributes: Object.fromEntries(wanted.length === 0 ? all : all.filter(([name]) => wanted.includes(name))) };
  },

  /** Nobody can reply STOP here, so no number has opted out. */
  CheckIfPhoneNumberIsOptedOut(_ctx, { phoneNumber }) {
    checkNumber(phoneNumber);
    return { isOptedOut: false };
  },

  ListPhoneNumbersOptedOut() {
    return { phoneNumbers: [] };
  },

  OptInPhoneNumber(_ctx, { phoneNumber }) {
    checkNumber(phoneNumber);
    return {};
  },

  /** Every number gets its messages, in the inbox: the account is as if it had left the sandbox. */
  GetSMSSandboxAccountStatus() {
    return { IsInSandbox: false };
  },

  CreateSMSSandboxPhoneNumber(ctx, { PhoneNumber: number }) {
    checkNumber(number);
    const password = ctx.id('', 6, '0123456789');
    ctx.tx.put(SandboxNumbers, { number, password, verified: false });
    sendSms(ctx.tx, number, `Your verification code is ${password}`, undefined);
    return {};
  },

  VerifySMSSandboxPhoneNumber({ tx }, { PhoneNumber, OneTimePassword }) {
    const number = requireNumber(tx, PhoneNumber);
    if (number.password !== OneTimePassword) throw wrongPassword();
    tx.put(SandboxNumbers, { ...number, verified: true });
    return {};
  },

  DeleteSMSSandboxPhoneNumber({ tx }, { PhoneNumber }) {
    tx.delete(SandboxNumbers, requireNumber(tx, PhoneNumber));
    return {};
  },

  ListSMSSandboxPhoneNumbers({ tx }, { NextToken, MaxResults: size = pageSize }) {
    const after = afterToken('sns.sandbox', NextToken);
    const page = cutPage(
      tx.scan(SandboxNumbers, { ...(after && { after }), limit: size + 1 }),
      'sns.sandbox',
      ({ number }) => [number],
      size,
    );
    const PhoneNumbers = page.items.map(
      ({ number, verified }) => ({ PhoneNumber: number, Status: verified ? 'Verified' : 'Pending' }) as const,
    );
    return { PhoneNumbers, NextToken: page.NextToken };
  },

  /** Numbers are bought with another service; there are none. */
  ListOriginationNumbers() {
    return { PhoneNumbers: [] };
  },
});

function checkSetting(name: string, value: string): void {
  if (!settingNames.includes(name)) throw invalidParameter(`${name} is not a valid attribute`);
  if (name === 'DefaultSMSType' && value !== 'Promotional' && value !== 'Transactional')
    throw invalidParameter('DefaultSMSType is invalid');
  if (name === 'DefaultSenderID' && !/^(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}$/.test(value))
    throw invalidParameter('DefaultSenderID is not a valid attribute');
}

function checkNumber(number: string): void {
  if (!isPhoneNumber(number)) throw invalidParameter(`PhoneNumber Reason: ${number} is not valid`);
}

function requireNumber(tx: Tx, number: string): SandboxNumber {
  return tx.get(SandboxNumbers, number) ?? fail(unknownNumber());
}
