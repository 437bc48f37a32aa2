import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addNumbers, compareNumbers, normaliseNumber, numberSize, orderedNumber } from './number';

const nines = '9'.repeat(38);

describe('normaliseNumber', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['0.000', '0'],
    ['0e500', '0'],
    ['007', '7'],
    ['+1', '1'],
    ['1.', '1'],
    ['.5', '0.5'],
    ['-.50', '-0.5'],
    ['1e3', '1000'],
    ['1.50E+1', '15'],
    ['12e-1', '1.2'],
    ['-1e-3', '-0.001'],
    ['100', '100'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    [nines, nines],
    [`${nines}00`, `${nines}00`],
    ['1e125', `1${'0'.repeat(125)}`],
    ['9.9e125', `99${'0'.repeat(124)}`],
    ['1e-130', `0.${'0'.repeat(129)}1`],
  ])('%s is %s', (text, normal) => expect(normaliseNumber(text)).toBe(normal));

  it.each([
    ['', 'The parameter cannot be converted to a numeric value'],
    ['abc', 'The parameter cannot be converted to a numeric value: abc'],
    [' 1', 'The parameter cannot be converted to a numeric value:  1'],
    ['1 2', 'The parameter cannot be converted to a numeric value: 1 2'],
    ['.', 'The parameter cannot be converted to a numeric value: .'],
    ['1e', 'The parameter cannot be converted to a numeric value: 1e'],
    ['0x10', 'The parameter cannot be converted to a numeric value: 0x10'],
    ['NaN', 'The parameter cannot be converted to a numeric value: NaN'],
    ['Infinity', 'The parameter cannot be converted to a numeric value: Infinity'],
    ['--1', 'The parameter cannot be converted to a numeric value: --1'],
    [`1${nines}`, 'Attempting to store more than 38 significant digits in a Number'],
    [`0.${'0'.repeat(10)}1${nines}`, 'Attempting to store more than 38 significant digits in a Number'],
    ['1e126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
    ['-1e99999', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
    ['1e-131', 'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
  ])('%s is refused', (text, message) => expect(() => normaliseNumber(text)).toThrow(message));
});

/** Numbers of up to 38 digits anywhere in the range, with their value times 10^200. */
const numbers = fc
  .record({
    negative: fc.boolean(),
    digits: fc.stringMatching(/^\d{1,38}$/),
    exponent: fc.integer({ min: -130, max: 80 }),
  })
  .map(({ negative, digits, exponent }) => {
    const scaled = BigInt(digits) * 10n ** BigInt(exponent + 200);
    return { text: `${negative ? '-' : ''}${digits}e${exponent}`, scaled: negative ? -scaled : scaled };
  });

describe('order', () => {
  it('is that of the values, as keys and compared', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const [left, right] = [normaliseNumber(a.text), normaliseNumber(b.text)];
        const expected = a.scaled < b.scaled ? -1 : a.scaled > b.scaled ? 1 : 0;
        expect(Math.sign(compareNumbers(left, right))).toBe(expected);
        const [leftKey, rightKey] = [orderedNumber(left), orderedNumber(right)];
        expect(leftKey < rightKey ? -1 : leftKey > rightKey ? 1 : 0).toBe(expected);
        expect(leftKey).toMatch(/^[\x20-\x7e]+$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('tells close neighbours apart', () => {
    const ascending = [
      '-1e125',
      '-100',
      '-99.9',
      '-10',
      '-1.01',
      '-1',
      '-0.5',
      '-1e-130',
      '0',
      '1e-130',
      '0.5',
      '1',
      '1.01',
      '10',
      '99.9',
      '1e125',
    ];
    const keys = ascending.map((text) => orderedNumber(normaliseNumber(text)));
    expect([...keys].sort()).toEqual(keys);
  });
});

describe('addNumbers', () => {
  it.each([
    ['1', '2', 1, '3'],
    ['0.1', '0.2', 1, '0.3'],
    ['1', '1', -1, '0'],
    ['-5', '10', 1, '5'],
    ['999999999999999', '1', 1, '1000000000000000'],
    [nines, '1', 1, `1${'0'.repeat(38)}`],
    ['0', '-0.5', -1, '0.5'],
    ['12345.67', '1', -1, '12344.67'],
    ['0.75', '0.25', 1, '1'],
    ['-0.05', '0.05', 1, '0'],
    ['-0.05', '0.04', 1, '-0.01'],
    ['10', '0.5', 1, '10.5'],
    ['99999999.5', '0.5', 1, '100000000'],
  ] as const)('%s and %s', (a, b, sign, sum) => expect(addNumbers(a, b, sign)).toBe(sum));

  it('agrees with integers of any size', () => {
    const integers = fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n });
    fc.assert(
      fc.property(integers, integers, (a, b) => {
        expect(addNumbers(String(a), String(b))).toBe(String(a + b));
        expect(addNumbers(String(a), String(b), -1)).toBe(String(a - b));
      }),
    );
  });

  it('agrees with integers of any size, however many places lie behind the point', () => {
    const places = 40;
    const decimals = fc.tuple(fc.oneof(fc.integer(), fc.integer({ min: -200, max: 200 })), fc.integer({ min: -9, max: 0 }));
    const scaled = ([digits, exponent]: readonly [number, number]) => BigInt(digits) * 10n ** BigInt(places + exponent);
    fc.assert(
      fc.property(decimals, decimals, fc.constantFrom(1, -1), (a, b, sign) => {
        const [left, right] = [a, b].map(([digits, exponent]) => normaliseNumber(`${digits}e${exponent}`)) as [string, string];
        const sum = scaled(a) + BigInt(sign) * scaled(b);
        expect(addNumbers(left, right, sign as 1 | -1)).toBe(normaliseNumber(`${sum}e-${places}`));
      }),
    );
  });

  it('refuses results that do not fit', () => {
    expect(() => addNumbers('1', normaliseNumber('1e-38'))).toThrow('more than 38 significant digits');
    const most = normaliseNumber(`9.${'9'.repeat(37)}e125`);
    expect(() => addNumbers(most, most)).toThrow('Number overflow');
  });
});

describe('numberSize', () => {
  it.each([
    ['0', 1],
    ['1', 2],
    ['-1', 3],
    ['10', 2],
    ['99', 2],
    ['100', 2],
    ['123', 3],
    ['1234', 3],
    ['12345', 4],
    ['0.1', 2],
    ['0.01', 2],
    ['-0.01', 3],
    ['0.12', 2],
    ['1.2', 3],
    [nines, 20],
    [`-${nines}`, 21],
  ])('%s has %i bytes', (text, bytes) => expect(numberSize(text)).toBe(bytes));

  it('counts a byte for two digits between even powers of ten', () => {
    fc.assert(
      fc.property(numbers, ({ text, scaled }) => {
        // hundredths of the scaled value from its first to its last pair of digits that is not 00
        const digits = String(scaled < 0n ? -scaled : scaled);
        const even = digits.length % 2 === 0 ? digits : `0${digits}`;
        const pairs = even.replace(/(?:00)+$/, '').length / 2;
        expect(numberSize(normaliseNumber(text))).toBe(scaled === 0n ? 1 : 1 + pairs + (scaled < 0n ? 1 : 0));
      }),
      { numRuns: 2000 },
    );
  });
});
