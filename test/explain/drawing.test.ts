import { describe, expect, it } from 'vitest';
import { drawAudit } from '../../src/cli/iam-audit';
import { drawExplanation, drawExplanations } from '../../src/cli/iam-explanation';
import { explainConsidered } from '../../src/security/access/explain';
import type { AuditedDenial } from '../../src/security/access/explain-audit';
import { account, allow, type Case, deny, object, requestOf, root, stranger } from '../policy/matrix/row';

const draw = (it: Case, colour = false) => `\n${drawExplanation(explainConsidered({ request: requestOf(it), byGrant: false }), colour)}\n`;

describe('an audit, drawn', () => {
  const denial = (n: number, rest = {}): AuditedDenial => ({
    action: n % 2 ? 's3:PutObject' : 's3:GetObject',
    resource: `arn:aws:s3:::photos/${n}`,
    calls: 100 - n,
    mode: 'audit',
    first: '2026-03-01T10:00:00.000Z',
    last: '2026-03-01T10:00:00.000Z',
    request: `REQUEST${n}`,
    summary: 'Denied: no identity-based policy allows it.',
    ...rest,
  });
  const of = (denials: readonly AuditedDenial[]) => [
    { principal: 'arn:aws:iam::111122223333:user/alice', account, calls: 4, denials, otherSteps: [] },
  ];

  it('lists what was denied, and shortens long lists', () => {
    const drawing = drawAudit(of(Array.from({ length: 40 }, (_, n) => denial(n))), false).split('\n');
    expect(drawing.slice(0, 3)).toEqual([
      'arn:aws:iam::111122223333:user/alice ─ would be denied 4 times',
      '├─ 100 × s3:GetObject  arn:aws:s3:::photos/0',
      '│         Denied: no identity-based policy allows it. nuvola iam explain REQUEST0',
    ]);
    expect(drawing).toHaveLength(62);
    expect(drawing.at(-1)).toBe('└─ and 10 more (--json has them all)');
  });

  it('tells what was denied from what would have been', () => {
    const first = (denials: readonly AuditedDenial[]) => drawAudit(of(denials), false).split('\n')[0];
    expect(first([denial(1, { mode: 'enforce' })])).toContain('─ was denied 4 times');
    expect(first([denial(1, { mode: 'enforce' }), denial(2)])).toContain('─ was or would be denied 4 times');
  });
});

describe('a decision, drawn', () => {
  it('shows every statement, the kind of policy that lacks one, and what to change', () => {
    const identity = [{ ...allow('s3:PutObject', object), Sid: 'Write' }, allow('s3:GetObject', 'arn:aws:s3:::other/*')];
    const resource = deny('s3:*', { Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    expect(draw({ identity, boundary: allow('s3:*'), resource, scps: [[allow('*')], [allow('*')]], call: { secure: true } })).toBe(`
✗ denied  s3:GetObject
  principal arn:aws:iam::111122223333:user/alice
  resource  arn:aws:s3:::photos/2026/cat.jpg

Service control policies of the organization’s root ─ allows it
└─ scp0
   └─ ✓ Allow statement 1  everything fits

Service control policies of the account ─ allows it
└─ scp1
   └─ ✓ Allow statement 1  everything fits

Resource-based policy ─ says nothing of it
└─ resource
   └─ · Deny statement 1  condition Bool aws:SecureTransport false: the request has true

Identity-based policies ─ nothing here allows it ◀ this decides
└─ inline
   ├─ · Allow Write  action s3:GetObject is not among s3:PutObject
   └─ · Allow statement 2  resource arn:aws:s3:::photos/2026/cat.jpg is not among arn:aws:s3:::other/*

Permissions boundary ─ allows it
└─ managed
   └─ ✓ Allow statement 1  everything fits

Denied: no identity-based policy allows s3:GetObject.

To allow it:
  Add "s3:GetObject" to the Action of statement Write of the policy inline.
`);
  });

  it('marks the statement that decided', () => {
    expect(draw({ identity: [allow('*'), { ...deny('s3:Get*'), Sid: 'NoReading' }] })).toContain(`
Identity-based policies ─ denies it
└─ inline
   ├─ ✓ Allow statement 1  everything fits
   └─ ✗ Deny NoReading  everything fits ◀ this decides

Denied by the identity-based policy inline, statement NoReading.

To allow it:
  Remove statement NoReading from the policy inline, or narrow it: it denies this, and no Allow outweighs a Deny.
`);
  });

  it('says what to add where, for each policy that lacks it', () => {
    expect(draw({ caller: stranger, owner: account })).toContain(`
Resource-based policy ─ nothing here allows it
└─ there is none

Identity-based policies ─ nothing here allows it ◀ this decides
└─ there is none

Denied: no identity-based policy allows s3:GetObject.

To allow it, all of these:
1. Add this statement to an identity-based policy of user eve:
    {
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::photos/2026/cat.jpg"
    }
2. Add this statement to the resource-based policy of arn:aws:s3:::photos/2026/cat.jpg:
`);
  });

  it('draws resources with the same answer once', () => {
    const denied = [1, 2, 3, 4, 5, 6, 7].map((n) => requestOf({ on: `arn:aws:s3:::photos/${n}`, identity: allow('s3:GetObject', object) }));
    const all = [...denied, requestOf({ identity: allow('s3:GetObject', object) })].map((request) =>
      explainConsidered({ request, byGrant: false }),
    );
    const text = drawExplanations(all, false);
    expect(text.match(/^✗ denied/gm)).toHaveLength(1);
    expect(text.match(/^✓ allowed/gm)).toHaveLength(1);
    expect(text).toContain(`
The same goes for 6 other resources:
  arn:aws:s3:::photos/2
  arn:aws:s3:::photos/3
  arn:aws:s3:::photos/4
  arn:aws:s3:::photos/5
  arn:aws:s3:::photos/6
  and 1 more

✓ allowed`);
  });

  it('marks no statement where a grant beside the policies, or none of them, decided', () => {
    const request = requestOf({ caller: stranger, owner: account, identity: allow('s3:*') });
    const drawing = drawExplanation(explainConsidered({ request, byGrant: true }), false);
    expect(drawing).toMatch(/^✓ allowed/);
    expect(drawing).not.toContain('◀');
    expect(drawing).toContain('A grant of the resource beside its policy, such as an ACL, allows it.');
  });

  it('escapes what JSON leaves as it is', () => {
    const drawing = draw({ on: 'arn:aws:s3:::photos/\x9b31m\u202e' });
    expect(drawing).toContain('"arn:aws:s3:::photos/\\u009b31m\\u202e"');
    expect(drawing).not.toMatch(/[\x7f-\x9f\u202e]/);
  });

  it('is short for root', () => {
    expect(draw({ caller: root })).toBe(`
✓ allowed  s3:GetObject
  principal arn:aws:iam::111122223333:root
  resource  arn:aws:s3:::photos/2026/cat.jpg

Allowed: root of the account needs no policy.
`);
  });

  it('has colours only when asked for, and never control characters of strangers', () => {
    const it = { identity: { ...allow('s3:GetObject'), Sid: 'A' }, on: 'arn:aws:s3:::photos/\x1b[31mred' };
    expect(draw(it)).not.toContain('\x1b');
    expect(draw(it, true)).toContain('\x1b[32m✓ Allow A\x1b[0m');
    expect(draw(it, true)).not.toContain('\x1b[31mred');
  });
});
