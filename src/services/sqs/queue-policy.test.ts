import { describe, expect, it } from 'vitest';
import { requirePolicy, share, unshare } from './queue-policy';

const arn = 'arn:aws:sqs:us-east-1:111111111111:q';
const permission = { label: 'share', accounts: ['222222222222'], actions: ['SendMessage', 'ReceiveMessage'] };
const add = (policy: string | undefined, more: Partial<typeof permission> = {}) => share(policy, arn, 'aws', { ...permission, ...more });

describe('share', () => {
  it('begins a policy, or adds to the one that is there, whatever its form', () => {
    expect(JSON.parse(add(undefined)).Statement).toEqual([
      {
        Sid: 'share',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::222222222222:root' },
        Action: ['SQS:SendMessage', 'SQS:ReceiveMessage'],
        Resource: arn,
      },
    ]);
    const own = JSON.stringify({ Version: '2012-10-17', Statement: { Sid: 'own', Effect: 'Deny' } });
    const both = JSON.parse(add(own));
    expect([both.Version, both.Statement.map((each: { Sid: string }) => each.Sid)]).toEqual(['2012-10-17', ['own', 'share']]);
  });

  it.each([
    [{ label: 'a b' }, /for parameter Label is invalid/],
    [{ actions: [] }, 'The request must contain the parameter Actions.'],
    [{ actions: Array(8).fill('SendMessage') }, '8 Actions were found, maximum allowed is 7.'],
    [
      { actions: ['CreateQueue'] },
      'Value SQS:CreateQueue for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action.',
    ],
    [{ accounts: [] }, 'Value [] for parameter PrincipalId is invalid. Reason: Unable to verify.'],
    [{ accounts: ['1'] }, 'Value [1] for parameter PrincipalId is invalid. Reason: Unable to verify.'],
  ])('refuses %j', (more, sentence) => expect(() => add(undefined, more)).toThrow(sentence));
});

describe('unshare', () => {
  it('leaves the other statements, and no policy without any', () => {
    const two = add(add(undefined), { label: 'second' });
    const one = unshare(two, 'share') as string;
    expect(JSON.parse(one).Statement.map((each: { Sid: string }) => each.Sid)).toEqual(['second']);
    expect(unshare(one, 'second')).toBeUndefined();
    expect(() => unshare(one, 'share')).toThrow("Value share for parameter Label is invalid. Reason: can't find label.");
    expect(() => unshare(undefined, 'share')).toThrow("can't find label");
  });
});

describe('a policy', () => {
  const statement = { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'sqs:SendMessage', Resource: arn };
  const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const seven = ['*', 'SQS:*', 'sqs:Send*', 'sqs:a', 'sqs:b', 'sqs:c', 'sqs:d'];

  it.each<[string, string]>([
    ['one statement', policy(statement)],
    ['seven actions of SQS, however they are written', policy({ ...statement, Action: seven })],
    [
      'a service',
      policy({
        ...statement,
        Principal: { Service: 'sns.amazonaws.com' },
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:*' } },
      }),
    ],
    ['an object for a list, and no version', JSON.stringify({ Statement: statement })],
  ])('may have %s', (_, text) => {
    expect(requirePolicy(text)).toBe(text);
  });

  const invalid = 'Invalid value for the parameter Policy.';
  it.each<[string, string, string]>([
    ['nothing', '', invalid],
    ['an object without statements', '{}', invalid],
    ['an empty list', policy(), invalid],
    ["another service's action", policy({ ...statement, Action: 's3:GetObject' }), invalid],
    ['no principal', policy({ ...statement, Principal: undefined }), invalid],
    ['a principal that is a name', policy({ ...statement, Principal: { AWS: 'bob' } }), invalid],
    ['eight actions', policy({ ...statement, Action: [...seven, 'sqs:e'] }), '8 Actions were found, maximum allowed is 7.'],
  ])('may not have %s', (_, text, sentence) => {
    expect(() => requirePolicy(text)).toThrow(sentence);
  });
});
