import { describe, expect, it } from 'vitest';
import { applyAttributes, defaultSettings, differingAttribute, formatAttribute } from './queue-attributes';

const apply = (texts: Record<string, string>, fifo = false) => applyAttributes(defaultSettings, texts, fifo);

describe('applyAttributes', () => {
  it.each([
    ['VisibilityTimeout', 0, 43_200],
    ['MaximumMessageSize', 1024, 1_048_576],
    ['MessageRetentionPeriod', 60, 1_209_600],
    ['DelaySeconds', 0, 900],
    ['ReceiveMessageWaitTimeSeconds', 0, 20],
    ['KmsDataKeyReusePeriodSeconds', 60, 86_400],
  ])('takes %s from %i to %i and nothing else', (name, minimum, maximum) => {
    for (const good of [minimum, maximum]) expect(() => apply({ [name]: String(good) })).not.toThrow();
    for (const bad of [String(minimum - 1), String(maximum + 1), '', 'x', '1.5', '1e2', ' 60', '99999999999']) {
      expect(() => apply({ [name]: bad })).toThrow(`Invalid value for the parameter ${name}.`);
    }
  });

  it.each(['ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'])('knows %s for FIFO queues only', (name) => {
    const value = { ContentBasedDeduplication: 'true', DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perQueue' }[
      name
    ] as string;
    expect(() => apply({ [name]: value })).toThrow(`Unknown Attribute ${name}.`);
    expect(formatAttribute(name, apply({ [name]: value }, true), true)).toBe(value);
    expect(() => apply({ [name]: 'nonsense' }, true)).toThrow(`Invalid value for the parameter ${name}.`);
  });

  it.each(['nonsense', '[]', '"text"', '{'])('refuses the policy %s', (Policy) => {
    expect(() => apply({ Policy })).toThrow('Invalid value for the parameter Policy.');
  });

  it('removes policies and keys with an empty text', () => {
    const settings = apply({
      Policy: '{"Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage"}}',
      KmsMasterKeyId: 'alias/x',
      RedriveAllowPolicy: '{"redrivePermission":"denyAll"}',
    });
    expect(settings.sqsManagedSseEnabled).toBe(false);
    const cleared = applyAttributes(settings, { Policy: '', KmsMasterKeyId: '', RedriveAllowPolicy: '' }, false);
    expect([cleared.policy, cleared.kmsMasterKeyId, cleared.redriveAllowPolicy]).toEqual([undefined, undefined, undefined]);
  });

  it('does not take the names of object members for attributes', () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(() => apply(JSON.parse(`{"${name}":"1"}`))).toThrow('Unknown Attribute');
  });
});

describe('differingAttribute', () => {
  it('compares what was given, by value', () => {
    const target = 'arn:aws:sqs:us-east-1:111111111111:dead';
    const policy = (count: string) => apply({ RedrivePolicy: `{"maxReceiveCount":${count},"deadLetterTargetArn":"${target}"}` });
    expect(differingAttribute(['RedrivePolicy'], policy('"5"'), policy('5'))).toBeUndefined();
    expect(differingAttribute(['DelaySeconds', 'RedrivePolicy'], policy('4'), policy('5'))).toBe('RedrivePolicy');
    expect(differingAttribute([], policy('4'), policy('5'))).toBeUndefined();
  });
});
