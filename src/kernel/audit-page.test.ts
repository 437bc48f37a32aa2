import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type AuditedCall, eventIdOf } from './audit';
import { decodeCalls, encodeCalls, pageOf, writeJson } from './audit-page';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const structure = maybe(fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(text)), { maxKeys: 4 }));

const call: fc.Arbitrary<AuditedCall> = fc.record({
  operation: fc.record({
    service: text,
    eventSource: text,
    eventName: text,
    apiVersion: fc.constant('1'),
    readOnly: fc.boolean(),
    dataType: fc.constantFrom(undefined, undefined, 'AWS::S3::Object'),
    named: fc.array(fc.tuple(text, text), { maxLength: 2 }),
  }),
  requestId: fc.uuid(),
  at: fc.integer({ min: 0, max: 4e12 }),
  region: fc.constantFrom('us-east-1', 'us-west-2'),
  recipient: fc.constantFrom('111122223333', '444455556666'),
  principal: fc.record({
    type: fc.constant('root' as const),
    account: text,
    arn: text,
    id: text,
    accessKeyId: text,
  }),
  sourceIp: text,
  userAgent: text,
  secureHost: maybe(text),
  parameters: structure,
  response: structure,
  additional: structure,
  errorCode: fc.constant(undefined),
  errorMessage: fc.constant(undefined),
  resources: maybe(fc.array(text, { maxLength: 3 })),
  owner: maybe(text),
  sharedId: maybe(fc.uuid()),
});

it('calls come out as they went in, whatever is in them, and batches can be put together', () => {
  fc.assert(
    fc.property(fc.array(call, { minLength: 1, maxLength: 5 }), fc.array(call, { minLength: 1, maxLength: 5 }), (a, b) => {
      expect(decodeCalls(Buffer.concat([encodeCalls(a), encodeCalls(b)]))).toEqual([...a, ...b]);
    }),
  );
});

it('of calls that are dropped nobody is concerned any more', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 12 }), (calls) => {
      const page = pageOf(calls);
      page.drop('444455556666');
      const left = calls.filter(({ recipient, owner, resources }) => recipient !== '444455556666' && (owner ?? resources) !== undefined);
      expect(page.concerns.map(({ recipient, owner, resources }) => ({ recipient, owner, resources }))).toEqual(
        left.map(({ recipient, owner, resources }) => ({ recipient, owner, resources })),
      );
    }),
  );
});

it('histories hold the management events of one account and region each, in order, and of what others do nothing', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 12 }), maybe(fc.constant('444455556666')), (calls, gone) => {
      const page = pageOf(calls);
      if (gone !== undefined) page.drop(gone);
      const kept = calls.filter(({ operation, recipient }) => operation.dataType === undefined && recipient !== gone);
      const parts = page.parts();
      const found = parts.map(({ account, region, text, count, newest }) => {
        const theirs = decodeCalls(text);
        expect(theirs).toEqual(kept.filter((each) => each.recipient === account && each.region === region));
        expect([count, newest]).toEqual([theirs.length, Math.max(...theirs.map((each) => each.at))]);
        return `${account}/${region}`;
      });
      expect(found.sort()).toEqual([...new Set(kept.map((each) => `${each.recipient}/${each.region}`))].sort());
    }),
  );
});

it('keeps how a call failed', () => {
  const [failed] = fc.sample(call, 1) as [AuditedCall];
  const given = { ...failed, errorCode: 'AccessDenied', errorMessage: 'no\n\tway' };
  expect(decodeCalls(encodeCalls([given]))).toEqual([given]);
});

it('the id of an event is a UUID, another one for each history that the call is in, the same each time', () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const [any] = fc.sample(call, 1) as [AuditedCall];
  const own = { ...any, requestId: '6ac50c71-1df5-4a30-95ac-37afdb6b60ae', sharedId: undefined };
  const s3 = { ...own, requestId: 'YKEKJP7QX32B4NZB' };
  const told = { ...own, sharedId: 'b5f8a0a2-3b52-4b9c-8d8f-0a2b3c4d5e6f', recipient: '444455556666' };
  const ids = [own, s3, told].map(eventIdOf);
  for (const id of ids) expect(id).toMatch(uuid);
  expect(new Set([...ids, own.requestId]).size).toBe(4);
  expect([own, s3, told].map(eventIdOf)).toEqual(ids);
});

it('can be filled again after it was emptied, and forgets what was begun and not ended', () => {
  const [one, two] = fc.sample(call, 2) as [AuditedCall, AuditedCall];
  const page = pageOf([one]);
  page.clear();
  expect([page.count, page.bytes, page.parts()]).toEqual([0, 0, []]);
  page.begin(one.operation, one, one.at, one.requestId);
  page.value(writeJson, { half: true }, 'requestParameters');
  page.cancel();
  page.add(two);
  expect(decodeCalls(page.text())).toEqual([two]);
});

it('leaves out structures of more than 100 KB, and says how large they were', () => {
  const [any] = fc.sample(call, 1) as [AuditedCall];
  const text = 'x'.repeat(102_400);
  const [kept] = decodeCalls(encodeCalls([{ ...any, parameters: { text }, response: { text: text.slice(11) } }]));
  expect(kept?.parameters).toEqual({ omitted: true, originalSize: 102_411, reason: 'requestParameters too large' });
  expect(kept?.response).toEqual({ text: text.slice(11) });
});

it('shows nothing of the policies and tags that sessions carry', () => {
  const [any] = fc.sample(call, 1) as [AuditedCall];
  const principal = { type: 'session', account: '1', arn: 'a', id: 'i', accessKeyId: 'k', sessionName: 's', expiresAt: 1 } as const;
  const carrying = { ...principal, policies: ['{"Secret":1}'], tags: { Secret: 'x' } };
  const text = encodeCalls([{ ...any, principal: carrying }]);
  expect(Buffer.from(text).toString()).not.toContain('Secret');
  expect(decodeCalls(text)[0]?.principal).toEqual(principal);
});
