/** The signers of botocore (AWS CLI, boto3) against our verifier: versions 2 and 4, in headers, queries and forms. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readCredential, readFormCredential } from '../../src/security/credential';
import { checkPostPolicy } from '../../src/security/post-policy';
import { verifySignature } from '../../src/security/signature';

/** Reads cases as JSON, writes what botocore would send. */
const script = `
import sys, json
try:
    from botocore.auth import AUTH_TYPE_MAPS
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    import botocore.session
except ImportError:
    print('null'); sys.exit(0)
out = []
credentials = Credentials('AKIAEXAMPLE', 'sec/ret+', 'to/k+en=')
for case in json.load(sys.stdin):
    auth = AUTH_TYPE_MAPS[case['auth']]
    signer = auth(credentials) if case['auth'] in ('v2', 's3', 's3-query') else auth(credentials, case['service'], 'eu-west-1')
    request = AWSRequest(method=case['method'], url=case['url'], headers=case['headers'], data=case.get('data', '').encode(), auth_path=case.get('authPath'))
    if case['auth'] == 'v2':
        setattr(request, 'data' if case['method'] == 'POST' else 'params', case['params'])
    signer.add_auth(request)
    prepared = request.prepare()
    body = prepared.body.decode() if isinstance(prepared.body, bytes) else (prepared.body or '')
    headers = {k.lower(): (v.decode() if isinstance(v, bytes) else v) for k, v in prepared.headers.items()}
    out.append({'method': prepared.method, 'url': prepared.url, 'headers': headers, 'body': body})
session = botocore.session.Session()
session.set_credentials('AKIAEXAMPLE', 'sec/ret+', 'to/k+en=')
from botocore.config import Config
forms = []
for version in ('s3', 's3v4'):
    client = session.create_client('s3', region_name='eu-west-1', endpoint_url='http://127.0.0.1:4566', config=Config(signature_version=version))
    forms.append(client.generate_presigned_post('bucket', 'a/key', Fields={'acl': 'private'}, Conditions=[{'acl': 'private'}, ['content-length-range', 0, 5]]))
print(json.dumps({'requests': out, 'forms': forms}))
`;

interface Case {
  readonly auth: string;
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly data?: string;
  readonly params?: Record<string, string>;
  readonly authPath?: string;
}

const keys = ['plain', 'a%20b%2Bc', 'a//b/./c', '%C3%A4/%F0%9F%98%80', '~%28x%29%21%27', 'q%3F%26%3D'];
const queries = ['', '?uploads', '?partNumber=1&uploadId=a%2Fb', '?prefix=a%20b&list-type=2', '?response-content-type=text%2Fplain'];
const base = 'http://127.0.0.1:4566';
const cases: Case[] = [
  ...['s3', 's3-query', 's3v4', 's3v4-query'].flatMap((auth) =>
    keys.flatMap((key) =>
      queries.map((query) => ({
        auth,
        service: 's3',
        method: 'PUT',
        url: `${base}/bucket/${key}${query}`,
        headers: { 'content-type': 'text/plain', 'x-amz-meta-colour': 'dark  red' },
      })),
    ),
  ),
  ...['s3', 's3-query'].map((auth) => ({
    auth,
    service: 's3',
    method: 'GET',
    url: 'http://bucket.localhost:4566/a/key?acl',
    headers: {},
    authPath: '/bucket/a/key',
  })),
  ...['v4', 'v4-query'].flatMap((auth) =>
    ['/', '/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af', '/a//b/../c/'].flatMap((path) =>
      ['', '?b=2&a=1&a=0', '?x=%C3%A4%20'].map((query) => ({
        auth,
        service: 'lambda',
        method: 'POST',
        url: base + path + query,
        headers: { 'content-type': 'application/json' },
        ...(auth === 'v4' && { data: '{"a":"ä"}' }),
      })),
    ),
  ),
  ...['GET', 'POST'].map((method) => ({
    auth: 'v2',
    service: 'sqs',
    method,
    url: `${base}/`,
    headers: {},
    params: { Action: 'SendMessage', MessageBody: 'a b+ä~*/', Version: '2012-11-05' },
  })),
];

const python = spawnSync('python3', ['-c', script], { input: JSON.stringify(cases), encoding: 'utf8' });
type Signed = { method: string; url: string; headers: Record<string, string>; body: string };
type Output = { requests: Signed[]; forms: { url: string; fields: Record<string, string> }[] };
// no python3: nothing to compare with; anything else that goes wrong is a failure
if (!python.error && python.status !== 0) throw new Error(python.stderr);
const signed: Output | null = python.error ? null : JSON.parse(python.stdout);

describe.skipIf(!signed)('what botocore signs (skipped without python3 and botocore)', () => {
  const verify = (sent: Signed, { service, authPath }: Case, secret: string) => {
    const [, path = '/', query = ''] = /^http:\/\/[^/]+([^?]*)\??(.*)$/.exec(sent.url)!;
    const host = sent.url.split('/')[2]!;
    const request = { method: sent.method, path: path || '/', query, headers: { host, ...sent.headers } };
    const credential = readCredential(request, sent.body);
    expect(credential).toMatchObject({ accessKeyId: 'AKIAEXAMPLE', sessionToken: 'to/k+en=', problem: undefined });
    const now = Date.now();
    const signed = {
      request: { ...request, bucketInHost: authPath ? 'bucket' : undefined },
      dialect: service === 's3' ? 's3' : 'query',
      clocks: { real: () => now, virtual: () => now, since: (ms: number) => now - ms },
      body: Buffer.from(sent.body),
      form: sent.body,
    } as const;
    verifySignature(signed, credential!, secret);
  };

  it.each(cases.map((each, at) => [`${each.auth} ${each.method} ${each.url.slice(base.length)}`, each, at] as const))(
    'verifies: %s',
    (_name, each, at) => {
      const sent = signed!.requests[at]!;
      verify(sent, each, 'sec/ret+');
      expect(() => verify(sent, each, 'another')).toThrow('does not match');
    },
  );

  it.each([0, 1])('keeps to its own POST policies (%i)', (at) => {
    const fields = new Map(Object.entries(signed!.forms[at]!.fields).map(([name, value]) => [name.toLowerCase(), value]));
    const credential = readFormCredential(fields)!;
    const now = Date.now();
    const clocks = { real: () => now, virtual: () => now, since: (ms: number) => now - ms };
    const form = { fields, bucket: 'bucket', key: 'a/key', credential, clocks };
    expect(checkPostPolicy({ ...form, secret: 'sec/ret+' })).toEqual({ min: 0, max: 5 });
    expect(() => checkPostPolicy({ ...form, secret: 'another' })).toThrow('does not match');
  });
});
