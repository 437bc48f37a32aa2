import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AccessRequest, type Decision, evaluate, policyProblem } from '../../src/policy';
import { parseDate } from '../../src/policy/date';
import { isInRange, parseAddress, parseRange } from '../../src/policy/ip';
import { fits, globPattern } from '../../src/policy/wildcard';
import { alice, allow, attach, type Case, deny, federated, object, requestOf, root, session, stranger } from './matrix/row';

/** The definition of `*` and `?`, word for word; exponential, and right. */
function naive(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern[0] === '*') return naive(pattern.slice(1), text) || (text !== '' && naive(pattern, text.slice(1)));
  return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && naive(pattern.slice(1), text.slice(1));
}

describe('wildcards', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 9 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 9 });

  it('fit what their definition says', () => {
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        expect(fits(globPattern(p), t)).toBe(naive(p, t));
      }),
      { numRuns: 5_000 },
    );
  });

  it('stay quick where backtracking would not end', () => {
    const started = performance.now();
    expect(fits(globPattern(`${'a*'.repeat(3_000)}b`), 'a'.repeat(20_000))).toBe(false);
    expect(fits(globPattern(`${'*?a'.repeat(2_000)}b`), 'a'.repeat(20_000))).toBe(false);
    expect(fits(globPattern(`*${'?'.repeat(500)}b*c`), 'a'.repeat(20_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('address ranges', () => {
  const byte = fc.nat(255);
  const v4 = fc.tuple(byte, byte, byte, byte);
  const toNumber = (bytes: readonly number[]) => bytes.reduce((sum, one) => sum * 256 + one, 0);

  it('hold the IPv4 addresses whose first bits are the same', () => {
    fc.assert(
      fc.property(v4, v4, fc.nat(32), (a, b, bits) => {
        const size = 2 ** (32 - bits);
        const expected = Math.floor(toNumber(a) / size) === Math.floor(toNumber(b) / size);
        expect(isInRange(parseAddress(a.join('.'))!, parseRange(`${b.join('.')}/${bits}`)!)).toBe(expected);
      }),
    );
  });

  it('read every way of writing an IPv6 address', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const written = new URL(`http://[${text}]/`).hostname.slice(1, -1);
        const address = parseAddress(text);
        expect(address).toBeDefined();
        expect(isInRange(address!, parseRange(`${written}/128`)!) || address!.bytes.length === 4).toBe(true);
      }),
    );
  });

  it('refuse what is none', () => {
    for (const text of [
      '',
      '1.2.3',
      '1.2.3.256',
      '1.2.3.4/33',
      '::/129',
      '1::2::3',
      'g::',
      '1.2.3.4/',
      '1:2:3:4:5:6:7:8:9',
      ':::',
      '1.2.3.4/8/8',
    ]) {
      expect(parseRange(text), text).toBeUndefined();
    }
  });
});

it('reads the dates that JavaScript writes', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true }), (date) => {
      expect(parseDate(date.toISOString())).toBe(date.getTime());
      expect(parseDate(String(Math.floor(date.getTime() / 1000) + 10_000))).toBe(Math.floor(date.getTime() / 1000 + 10_000) * 1000);
    }),
  );
});

const statement = fc
  .record({
    effect: fc.constantFrom(allow, allow, deny),
    action: fc.constantFrom('s3:GetObject', 's3:*', '*', 's3:Put*', 'sqs:*'),
    resource: fc.constantFrom('*', object, 'arn:aws:s3:::photos/*', 'arn:aws:s3:::other/*'),
  })
  .map(({ effect, action, resource }) => effect(action, resource));
const statements = fc.array(statement, { minLength: 1, maxLength: 3 });
const granting = fc
  .tuple(
    statements,
    fc.constantFrom<unknown>('*', { AWS: alice.arn }, { AWS: alice.account }, { AWS: session.entityArn! }, { AWS: stranger.account }),
  )
  .map(([list, Principal]) => list.map((one) => ({ ...one, Principal })));
const cases: fc.Arbitrary<Case> = fc
  .record(
    {
      caller: fc.constantFrom(alice, session, stranger, root, federated),
      identity: statements,
      boundary: statements,
      session: statements,
      resource: granting,
      scps: fc.array(statements, { minLength: 1, maxLength: 3 }),
      first: fc.boolean(),
    },
    { requiredKeys: ['caller'] },
  )
  .map((it) => it as Case);

const isAllowed = (request: AccessRequest): boolean => evaluate(request).effect === 'allow';
/** Any layer that the caller has, with a policy more. */
const layers = ['identity', 'boundary', 'session', 'resource', 'scps'] as const;

describe('decisions', () => {
  it('are never loosened by a deny more', () => {
    let reached = 0;
    fc.assert(
      fc.property(cases, fc.constantFrom(...layers), statement, (it, layer, drawn) => {
        const no = { ...drawn, Effect: 'Deny', ...(layer === 'resource' && { Principal: '*' }) };
        const present = it[layer];
        const more = layer === 'scps' ? [...((present as Case['scps']) ?? []), [allow('*'), no]] : [...((present as []) ?? []), no];
        if (!isAllowed(requestOf({ ...it, [layer]: more } as Case))) return;
        reached++;
        expect(isAllowed(requestOf(it))).toBe(true);
      }),
      { numRuns: 5_000 },
    );
    expect(reached).toBeGreaterThan(30);
  });

  it('are never tightened by an allow more where the layer is there', () => {
    let reached = 0;
    fc.assert(
      fc.property(cases, fc.constantFrom('identity', 'boundary', 'session', 'resource'), (it, layer) => {
        const present = it[layer as 'identity'];
        if (present === undefined) return;
        const yes = allow('*', layer === 'resource' ? { Principal: '*' } : {});
        const more = requestOf({ ...it, [layer]: [...(present as []), yes] });
        if (!isAllowed(requestOf(it))) return;
        reached++;
        expect(isAllowed(more)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
    expect(reached).toBeGreaterThan(30);
  });

  it('do not depend on the order of statements', () => {
    const outcome = ({ effect, layer }: Decision) => `${effect} ${layer}`;
    fc.assert(
      fc.property(cases, (it) => {
        const turned = Object.fromEntries(
          Object.entries(it).map(([name, value]) => [name, Array.isArray(value) ? value.toReversed() : value]),
        );
        expect(outcome(evaluate(requestOf(turned as Case)))).toBe(outcome(evaluate(requestOf(it))));
      }),
      { numRuns: 1_000 },
    );
  });

  it('are never an allow without a statement, but for root', () => {
    fc.assert(
      fc.property(cases, (it) => {
        const { effect, layer, statement } = evaluate(requestOf(it));
        if (effect === 'allow' && layer !== 'root') expect(statement?.statement.effect).toBe('Allow');
        if (effect === 'explicitDeny') expect(statement?.statement.effect).toBe('Deny');
        if (effect === 'implicitDeny') expect(statement).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it('deny everything under a deny of everything', () => {
    fc.assert(
      fc.property(cases, (it) => {
        const request = requestOf(it);
        const all = attach('resource', deny('*', { Principal: '*' }));
        expect(evaluate({ ...request, policies: { ...request.policies, resource: all } }).effect).toBe('explicitDeny');
      }),
    );
  });
});

it('is quick about hostile values', () => {
  const long = 50_000;
  const condition = (operator: string, value: string) => ({ Condition: { [operator]: { 'app:key': value } } });
  const started = performance.now();
  for (const [operator, policy, value] of [
    ['NumericEquals', '1', `${'1'.repeat(long)}x`],
    ['DateEquals', '2026', `${'1'.repeat(long)}x`],
    ['IpAddress', '10.0.0.0/8', ':'.repeat(long)],
    ['ArnLike', 'arn:*:*:*:*:*a*a*a*b', `arn:aws:s3:::${'a'.repeat(long)}`],
    ['StringEquals', '${'.repeat(long), 'x'],
    ['StringLike', '*a'.repeat(long), 'a'.repeat(long)],
    ['ArnLike', `arn:aws:s3:::${'${'.repeat(long)}`, object],
    ['StringEquals', `\${${'a '.repeat(long)}`, 'x'],
  ] as const) {
    expect(evaluate(requestOf({ identity: allow('*', condition(operator, policy)), keys: { 'app:key': value } })).layer).toBe('identity');
  }
  expect(performance.now() - started).toBeLessThan(5_000);
});

it('never throws anything but what a service answers, whatever the document', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((json) => `{"Version":"2012-10-17","Statement":${json}}`),
      ),
      (text) => {
        for (const kind of ['managed', 'trust', 'resource', 'scp'] as const) expect(policyProblem(text, kind)).toBeTypeOf('string');
      },
    ),
    { numRuns: 500 },
  );
});
