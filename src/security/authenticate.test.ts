import { createPrivateKey, createSign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AwsError } from '../kernel/errors';
import { type Authenticated, type Authentication, authenticate } from './authenticate';
import { canonicalRequest } from './canonical';
import { readCredential } from './credential';
import { defaultSecurity, type SecurityOptions } from './modes';
import { noKeys } from './principal';
import { deriveEcdsaKey, sha256Hex } from './signing-key';

const now = Date.parse('2026-05-06T07:08:09Z');
const time = '20260506T070809Z';
const verifying: SecurityOptions = { ...defaultSecurity, signatures: 'verify' };
const empty = sha256Hex('');

function authenticated(headers: Record<string, string>, query = '', options: Partial<Authentication> = {}): Authenticated {
  const request = { method: 'GET', path: '/b', query, headers: { host: 'h', ...headers } };
  return authenticate({
    request,
    credential: readCredential(request),
    dialect: 's3',
    partition: 'aws',
    security: defaultSecurity,
    keys: noKeys,
    clocks: { real: () => now, virtual: () => now, since: (ms) => now - ms },
    body: Buffer.of(),
    ...options,
  });
}

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as AwsError).code;
  }
  return 'none';
};

const signedBy = (key: string) => ({
  'x-amz-date': time,
  'x-amz-content-sha256': empty,
  authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260506/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=00`,
});
const presignedBy = (key: string) =>
  `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${key}%2F20260506%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=${time}&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00`;

describe('while signatures are off', () => {
  it('a header says who calls, right or wrong', () => {
    const caller = authenticated(signedBy('123456789012'));
    expect(caller).toMatchObject({ principal: { account: '123456789012' } });
    expect(caller.chunks).toBeUndefined();
    expect(authenticated({ authorization: signedBy('123456789012').authorization.replace(/, Signed.*/, '') })).toMatchObject({
      principal: { account: '123456789012' },
    });
  });

  it('no signature, and one that is not AWS’s, is anonymous', () => {
    expect(authenticated({}).principal.type).toBe('anonymous');
    expect(authenticated({ authorization: 'Bearer x' }).principal.type).toBe('anonymous');
  });

  it('presigned URLs are verified all the same, where the secret is known', () => {
    expect(codeOf(() => authenticated({}, presignedBy('123456789012')))).toBe('SignatureDoesNotMatch');
    expect(codeOf(() => authenticated({}, presignedBy('test')))).toBe('SignatureDoesNotMatch');
    expect(authenticated({}, presignedBy('AKIAUNKNOWN')).principal.account).toBe('000000000000');
  });

  it('malformed presigned URLs are refused', () => {
    expect(codeOf(() => authenticated({}, 'X-Amz-Algorithm=AWS4-HMAC-SHA256'))).toBe('AuthorizationQueryParametersError');
  });
});

describe('while signatures are verified', () => {
  const security = verifying;

  it.each([
    ['SignatureDoesNotMatch', signedBy('123456789012')],
    ['InvalidAccessKeyId', signedBy('AKIAUNKNOWN')],
    ['InvalidArgument', { authorization: 'Bearer x' }],
    ['AuthorizationHeaderMalformed', { authorization: 'AWS4-HMAC-SHA256 nothing', 'x-amz-date': time }],
  ])('answers %s', (code, headers) => {
    expect(codeOf(() => authenticated(headers as Record<string, string>, '', { security }))).toBe(code);
  });

  it('only where an account says so, the others go on', () => {
    const one = { ...defaultSecurity, accounts: { '123456789012': { signatures: 'verify' as const } } };
    expect(codeOf(() => authenticated(signedBy('123456789012'), '', { security: one }))).toBe('SignatureDoesNotMatch');
    expect(codeOf(() => authenticated(signedBy('111122223333'), '', { security: one }))).toBe('none');
  });

  it('no signature is still anonymous: what that may do is another question', () => {
    expect(authenticated({}, '', { security }).principal.type).toBe('anonymous');
  });

  it('takes SigV4A of the key that follows from the secret, and gives a verifier for its chunks', () => {
    const names = ['host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-region-set'];
    const headers = {
      host: 'h',
      'x-amz-content-sha256': 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
      'x-amz-date': time,
      'x-amz-region-set': '*',
    };
    const sign = (secretAccessKey: string, text: string): string => {
      const { d, x, y } = deriveEcdsaKey({ accessKeyId: '123456789012', secretAccessKey });
      const [jd, jx, jy] = [d, x, y].map((part) => part.toString('base64url')) as [string, string, string];
      const key = createPrivateKey({ key: { kty: 'EC', crv: 'P-256', d: jd, x: jx, y: jy }, format: 'jwk' });
      return createSign('sha256').update(text).sign(key, 'hex');
    };
    const canonical = canonicalRequest(
      { method: 'GET', path: '/b', query: '', headers },
      { s3: true, signedHeaders: names, payloadHash: headers['x-amz-content-sha256'] },
    );
    const scope = '20260506/s3/aws4_request';
    const stringToSign = `AWS4-ECDSA-P256-SHA256\n${time}\n${scope}\n${sha256Hex(canonical)}`;
    const send = (signature: string) =>
      authenticated(
        {
          ...headers,
          authorization: `AWS4-ECDSA-P256-SHA256 Credential=123456789012/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
        },
        '',
        { security },
      );
    const seed = sign('test', stringToSign);
    const { chunks } = send(seed);
    const chunk = sign('test', `AWS4-ECDSA-P256-SHA256-PAYLOAD\n${time}\n${scope}\n${seed}\n${empty}\n${empty}`);
    expect(() => chunks!.chunk(chunk.padEnd(144, '*'), empty)).not.toThrow();
    expect(() => chunks!.chunk(chunk, empty)).toThrow('does not match');
    for (const wrong of [sign('other', stringToSign), 'zz', '', '00'.repeat(70)])
      expect(codeOf(() => send(wrong))).toBe(wrong === '' ? 'AuthorizationHeaderMalformed' : 'SignatureDoesNotMatch');
  });
});
