import { describe, expect, it } from 'vitest';
import { policy } from '../policies';
import { here, openDynamo, refusal } from './direct';

const ResourceArn = 'arn:aws:dynamodb:us-east-1:111111111111:table/tab';
const statement = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::222222222222:root' },
  Action: 'dynamodb:GetItem',
  Resource: ResourceArn,
};
const Policy = policy(statement);
const invalidDocument = 'One or more parameter values were invalid: Invalid policy document: ';

describe('the policy of a table', () => {
  it('is given back with its revision until it is deleted', async () => {
    await using db = openDynamo();
    await db.table();
    const { RevisionId } = await db.call('PutResourcePolicy', { ResourceArn, Policy });
    expect(RevisionId).toMatch(/^\d{13}$/);
    expect(await db.call('GetResourcePolicy', { ResourceArn })).toEqual({ Policy, RevisionId });
    expect(await db.call('DeleteResourcePolicy', { ResourceArn })).toEqual({ RevisionId });
    expect(await db.call('DeleteResourcePolicy', { ResourceArn })).toEqual({});
    expect(await refusal(db.call('GetResourcePolicy', { ResourceArn }))).toBe(
      `PolicyNotFoundException: Resource-based policy not found for the provided ResourceArn: ${ResourceArn}`,
    );
  });

  it('can be given when the table is created', async () => {
    await using db = openDynamo();
    await db.table('pk:S', { ResourcePolicy: Policy });
    expect(await db.call('GetResourcePolicy', { ResourceArn })).toMatchObject({ Policy });
  });

  it('is not seen by a later table of the same name', async () => {
    await using db = openDynamo();
    await db.table('pk:S', { ResourcePolicy: Policy });
    await db.call('DeleteTable', { TableName: 'tab' });
    await db.table();
    expect(await refusal(db.call('GetResourcePolicy', { ResourceArn }))).toMatch(/^PolicyNotFound/);
  });

  it('is given back in one form, and the same in another is no change', async () => {
    await using db = openDynamo();
    await db.table();
    const written = {
      Statement: {
        Resource: [ResourceArn],
        Action: ['dynamodb:GetItem'],
        Principal: { AWS: ['222222222222', 'arn:aws:iam::222222222222:root'] },
        Effect: 'allow',
      },
      Version: '2012-10-17',
    };
    const { RevisionId } = await db.call('PutResourcePolicy', { ResourceArn, Policy: JSON.stringify(written, undefined, 2) });
    expect(await db.call('GetResourcePolicy', { ResourceArn })).toEqual({ Policy, RevisionId });
    await db.pass(60);
    expect(await db.call('PutResourcePolicy', { ResourceArn, Policy })).toEqual({ RevisionId });
    const { RevisionId: next } = await db.call('PutResourcePolicy', { ResourceArn, Policy: policy({ Sid: 'a', ...statement }) });
    expect(Number(next)).toBeGreaterThan(Number(RevisionId));
  });

  it('has the older version when it says none, which is another policy than one that says it', async () => {
    await using db = openDynamo();
    await db.table();
    const { RevisionId } = await db.call('PutResourcePolicy', { ResourceArn, Policy: JSON.stringify({ Statement: [statement] }) });
    const { Policy: shown = '' } = await db.call('GetResourcePolicy', { ResourceArn });
    expect(JSON.parse(shown).Version).toBe('2008-10-17');
    expect((await db.call('PutResourcePolicy', { ResourceArn, Policy: shown })).RevisionId).not.toBe(RevisionId);
  });

  it('changes only from the revision that is expected', async () => {
    await using db = openDynamo();
    await db.table();
    const notFound = 'PolicyNotFoundException: Resource-based policy not found for the provided ResourceArn: ';
    const put = (ExpectedRevisionId: string) => db.call('PutResourcePolicy', { ResourceArn, Policy, ExpectedRevisionId });
    expect(await refusal(put('123'))).toMatch(/^PolicyNotFoundException: .*with revision id 123, but table tab has no associated/);
    const { RevisionId = '' } = await put('NO_POLICY');
    expect(await refusal(put('NO_POLICY'))).toBe(
      `${notFound}Requested policy update expecting none to be present for table tab, but a policy exists with revision id ${RevisionId}.`,
    );
    expect(await refusal(db.call('DeleteResourcePolicy', { ResourceArn, ExpectedRevisionId: '123' }))).toBe(
      `${notFound}Requested update for policy with revision id 123, but the policy associated to target table tab has revision id ${RevisionId}.`,
    );
    expect(await put(RevisionId)).toEqual({ RevisionId });
  });
});

describe('a policy that would lock its author out', () => {
  const Deny = policy({ Effect: 'Deny', Principal: '*', Action: 'dynamodb:PutResourcePolicy', Resource: ResourceArn });

  it('must be confirmed', async () => {
    await using db = openDynamo();
    await db.table();
    expect(await refusal(db.call('PutResourcePolicy', { ResourceArn, Policy: Deny }))).toBe(
      'AccessDeniedException: The new resource policy will not allow you to update the resource policy in the future.',
    );
    await db.call('PutResourcePolicy', { ResourceArn, Policy: Deny, ConfirmRemoveSelfResourceAccess: true });
  });

  it('is one that denies PutResourcePolicy to its author, not one that denies it to others or denies something else', async () => {
    await using db = openDynamo();
    await db.table();
    for (const change of [
      { Effect: 'Deny', Principal: { AWS: 'arn:aws:iam::222222222222:root' }, Action: 'dynamodb:PutResourcePolicy' },
      { Effect: 'Deny', Principal: '*', Action: 'dynamodb:DeleteResourcePolicy' },
    ])
      await db.call('PutResourcePolicy', { ResourceArn, Policy: policy({ ...statement, ...change }) });
  });
});

describe('what is no policy of a table', () => {
  it.each<[string, string, string]>([
    ['text that is no JSON', '{not json', `${invalidDocument}This policy contains invalid Json`],
    ['nothing', '', `${invalidDocument}This policy contains invalid Json`],
    ['no statement', policy(), `${invalidDocument}Could not parse the policy: Statement is empty!`],
    ['no resource', policy({ ...statement, Resource: undefined }), `${invalidDocument}Missing required field Resource`],
    [
      'a Sid twice',
      policy({ Sid: 'a', ...statement }, { Sid: 'a', ...statement }),
      `${invalidDocument}The Statement Ids in the policy are not unique`,
    ],
    [
      'actions of streams',
      policy({ ...statement, Action: ['dynamodb:GetRecords', 'dynamodb:DescribeStream'] }),
      `${invalidDocument}The following action names are invalid: "dynamodb:GetRecords", "dynamodb:DescribeStream"`,
    ],
    [
      'a name that is no principal',
      policy({ ...statement, Principal: { AWS: 'bob' } }),
      'One or more parameter values were invalid: Invalid principal in policy document.',
    ],
    [
      'more than 20 KB',
      `${Policy}${' '.repeat(20_480)}`,
      'One or more parameter values were invalid: Maximum policy size of 20480 bytes exceeded',
    ],
    [
      'everything for everybody',
      policy({ ...statement, Principal: { AWS: '*' } }),
      'Resource-based policy grants unbounded access in one or more elements. Please revise the policy to ensure least-privilege form of access',
    ],
  ])('is refused: %s', async (_, given, sentence) => {
    await using db = openDynamo();
    await db.table();
    expect(await refusal(db.call('PutResourcePolicy', { ResourceArn, Policy: given }))).toBe(`ValidationException: ${sentence}`);
  });
});

describe('the resource of a policy', () => {
  const wrong = 'ValidationException: One or more parameter values were invalid: ';
  it.each<[string, string, string]>([
    ['is no bare name', 'tab', `${wrong}ARNs must start with 'arn:': tab`],
    ['is a table that is there', `${ResourceArn}x`, 'ResourceNotFoundException: Requested resource not found: Table: tabx not found'],
    [
      'is in the region',
      ResourceArn.replace('us-east-1', 'us-west-2'),
      `${wrong}Invalid resource Arn: ${ResourceArn.replace('us-east-1', 'us-west-2')}`,
    ],
    [
      'is no index',
      `${ResourceArn}/index/i`,
      `${wrong}Invalid resource arn provided, only table or stream is accepted. Provided resource arn: ${ResourceArn}/index/i`,
    ],
    ['is no backup', `${ResourceArn}/backup/b`, `${wrong}Provided Arn is not a DynamoDB resource arn: ${ResourceArn}/backup/b`],
    [
      'is a stream that is there',
      `${ResourceArn}/stream/s`,
      'ResourceNotFoundException: Requested resource not found: Stream: s not found for Table: tab',
    ],
  ])('%s', async (_, arn, sentence) => {
    await using db = openDynamo();
    await db.table();
    expect(await refusal(db.call('GetResourcePolicy', { ResourceArn: arn }))).toBe(sentence);
  });

  it("is the caller's own", async () => {
    await using db = openDynamo();
    await db.table();
    expect(await refusal(db.call('GetResourcePolicy', { ResourceArn }, { ...here, account: '222222222222' }))).toBe(
      'ValidationException: This action is only supported by accounts that match the resource owner’s account.',
    );
  });
});
