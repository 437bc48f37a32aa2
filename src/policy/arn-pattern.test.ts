import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ArnParts, arnPattern } from './arn-pattern';
import { matchesWildcard } from './wildcard';

const word = fc.constantFrom('', 'a', 'a', 'ab');
const part = fc.constantFrom('', 'a', 'ab', '*', '*', '*', '*', '**', 'a*', '*b', '?', 'a?');
const resource = fc.array(fc.constantFrom('a', ':', '*', '*', '?'), { maxLength: 4 }).map((characters) => characters.join(''));
const plainResource = fc.array(fc.constantFrom('a', 'b', ':'), { maxLength: 4 }).map((characters) => characters.join(''));

const joined = (parts: fc.Arbitrary<string>, last: fc.Arbitrary<string>) =>
  fc.tuple(parts, parts, parts, parts, last).map((all) => `arn:${all.join(':')}`);

/** Part by part, as the user guide tells it. */
function fitsByParts(pattern: string, arn: string): boolean {
  const split = (text: string) => /^arn:([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s.exec(text)?.slice(1);
  const [patterns, parts] = [split(pattern), split(arn)];
  return parts !== undefined && patterns?.every((each, i) => matchesWildcard(each, parts[i] as string)) === true;
}

it('a pattern fits part by part, whatever way it is matched in', () => {
  let some = 0;
  const arn = fc.oneof(
    { weight: 9, arbitrary: joined(word, plainResource) },
    { weight: 1, arbitrary: fc.constantFrom('*', 'arn:', 'arn:a:b') },
  );
  fc.assert(
    fc.property(joined(part, resource), arn, (pattern, text) => {
      const fits = arnPattern(pattern, '2012-10-17', 'Resource').matches(new ArnParts(text), { get: () => undefined });
      if (fits) some++;
      expect(fits).toBe(fitsByParts(pattern, text));
    }),
    { numRuns: 5_000 },
  );
  expect(some).toBeGreaterThan(100);
});

it.each([
  ['arn:aws:sqs', 'arn:aws:sqs:us-east-1:111122223333:queue', true],
  ['arn:aws:sqs:*:111122223333:queue', 'arn:aws:sqs:us-east-1:111122223333:queue', true],
  ['arn:aws:sqs:*:111122223333:queue', 'arn:aws:sqs:us-east-1:111122223333:queue2', false],
  ['arn:aws:sqs:*:111122223333:queue', 'arn:aws:sqs:us:east:111122223333:queue', false],
  ['arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket/a:b/c', true],
  ['arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket', false],
  [`arn:\${a:b}:s3:::bucket*`, `arn:\${a:b}:s3:::bucket`, false],
])('%s and %s: %s', (pattern, text, fits) => {
  expect(arnPattern(pattern, '2012-10-17', 'Resource').matches(new ArnParts(text), { get: () => undefined })).toBe(fits);
});
