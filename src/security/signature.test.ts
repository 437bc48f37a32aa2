import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AwsError } from '../kernel/errors';
import { chunkVerifier, trailerSha256 } from './chunks';
import { readCredential, type SignableRequest } from './credential';
import type { Dialect } from './errors';
import { type Clocks, verifySignature } from './signature';
import { deriveEcdsaKey, sha256Hex } from './signing-key';

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const empty = sha256('');

/** Clocks at which a request signed at this time is new. */
function clocksAt(time: string, virtualAhead = 0): Clocks {
  const real = Date.parse(time);
  return { real: () => real, virtual: () => real + virtualAhead, since: (ms) => real + virtualAhead - ms };
}

interface Sent {
  readonly method?: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly secret: string;
  readonly dialect?: Dialect;
  readonly clocks: Clocks;
  readonly body?: string;
  readonly bucketInHost?: string;
}

function verify({ method = 'GET', target, headers, secret, dialect = 's3', clocks, body = '', bucketInHost }: Sent): void {
  const [path = '/', query = ''] = target.split('?', 2);
  const request: SignableRequest = { method, path, query, headers };
  const credential = readCredential(request, body);
  if (!credential || credential.problem) throw new Error(`not well-formed: ${JSON.stringify(credential?.problem)}`);
  const signed = { request: { ...request, bucketInHost }, dialect, clocks, body: Buffer.from(body, 'latin1'), form: body };
  verifySignature(signed, credential, secret);
}

function errorOf(run: () => void): Pick<AwsError, 'code' | 'message' | 'status' | 'fields'> {
  try {
    run();
  } catch (error) {
    const { code, message, status, fields } = error as AwsError;
    return { code, message, status, fields };
  }
  throw new Error('nothing was thrown');
}

describe('the examples of the S3 documentation', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const clocks = clocksAt('2013-05-24T00:00:00Z');
  const scope = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';
  const signed = (signedHeaders: string, signature: string) =>
    `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=${signedHeaders},Signature=${signature}`;
  const usual = { host: 'examplebucket.s3.amazonaws.com', 'x-amz-content-sha256': empty, 'x-amz-date': '20130524T000000Z' };
  const get = (target: string, signature: string, extra: Record<string, string> = {}): Sent => {
    const names = Object.keys({ ...usual, ...extra })
      .sort()
      .join(';');
    return { target, secret, clocks, headers: { ...usual, ...extra, authorization: signed(names, signature) } };
  };

  const examples: [name: string, sent: Sent][] = [
    ['GET with a range', get('/test.txt', 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41', { range: 'bytes=0-9' })],
    ['GET lifecycle', get('/?lifecycle', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543')],
    ['GET a list', get('/?max-keys=2&prefix=J', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7')],
    [
      'PUT an object',
      {
        ...get('/test%24file.text', '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd', {
          date: 'Fri, 24 May 2013 00:00:00 GMT',
          'x-amz-storage-class': 'REDUCED_REDUNDANCY',
          'x-amz-content-sha256': sha256('Welcome to Amazon S3.'),
        }),
        method: 'PUT',
      },
    ],
    [
      'a presigned GET',
      {
        target: `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${scope.replaceAll('/', '%2F')}&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
        secret,
        clocks,
        headers: { host: 'examplebucket.s3.amazonaws.com' },
      },
    ],
  ];
  it.each(examples)('verify: %s', (_name, sent) => {
    expect(() => verify(sent)).not.toThrow();
    expect(() => verify({ ...sent, target: sent.target.replace(/\?|$/, 'x$&') })).toThrow('does not match');
    expect(() => verify({ ...sent, secret: 'another' })).toThrow('does not match');
  });

  it('takes an unescaped character in the path as its escape', () => {
    const [, put] = examples[3]!;
    expect(() => verify({ ...put, target: '/test$file.text' })).not.toThrow();
  });

  it('shows what the server signed when a signature does not match', () => {
    const [, list] = examples[2]!;
    const error = errorOf(() => verify({ ...list, secret: 'another' }));
    const canonical = `GET\n/\nmax-keys=2&prefix=J\nhost:examplebucket.s3.amazonaws.com\nx-amz-content-sha256:${empty}\nx-amz-date:20130524T000000Z\n\nhost;x-amz-content-sha256;x-amz-date\n${empty}`;
    const stringToSign = `AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n${sha256(canonical)}`;
    expect(error).toMatchObject({
      code: 'SignatureDoesNotMatch',
      status: 403,
      message: 'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      fields: {
        AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        StringToSign: stringToSign,
        SignatureProvided: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
        CanonicalRequest: canonical,
      },
    });
    expect(error.fields?.StringToSignBytes).toMatch(/^41 57 53 34 2d [0-9a-f ]+$/);
  });

  describe('chunked', () => {
    const chunked = (names: string, signature: string) => {
      const request: SignableRequest = {
        method: 'PUT',
        path: '/examplebucket/chunkObject.txt',
        query: '',
        headers: {
          host: 's3.amazonaws.com',
          'x-amz-date': '20130524T000000Z',
          'x-amz-storage-class': 'REDUCED_REDUNDANCY',
          'content-encoding': 'aws-chunked',
          'x-amz-decoded-content-length': '66560',
          ...(names.includes('trailer')
            ? { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', 'x-amz-trailer': 'x-amz-checksum-crc32c' }
            : { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'content-length': '66824' }),
          authorization: signed(names, signature),
        },
      };
      const credential = readCredential(request)!;
      verifySignature({ request, dialect: 's3', clocks, body: Buffer.of() }, credential, secret);
      return chunkVerifier(credential, secret);
    };
    const [first, second] = [sha256('a'.repeat(65_536)), sha256('a'.repeat(1024))];

    it('verifies the seed and each chunk after the one before', () => {
      const names = 'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class';
      const seed = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9';
      const chunks = chunked(names, seed);
      chunks.chunk('ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648', first);
      chunks.chunk('0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497', second);
      chunks.chunk('b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9', empty);
      const swapped = chunked(names, seed);
      expect(() => swapped.chunk('0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497', second)).toThrow('does not match');
      expect(() => swapped.chunk('ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648', second)).toThrow('does not match');
    });

    it('verifies a trailer', () => {
      const names = 'content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer';
      const chunks = chunked(names, '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e');
      chunks.chunk('b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2', first);
      chunks.chunk('1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7', second);
      chunks.chunk('2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992', empty);
      const signature = 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435';
      expect(() => chunks.trailer(signature, trailerSha256([['x-amz-checksum-crc32c', 'sOO8/Q==']]))).not.toThrow();
      expect(() => chunks.trailer(signature, trailerSha256([['x-amz-checksum-crc32c', 'AAAAAA==']]))).toThrow('does not match');
    });
  });
});

describe('the SigV4 test suite', () => {
  const clocks = clocksAt('2015-08-30T12:36:00Z');
  const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
  const cases: [name: string, method: string, target: string, signature: string][] = [
    ['get-vanilla', 'GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'get-vanilla-query-order-key-case',
      'GET',
      '/?Param2=value2&Param1=value1',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    [
      'get-unreserved',
      'GET',
      '/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
      '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
    ],
    ['get-relative', 'GET', '/example/..', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['get-slash-dot-slash', 'GET', '/./', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['get-slashes', 'GET', '//', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ];
  it.each(cases)('verifies %s', (_name, method, target, signature) => {
    const headers = {
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    };
    expect(() => verify({ method, target, headers, secret, clocks, dialect: 'query' })).not.toThrow();
  });

  it('verifies the IAM example of the general reference, whatever the case of its signature', () => {
    const signature = '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7';
    for (const given of [signature, signature.toUpperCase()]) {
      const headers = {
        host: 'iam.amazonaws.com',
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'x-amz-date': '20150830T123600Z',
        authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=${given}`,
      };
      const sent: Sent = { target: '/?Action=ListUsers&Version=2010-05-08', headers, secret, clocks, dialect: 'query' };
      expect(() => verify(sent)).not.toThrow();
      expect(() => verify({ ...sent, body: 'x' })).toThrow('does not match');
    }
  });
});

describe('version 2', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const host = 'johnsmith.s3.amazonaws.com';
  const cases: [name: string, sent: Omit<Sent, 'secret'>][] = [
    [
      'GET',
      {
        target: '/photos/puppy.jpg',
        headers: { host, date: 'Tue, 27 Mar 2007 19:36:42 +0000', authorization: 'AWS AKIAIOSFODNN7EXAMPLE:bWq2s1WEIj+Ydj0vQ697zp+IXMU=' },
        clocks: clocksAt('2007-03-27T19:36:42Z'),
        bucketInHost: 'johnsmith',
      },
    ],
    [
      'PUT',
      {
        method: 'PUT',
        target: '/photos/puppy.jpg',
        headers: {
          host,
          'content-type': 'image/jpeg',
          date: 'Tue, 27 Mar 2007 21:15:45 +0000',
          authorization: 'AWS AKIAIOSFODNN7EXAMPLE:MyyxeRY7whkBe+bq8fHCL/2kKUg=',
        },
        clocks: clocksAt('2007-03-27T21:15:45Z'),
        bucketInHost: 'johnsmith',
      },
    ],
    [
      'a list, whose parameters are not signed',
      {
        target: '/?prefix=photos&max-keys=50&marker=puppy',
        headers: { host, date: 'Tue, 27 Mar 2007 19:42:41 +0000', authorization: 'AWS AKIAIOSFODNN7EXAMPLE:htDYFYduRNen8P9ZfE/s9SuKy0U=' },
        clocks: clocksAt('2007-03-27T19:42:41Z'),
        bucketInHost: 'johnsmith',
      },
    ],
    [
      'the query API',
      {
        target:
          '/?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Action=DescribeJobFlows&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2011-10-03T15%3A19%3A30Z&Version=2009-03-31&Signature=' +
          'gCtGq8z%2F8q9XLdHb6yoCw%2FqThU4UVLD2R0oOSKPqGEE%3D',
        headers: { host: 'elasticmapreduce.amazonaws.com' },
        clocks: clocksAt('2011-10-03T15:19:30Z'),
        dialect: 'query',
      },
    ],
  ];
  it.each(cases.slice(0, 3))('verifies the S3 documentation’s %s', (_name, sent) => {
    expect(() => verify({ ...sent, secret })).not.toThrow();
    expect(() => verify({ ...sent, secret: 'another' })).toThrow('does not match');
  });

  it('refuses a query-API signature of another secret', () => {
    expect(errorOf(() => verify({ ...cases[3]![1], secret }))).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 });
  });
});

describe('SigV4A', () => {
  it('derives the key of the Common Runtime’s test', () => {
    const { x, y } = deriveEcdsaKey({ accessKeyId: 'AKISORANDOMAASORANDOM', secretAccessKey: 'q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom' });
    expect(x.toString('hex')).toBe('15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb');
    expect(y.toString('hex')).toBe('0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0');
  });
});

describe('time', () => {
  const secret = 'test';
  const skewedHeaders = {
    host: 'h',
    'x-amz-date': '20150830T123600Z',
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    authorization: 'AWS4-HMAC-SHA256 Credential=AK/20150830/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00',
  };

  const sentences: [at: string, message: string][] = [
    ['2015-08-30T12:51:01Z', 'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)'],
    [
      '2015-08-30T12:20:59Z',
      'Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T122059Z + 15 min.)',
    ],
  ];
  it.each(sentences)('refuses a request signed more than 15 minutes from %s', (at, message) => {
    const sent: Sent = { target: '/', headers: skewedHeaders, secret, clocks: clocksAt(at), dialect: 'json' };
    expect(errorOf(() => verify(sent))).toMatchObject({ code: 'InvalidSignatureException', status: 400, message });
    expect(errorOf(() => verify({ ...sent, dialect: 'query' }))).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403, message });
  });

  const presign = (seconds: number) => {
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F20150830%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=${seconds}&X-Amz-SignedHeaders=host&X-Amz-Signature=00`;
    const request: SignableRequest = { method: 'GET', path: '/b/k', query, headers: { host: 'h' } };
    return (clocks: Clocks) => verifySignature({ request, dialect: 's3', clocks, body: Buffer.of() }, readCredential(request)!, undefined);
  };

  it('lets a presigned URL of an unknown secret live until it expires, and no longer', () => {
    expect(() => presign(60)(clocksAt('2015-08-30T12:37:00Z'))).not.toThrow();
    expect(errorOf(() => presign(60)(clocksAt('2015-08-30T12:37:01Z')))).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: 'Request has expired',
      fields: { 'X-Amz-Expires': 60, Expires: '2015-08-30T12:37:00Z', ServerTime: '2015-08-30T12:37:01Z' },
    });
  });

  it('counts virtual time since the signing', () => {
    expect(() => presign(3600)(clocksAt('2015-08-30T12:36:01Z', 7_200_000))).toThrow('Request has expired');
    expect(() => presign(3600)(clocksAt('2015-08-30T13:36:01Z', -7_200_000))).not.toThrow();
  });

  it('never takes a URL that expires at once, or that is signed in the future', () => {
    expect(() => presign(0)(clocksAt('2015-08-30T12:36:00Z'))).toThrow('Request has expired');
    expect(errorOf(() => presign(60)(clocksAt('2015-08-30T12:20:00Z')))).toMatchObject({
      code: 'AccessDenied',
      message: 'Request is not yet valid',
    });
  });

  it('looks at the signature before the time, for S3', () => {
    const clocks = clocksAt('2016-08-30T12:36:00Z');
    expect(errorOf(() => verify({ target: '/', headers: skewedHeaders, secret, clocks }))).toMatchObject({ code: 'AccessDenied' });
    const signed = {
      ...skewedHeaders,
      authorization: skewedHeaders.authorization.replace('=host', '=host;x-amz-content-sha256;x-amz-date'),
    };
    expect(errorOf(() => verify({ target: '/', headers: signed, secret, clocks }))).toMatchObject({ code: 'SignatureDoesNotMatch' });
  });
});

describe('what must be signed', () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=AK/20150830/us-east-1/s3/aws4_request, SignedHeaders=x-amz-date, Signature=00';
  const headers = { host: 'h', 'x-amz-date': '20150830T123600Z', authorization };
  const clocks = clocksAt('2015-08-30T12:36:00Z');

  it('is, for S3, the host and every x-amz header', () => {
    const error = errorOf(() => verify({ target: '/', headers: { ...headers, 'x-amz-acl': 'private' }, secret: 's', clocks }));
    expect(error).toMatchObject({
      code: 'AccessDenied',
      message: 'There were headers present in the request which were not signed',
      fields: { HeadersNotSigned: 'host, x-amz-acl' },
    });
  });

  it('is, for the others, the host', () => {
    const error = errorOf(() => verify({ target: '/', headers, secret: 's', clocks, dialect: 'query' }));
    expect(error).toMatchObject({
      code: 'SignatureDoesNotMatch',
      message: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    });
  });

  it('is, for S3, a hash of the payload or a word for it', () => {
    const withHost = { ...headers, authorization: authorization.replace('=x-amz-date', '=host;x-amz-date') };
    expect(errorOf(() => verify({ target: '/', headers: withHost, secret: 's', clocks }))).toMatchObject({
      code: 'InvalidRequest',
      message: 'Missing required header for this request: x-amz-content-sha256',
    });
    const signed = {
      ...headers,
      'x-amz-content-sha256': 'abc',
      authorization: authorization.replace('=x-amz-date', '=host;x-amz-content-sha256;x-amz-date'),
    };
    expect(errorOf(() => verify({ target: '/', headers: signed, secret: 's', clocks }))).toMatchObject({
      code: 'InvalidArgument',
      fields: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: 'abc' },
    });
  });
});

it('hashes text by its bytes', () => {
  expect(sha256Hex(Buffer.from('ü', 'utf8').toString('latin1'))).toBe(sha256('ü'));
});
