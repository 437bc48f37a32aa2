/** The official JavaScript signer against our verifier: whatever it signs is right, and no longer right once changed. */
import { createHash, createHmac } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCredential, readFormCredential, type SignableRequest } from '../../src/security/credential';
import { checkPostPolicy, requireFormSignature } from '../../src/security/post-policy';
import { verifySignature } from '../../src/security/signature';

const signingDate = new Date('2026-05-06T07:08:09Z');
const clocks = {
  real: () => signingDate.getTime(),
  virtual: () => signingDate.getTime(),
  since: (ms: number) => signingDate.getTime() - ms,
};
const credentials = { accessKeyId: '111122223333', secretAccessKey: 'sec/ret+', sessionToken: 'to/k+en=' };

/** What browsers' forms hold in place of the file's name. */
const fileName = '$' + '{filename}';

class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', typeof secret === 'string' ? secret : new Uint8Array(secret as ArrayBuffer));
  }
  update(data: string | ArrayBuffer | ArrayBufferView) {
    this.#hash.update(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer));
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
  reset() {}
}

const signer = (service: string) =>
  new SignatureV4({
    credentials,
    region: 'eu-west-1',
    service,
    sha256: Sha256 as never,
    uriEscapePath: service !== 's3',
    applyChecksum: true,
  });

/** What a client puts on the wire for this request. */
function onWire(request: {
  method: string;
  path: string;
  query?: Record<string, unknown>;
  headers: Record<string, string>;
}): SignableRequest {
  const pairs = Object.entries(request.query ?? {}).flatMap(([name, value]) =>
    [value].flat().map((each) => `${escaped(name)}=${escaped(String(each))}`),
  );
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), Buffer.from(value, 'utf8').toString('latin1')]),
  );
  return { method: request.method, path: request.path, query: pairs.join('&'), headers };
}
const escaped = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function verify(request: SignableRequest, service: string, body = '', secret = credentials.secretAccessKey): void {
  const credential = readCredential(request);
  expect(credential).toMatchObject({ problem: undefined, accessKeyId: credentials.accessKeyId, sessionToken: credentials.sessionToken });
  const dialect = service === 's3' ? 's3' : 'json';
  verifySignature({ request, dialect, clocks, body: Buffer.from(body) }, credential!, secret);
}

const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((text) => escaped(text));
const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const query = fc.dictionary(
  text.filter((name) => name !== '' && !/^x-amz-/i.test(name)),
  fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
  { maxKeys: 4 },
);
const headers = fc.dictionary(fc.stringMatching(/^x-(amz-meta-)?[a-z]{1,6}$/), fc.stringMatching(/^[!-~][ -~]{0,12}[!-~]$/), {
  maxKeys: 3,
});
const request = fc.record({ method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'), path, query, headers, body: text });

describe.each(['s3', 'sqs'])('the SDK’s signer for %s', (service) => {
  it('makes header signatures that verify, and that a change breaks', async () => {
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, query, headers, body }) => {
        const unsigned = { method, path, query, headers: { ...headers, host: 'h:4566' }, body, protocol: 'http:', hostname: 'h' };
        const sent = onWire((await signer(service).sign(unsigned as never, { signingDate })) as never);
        verify(sent, service, body);
        expect(() => verify(sent, service, body, 'another')).toThrow('does not match');
        expect(() => verify({ ...sent, query: `${sent.query}&a` }, service, body)).toThrow('does not match');
        expect(() => verify({ ...sent, path: `${sent.path}x` }, service, body)).toThrow('does not match');
        if (service !== 's3') expect(() => verify(sent, service, `${body}.`)).toThrow('does not match');
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  it('makes presigned URLs that verify, and that a change breaks', async () => {
    await fc.assert(
      fc.asyncProperty(request, async ({ path, query, headers }) => {
        const unsigned = { method: 'GET', path, query, headers: { ...headers, host: 'h:4566' }, protocol: 'http:', hostname: 'h' };
        if (service === 's3') (unsigned.headers as Record<string, string>)['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
        const sent = onWire((await signer(service).presign(unsigned as never, { signingDate, expiresIn: 60 })) as never);
        verify(sent, service);
        expect(() => verify(sent, service, '', 'another')).toThrow('does not match');
        expect(() => verify({ ...sent, method: 'PUT' }, service)).toThrow('does not match');
      }),
      { numRuns: 150, seed: 8 },
    );
  });
});

describe('the SDK’s S3 helpers', () => {
  const client = new S3Client({ region: 'eu-west-1', credentials, endpoint: 'http://127.0.0.1:4566', forcePathStyle: true });

  it.each(['a b+c', 'ä/😀/%2F', "(x)!*'~"])('presign a PUT of %s', async (Key) => {
    const url = new URL(await getSignedUrl(client, new PutObjectCommand({ Bucket: 'bucket', Key }), { expiresIn: 60, signingDate }));
    const sent = { method: 'PUT', path: url.pathname, query: url.search.slice(1), headers: { host: url.host } };
    verify(sent, 's3');
    expect(() => verify({ ...sent, headers: { host: 'elsewhere' } }, 's3')).toThrow('does not match');
  });

  it('make POST forms whose policy and signature hold', async () => {
    const Conditions = [['content-length-range', 1, 10] as never, ['starts-with', '$x-amz-meta-colour', 're'] as never];
    const post = await createPresignedPost(client, { Bucket: 'bucket', Key: `up/${fileName}`, Conditions, Expires: 60 });
    const fields = new Map(
      Object.entries({ ...post.fields, 'x-amz-meta-colour': 'red' }).map(([name, value]) => [name.toLowerCase(), value]),
    );
    requireFormSignature(fields);
    const credential = readFormCredential(fields)!;
    const now = credential.signedAt!;
    const form = { fields, bucket: 'bucket', key: 'up/cat.png', credential, secret: credentials.secretAccessKey };
    const at = (ms: number) => ({ real: () => now + ms, virtual: () => now + ms, since: (from: number) => now + ms - from });
    expect(checkPostPolicy({ ...form, clocks: at(0) })).toEqual({ min: 1, max: 10 });
    expect(() => checkPostPolicy({ ...form, clocks: at(0), secret: 'another' })).toThrow('does not match');
    expect(() => checkPostPolicy({ ...form, clocks: at(62_000) })).toThrow('Invalid according to Policy: Policy expired.');
    expect(() => checkPostPolicy({ ...form, clocks: at(0), key: 'down/cat.png' })).toThrow(
      'Invalid according to Policy: Policy Condition failed: ["starts-with", "$key", "up/"]',
    );
  });
});
