import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AwsError } from '../kernel/errors';
import { type Credential, parseTime, readCredential, readFormCredential } from './credential';
import type { Dialect } from './errors';
import { malformed } from './malformed';

const header = 'AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/sqs/aws4_request, SignedHeaders=host;x-amz-date, Signature=00ff';
const date = { 'x-amz-date': '20150830T123600Z' };

function read(headers: Record<string, string>, query = '', form?: string): Credential | undefined {
  return readCredential({ method: 'GET', path: '/', query, headers }, form);
}

describe('reading a signature', () => {
  it('finds none where there is none', () => {
    expect(read({})).toBeUndefined();
    expect(read({ authorization: '' })).toBeUndefined();
    expect(read({}, 'X-Amz-Other=1&prefix=Signature=')).toBeUndefined();
    expect(read({}, '', 'Action=SendMessage')).toBeUndefined();
  });

  it('reads version 4 in the header, again and again', () => {
    for (const signature of ['00ff', '11ee']) {
      expect(read({ ...date, authorization: header.replace('00ff', signature), 'x-amz-security-token': 't' })).toEqual({
        version: 'v4',
        place: 'header',
        presigned: false,
        accessKeyId: 'AKID',
        date: '20150830',
        region: 'us-east-1',
        service: 'sqs',
        scope: '20150830/us-east-1/sqs/aws4_request',
        signedHeaders: ['host', 'x-amz-date'],
        signature,
        timestamp: '20150830T123600Z',
        signedAt: Date.parse('2015-08-30T12:36:00Z'),
        expiresSeconds: undefined,
        expiresAt: undefined,
        sessionToken: 't',
        problem: undefined,
      });
    }
  });

  it.each([
    ['no spaces', header.replaceAll(', ', ',')],
    [
      'another order',
      'AWS4-HMAC-SHA256 Signature=00ff, SignedHeaders=Host;X-Amz-Date, Credential=AKID/20150830/us-east-1/sqs/aws4_request',
    ],
  ])('takes %s', (_name, authorization) => {
    const { accessKeyId, signedHeaders, signature, problem } = read({ ...date, authorization })!;
    expect({ accessKeyId, signedHeaders, signature, problem }).toEqual({
      accessKeyId: 'AKID',
      signedHeaders: ['host', 'x-amz-date'],
      signature: '00ff',
      problem: undefined,
    });
  });

  it.each([
    ['a signature within the signature', 'Signature=00ff', 'Signature=11 Signature=00ff', { signature: '11 Signature=00ff' }],
    ['two key ids', 'Credential=', 'Credential=B/20150830/us-east-1/s3/aws4_request, Credential=', { accessKeyId: 'B' }],
    ['a component that ends like another', 'Signature=00ff', 'Signature=11, MySignature=00ff', { signature: '11' }],
  ])('reads %s alike, whatever came before', (name, usual, odd, expected) => {
    const good = header.replace('AKID', name.replaceAll(' ', ''));
    const authorization = good.replace(usual, odd);
    const first = read({ ...date, authorization });
    expect(first).toMatchObject(expected);
    read({ ...date, authorization: good });
    expect(read({ ...date, authorization })).toEqual(first);
  });

  it.each(['AWS4-HMAC-SHA256X', 'AWS4-HMAC-SHA256-PAYLOAD', 'AWS4-ECDSA-P256-SHA2560'])('takes %s for no scheme of its own', (scheme) => {
    expect(read({ ...date, authorization: header.replace('AWS4-HMAC-SHA256', scheme) })).toMatchObject({ problem: { kind: 'scheme' } });
  });

  it('takes a Date header for want of x-amz-date', () => {
    expect(read({ date: 'Sun, 30 Aug 2015 12:36:00 GMT', authorization: header })).toMatchObject({
      signedAt: Date.parse('2015-08-30T12:36:00Z'),
      problem: undefined,
    });
  });

  it('keeps slashes in a key id', () => {
    expect(read({ ...date, authorization: header.replace('AKID', 'a/b') })).toMatchObject({
      accessKeyId: 'a/b',
      region: 'us-east-1',
      problem: undefined,
    });
  });

  it('reads SigV4A, whose region is the first of a set', () => {
    const authorization = header.replace('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256').replace('/us-east-1', '');
    const at = (set: string) => read({ ...date, authorization, 'x-amz-region-set': set });
    expect(at('eu-west-1,us-east-1')).toMatchObject({ version: 'v4a', region: 'eu-west-1', service: 'sqs', problem: undefined });
    expect(at('*')).toMatchObject({ region: '', problem: undefined });
  });

  it('reads version 2 in the header, the query and the form', () => {
    expect(read({ date: 'Tue, 27 Mar 2007 19:36:42 +0000', authorization: 'AWS AKID:c2ln' })).toMatchObject({
      version: 'v2',
      place: 'header',
      accessKeyId: 'AKID',
      signature: 'c2ln',
      problem: undefined,
    });
    expect(read({}, 'AWSAccessKeyId=AKID&Expires=1175139620&Signature=a%2Bb%3D&x-amz-security-token=t')).toMatchObject({
      version: 'v2',
      place: 'query',
      presigned: true,
      signature: 'a+b=',
      expiresAt: 1_175_139_620_000,
      sessionToken: 't',
    });
    const form = 'Action=X&AWSAccessKeyId=AKID&SignatureVersion=2&SignatureMethod=HmacSHA1&Timestamp=2011-10-03T15%3A19%3A30Z&Signature=s';
    for (const found of [read({}, form), read({}, '', form)]) {
      expect(found).toMatchObject({
        version: 'v2',
        place: 'query-api',
        presigned: false,
        digest: 'sha1',
        signedAt: Date.parse('2011-10-03T15:19:30Z'),
      });
    }
  });

  it('reads forms', () => {
    expect(readFormCredential(new Map([['key', 'k']]))).toBeUndefined();
    expect(readFormCredential(new Map(Object.entries({ policy: 'p', awsaccesskeyid: 'AKID', signature: 's' })))).toMatchObject({
      version: 'v2',
      place: 'form',
      accessKeyId: 'AKID',
    });
  });

  it('throws for nothing that a client can send', () => {
    const piece = fc.constantFrom(
      'AWS4-HMAC-SHA256',
      'AWS ',
      'Credential=',
      '/',
      ',',
      ' ',
      'Signature=',
      ';',
      ':',
      '%',
      'X-Amz-Algorithm=',
      '&',
      'AWSAccessKeyId=',
      '=',
      'ä',
    );
    const junk = fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 12 }).map((parts) => parts.join(''));
    const dialects = fc.constantFrom<Dialect>('s3', 'query', 'ec2', 'json', 'query-json', 'rest-json');
    fc.assert(
      fc.property(junk, junk, junk, dialects, (authorization, query, stamp, dialect) => {
        const credential = read({ authorization, 'x-amz-date': stamp }, query, query);
        if (credential?.problem) expect(malformed(credential.problem, credential, dialect).code).toMatch(/^[A-Z]/);
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});

const hash = (text: string) => createHash('sha256').update(text, 'latin1').digest('base64');
const tail = (text: string) => `(Hashed with SHA-256 and encoded with Base64) Authorization=${hash(text)}`;
const expecting = 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".';

function answer(credential: Credential | undefined, dialect: Dialect): Pick<AwsError, 'code' | 'status' | 'message'> {
  const { code, status, message } = malformed(credential!.problem!, credential!, dialect);
  return { code, status, message };
}

describe('a malformed header', () => {
  const noSignature = header.slice(0, header.indexOf(', Signature'));
  const cases: [name: string, headers: Record<string, string>, s3: [string, number, string], query: [string, number, string]][] = [
    [
      'has a component too few',
      { ...date, authorization: noSignature },
      [
        'AuthorizationHeaderMalformed',
        400,
        'The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.',
      ],
      ['IncompleteSignature', 400, `Authorization header requires 'Signature' parameter. ${tail(noSignature)}`],
    ],
    [
      'has another scheme',
      { ...date, authorization: 'Bearer abc' },
      ['InvalidArgument', 400, 'Unsupported Authorization Type'],
      [
        'IncompleteSignature',
        400,
        `Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ${tail('Bearer abc')}`,
      ],
    ],
    [
      'has a scope of four parts',
      { ...date, authorization: header.replace('/us-east-1', '') },
      ['AuthorizationHeaderMalformed', 400, `The authorization header is malformed; ${expecting}`],
      [
        'IncompleteSignature',
        400,
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKID/20150830/sqs/aws4_request'",
      ],
    ],
    [
      'has a wrong terminator',
      { ...date, authorization: header.replace('aws4_request', 'aws5_request') },
      [
        'AuthorizationHeaderMalformed',
        400,
        'The authorization header is malformed; incorrect terminal "aws5_request". This endpoint uses "aws4_request".',
      ],
      ['SignatureDoesNotMatch', 403, "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'."],
    ],
    [
      'has a scope of another day',
      { ...date, authorization: header.replace('20150830', '20150829') },
      [
        'AuthorizationHeaderMalformed',
        400,
        'The authorization header is malformed; Invalid credential date "20150829". This date is not the same as X-Amz-Date: "20150830".',
      ],
      [
        'SignatureDoesNotMatch',
        403,
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != '20150830', from '20150830T123600Z'.",
      ],
    ],
    [
      'comes without a date',
      { authorization: header },
      ['AccessDenied', 403, 'AWS authentication requires a valid Date or x-amz-date header'],
      ['IncompleteSignature', 400, `Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ${tail(header)}`],
    ],
    [
      'comes with a date nobody can read',
      { 'x-amz-date': '2015/08/30', authorization: header },
      ['AccessDenied', 403, 'AWS authentication requires a valid Date or x-amz-date header'],
      ['IncompleteSignature', 400, "Date must be in ISO-8601 'basic format'. Got '2015/08/30'. See http://en.wikipedia.org/wiki/ISO_8601"],
    ],
  ];
  it.each(cases)('that %s', (_name, headers, [s3Code, s3Status, s3Message], [code, status, message]) => {
    const credential = read(headers);
    expect(answer(credential, 's3')).toEqual({ code: s3Code, status: s3Status, message: s3Message });
    expect(answer(credential, 'query')).toEqual({ code, status, message });
  });

  it('is told with its own words, whatever stood before its signature the time before', () => {
    const headerOf = (signature: string) => `AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/sqs/aws4_request, Signature=${signature}`;
    for (const authorization of [headerOf('00ff'), headerOf('11ee'), headerOf('00ff')]) {
      expect(read({ ...date, authorization })?.problem).toEqual({ kind: 'missing', header: authorization, names: ['SignedHeaders'] });
    }
    for (const _ of [1, 2]) expect(read({ ...date, authorization: header.replace('aws4_', 'aws5_') })?.problem?.kind).toBe('terminator');
    expect(read({ ...date, authorization: header })?.problem).toBeUndefined();
  });

  it('still tells what it can', () => {
    expect(read({ authorization: noSignature })).toMatchObject({ accessKeyId: 'AKID', region: 'us-east-1', service: 'sqs' });
  });

  it('next to a presigned query is one mechanism too many', () => {
    expect(answer(read({ ...date, authorization: header }, 'X-Amz-Algorithm=AWS4-HMAC-SHA256'), 's3').message).toContain(
      'Only one auth mechanism allowed',
    );
  });
});

describe('a malformed presigned URL', () => {
  const good = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'AKID/20150830/us-east-1/s3/aws4_request',
    'X-Amz-Date': '20150830T123600Z',
    'X-Amz-Expires': '60',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': '00',
  };
  const withQuery = (change: Record<string, string | undefined>) => {
    const parameters = Object.entries({ ...good, ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return read({}, new URLSearchParams(parameters).toString());
  };
  const inScope = (detail: string) => `Error parsing the X-Amz-Credential parameter; ${detail}`;
  const required =
    'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.';
  const cases: [change: Record<string, string | undefined>, message: string][] = [
    ...Object.keys(good).map((name): [Record<string, undefined>, string] => [{ [name]: undefined }, required]),
    [{ 'X-Amz-Algorithm': 'AWS4-HMAC-SHA1' }, 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"'],
    [{ 'X-Amz-Credential': 'AKID' }, inScope(expecting)],
    [
      { 'X-Amz-Credential': 'AKID/2015083/us-east-1/s3/aws4_request' },
      inScope('incorrect date format "2015083". This date in the credential must be in the format "yyyyMMdd".'),
    ],
    [{ 'X-Amz-Date': '2015-08-30T12:36:00Z' }, `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`],
    [{ 'X-Amz-Expires': '1h' }, 'X-Amz-Expires should be a number'],
    [{ 'X-Amz-Expires': '-1' }, 'X-Amz-Expires must be non-negative'],
    [
      { 'X-Amz-Expires': '604801' },
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    ],
  ];
  it.each(cases)('%j', (change, message) => {
    expect(answer(withQuery(change), 's3')).toEqual({ code: 'AuthorizationQueryParametersError', status: 400, message });
  });

  it('is none with a whole week, or with its names in lower case', () => {
    expect(withQuery({ 'X-Amz-Expires': '604800' })?.problem).toBeUndefined();
    const lower = Object.entries(good).map(([name, value]) => `${name.toLowerCase()}=${encodeURIComponent(value)}`);
    expect(read({}, lower.join('&'))).toMatchObject({ accessKeyId: 'AKID', expiresSeconds: 60, problem: undefined });
  });

  it('of version 2 names what it requires', () => {
    expect(answer(read({}, 'AWSAccessKeyId=AKID&Signature=s'), 's3')).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
    });
  });
});

it.each([
  ['20150830T123600Z', '2015-08-30T12:36:00Z'],
  ['Sun, 30 Aug 2015 12:36:00 GMT', '2015-08-30T12:36:00Z'],
  ['2015-08-30T12:36:00.5Z', '2015-08-30T12:36:00.5Z'],
  ['20159930T123600Z', undefined],
  ['1440938160', undefined],
  ['', undefined],
])('reads the time %s', (text, iso) => expect(parseTime(text)).toBe(iso === undefined ? undefined : Date.parse(iso)));
