// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import { describe, expect, it } from 'vitest';
import { type PolicyKind, parsePolicy, policyChars, policyProblem, sizeProblem } from '../../src/policy';

type Json = Record<string, unknown>;

const version = '2012-10-17';
const good: Json = { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::photos' };
const document = (statement: unknown, rest: Json = {}) => JSON.stringify({ Version: version, Statement: statement, ...rest });
const changed = (changes: Json) => document({ ...good, ...changes });
const without = (...names: string[]) => document(Object.fromEntries(Object.entries(good).filter(([name]) => !names.includes(name))));

const syntax = 'Syntax errors in policy.';
const legacy = 'The policy failed legacy parsing';
const noActions = 'Policy statement must contain actions.';
const noResources = 'Policy statement must contain resources.';
const vendorless = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
const oldVersion = 'Policy document must be version 2012-10-17 or greater.';
const twice = 'Statement IDs (SID) in a single policy must be unique.';
const badSid = 'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*';

describe('managed policies are refused in the words of IAM', () => {
  it.each<[string, string, string]>([
    ['no JSON', 'Allow everything', syntax],
    ['an array', '[]', syntax],
    ['null', 'null', syntax],
    ['nothing', '', syntax],
    ['no Version', JSON.stringify({ Statement: good }), oldVersion],
    ['the old Version', document(good, { Version: '2008-10-17' }), oldVersion],
    ['an unknown Version', document(good, { Version: '2013-10-17' }), syntax],
    ['a Version that is no text', document(good, { Version: 2012 }), syntax],
    ['no Statement', JSON.stringify({ Version: version }), syntax],
    ['no statements', document([]), syntax],
    ['a statement that is text', document(['x']), syntax],
    ['an unknown field', document(good, { Extra: 'x' }), syntax],
    ['an unknown field in a statement', changed({ Extra: 'x' }), syntax],
    ['a field in another case', changed({ effect: 'Allow' }), syntax],
    ['an Id that is a list', document(good, { Id: ['x'] }), syntax],
    ['an Id that is an object', document(good, { Id: {} }), syntax],
    ['no Effect', without('Effect'), syntax],
    ['an unknown Effect', changed({ Effect: 'Maybe' }), syntax],
    ['an Effect in another case', changed({ Effect: 'allow' }), legacy],
    ['a Sid that is a list', changed({ Sid: [] }), syntax],
    ['a Sid with a space', changed({ Sid: 'my statement' }), badSid],
    [
      'a Sid twice',
      document([
        { ...good, Sid: 'a' },
        { Sid: 'a', Effect: 'Allow' },
      ]),
      twice,
    ],
    ['no Action', without('Action'), noActions],
    ['an empty Action', changed({ Action: [] }), noActions],
    ['neither Action nor Resource', without('Action', 'Resource'), noActions],
    ['Action and NotAction', changed({ NotAction: 's3:*' }), syntax],
    ['Action and an empty NotAction', changed({ NotAction: [] }), syntax],
    ['an Action that is an object', changed({ Action: {} }), syntax],
    ['an Action with a list in it', changed({ Action: [[]] }), syntax],
    ['an Action without vendor', changed({ Action: 'ListBucket' }), vendorless],
    ['an Action that is empty text', changed({ Action: '' }), vendorless],
    ['an Action without vendor, and no Resource', document({ Effect: 'Allow', Action: 'invalid' }), vendorless],
    ['a vendor with a space', changed({ Action: 'a a:ListBucket' }), 'Vendor a a is not valid'],
    ['a vendor with a star', changed({ Action: 's*:ListBucket' }), 'Vendor s* is not valid'],
    ['two colons', changed({ Action: 's3:List:Bucket' }), 'Actions/Condition can contain only one colon.'],
    ['no Resource', without('Resource'), noResources],
    ['an empty Resource', changed({ Resource: [] }), noResources],
    ['Resource and NotResource', changed({ NotResource: '*' }), syntax],
    ['a Resource that is an object', changed({ Resource: { a: 'b' } }), syntax],
    ['a Resource that is no ARN', changed({ Resource: 'my bucket' }), 'Resource my bucket must be in ARN format or "*".'],
    ['a Resource that is empty text', changed({ Resource: '' }), 'Resource  must be in ARN format or "*".'],
    ['a bad Resource before a bad Action', changed({ Action: 's3:a:b', Resource: 'x' }), 'Resource x must be in ARN format or "*".'],
    ['an unknown partition', changed({ Resource: 'arn:nil:s3:::x' }), 'Partition "nil" is not valid for resource "arn:nil:s3:::x".'],
    ['a Resource without arn', changed({ Resource: 'aws:s3:::x' }), 'Partition "s3" is not valid for resource "arn:s3:::x:*".'],
    ['a Resource of two parts', changed({ Resource: 'a:b' }), 'Partition "b" is not valid for resource "arn:b:*:*:*:*".'],
    ['a Resource of three parts', changed({ Resource: 'a:b:c' }), 'Partition "b" is not valid for resource "arn:b:c:*:*:*".'],
    ['a Resource of eight parts', changed({ Resource: 'a:b:c:d:e:f:g:h' }), 'Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".'],
    ['no vendor', changed({ Resource: 'arn:aws' }), 'Resource vendor must be fully qualified and cannot contain regexes.'],
    [
      'a vendor with a wildcard',
      changed({ Resource: 'arn:aws:s*:::x' }),
      'Resource vendor must be fully qualified and cannot contain regexes.',
    ],
    ['an empty vendor', changed({ Resource: 'arn:aws::::x' }), legacy],
    ['an ARN that lacks a part', changed({ Resource: 'arn:aws:s3::x' }), legacy],
    ['a NotResource that lacks a part', document({ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3::x' }), legacy],
    ['an ARN that lacks a part, and no Action', document({ Effect: 'Allow', Resource: 'arn:aws:s3::x' }), legacy],
    [
      'a region in S3',
      changed({ Resource: 'arn:aws:s3:us-east-1::x' }),
      'Resource arn:aws:s3:us-east-1::x can not contain region information.',
    ],
    [
      'a region in IAM',
      changed({ Resource: 'arn:aws:iam:us-east-1::user/x' }),
      'IAM resource arn:aws:iam:us-east-1::user/x cannot contain region information.',
    ],
    [
      'an IAM resource without a type',
      changed({ Resource: 'arn:aws:iam:::x' }),
      'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.',
    ],
    ['a Principal', changed({ Principal: '*' }), 'Policy document should not specify a principal.'],
    ['a Condition that is a list', changed({ Condition: [] }), syntax],
    ['a Condition that is text', changed({ Condition: 'x' }), syntax],
    ['an operator over text', changed({ Condition: { StringEquals: 'x' } }), syntax],
    ['an unknown operator', changed({ Condition: { StringIs: { a: 'x' } } }), syntax],
    ['two colons in an operator', changed({ Condition: { 'ForAnyValue::StringEquals': { a: 'x' } } }), syntax],
    ['an unknown quantifier', changed({ Condition: { 'ForSome:StringEquals': { a: 'x' } } }), syntax],
    ['NullIfExists', changed({ Condition: { NullIfExists: { a: 'true' } } }), syntax],
    ['a condition value that is an object', changed({ Condition: { StringEquals: { a: {} } } }), syntax],
    ['a date that is none', changed({ Condition: { DateGreaterThan: { a: 'tomorrow' } } }), legacy],
    ['a month that is none', changed({ Condition: { DateLessThan: { a: '2026-13' } } }), legacy],
    ['a time zone of one digit', changed({ Condition: { DateLessThan: { a: '2026-12-13t2:00:00.593194+1' } } }), legacy],
    ['ten digits of a second', changed({ Condition: { DateLessThan: { a: '2026-12-13t2:00:00.1999999999+10:59' } } }), legacy],
    ['a time beyond 64 bits', changed({ Condition: { DateLessThan: { a: '9223372036854775808' } } }), legacy],
    ['a bad date before a bad partition', changed({ Resource: 'arn:nil:s3:::x', Condition: { DateLessThan: { a: 'x' } } }), legacy],
    ['the old Version before a bad date', JSON.stringify({ Statement: { ...good, Condition: { DateLessThan: { a: 'x' } } } }), oldVersion],
  ])('%s', (_, text, problem) => {
    expect(policyProblem(text, 'managed')).toBe(problem);
  });
});

describe('managed policies are taken', () => {
  it.each<[string, string]>([
    ['one statement', document(good)],
    ['a list of statements', document([good, good])],
    ['with an Id', document(good, { Id: 'x' })],
    ['everything', changed({ Action: '*', Resource: '*' })],
    ['any vendor and any action', changed({ Action: '*:*' })],
    ['vendors that nobody knows', changed({ Action: 'some-thing.v2:Do', Resource: 'arn:aws:nothing:us-east-1::x' })],
    ['an action with spaces', changed({ Action: 'iam: list users ' })],
    ['NotAction and NotResource', document({ Effect: 'Deny', NotAction: 's3:*', NotResource: ['*'] })],
    ['an ARN cut short', changed({ Resource: 'arn:aws:sqs' })],
    ['any partition', changed({ Resource: 'arn:*:s3:::x' })],
    ['another partition', changed({ Resource: 'arn:aws-cn:s3:::x' })],
    ['an IAM path', changed({ Resource: 'arn:aws:iam::111122223333:user/x' })],
    ['an IAM path cut off by a star', changed({ Resource: 'arn:aws:iam::*:us*' })],
    ['IAM root', changed({ Resource: 'arn:aws:iam::111122223333:root' })],
    ['an access point', changed({ Resource: 'arn:aws:s3:us-east-1:111122223333:accesspoint/x' })],
    ['a variable', changed({ Resource: 'arn:aws:iam::*:user/${aws:username}' })],
    ['a variable for the account', changed({ Resource: 'arn:aws:iam::${aws:PrincipalAccount}:user/x' })],
    ['an empty Condition', changed({ Condition: {} })],
    ['an unknown operator with nothing under it', changed({ Condition: { Whatever: {} } })],
    ['a key without values', changed({ Condition: { StringEquals: { a: [] } } })],
    ['numbers and truth values', changed({ Condition: { NumericEquals: { a: 5 }, Bool: { b: [true, false] } } })],
    [
      'dates of every form',
      changed({
        Condition: {
          DateLessThan: { a: ['2026', '2026-07-01T13:20:15Z', '2016-12-13T21:20:37.593194+00:00', '1700000000', '01T', '-292275054'] },
        },
      }),
    ],
    ['a date by variable', changed({ Condition: { DateLessThan: { a: '${aws:TokenIssueTime}' } } })],
    [
      'an empty Sid',
      document([
        { ...good, Sid: '' },
        { ...good, Sid: '' },
      ]),
    ],
  ])('%s', (_, text) => {
    expect(policyProblem(text, 'managed')).toBeUndefined();
  });

  it('inline policies of the old version, which have no variables', () => {
    expect(policyProblem(JSON.stringify({ Statement: good }), 'inline')).toBeUndefined();
    expect(parsePolicy(JSON.stringify({ Statement: good }), 'inline').version).toBe('2008-10-17');
  });
});

const trust: Json = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' };
const trusting = (changes: Json) =>
  document(Object.fromEntries(Object.entries({ ...trust, ...changes }).filter(([, value]) => value !== undefined)));

describe('trust policies', () => {
  it.each<[string, string, string | undefined]>([
    ['an account', trusting({}), undefined],
    ['everybody', trusting({ Principal: '*' }), undefined],
    ['a user', trusting({ Principal: { AWS: 'arn:aws:iam::111122223333:user/team/alice' } }), undefined],
    ['a role session', trusting({ Principal: { AWS: 'arn:aws:sts::111122223333:assumed-role/deploy/monday' } }), undefined],
    ['a unique id', trusting({ Principal: { AWS: 'AROAXXXXXXXXXXXXXXXXX' } }), undefined],
    ['services', trusting({ Principal: { Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'] } }), undefined],
    [
      'a SAML provider',
      trusting({ Principal: { Federated: 'arn:aws:iam::111122223333:saml-provider/ADFS' }, Action: 'sts:AssumeRoleWithSAML' }),
      undefined,
    ],
    [
      'an OIDC provider',
      trusting({
        Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/idp.example.com/pool' },
        Action: 'sts:AssumeRoleWithWebIdentity',
      }),
      undefined,
    ],
    ['Google', trusting({ Principal: { Federated: 'accounts.google.com' }, Action: 'sts:AssumeRoleWithWebIdentity' }), undefined],
    ['several STS actions', trusting({ Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] }), undefined],
    ['a Sid', trusting({ Sid: 'a1' }), undefined],
    ['no JSON', 'x', 'This policy contains invalid Json'],
    ['no statements', document([]), 'Could not parse the policy: Statement is empty!'],
    ['no Principal', trusting({ Principal: undefined }), 'Missing required field Principal'],
    ['no Effect', trusting({ Effect: undefined }), 'Missing required field Effect'],
    ['no Action', trusting({ Action: undefined }), 'Missing required field Action'],
    ['a Resource', trusting({ Resource: '*' }), 'Has prohibited field Resource'],
    ['another service’s action', trusting({ Action: 's3:GetObject' }), 'AssumeRole policy may only specify STS AssumeRole actions.'],
    ['every action', trusting({ Action: '*' }), 'AssumeRole policy may only specify STS AssumeRole actions.'],
    [
      'NotPrincipal',
      trusting({ Principal: undefined, NotPrincipal: { AWS: '111122223333' } }),
      'AssumeRole policy must not contain NotPrincipal field.',
    ],
    [
      'a user with a star',
      trusting({ Principal: { AWS: 'arn:aws:iam::111122223333:user/*' } }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/*"',
    ],
    [
      'a group',
      trusting({ Principal: { AWS: 'arn:aws:iam::111122223333:group/x' } }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:group/x"',
    ],
    ['an account of eleven digits', trusting({ Principal: { AWS: '11112222333' } }), 'Invalid principal in policy: "AWS":"11112222333"'],
    ['a service without a dot', trusting({ Principal: { Service: 'ec2' } }), 'Invalid principal in policy: "SERVICE":"ec2"'],
    ['nobody', trusting({ Principal: {} }), 'Invalid principal in policy'],
    ['an unknown type of principal', trusting({ Principal: { Robot: 'x' } }), 'Unknown field Robot'],
    ['a name instead of a star', trusting({ Principal: 'alice' }), 'Invalid principal in policy'],
    ['an unknown field', trusting({ Extra: 1 }), 'Unknown field Extra'],
  ])('%s', (_, text, problem) => {
    expect(policyProblem(text, 'trust')).toBe(problem);
  });
});

const bucket: Json = { ...good, Principal: '*' };

describe('resource policies', () => {
  it.each<[string, string, string | undefined]>([
    ['everybody', document(bucket), undefined],
    ['no Resource: the one it hangs on', document({ Effect: 'Allow', Principal: '*', Action: 'sns:Publish' }), undefined],
    ['NotPrincipal', document({ ...good, NotPrincipal: { AWS: '111122223333' } }), undefined],
    ['a canonical user', document({ ...good, Principal: { CanonicalUser: 'a'.repeat(64) } }), undefined],
    [
      'an origin access identity',
      document({ ...good, Principal: { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1' } }),
      undefined,
    ],
    ['a Sid with spaces', document({ ...bucket, Sid: 'my statement' }), undefined],
    ['the old version', document(bucket, { Version: '2008-10-17' }), undefined],
    ['no Principal', document(good), 'Missing required field Principal'],
    ['an action without vendor', document({ ...bucket, Action: 'GetObject' }), 'Policy has invalid action'],
    ['a bare name as Resource', document({ ...bucket, Resource: 'photos' }), 'Policy has invalid resource'],
    ['a user who is none', document({ ...good, Principal: { AWS: 'alice' } }), 'Invalid principal in policy'],
    ['an Effect in another case', document({ ...bucket, Effect: 'allow' }), 'Invalid effect: allow'],
    ['an unknown operator', document({ ...bucket, Condition: { X: { a: 'b' } } }), 'Invalid Condition type : X'],
  ])('%s', (_, text, problem) => {
    expect(policyProblem(text, 'resource')).toBe(problem);
  });
});

const requirements = 'The provided policy document does not meet the requirements of the specified policy type.';
const rcp = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' };

describe('control policies', () => {
  it.each<[string, PolicyKind, string, string | undefined]>([
    ['an SCP', 'scp', document({ Effect: 'Deny', Action: '*', Resource: '*' }), undefined],
    ['an SCP with a condition on an allow', 'scp', changed({ Condition: { Bool: { a: 'true' } } }), undefined],
    ['an SCP with a Principal', 'scp', document(bucket), requirements],
    ['an SCP without Resource', 'scp', without('Resource'), requirements],
    ['an SCP without JSON', 'scp', 'x', requirements],
    ['an SCP of the old version', 'scp', document(good, { Version: '2008-10-17' }), requirements],
    ['an RCP', 'rcp', document(rcp), undefined],
    ['an RCP that allows', 'rcp', document({ ...rcp, Effect: 'Allow' }), requirements],
    ['AWS’s own full access', 'rcp', document({ ...rcp, Effect: 'Allow', Action: '*' }), undefined],
    ['an RCP about one user', 'rcp', document({ ...rcp, Principal: { AWS: '111122223333' } }), requirements],
    ['an RCP about every action', 'rcp', document({ ...rcp, Action: '*' }), requirements],
    ['an RCP with NotAction', 'rcp', document({ Effect: 'Deny', Principal: '*', NotAction: 's3:*', Resource: '*' }), requirements],
  ])('%s', (_, kind, text, problem) => {
    expect(policyProblem(text, kind)).toBe(problem);
  });
});

describe('sizes', () => {
  it('do not count white space', () => {
    expect(policyChars('{ "a":\n\t"b c" }')).toBe(10);
  });

  it('are limited per kind, inline policies together', () => {
    expect(sizeProblem(['x'.repeat(6_144)], 'managed')).toBeUndefined();
    expect(sizeProblem(['x'.repeat(6_145)], 'managed')).toBe('Cannot exceed quota for PolicySize: 6144');
    expect(sizeProblem(['x'.repeat(2_049)], 'trust')).toBe('Cannot exceed quota for ACLSizePerRole: 2048');
    expect(sizeProblem(['x'.repeat(1_024), 'x'.repeat(1_025)], 'inlineUser', 'alice')).toBe(
      'Maximum policy size of 2048 bytes exceeded for user alice',
    );
  });
});

it('bears hostile documents', () => {
  expect(policyProblem('['.repeat(20_000), 'managed')).toBe(syntax);
  expect(policyProblem('{"__proto__":{"Version":"2012-10-17"},"Statement":[]}', 'managed')).toBe(syntax);
  expect(policyProblem(changed({ Condition: { StringEquals: { ['__proto__']: 'x', constructor: 'y' } } }), 'managed')).toBeUndefined();
  expect(policyProblem(changed({ Resource: `arn:aws:s3:::${'${'.repeat(5_000)}` }), 'managed')).toBeUndefined();
});
