import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributesMatch, bodyMatches } from './filter-matching';
import { compileFilterPolicy, type FilterPolicy, type FilterScope } from './filter-policy';
import type { MessageAttributes } from './message-attributes';

const compile = (policy: unknown, scope: FilterScope = 'MessageBody') =>
  compileFilterPolicy(typeof policy === 'string' ? policy : JSON.stringify(policy), scope) as FilterPolicy;

const refusal = (policy: unknown, scope: FilterScope = 'MessageAttributes'): string => {
  try {
    compile(policy, scope);
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
};

const source = ' at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: ';

describe('a filter policy that AWS refuses', () => {
  // Sentences and columns as AWS was recorded to answer them.
  it.each<[unknown, string, number]>([
    [{ key: [['value']] }, 'Match value must be String, number, true, false, or null', 10],
    [{ key: [{ 'wrong-operator': true }] }, 'Unrecognized match type wrong-operator', 31],
    [{ key: [{ suffix: 'value', prefix: 'value2' }] }, 'Only one key allowed in match expression', 37],
    [{ key: [{ suffix: 100 }] }, 'suffix match pattern must be a string', 22],
    [{ key: [{ suffix: null }] }, 'suffix match pattern must be a string', 23],
    [{ key: { suffix: 'value' } }, '"suffix" must be an object or an array', 19],
    [{ key: [{ suffix: [] }] }, 'suffix match pattern must be a string', 20],
    [{ key: [{ suffix: ['test', 'test2'] }] }, 'suffix match pattern must be a string', 20],
    [{ key: { 'not-an-operator': 'value' } }, '"not-an-operator" must be an object or an array', 28],
    [{ key_a: 'value_one' }, '"key_a" must be an object or an array', 11],
    [{ key: [{ numeric: [] }] }, 'Invalid member in numeric match: ]', 22],
    [{ key: [{ numeric: ['operator'] }] }, 'Unrecognized numeric range operator: operator', 32],
    [{ key: [{ numeric: [1, '<='] }] }, 'Invalid member in numeric match: 1', 22],
    [{ key: [{ numeric: ['=', '000'] }] }, 'Value of equals must be numeric', 26],
    [{ key: [{ numeric: ['>='] }] }, 'Value of >= must be numeric', 26],
    [{ key: [{ numeric: ['<', 100, '>', 10] }] }, 'Too many elements in numeric expression', 30],
    [{ key: [{ numeric: ['>=', 1, '>', 2] }] }, 'Bad numeric range operator: >', 31],
    [{ key: [{ numeric: ['>', 3, '<', 1] }] }, 'Bottom must be less than top', 33],
    [{ key: [{ numeric: ['>', 20, '<='] }] }, 'Value of <= must be numeric', 33],
    [{ key: [{ numeric: ['>', 20, 30] }] }, 'Bad value in numeric range: 30', 30],
    [{ key: [{ numeric: ['>', 20, 'test'] }] }, 'Bad numeric range operator: test', 34],
    [{ key: [{ numeric: ['>', '20', '<', '30'] }] }, 'Value of > must be numeric', 26],
    [{ key: [{ numeric: ['>', 20, '<', '30'] }] }, 'Value of < must be numeric', 33],
    [{ key: [{ numeric: ['>', 20, '<', 30, '<', 50] }] }, 'Too many terms in numeric range expression', 36],
    [{ key: [{ exists: null }] }, 'exists match pattern must be either true or false.', 23],
    [{ key: [{ exists: 'no' }] }, 'exists match pattern must be either true or false.', 20],
    [{ key: [{ 'anything-but': { 'wrong-operator': null } }] }, 'Unsupported anything-but pattern: wrong-operator', 47],
    [{ key: [{ 'anything-but': { exists: false } }] }, 'Unsupported anything-but pattern: exists', 40],
    [{ key: [{ 'anything-but': { prefix: false } }] }, 'prefix match pattern must be a string', 40],
  ])('%j', (policy, sentence, column) => {
    expect(refusal(policy)).toBe(`${sentence}\n${source}${column}]`);
  });

  it.each<[unknown, FilterScope, string]>([
    [{ key: Array.from({ length: 151 }, (_, i) => `${i}`) }, 'MessageAttributes', 'Filter policy is too complex'],
    [{ a: Array.from({ length: 100 }, (_, i) => i), b: ['x', 'y'] }, 'MessageAttributes', 'Filter policy is too complex'],
    [{ a: [1], b: [1], c: [1], d: [1], e: [1], f: [1] }, 'MessageBody', 'Filter policy can not have more than 5 keys'],
    [{ a: { b: { c: [1, 2, 3, 4] } }, d: { e: [1, 2, 3] }, f: [1, 2, 3] }, 'MessageBody', 'Filter policy is too complex'],
    [
      { object: { key: [{ prefix: 'auto-' }] } },
      'MessageAttributes',
      'Filter policy scope MessageAttributes does not support nested filter policy',
    ],
    [
      '{invalidjson}',
      'MessageBody',
      `failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name\n${source}2]`,
    ],
    ['[]', 'MessageBody', `Filter is not an object\n${source}2]`],
    [{ a: {} }, 'MessageBody', `Empty objects are not allowed\n${source}8]`],
    [{ a: [] }, 'MessageBody', `Empty arrays are not allowed\n${source}8]`],
    [{ a: [{ cidr: '10.0.0.0/33' }] }, 'MessageBody', `IPv4 mask bits must be < 32\n${source}16]`],
    [{ a: [1e10] }, 'MessageBody', `Value must be between -1.0E9 and 1.0E9, inclusive\n${source}18]`],
  ])('%j, %s', (policy, scope, sentence) => {
    expect(refusal(policy, scope)).toBe(sentence);
  });

  it('counts alternatives of $or by addition', () => {
    const n = (count: number) => Array.from({ length: count }, (_, i) => i);
    const flat = (sources: number, spaces: number) => ({
      source: n(sources),
      $or: [{ metricName: n(6) }, { metricType: n(4), $or: [{ metricId: n(4) }, { spaceId: n(spaces) }] }],
    });
    expect(refusal(flat(3, 7))).toBe('accepted'); // 18 + 48 + 84 = 150
    expect(refusal(flat(4, 4))).toBe('Filter policy is too complex'); // 24 + 64 + 64 = 152
    const nested = (types: number) => ({
      $or: [{ metricName: n(3) }, { namespace: n(2) }],
      detail: { scope: n(2), $or: [{ source: n(1) }, { type: n(types) }] },
    });
    expect(refusal(nested(3), 'MessageBody')).toBe('Filter policy is too complex'); // 160
    expect(refusal(nested(2), 'MessageBody')).toBe('accepted'); // 120
  });

  it('is refused however deep it is', () => {
    expect(refusal(`{"a":${'['.repeat(100_000)}`)).toMatch(/^failed to parse JSON\. Document nesting depth/);
  });

  it('filters nothing when it is empty', () => {
    expect(compileFilterPolicy('{}', 'MessageBody')).toBeUndefined();
  });
});

const string = (StringValue: string) => ({ DataType: 'String', StringValue });
const number = (StringValue: string) => ({ DataType: 'Number', StringValue });
const list = (...values: unknown[]) => ({ DataType: 'String.Array', StringValue: JSON.stringify(values) });

describe('message attributes', () => {
  it.each<[unknown[], MessageAttributes[string] | undefined, boolean]>([
    [['rugby'], string('rugby'), true],
    [['rugby'], string('Rugby'), false],
    [['rugby', 'tennis'], list('golf', 'tennis'), true],
    [['rugby'], undefined, false],
    [[null], undefined, false],
    [[null], list(null), true],
    [[true], list(true), true],
    [[true], string('true'), false],
    [['99'], number('99'), false],
    [[99], number('99.0'), true],
    [[99], string('99'), false],
    [[99], list(99), true],
    [[1.000001], number('1.0000012'), true],
    [[{ 'anything-but': 'rugby' }], string('tennis'), true],
    [[{ 'anything-but': 'rugby' }], string('rugby'), false],
    [[{ 'anything-but': ['rugby', 'tennis'] }], list('rugby', 'baseball'), true],
    [[{ 'anything-but': ['rugby', 'tennis'] }], list('rugby', 'tennis'), false],
    [[{ 'anything-but': ['rugby'] }], undefined, false],
    [[{ 'anything-but': 1 }], number('2'), true],
    [[{ 'anything-but': { prefix: 'or' } }], string('order'), false],
    [[{ 'anything-but': { prefix: ['or', 'x'] } }], string('xx'), false],
    [[{ 'anything-but': { suffix: 'er' } }], string('order'), false],
    [[{ 'anything-but': { wildcard: 'o*r' } }], string('order'), false],
    [[{ 'anything-but': { 'equals-ignore-case': 'ORDER' } }], string('order'), false],
    [[{ 'anything-but': { prefix: 'or' } }], string('disorder'), true],
    [[{ prefix: 'bas' }], string('baseball'), true],
    [[{ prefix: 'bas' }], number('12'), false],
    [[{ suffix: 'ball' }], string('baseball'), true],
    [[{ 'equals-ignore-case': 'TENNIS' }], string('tennis'), true],
    [[{ wildcard: '*ball' }], string('baseball'), true],
    [[{ wildcard: 'b*b*l' }], string('baseball'), true],
    [[{ wildcard: 'b*x*l' }], string('baseball'), false],
    [[{ wildcard: '\\*' }], string('*'), true],
    [[{ wildcard: '\\*' }], string('a'), false],
    [[{ wildcard: 'ab*ba' }], string('aba'), false],
    [[{ cidr: '10.0.0.0/24' }], string('10.0.0.255'), true],
    [[{ cidr: '10.0.0.0/24' }], string('10.0.1.1'), false],
    [[{ cidr: '2001:db8::/32' }], string('2001:db8::1'), true],
    [[{ cidr: '10.0.0.0/24' }], string('no address'), false],
    [[{ exists: true }], number('1'), true],
    [[{ exists: true }], undefined, false],
    [[{ exists: false }], undefined, true],
    [[{ exists: false }], string('x'), false],
    [[{ numeric: ['=', 301.5] }], number('3.015e2'), true],
    [[{ numeric: ['>', 0, '<=', 100] }], number('100'), true],
    [[{ numeric: ['>', 0, '<=', 100] }], number('0'), false],
    [[{ numeric: ['<', 0] }], number('-1'), true],
    [[{ numeric: ['<', 0] }], string('-1'), false],
    [['x'], { DataType: 'Binary', BinaryValue: Buffer.from('x') }, false],
    [['x'], { DataType: 'String.Array', StringValue: 'no list' }, false],
  ])('%j with %j: %s', (rules, attribute, expected) => {
    const policy = compile({ key: rules }, 'MessageAttributes');
    expect(attributesMatch(policy, { other: string('x'), ...(attribute && { key: attribute }) })).toBe(expected);
  });

  it('must all match, by any of their values', () => {
    const policy = compile({ a: ['1', '2'], b: ['3'] }, 'MessageAttributes');
    expect(attributesMatch(policy, { a: string('2'), b: string('3') })).toBe(true);
    expect(attributesMatch(policy, { a: string('2') })).toBe(false);
  });

  it('do not meet what every object inherits', () => {
    expect(attributesMatch(compile({ constructor: [{ exists: true }] }, 'MessageAttributes'), {})).toBe(false);
    expect(attributesMatch(compile({ __proto__x: ['y'] }, 'MessageAttributes'), { __proto__: string('y') })).toBe(false);
  });
});

describe('a message body', () => {
  const records = { Records: { eventName: ['ObjectCreated:Put'], s3: { object: { key: [{ prefix: 'auto-' }] } } } };
  const record = (eventName: string, key: string) => ({ eventName, s3: { object: { key } } });
  it.each<[unknown, unknown, boolean]>([
    [{ object: { key: [{ prefix: 'auto-' }] } }, { object: { key: 'auto-1' } }, true],
    [{ object: { key: [{ prefix: 'auto-' }] } }, { object: { key: 'home-1' } }, false],
    [{ object: { key: [{ prefix: 'auto-' }] } }, { object: 'auto-' }, false],
    [{ 'object.nested': ['v'] }, { object: { nested: 'v' } }, true],
    [{ 'object.nested': ['v'] }, { 'object.nested': 'v' }, true],
    [{ object: { nested: ['v'] } }, { 'object.nested': 'v' }, true],
    [{ 'object.nested.test': ['v'] }, { 'object.nested': { test: 'v' } }, true],
    [{ 'object.nested.test': ['v'] }, { object: { 'nested.test': 'v' } }, true],
    [{ headers: { to: ['q1'] } }, { headers: { to: ['q1', 'q2'] } }, true],
    [{ headers: { to: ['q1'] } }, { headers: { to: [['q0', ['q1']]] } }, true],
    [{ headers: { to: ['q1'] } }, { headers: { to: ['q2'] } }, false],
    [records, { Records: [record('ObjectCreated:Put', 'auto-1')] }, true],
    [records, { Records: [record('ObjectRemoved', 'auto-1'), record('ObjectCreated:Put', 'home-1')] }, false],
    [records, { Records: [record('ObjectRemoved', 'auto-1'), record('ObjectCreated:Put', 'auto-2')] }, true],
    [{ a: [null] }, { a: null }, true],
    [{ a: [null] }, {}, false],
    [{ a: [{ exists: false }] }, {}, true],
    [{ o: { a: [{ exists: false }] } }, { o: {} }, true],
    [{ o: { a: [{ exists: false }] } }, {}, true],
    [{ a: [{ exists: true }] }, { a: null }, true],
    [{ a: [{ exists: true }] }, { a: [] }, false],
    [{ $or: [{ a: [1] }, { b: [2] }] }, { b: 2 }, true],
    [{ $or: [{ a: [1] }, { b: [2] }] }, { b: 1 }, false],
    [{ c: [3], $or: [{ a: [1] }, { b: [2] }] }, { a: 1 }, false],
    [{ $or: ['x'] }, { $or: 'x' }, true],
    [{ d: { s: ['x'], $or: [{ a: [1] }, { b: [2] }] } }, { d: [{ s: 'x' }, { s: 'x', b: 2 }] }, true],
    [{ d: { s: ['x'], $or: [{ a: [1] }, { b: [2] }] } }, { d: [{ s: 'x' }, { b: 2 }] }, false],
  ])('%j with %j: %s', (policy, body, expected) => {
    expect(bodyMatches(compile(policy), JSON.stringify(body))).toBe(expected);
  });

  it.each(['', 'text', '[]', '1', 'null', '{"a":'])('that is no JSON object passes no policy: %j', (body) => {
    expect(bodyMatches(compile({ a: [{ exists: false }] }), body)).toBe(false);
  });
});

/** The rules again, as plainly as can be: for flat bodies of strings and numbers. */
function naive(rules: readonly unknown[], value: string | number | undefined): boolean {
  return rules.some((rule) => {
    if (typeof rule !== 'object') return rule === value;
    const [op, operand] = Object.entries(rule as Record<string, unknown>)[0] as [string, unknown];
    if (op === 'exists') return operand === (value !== undefined);
    if (value === undefined) return false;
    if (op === 'anything-but') return !(operand as unknown[]).includes(value);
    if (op === 'numeric') return typeof value === 'number' && value > (operand as number[])[1]! && value <= (operand as number[])[3]!;
    if (typeof value !== 'string') return false;
    if (op === 'prefix') return value.startsWith(operand as string);
    if (op === 'suffix') return value.endsWith(operand as string);
    const pattern = (operand as string).split('*').join('.*');
    return new RegExp(`^${pattern}$`).test(value);
  });
}

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
const pattern = fc.array(fc.oneof(text, fc.constant('*')), { maxLength: 4 }).map((parts) => parts.join('').replace(/\*+/g, '*'));
const rule = fc.oneof(
  text,
  fc.integer({ min: -3, max: 3 }),
  fc.record({ exists: fc.boolean() }),
  fc.record({ prefix: text }),
  fc.record({ suffix: text }),
  fc.record({ wildcard: pattern }),
  fc.record({ 'anything-but': fc.array(text, { minLength: 1, maxLength: 3 }) }),
  fc.tuple(fc.integer({ min: -3, max: 0 }), fc.integer({ min: 1, max: 3 })).map(([a, b]) => ({ numeric: ['>', a, '<=', b] })),
);

describe('filter policies', () => {
  it('agree with a plain reading of their rules', () => {
    const values = fc.option(fc.oneof(text, fc.integer({ min: -3, max: 3 })), { nil: undefined });
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 4 }),
        fc.array(rule, { minLength: 1, maxLength: 4 }),
        values,
        values,
        (a, b, x, y) => {
          const expected = naive(a, x) && naive(b, y);
          expect(bodyMatches(compile({ a, b }), JSON.stringify({ a: x, b: y }))).toBe(expected);
          const attribute = (value: string | number) => (typeof value === 'number' ? number(String(value)) : string(value));
          const attributes = { ...(x !== undefined && { a: attribute(x) }), ...(y !== undefined && { b: attribute(y) }) };
          expect(attributesMatch(compile({ a, b }, 'MessageAttributes'), attributes)).toBe(expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['many stars', `${'a*'.repeat(5_000)}b`, 'a'.repeat(200_000)],
    ['a long part that nearly fits everywhere', `*${'a'.repeat(60_000)}b*`, 'a'.repeat(200_000)],
  ])('take no time to speak of for wildcards with %s', (_, wildcard, value) => {
    const policy = compile({ a: [{ wildcard }] });
    const begin = performance.now();
    expect(bodyMatches(policy, JSON.stringify({ a: value }))).toBe(false);
    expect(performance.now() - begin).toBeLessThan(1_000);
  });

  it('take no time to speak of for bodies of nothing but brackets', () => {
    const depth = 100_000;
    expect(bodyMatches(compile({ a: { b: [1] } }), `{"a":${'['.repeat(depth)}{"b":1}${']'.repeat(depth)}}`)).toBe(true);
  });
});
