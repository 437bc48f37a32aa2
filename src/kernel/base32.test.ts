import { expect, test } from 'vitest';
import { base32, uniqueIdOf } from './base32';

test('bytes are written as RFC 4648 says (section 10)', () => {
  expect(base32(Buffer.from('fooba'))).toBe('MZXW6YTB');
  expect(base32(Buffer.from('foobafooba'))).toBe('MZXW6YTBMZXW6YTB');
  expect(base32(Buffer.alloc(5, 255))).toBe('77777777');
});

test('the unique id of a name is the same each time, and another for another name', () => {
  expect(uniqueIdOf('AROA', 'a')).toMatch(/^AROA[A-Z2-7]{17}$/);
  expect(uniqueIdOf('AROA', 'a')).toBe(uniqueIdOf('AROA', 'a'));
  expect(uniqueIdOf('AROA', 'a')).not.toBe(uniqueIdOf('AROA', 'b'));
});
