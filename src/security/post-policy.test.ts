import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AwsError } from '../kernel/errors';
import { readFormCredential } from './credential';
import { checkPostPolicy, requireFormSignature } from './post-policy';

/** What browsers' forms hold in place of the file's name. */
const fileName = '$' + '{filename}';
const now = Date.parse('2026-01-01T00:00:00Z');
const clocks = { real: () => now, virtual: () => now, since: (ms: number) => now - ms };

/** A form signed with version 2, which needs no scope. */
function check(document: unknown, extra: Record<string, string> = {}, secret: string | undefined = 's') {
  const policy = typeof document === 'string' ? document : Buffer.from(JSON.stringify(document)).toString('base64');
  const signature = createHmac('sha1', 's').update(policy).digest('base64');
  const fields = new Map(Object.entries({ policy, awsaccesskeyid: 'AKID', signature, key: `up/${fileName}`, file: 'x', ...extra }));
  return checkPostPolicy({ fields, bucket: 'bucket', key: 'up/cat.png', credential: readFormCredential(fields)!, secret, clocks });
}

const withConditions = (...conditions: unknown[]) => ({
  expiration: '2026-01-01T01:00:00.000Z',
  conditions: [['starts-with', '$key', ''], ...conditions],
});

function errorOf(run: () => unknown): Pick<AwsError, 'code' | 'status' | 'message' | 'fields'> {
  try {
    run();
  } catch (error) {
    const { code, status, message, fields } = error as AwsError;
    return { code, status, message, fields };
  }
  throw new Error('nothing was thrown');
}

describe('a POST form keeps to its policy', () => {
  const holding: [name: string, condition: unknown, fields: Record<string, string>][] = [
    ['an object', { acl: 'private' }, { acl: 'private' }],
    ['eq', ['eq', '$acl', 'private'], { acl: 'private' }],
    ['an operator in capitals', ['EQ', '$ACL', 'private'], { acl: 'private' }],
    ['the bucket of the request', { bucket: 'bucket' }, {}],
    ['the key with its file name', ['eq', '$key', 'up/cat.png'], {}],
    ['starts-with', ['starts-with', '$x-amz-meta-a', 're'], { 'x-amz-meta-a': 'red' }],
    ['starts-with nothing, of a field that is not there', ['starts-with', '$x-amz-meta-a', ''], {}],
    ['a list of content types', ['starts-with', '$Content-Type', 'image/'], { 'content-type': 'image/png, image/gif' }],
    ['fields to be ignored', { acl: 'private' }, { acl: 'private', 'x-ignore-me': '1' }],
  ];
  it.each(holding)('with %s', (_name, condition, fields) => expect(() => check(withConditions(condition), fields)).not.toThrow());

  const failing: [condition: unknown, fields: Record<string, string>, text: string][] = [
    [{ acl: 'private' }, { acl: 'public-read' }, '["eq", "$acl", "private"]'],
    [['eq', '$acl', 'private'], {}, '["eq", "$acl", "private"]'],
    [{ bucket: 'other' }, {}, '["eq", "$bucket", "other"]'],
    [['starts-with', '$Content-Type', 'image/'], { 'content-type': 'image/png,text/plain' }, '["starts-with", "$Content-Type", "image/"]'],
    [['contains', '$acl', 'p'], { acl: 'private' }, '["contains", "$acl", "p"]'],
    [['eq', 'acl', 'private'], { acl: 'private' }, '["eq", "acl", "private"]'],
    [['eq', '$acl'], { acl: 'private' }, '["eq", "$acl"]'],
    [{ acl: 1 }, { acl: '1' }, '["eq", "$acl", 1]'],
    [['content-length-range', 1.5, 10], {}, '["content-length-range", 1.5, 10]'],
  ];
  it.each(failing)('or fails %j', (condition, fields, text) => {
    expect(errorOf(() => check(withConditions(condition), fields))).toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: `Invalid according to Policy: Policy Condition failed: ${text}`,
    });
  });

  it('or has fields that no condition names', () => {
    expect(errorOf(() => check(withConditions(), { 'x-b': '1', acl: 'private' }))).toMatchObject({
      code: 'AccessDenied',
      message: 'Invalid according to Policy: Extra input fields: acl, x-b',
    });
  });

  it('for as long as that lasts', () => {
    expect(errorOf(() => check({ ...withConditions(), expiration: '2025-12-31T23:59:59Z' }))).toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: 'Invalid according to Policy: Policy expired.',
    });
  });

  const malformed: [document: unknown, message: string][] = [
    ['', "Invalid Policy: Expecting '{' but found End-of-Input"],
    [Buffer.from('{').toString('base64'), 'Invalid Policy: Invalid JSON.'],
    [Buffer.from('1').toString('base64'), 'Invalid Policy: Invalid JSON.'],
    [{ conditions: [] }, 'Invalid Policy: Policy missing expiration.'],
    [{ expiration: 'tomorrow', conditions: [] }, "Invalid Policy: Invalid 'expiration' value: 'tomorrow'"],
    [{ expiration: '2026-01-01T01:00:00Z' }, 'Invalid Policy: Policy missing conditions.'],
    [{ expiration: '2026-01-01T01:00:00Z', conditions: {} }, "Invalid Policy: Invalid 'conditions' value: must be a List."],
    [withConditions('acl'), 'Invalid Policy: Invalid condition test: must be a List or Object.'],
    [
      withConditions({ a: '1', b: '2' }),
      'Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
    ],
    [withConditions([]), 'Invalid Policy: Invalid Condition: missing operation identifier.'],
  ];
  it.each(malformed)('unless that is malformed: %j', (document, message) => {
    expect(errorOf(() => check(document))).toMatchObject({ code: 'InvalidPolicyDocument', status: 400, message });
  });
});

describe('a POST form’s signature', () => {
  it('must be of the policy, where the secret is known', () => {
    expect(errorOf(() => check(withConditions(), {}, 'other'))).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 });
    expect(errorOf(() => check(withConditions(), { signature: 'bm8=' }))).toMatchObject({ code: 'SignatureDoesNotMatch' });
  });

  it.each([
    [{ policy: 'p' }, 'AWSAccessKeyId'],
    [{ policy: 'p', awsaccesskeyid: 'a' }, 'Signature'],
    [{ policy: 'p', awsaccesskeyid: '', signature: 's' }, 'AWSAccessKeyId'],
    [{ policy: 'p', 'x-amz-algorithm': 'AWS4-HMAC-SHA256' }, 'X-Amz-Signature'],
    [{ policy: 'p', 'x-amz-algorithm': 'AWS4-HMAC-SHA256', 'x-amz-signature': 's', 'x-amz-credential': 'c' }, 'X-Amz-Date'],
  ])('must be there: %j', (fields, name) => {
    expect(errorOf(() => requireFormSignature(new Map(Object.entries(fields))))).toEqual({
      code: 'InvalidArgument',
      status: 400,
      message: `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
      fields: { ArgumentName: name, ArgumentValue: '' },
    });
  });
});

describe('the length of the file', () => {
  it('is what all ranges allow', () => {
    expect(check(withConditions(['content-length-range', 1, 10], ['content-length-range', '5', '20']))).toEqual({ min: 5, max: 10 });
    expect(check(withConditions())).toEqual({ min: 0, max: Number.POSITIVE_INFINITY });
  });
});
