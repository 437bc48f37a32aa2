/** What is done to the text of an item gives what is done to its values: conditions, updates, projections, sizes, errors. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../../../generated/api/dynamodb';
import { AwsError } from '../../kernel';
import { attributesIn } from './attributes';
import { bindCondition } from './expression/bind-condition';
import { bindUpdate } from './expression/bind-update';
import type { Path } from './expression/bound';
import { isTrue } from './expression/evaluate';
import { Placeholders } from './expression/placeholders';
import { projector } from './expression/project';
import { changesOf } from './expression/update';
import { readItemText } from './item-text';
import { ChangedItem } from './new-item';
import { equalItems, type Item, itemSize, normaliseItem, withAttribute } from './value';

const name = fc.oneof(
  { arbitrary: fc.constantFrom('a', 'b', 'c', 'list', 'map'), weight: 6 },
  fc.constantFrom(
    '__proto__',
    'constructor',
    'S',
    'M',
    '0',
    '10',
    'quo"te',
    'back\\slash',
    '"',
    '\\',
    '\n',
    '{',
    '},"a":',
    'é',
    '\u{1f600}',
  ),
  fc.string({ minLength: 1, maxLength: 4 }),
);
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.stringMatching(/^["\\{}[\],:a]{0,8}$/),
  fc.string({ minLength: 20, maxLength: 40 }),
);
const number = fc.oneof(fc.integer().map(String), fc.constantFrom('0', '1', '-0.5', '12345.67', '9'.repeat(38), `1e125`, '1e-130'));
const bytes = fc.uint8Array({ minLength: 1, maxLength: 5 });
const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { arbitrary: text.map((S) => ({ S })), weight: 3 },
    { arbitrary: number.map((N) => ({ N })), weight: 4 },
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true }),
    bytes.map((B) => ({ B })),
    fc.uniqueArray(text, { minLength: 1, maxLength: 3 }).map((SS) => ({ SS })),
    fc.uniqueArray(number, { minLength: 1, maxLength: 3, selector: Number }).map((NS) => ({ NS })),
    fc.uniqueArray(bytes, { minLength: 1, maxLength: 2, selector: String }).map((BS) => ({ BS })),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }).map((M) => ({ M })),
  ),
}));

const numeric = number.map((N) => ({ N }));
const list = fc.array(value, { maxLength: 4 }).map((L) => ({ L }));
const map = fc.dictionary(fc.constantFrom('a', 'b', 'list'), value, { maxKeys: 3 }).map((M) => ({ M }));
const words = fc.uniqueArray(fc.constantFrom('x', 'y', 'z', '"'), { minLength: 1, maxLength: 3 }).map((SS) => ({ SS }));

/** What is kept: items that normalising refuses (an empty member of a set) are nobody's. */
const item: fc.Arbitrary<Item> = fc
  .tuple(fc.dictionary(name, value, { maxKeys: 4 }), fc.record({ a: numeric, b: words, list, map }, { requiredKeys: [] }))
  .map(([any, known]) => attempt(() => normaliseItem({ ...any, ...known })))
  .filter((kept): kept is Item => !(kept instanceof AwsError));

/** What a function returns, or the AwsError that it throws. */
function attempt<T>(run: () => T): T | AwsError {
  try {
    return run();
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

// ---- expressions, over the names #0… and the values :0… ----

const names = ['a', 'b', 'list', 'map', 'c', '__proto__', 'quo"te', 'é', '0'];
const within = fc.array(
  fc.oneof(
    fc.nat(3).map((i) => `[${i}]`),
    fc.nat(4).map((i) => `.#${i}`),
  ),
  { maxLength: 2 },
);
const path = fc.oneof(
  fc.tuple(fc.nat(names.length - 1), within).map(([head, rest]) => `#${head}${rest.join('')}`),
  fc.constantFrom('#0', '#1', '#2', '#3', '#2[0]', '#2[1]', '#2[9]', '#3.#0', '#3.#1', '#3.#2[0]'),
);
const placeholder = fc.nat(4).map((i) => `:${i}`);
const operand = fc.oneof(path, placeholder);
/** Most fit what known attributes hold: a is a number, b a set, list and map are what they are called. */
const source = fc.oneof(
  operand,
  placeholder,
  fc.constantFrom('#0 + :0', '#0 - :3', 'if_not_exists(#0, :0) + :3', 'list_append(#2, :1)', 'list_append(if_not_exists(#3.#2, :1), #2)'),
  fc.tuple(operand, fc.constantFrom('+', '-'), operand).map((parts) => parts.join(' ')),
  fc.tuple(path, operand).map(([at, other]) => `if_not_exists(${at}, ${other})`),
  fc.tuple(operand, operand).map((both) => `list_append(${both.join(', ')})`),
);
const section = (word: string, action: fc.Arbitrary<string>, most: number) =>
  fc.array(action, { maxLength: most }).map((actions) => (actions.length > 0 ? `${word} ${actions.join(', ')}` : ''));
const pair = fc.tuple(path, placeholder).map((parts) => parts.join(' '));
const update = fc
  .tuple(
    section(
      'SET',
      fc.tuple(path, source).map((parts) => parts.join(' = ')),
      2,
    ),
    section('REMOVE', path, 2),
    section('ADD', fc.oneof(fc.constantFrom('#0 :0', '#1 :2'), pair), 1),
    section('DELETE', fc.oneof(fc.constant('#1 :2'), pair), 1),
  )
  .map((sections) => sections.filter((each) => each !== '').join(' '));
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2 },
    fc.tuple(operand, fc.constantFrom('=', '<>', '<', '<=', '>', '>='), operand).map((parts) => parts.join(' ')),
    fc.tuple(fc.constantFrom('attribute_exists', 'attribute_not_exists'), path).map(([call, at]) => `${call}(${at})`),
    fc.tuple(fc.constantFrom('begins_with', 'contains'), path, operand).map(([call, at, other]) => `${call}(${at}, ${other})`),
    fc.tuple(path, operand).map(([at, other]) => `size(${at}) > ${other}`),
    fc.tuple(path, operand, operand).map(([at, low, high]) => `${at} BETWEEN ${low} AND ${high}`),
    fc.tuple(path, fc.array(operand, { minLength: 1, maxLength: 3 })).map(([at, list]) => `${at} IN (${list.join(', ')})`),
    fc.tuple(tie('condition'), fc.constantFrom('AND', 'OR'), tie('condition')).map((parts) => parts.join(' ')),
    tie('condition').map((inner) => `NOT ${inner}`),
  ),
}));
const values = fc.tuple(numeric, list, words, numeric, value);

/** Undefined where they cannot stand for anything. */
function placeholders(given: readonly AttributeValue[]): Placeholders {
  const named = Object.fromEntries(names.map((each, i) => [`#${i}`, each]));
  return new Placeholders(named, Object.fromEntries(given.map((each, i) => [`:${i}`, each])));
}

const runs = { numRuns: 2000 };

describe('the text of an item', () => {
  it('has the attributes of the item', () => {
    fc.assert(
      fc.property(item, name, (given, other) => {
        const read = readItemText(JSON.stringify(given));
        for (const each of [...Object.keys(given), other]) expect(read.attribute(each)).toEqual(attributesIn(given).attribute(each));
      }),
      runs,
    );
  });

  it('fulfils the conditions that the item fulfils', () => {
    let bound = 0;
    fc.assert(
      fc.property(item, condition, values, (given, expression, literals) => {
        const tree = attempt(() => bindCondition(expression, 'ConditionExpression', placeholders(literals)));
        if (tree instanceof AwsError) return;
        bound++;
        expect(isTrue(tree, readItemText(JSON.stringify(given)))).toBe(isTrue(tree, attributesIn(given)));
      }),
      runs,
    );
    expect(bound).toBeGreaterThan(200);
  });

  it('is changed as the item is changed, or refused with the same error', () => {
    let changed = 0;
    fc.assert(
      fc.property(item, update, values, (given, expression, literals) => {
        const actions = attempt(() => bindUpdate(expression, placeholders(literals)));
        if (actions instanceof AwsError) return;
        const before = readItemText(JSON.stringify(given));
        const changes = attempt(() => changesOf(before, actions));
        const general = attempt(() => changesOf(attributesIn(given), actions));
        expect(changes).toEqual(general);
        if (changes instanceof AwsError) return;
        changed++;
        let wanted = given;
        for (const [each, to] of changes) if (to !== undefined || Object.hasOwn(given, each)) wanted = withAttribute(wanted, each, to);
        const item = new ChangedItem(before, itemSize(given), changes);
        expect(equalItems(JSON.parse(item.json) as Item, wanted)).toBe(true);
        expect(item.json).toHaveLength(JSON.stringify(wanted).length);
        expect(item.bytes).toBe(itemSize(wanted));
        const paths = [...actions.map((action) => action.path), ['a', 'b'], ['list', 0], ['c']] as Path[];
        expect(projector(paths)(item)).toEqual(projector(paths)(attributesIn(wanted)));
        expect(projector(paths)(readItemText(item.json))).toEqual(projector(paths)(attributesIn(wanted)));
      }),
      runs,
    );
    expect(changed).toBeGreaterThan(200);
  });

  it('keeps places: what is changed stays where it was, what is new comes last', () => {
    const before = readItemText('{"a":{"S":"1"},"b":{"M":{"a":{"S":"\\"a\\":"}}},"c":{"L":[]},"d":{"SS":["x"]}}');
    const by = (changes: Record<string, string | undefined>) =>
      before.with(new Map(Object.entries(changes).map(([each, S]) => [each, S === undefined ? undefined : { S }])));
    expect(by({ c: '2', a: '3', e: '4' })).toBe(
      '{"a":{"S":"3"},"b":{"M":{"a":{"S":"\\"a\\":"}}},"c":{"S":"2"},"d":{"SS":["x"]},"e":{"S":"4"}}',
    );
    expect(by({ a: undefined, b: undefined, x: undefined })).toBe('{"c":{"L":[]},"d":{"SS":["x"]}}');
    expect(by({ a: undefined, b: undefined, c: undefined, d: undefined })).toBe('{}');
    expect(by({ a: undefined, b: undefined, c: undefined, d: undefined, e: '"' })).toBe('{"e":{"S":"\\""}}');
    expect(readItemText('{}').with(new Map([['a', { N: '1' }]]))).toBe('{"a":{"N":"1"}}');
  });
});
