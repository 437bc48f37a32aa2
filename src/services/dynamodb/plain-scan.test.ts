/** Reading items from the text of a request gives what the general way gives, or nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../../../generated/api/dynamodb';
import { scanItem } from './plain-scan';
import { type Item, itemSize, normaliseItem } from './value';

const name = fc.oneof(fc.stringMatching(/^[ -~]{1,12}$/), fc.constantFrom('pk', 'Item', 'S', 'M', '__proto__', 'constructor', '0', '10'));
const text = fc.oneof({ arbitrary: fc.stringMatching(/^[ -~]{0,20}$/), weight: 8 }, fc.string({ unit: 'grapheme', maxLength: 4 }));
const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom('0', '-0', '1.0', '1e5', '00', '', 'x', '0.001', '100', '12345.67'),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { arbitrary: text.map((S) => ({ S })), weight: 6 },
    { arbitrary: number.map((N) => ({ N })), weight: 3 },
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constantFrom({ NULL: true }, { NULL: false }, {}, { S: 'a', N: '1' }, { B: 'YQ==' }, { NS: ['1'] }, { BS: ['YQ=='] }),
    fc.array(text, { maxLength: 4 }).map((SS) => ({ SS })),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }).map((M) => ({ M })),
  ),
}));
const item = fc.dictionary(name, value, { maxKeys: 5 });

/** What is found in text that is ASCII without a backslash. */
const scan = (json: string) => (/[^\x00-\x7f]|\\/.test(json) ? undefined : scanItem(Buffer.from(json), json, 0));

/** The general way, from text to what is kept; undefined where it refuses. */
function generally(json: string): { readonly values: Item; readonly bytes: number } | undefined {
  try {
    const values = normaliseItem(JSON.parse(json) as Record<string, AttributeValue>);
    return { values, bytes: itemSize(values) };
  } catch {
    return undefined;
  }
}

describe('plain items', () => {
  it('are most of what is sent', () => {
    expect(scan('{"pk":{"S":"a"},"n":{"N":"1.5"},"l":{"L":[{"BOOL":true},{"NULL":true}]},"m":{"M":{"s":{"SS":["a","b"]}}}}')).toBeDefined();
    expect(scan('{}')).toMatchObject({ bytes: 0, end: 2 });
  });

  it.each([
    ['white space', '{"a": {"S":"x"}}'],
    ['a name twice', '{"a":{"S":"x"},"a":{"S":"y"}}'],
    ['a name twice in a map', '{"m":{"M":{"a":{"S":"x"},"a":{"S":"y"}}}}'],
    ['an empty name', '{"":{"S":"x"}}'],
    ['two types', '{"a":{"S":"x","N":"1"}}'],
    ['no type', '{"a":{}}'],
    ['an unknown type', '{"a":{"X":"x"}}'],
    ['a number that is not normal', '{"a":{"N":"1.0"}}'],
    ['no number', '{"a":{"N":"one"}}'],
    ['an empty set', '{"a":{"SS":[]}}'],
    ['an empty member', '{"a":{"SS":[""]}}'],
    ['a member twice', '{"a":{"SS":["x","x"]}}'],
    ['bytes', '{"a":{"B":"YQ=="}}'],
    ['a false NULL', '{"a":{"NULL":false}}'],
    ['a comma too many', '{"a":{"S":"x"},}'],
    ['an end that is missing', '{"a":{"S":"x"}'],
  ])('are not: %s', (_what, json) => {
    expect(scan(json)).toBeUndefined();
  });

  it('are understood as the general way understands them', () => {
    fc.assert(
      fc.property(item, (given) => {
        const json = JSON.stringify(given);
        const plain = scan(json);
        if (plain === undefined) return;
        const general = generally(json);
        expect({ values: JSON.parse(json), bytes: plain.bytes }).toEqual(general);
        expect(plain.end).toBe(json.length);
        for (const each of Object.keys(given)) expect(plain.text.attribute(each)).toEqual(general?.values[each]);
        expect(plain.text.attribute('not there')).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it('are never read from text that the general way refuses', () => {
    const edits = fc.array(fc.tuple(fc.nat(200), fc.constantFrom('"', '{', '}', '[', ']', ',', ':', 'S', '1', '\n', '\x00', '')), {
      maxLength: 2,
    });
    fc.assert(
      fc.property(item, edits, (given, changes) => {
        let json = JSON.stringify(given);
        for (const [at, by] of changes) json = json.slice(0, at) + by + json.slice(at + 1);
        const plain = scan(json);
        if (plain === undefined || plain.end !== json.length) return;
        expect({ values: JSON.parse(json), bytes: plain.bytes }).toEqual(generally(json));
      }),
      { numRuns: 2000 },
    );
  });
});
