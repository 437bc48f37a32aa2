import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributesSize, checkMessageAttributes, checkSystemAttributes, md5OfAttributes, selectAttributes } from './message-attributes';

const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });
const bytes = (BinaryValue: Uint8Array, DataType = 'Binary') => ({ DataType, BinaryValue });
const sentence = (check: () => void): string => {
  try {
    check();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

describe('md5OfAttributes', () => {
  // Recorded answers of SQS.
  it.each([
    ['4c360f3fdafd970e05fae2f149d997f5', { Hello: text('There'), General: text('Kenobi'), 'Help.Me': text('Me') }],
    ['fca026605781cb4126a1e9044df24232', { Hello: text('There'), General: text('Kenobi') }],
    ['a311262e065454b75da111d535b8dacd', { Hello: text('There') }],
    ['83fee93c1bcd8b9a5a923ffacdc636c7', { Hello: text('There'), 'Help.Me': text('Me') }],
    ['ae7155c6026991b6d54b11589678bf9c', { Foo: text('Bar') }],
    [
      '8cbe4db156db8a94db8b801b7addb984',
      { attr1: bytes(Buffer.from('traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01')) },
    ],
  ])('is %s', (md5, attributes) => expect(md5OfAttributes(attributes)).toBe(md5));

  it('does not depend on the order of the attributes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (values) => {
        const entries = Object.entries(values).map(([name, value]) => [name, text(value)] as const);
        return md5OfAttributes(Object.fromEntries(entries)) === md5OfAttributes(Object.fromEntries(entries.reverse()));
      }),
    );
  });
});

describe('checkMessageAttributes', () => {
  const big = `1${'0'.repeat(126)}`;
  it.each([
    { a: text('x') },
    { 'a.b-c_D9': text('x', 'String.custom') },
    { a: text('1'), b: text('-0.5', 'Number'), c: text('1e10', 'Number.int'), d: text('0', 'Number'), e: text(big, 'Number') },
    { a: bytes(new Uint8Array([0])), b: bytes(new Uint8Array([1]), 'Binary.gif') },
    { a: text('1234567890123456789012345678901234567.8', 'Number') },
  ])('takes %j', (attributes) => expect(sentence(() => checkMessageAttributes(attributes))).toBe('no error'));

  const type = (name: string) =>
    `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`;
  const notNumber = "Can't cast the value of message (user) attribute 'a' to a number.";
  it.each([
    [
      { 'a b': text('x') },
      "The message attribute name 'a b' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.",
    ],
    [{ '.a': text('x') }, /^The message attribute name '\.a' is invalid/],
    [{ 'a.': text('x') }, /^The message attribute name 'a\.' is invalid/],
    [{ 'a..b': text('x') }, /^The message attribute name 'a\.\.b' is invalid/],
    [{ ['a'.repeat(257)]: text('x') }, /is invalid/],
    [{ 'AWS.x': text('x') }, /^You can't use message attribute names beginning with 'AWS\.' or 'Amazon\.'/],
    [{ 'amazon.x': text('x') }, /^You can't use/],
    [{ a: text('x', 'string') }, type('a')],
    [{ a: text('x', 'Integer') }, type('a')],
    [{ a: text('x', '') }, /must contain a non-empty message attribute type/],
    [{ ErrorDetails: text('') }, "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'."],
    [{ a: { DataType: 'String' } }, /non-empty value of type 'String'/],
    [{ a: bytes(new Uint8Array()) }, /non-empty value of type 'Binary'/],
    [{ a: text('x', 'Binary') }, /non-empty value of type 'Binary'/],
    [{ a: text('x', 'Number') }, notNumber],
    [{ a: text('1e127', 'Number') }, notNumber],
    [{ a: text('1e-129', 'Number') }, notNumber],
    [{ a: text('123456789012345678901234567890123456789', 'Number') }, notNumber],
    [{ a: text('Infinity', 'Number') }, notNumber],
    [{ a: text('0x10', 'Number') }, notNumber],
    [{ a: text('a\0') }, /^Invalid characters found/],
    [
      Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`a${i}`, text('x')])),
      'Number of message attributes [11] exceeds the allowed maximum [10].',
    ],
  ])('refuses %j', (attributes, expected) => {
    const answer = sentence(() => checkMessageAttributes(attributes));
    if (typeof expected === 'string') expect(answer).toBe(expected);
    else expect(answer).toMatch(expected);
  });
});

describe('checkSystemAttributes', () => {
  it.each([
    [{ AWSTraceHeader: text('Root=1') }, 'no error'],
    [{ Other: text('x') }, /must use only the following supported names: AWSTraceHeader/],
    [{ AWSTraceHeader: text('1', 'Number') }, /must use only the following supported types: String/],
  ])('%j', (attributes, expected) => expect(sentence(() => checkSystemAttributes(attributes))).toMatch(expected));
});

describe('attributesSize', () => {
  it('counts names, types and values in bytes', () => {
    expect(attributesSize(undefined)).toBe(0);
    expect(attributesSize({ ab: text('é'), c: bytes(new Uint8Array(10)) })).toBe(2 + 6 + 2 + 1 + 6 + 10);
  });
});

describe('selectAttributes', () => {
  const all = { Hello: text('There'), General: text('Kenobi'), 'Help.Me': text('Me') };
  it.each([
    [[], undefined],
    [['All'], ['Hello', 'General', 'Help.Me']],
    [['.*'], ['Hello', 'General', 'Help.Me']],
    [['Foo'], undefined],
    [['Hello', 'Foo'], ['Hello']],
    [['Hel.*'], ['Hello', 'Help.Me']],
    [['hello'], undefined],
    [[''], undefined],
  ])('%j gives %j', (wanted, names) => {
    const selected = selectAttributes(all, wanted);
    expect(selected && Object.keys(selected)).toEqual(names);
  });
});
