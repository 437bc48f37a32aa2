import { describe, expect, it } from 'vitest';
import { Clock } from './clock';
import { Uses } from './key-uses';
import type { Place } from './place';
import type { Principal } from './principal';

const place: Place = { partition: 'aws', account: '111122223333', region: 'eu-west-1' };
const user: Principal = {
  type: 'user',
  account: place.account,
  arn: 'arn',
  id: 'AIDAUSER',
  userName: 'ann',
  accessKeyId: 'AKIA1234567890123456',
};
const session: Principal = {
  type: 'session',
  account: place.account,
  arn: 'arn',
  id: 'AROA56789012345678901:shell',
  accessKeyId: 'ASIA1234567890123456',
  roleArn: 'role',
  sessionName: 'shell',
  expiresAt: 0,
};

/** A world that keeps what is written in a map. */
function uses() {
  const clock = new Clock({ now: 1_000_000, frozen: true, scale: 1 });
  const stored = new Map<string, object>();
  const tx: any = {
    get: (c: any, key: any) => stored.get(`${c.name} ${String(key)}`),
    put: (c: any, record: any) => stored.set(`${c.name} ${String(c.key(record))}`, record),
    scan: (c: any, { prefix }: any) => [...stored].filter(([key]) => key.startsWith(`${c.name} ${prefix},`)).map(([, record]) => record),
  };
  const world = {
    clock,
    home: place,
    transactAt: async (_: Place, decide: any) => decide(tx),
    report: (what: string) => expect.fail(what),
  };
  const made = new Uses(world);
  const note = (principal: Principal, at: Place, service: string, operation: string) =>
    made.note(principal, at, service, operation, clock.now());
  return { clock, tx, stored, uses: made, note };
}

describe('the last uses of keys', () => {
  it('are known at once, and after they were written down', async () => {
    const { uses: noted, note, tx, clock, stored } = uses();
    note(user, place, 's3', 'ListBuckets');
    clock.jump(1_000_500);
    note(user, { ...place, region: 'us-east-1' }, 'iam', 'GetUser');
    clock.jump(1_001_000);
    note(user, { ...place, region: 'us-east-1' }, 'iam', 'GetUser');
    const expected = [
      { service: 'iam', at: 1_001_000, region: 'us-east-1', actions: { GetUser: { at: 1_001_000, region: 'us-east-1' } } },
      { service: 's3', at: 1_000_000, region: 'eu-west-1', actions: { ListBuckets: { at: 1_000_000, region: 'eu-west-1' } } },
    ];
    expect(noted.ofEntity(tx, user.id)).toMatchObject(expected);
    expect(noted.ofKey(tx, user.accessKeyId)).toMatchObject({ service: 'iam', region: 'us-east-1', at: 1_001_000 });
    expect(stored.size).toBe(0);
    await noted.flush();
    expect(stored.size).toBe(3);
    expect(noted.ofEntity(tx, user.id)).toMatchObject(expected);
    expect(noted.ofKey(tx, user.accessKeyId)).toMatchObject({ service: 'iam', region: 'us-east-1', at: 1_001_000 });
  });

  it('add to what was written down before', async () => {
    const { uses: noted, note, tx, clock } = uses();
    note(user, place, 's3', 'ListBuckets');
    await noted.flush();
    clock.jump(1_002_000);
    note(user, place, 's3', 'GetObject');
    await noted.flush();
    expect(noted.ofEntity(tx, user.id)).toMatchObject([
      { at: 1_002_000, actions: { ListBuckets: { at: 1_000_000 }, GetObject: { at: 1_002_000 } } },
    ]);
  });

  it("of sessions are their role's", () => {
    const { uses: noted, note, tx } = uses();
    note(session, place, 'sqs', 'SendMessage');
    expect(noted.ofEntity(tx, 'AROA56789012345678901')).toMatchObject([{ service: 'sqs' }]);
  });

  it('are not noted of keys that nobody created', () => {
    const { uses: noted, note, tx } = uses();
    note({ type: 'root', account: place.account, arn: 'arn', id: place.account, accessKeyId: 'test' }, place, 's3', 'ListBuckets');
    note({ type: 'anonymous', account: place.account, arn: '*', id: 'anonymous' }, place, 's3', 'ListBuckets');
    expect(noted.ofEntity(tx, place.account)).toEqual([]);
  });

  it('are forgotten with the account', () => {
    const { uses: noted, note, tx } = uses();
    note(user, place, 's3', 'ListBuckets');
    noted.forget('999999999999');
    expect(noted.ofKey(tx, user.accessKeyId)).toBeDefined();
    noted.forget(place.account);
    expect(noted.ofKey(tx, user.accessKeyId)).toBeUndefined();
    expect(noted.ofEntity(tx, user.id)).toEqual([]);
  });
});
