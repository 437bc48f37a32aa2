import { describe, expect, it } from 'vitest';
import type { DelegationRequest } from './delegation-state';
import { summaryOf } from './delegation-summary';

type Json = Record<string, unknown>;

const summary = (statements: Json[], more: Partial<DelegationRequest> = {}) =>
  summaryOf({
    requestorName: 'Example',
    requestor: '111122223333',
    sessionSeconds: 3600,
    boundaries: [],
    policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    ...more,
  } as DelegationRequest);
const allow = (Action: unknown, Resource: unknown, more: Json = {}) => ({ Effect: 'Allow', Action, Resource, ...more });

describe('a summary', () => {
  it('says who asks for what, for how long, and what stays', () => {
    const boundary = 'arn:aws:iam::partner:policy/permissions-boundary/example.com/Operator_2026_01_31';
    const when = { Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } } };
    const text = summary([allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::data/*'), allow('iam:CreateRole', '*', when)], {
      ownerAccount: '444455556666',
      sessionSeconds: 5400,
      boundaries: [boundary],
    });
    expect(
      text,
    ).toBe(`**Example** (AWS account 111122223333) asks for temporary access to AWS account 444455556666, for 1 hour and 30 minutes once the access is released.

While it lasts, and as far as the identity that approves the request may do the same, this access allows:

- \`s3:GetObject\` and \`s3:PutObject\` on \`arn:aws:s3:::data/*\`
- \`iam:CreateRole\` on every resource, only if:
  - \`iam:PermissionsBoundary\` meets \`StringEquals\` \`${boundary}\`

Roles that it creates or changes must be limited by \`${boundary}\`. They stay when the access ends.`);
  });

  it.each<[Json, string]>([
    [allow('*', '*'), '- every action on every resource'],
    [{ Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], Resource: '*' }, '- every action but `iam:*` and `sts:*` on every resource'],
    [{ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::secret' }, '- `s3:*` on every resource but `arn:aws:s3:::secret`'],
    [allow('a:b', ['arn:aws:a:::x', 'arn:aws:a:::y', 'arn:aws:a:::z']), '- `a:b` on `arn:aws:a:::x`, `arn:aws:a:::y` and `arn:aws:a:::z`'],
    [
      allow('a:b', '*', { Condition: { StringLike: { 'aws:PrincipalTag/x': ['a', 'b'] } } }),
      '  - `aws:PrincipalTag/x` meets `StringLike` `a` or `b`',
    ],
  ])('spells out %j', (statement, line) => expect(summary([statement]).split('\n')).toContain(`${line}`));

  it('tells denials from what is allowed', () => {
    const lines = summary([allow('s3:*', '*'), { Effect: 'Deny', Action: 's3:DeleteBucket', Resource: '*' }]).split('\n');
    expect(lines.indexOf('It never allows:')).toBeGreaterThan(lines.indexOf('- `s3:*` on every resource'));
    expect(lines.at(-1)).toBe('- `s3:DeleteBucket` on every resource');
  });

  it.each([
    [300, '5 minutes'],
    [3600, '1 hour'],
    [7261, '2 hours and 1 minute and 1 second'],
    [43_200, '12 hours'],
  ])('says %i seconds', (sessionSeconds, words) => expect(summary([allow('*', '*')], { sessionSeconds })).toContain(`for ${words} once`));
});
