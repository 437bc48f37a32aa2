// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundariesIn, renderTemplate, type TemplateParameter, TemplateProblem } from './delegation-template';

type Json = Record<string, unknown>;

const policy = (...Statement: Json[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Resource: unknown, more: Json = {}) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource, ...more });
const one = (name: string, value: string): TemplateParameter => ({ name, type: 'string', values: [value] });
const list = (name: string, ...values: string[]): TemplateParameter => ({ name, type: 'stringList', values });

const render = (template: string, ...parameters: TemplateParameter[]) =>
  JSON.parse(renderTemplate(template, parameters)).Statement as Json[];
const resourceOf = (resource: unknown, ...parameters: TemplateParameter[]) => render(policy(allow(resource)), ...parameters)[0]?.Resource;
const problem = (template: string, ...parameters: TemplateParameter[]) => {
  try {
    renderTemplate(template, parameters);
  } catch (error) {
    if (error instanceof TemplateProblem) return error.message;
    throw error;
  }
  return 'none';
};

describe('parameters', () => {
  it.each<[unknown, TemplateParameter[], unknown]>([
    ['arn:aws:s3:::b/*', [], 'arn:aws:s3:::b/*'],
    ['arn:aws:s3:::@{bucketName}/*', [one('bucketName', 'my-bucket')], 'arn:aws:s3:::my-bucket/*'],
    ['arn:aws:s3:::@{bucketNames}/*', [list('bucketNames', 'a', 'b')], ['arn:aws:s3:::a/*', 'arn:aws:s3:::b/*']],
    ['arn:aws:s3:::@{bucketNames}/*', [list('bucketNames', 'a')], 'arn:aws:s3:::a/*'],
    [['arn:aws:s3:::x', 'arn:aws:s3:::@{names}'], [list('names', 'a', 'b')], ['arn:aws:s3:::x', 'arn:aws:s3:::a', 'arn:aws:s3:::b']],
    [
      'arn:aws:s3:::@{bucketNames}/@{prefix}/*',
      [list('bucketNames', 'a', 'b'), one('prefix', 'data')],
      ['arn:aws:s3:::a/data/*', 'arn:aws:s3:::b/data/*'],
    ],
    [
      'arn:aws:s3:::@{first}/@{other}',
      [list('first', 'a', 'b'), list('other', 'x', 'y')],
      ['arn:aws:s3:::a/x', 'arn:aws:s3:::a/y', 'arn:aws:s3:::b/x', 'arn:aws:s3:::b/y'],
    ],
    ['arn:aws:s3:::@{bucket}/@{bucket}', [one('bucket', 'a')], 'arn:aws:s3:::a/a'],
    // what a value says is text, whatever it looks like
    ['arn:aws:s3:::@{bucket}', [one('bucket', '@{other}"},{'), one('other', 'x')], 'arn:aws:s3:::@{other}"},{'],
    ['arn:aws:s3:::b/${aws:username}', [], 'arn:aws:s3:::b/${aws:username}'],
  ])('%j with %j', (resource, parameters, expected) => expect(resourceOf(resource, ...parameters)).toEqual(expected));

  it('stand in actions and conditions too, and as one value in names of conditions', () => {
    const template = policy({
      Effect: 'Allow',
      Action: 's3:@{operation}',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/@{tagKey}': '@{tagValues}' } },
    });
    expect(render(template, one('operation', 'GetObject'), one('tagKey', 'Team'), list('tagValues', 'a', 'b'))).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition: { StringEquals: { 'aws:ResourceTag/Team': ['a', 'b'] } } },
    ]);
    expect(problem(template, one('operation', 'GetObject'), list('tagKey', 'Team', 'Cost'), one('tagValues', 'a'))).toMatch(
      /cannot take a list/,
    );
  });

  it.each<[string, TemplateParameter[], RegExp]>([
    ['without a value', [], /a parameter bucket, which has no value/],
    ['of a type that takes one value', [{ name: 'bucket', type: 'string', values: ['a', 'b'] }], /must have one value/],
    ['with an empty list', [list('bucket')], /has no value/],
    ['given twice', [one('bucket', 'a'), one('bucket', 'b')], /given twice/],
    ['that makes the policy longer than 2,048 characters', [one('bucket', 'a'.repeat(2_000))], /exceeds 2048/],
    ['of more values than there is room for', [list('bucket', ...Array.from({ length: 3_000 }, (_, i) => `b${i}`))], /exceeds 2048/],
  ])('%s are refused', (_, parameters, message) =>
    expect(problem(policy(allow('arn:aws:s3:::@{bucket}')), ...parameters)).toMatch(message),
  );

  it('are combined without end only on paper', () => {
    const text = Array.from({ length: 20 }, (_, i) => `@{list${i}}`).join('/');
    const parameters = Array.from({ length: 20 }, (_, i) => list(`list${i}`, 'a', 'b', 'c'));
    expect(problem(policy(allow(`arn:aws:s3:::${text}`)), ...parameters)).toMatch(/exceeds 2048/);
  });
});

describe('statements', () => {
  const template = policy(
    allow('*'),
    allow('arn:aws:s3:::b', { '@Enabled': 'ENABLE_WRITE' }),
    allow('arn:aws:s3:::c', { '@Enabled': '!ENABLE_WRITE' }),
  );

  it.each([
    ['True', ['*', 'arn:aws:s3:::b']],
    ['False', ['*', 'arn:aws:s3:::c']],
    ['true', ['*', 'arn:aws:s3:::c']],
  ])('are left out by a directive: %s', (value, resources) => {
    const statements = render(template, one('ENABLE_WRITE', value));
    expect(statements.map(({ Resource }) => Resource)).toEqual(resources);
    expect(statements.every((statement) => !('@Enabled' in statement))).toBe(true);
  });

  it('whose directive names a parameter that is not given are refused', () => expect(problem(template)).toMatch(/ENABLE_WRITE/));

  it('must make a policy', () => {
    expect(problem(policy(allow('*', { '@Enabled': 'NEVER_TRUE' })), one('NEVER_TRUE', 'False'))).toMatch(/no valid policy/);
    expect(problem(policy({ Effect: 'Allow', Action: 's3:GetObject' }))).toMatch(/no valid policy/);
  });
});

describe('boundaries', () => {
  const boundary = 'arn:aws:iam::partner:policy/permissions-boundary/example.com/Operator_2026_01_31';
  const when = { StringEquals: { 'iam:PermissionsBoundary': boundary } };

  it.each<[string, Json, string[]]>([
    ['where roles are created', { Action: ['iam:CreateRole', 'iam:PutRolePolicy'], Condition: when }, [boundary]],
    ['where roles get another', { Action: 'iam:PutRolePermissionsBoundary', Condition: when }, [boundary]],
    ['where nothing of the kind is allowed', { Action: 'iam:PutRolePolicy', Condition: when }, []],
    ['where it is denied', { Effect: 'Deny', Action: 'iam:CreateRole', Condition: when }, []],
    ['where none is asked for', { Action: 'iam:CreateRole' }, []],
    ['where a pattern takes role creation in', { Action: 'iam:Create*', Condition: when }, [boundary]],
    ['where everything is allowed', { Action: '*', Condition: when }, [boundary]],
    ['where all but something else is allowed', { NotAction: 's3:*', Condition: when }, [boundary]],
    ['where all but role creation is allowed', { NotAction: ['iam:Create*', 'iam:Put*'], Condition: when }, []],
    ['that compare ARNs', { Action: 'iam:CreateRole', Condition: { ArnLike: { 'IAM:permissionsboundary': [boundary] } } }, [boundary]],
    ['that compare text', { Action: 'iam:CreateRole', Condition: { StringLike: { 'iam:PermissionsBoundary': boundary } } }, [boundary]],
    [
      'and none that are excluded',
      { Action: 'iam:CreateRole', Condition: { StringNotEquals: { 'iam:PermissionsBoundary': boundary } } },
      [],
    ],
    [
      'and none that may be left out',
      { Action: 'iam:CreateRole', Condition: { StringEqualsIfExists: { 'iam:PermissionsBoundary': boundary } } },
      [],
    ],
    [
      'and none for every value of none',
      { Action: 'iam:CreateRole', Condition: { 'ForAllValues:StringEquals': { 'iam:PermissionsBoundary': boundary } } },
      [],
    ],
    [
      'and none where one must only be there',
      { Action: 'iam:CreateRole', Condition: { Null: { 'iam:PermissionsBoundary': 'false' } } },
      [],
    ],
    [
      'and no patterns of them',
      { Action: 'iam:CreateRole', Condition: { ArnLike: { 'iam:PermissionsBoundary': 'arn:aws:iam::*:policy/any' } } },
      [],
    ],
    [
      'and no variables',
      {
        Action: 'iam:CreateRole',
        Condition: { StringEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::${aws:PrincipalAccount}:policy/any' } },
      },
      [],
    ],
  ])('are those of the conditions %s', (_, statement, expected) =>
    expect(boundariesIn(policy({ Effect: 'Allow', Resource: '*', ...statement }))).toEqual(expected),
  );
});

it('never gives text of a value a meaning of its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '"', '\\', '{', '}', '@', ',', ':', '*'), maxLength: 30 }), (value) => {
      const [statement, ...others] = render(policy(allow('arn:aws:s3:::b/@{value}')), one('value', value));
      expect(others).toEqual([]);
      expect(statement).toEqual(allow(`arn:aws:s3:::b/${value}`));
    }),
  );
});
