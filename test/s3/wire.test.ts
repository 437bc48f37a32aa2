/** What SDKs cannot send, or hide. */
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { beforeAll, describe, expect, it } from 'vitest';
import { newBucket, newBucketName } from './cloud';

let bucket: Awaited<ReturnType<typeof newBucket>>;
let base: string;
beforeAll(async () => {
  bucket = await newBucket();
  base = `${bucket.url}/${bucket.Bucket}`;
  await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.Bucket, Key: 'k', Body: 'hello', ContentType: 'text/plain' }));
});

const codeOf = async (response: Response) => /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];

/** One request as bytes, so that nothing normalises its target. */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(bucket.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket
      .on('data', (chunk) => (answer += chunk.toString('latin1')))
      .on('end', () => resolve(answer))
      .on('error', reject);
  });
}
const request = (method: string, target: string, headers = '', body = '') =>
  raw(
    `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`,
  );

describe('targets', () => {
  it.each(['/a//b', '//a', '/a/../b', '/a/./b', '/%2F', '/%2f', '/a%2Fb', '/+', '/%20', '/%F0%9F%98%80', '/a%00b', '/%25'])(
    '%s names the same object twice',
    async (path) => {
      const at = `/${bucket.Bucket}${path}`;
      const body = `of ${path}`;
      expect(await request('PUT', at, '', body)).toMatch(/^HTTP\/1\.1 200 /);
      expect((await request('GET', at)).endsWith(`\r\n\r\n${body}`)).toBe(true);
      expect(await request('DELETE', at)).toMatch(/^HTTP\/1\.1 204 /);
      expect(await request('GET', at)).toContain('<Code>NoSuchKey</Code>');
    },
  );

  it.each([
    ['/%FF', 400],
    ['/a%C3%28', 400],
    ['/../x', 400],
    ['/a/../../x', 400],
  ])('%s is refused with %d', async (path, status) =>
    expect(await request('PUT', `/${bucket.Bucket}${path}`, '', 'x')).toMatch(new RegExp(`^HTTP/1.1 ${status} `)),
  );

  it('of sub-resources that are not built never reach an object', async () => {
    expect(await request('GET', `/${bucket.Bucket}/k?torrent`)).toMatch(/^HTTP\/1\.1 501 [\s\S]*<Code>NotImplemented<\/Code>/);
    for (const query of ['retention', 'legal-hold'])
      expect(await request('PUT', `/${bucket.Bucket}/k?${query}`, '', '<x/>')).toMatch(/^HTTP\/1\.1 501 /);
    expect(await request('PUT', `/${bucket.Bucket}/k?acl`, '', '')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await (await fetch(`${base}/k`)).text()).toBe('hello');
  });

  it.each([
    ['/', 'SERVICE'],
    ['/bucket', 'BUCKET'],
    ['/bucket/', 'BUCKET'],
    ['/bucket/key', 'OBJECT'],
  ])('%s with a method that nothing there takes says that it is a %s', async (path, kind) => {
    const answer = await request('PATCH', path);
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    expect(answer).toContain(`<Method>PATCH</Method><ResourceType>${kind}</ResourceType>`);
    const [, id] = /x-amz-id-2: (\S+)/i.exec(answer) ?? [];
    expect(answer).toContain(`<HostId>${id}</HostId>`);
  });

  it.each(['uploadId=x', 'partNumber=1'])('with half a part (%s) do not put an object', async (query) => {
    expect(await request('PUT', `/${bucket.Bucket}/k?${query}`, '', 'part')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await (await fetch(`${base}/k`)).text()).toBe('hello');
  });

  it('may name the bucket in the host', async () => {
    const answer = await raw(`GET /k HTTP/1.1\r\nHost: ${bucket.Bucket}.s3.amazonaws.com\r\nConnection: close\r\n\r\n`);
    expect(answer.endsWith('\r\n\r\nhello')).toBe(true);
  });
});

describe('answers', () => {
  it('to HEAD have no body, whatever went wrong', async () => {
    for (const path of ['/nothing', '/k?partNumber=7']) {
      const answer = await request('HEAD', `/${bucket.Bucket}${path}`);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer.endsWith('\r\n\r\n')).toBe(true);
    }
  });

  it('of 304 have the validators and no body', async () => {
    const answer = await request('GET', `/${bucket.Bucket}/k`, 'If-None-Match: *\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 304 /);
    expect(answer).toMatch(/\r\nETag: "5d41402abc4b2a76b9719d911017c592"\r\n/i);
    expect(answer).toMatch(/\r\nLast-Modified: \w{3}, /i);
    expect(answer.endsWith('\r\n\r\n')).toBe(true);
  });

  it('say where a bucket belongs that was asked for elsewhere', async () => {
    const response = await fetch(`${bucket.url}/${newBucketName()}`, {
      method: 'PUT',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${bucket.id}/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=00`,
        'x-amz-date': '20260101T000000Z',
      },
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(
      /<Code>IllegalLocationConstraintException<\/Code><Message>The unspecified location constraint is incompatible/,
    );
  });

  it('refuse deletes of many that bring no checksum', async () => {
    const body = '<Delete><Object><Key>k</Key></Object></Delete>';
    expect(await codeOf(await fetch(`${base}?delete`, { method: 'POST', body }))).toBe('InvalidRequest');
    const md5 = createHash('md5').update(body).digest('base64');
    expect(
      (await fetch(`${base}?delete`, { method: 'POST', body: body.replace('>k<', '>never<'), headers: { 'content-md5': md5 } })).status,
    ).toBe(400);
  });

  it.each([
    '',
    '<Delete>',
    '<Delete></Delete>',
    '<!DOCTYPE x [<!ENTITY y "z">]><Delete><Object><Key>&y;</Key></Object></Delete>',
    'nonsense',
  ])('refuse the XML %j', async (body) => {
    const md5 = createHash('md5').update(body).digest('base64');
    const response = await fetch(`${base}?delete`, { method: 'POST', body, headers: { 'content-md5': md5 } });
    expect({ status: response.status, code: await codeOf(response) }).toMatchObject({ status: 400 });
    expect((await fetch(`${base}/k`)).status).toBe(200);
  });

  it('refuse bodies that end before their length', async () => {
    const { hostname, port } = new URL(bucket.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () =>
        socket.end(`PUT /${bucket.Bucket}/cut HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\nabc`),
      );
      socket
        .on('close', () => resolve())
        .on('error', () => resolve())
        .resume();
    });
    expect((await fetch(`${base}/cut`)).status).toBe(404);
  });

  it('refuse a put of more than 5 GB before reading it', async () => {
    const answer = await raw(
      `PUT /${bucket.Bucket}/huge HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 5368709121\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*<Code>EntityTooLarge<\/Code>/);
  });
});

describe('presigned URLs', () => {
  it('put and get', async () => {
    const at = { Bucket: bucket.Bucket, Key: 'signed/ä b' };
    const put = await getSignedUrl(bucket.s3, new PutObjectCommand({ ...at, ContentType: 'text/x' }), { expiresIn: 60 });
    expect((await fetch(put, { method: 'PUT', body: 'by url', headers: { 'content-type': 'text/x' } })).status).toBe(200);
    const get = await getSignedUrl(
      bucket.s3,
      new GetObjectCommand({ ...at, ResponseContentType: 'text/y', ResponseContentDisposition: 'inline' }),
      { expiresIn: 60 },
    );
    const response = await fetch(get);
    expect(await response.text()).toBe('by url');
    expect([...response.headers]).toEqual(
      expect.arrayContaining([
        ['content-type', 'text/y'],
        ['content-disposition', 'inline'],
      ]),
    );
    const forged = get.replace(/Signature=(\w)/, (_, digit) => `Signature=${digit === '0' ? '1' : '0'}`);
    expect((await fetch(forged)).status).toBe(403);
  });
});

describe('browser forms', () => {
  const post = async (fields: Record<string, string>, file: string | Buffer = 'content', name = 'file.txt') => {
    const form = new FormData();
    for (const [key, value] of Object.entries(fields)) form.append(key, value);
    form.append('file', new Blob([file as string]), name);
    return fetch(base, { method: 'POST', body: form, redirect: 'manual' });
  };
  const presign = async (Key: string, options: Partial<Parameters<typeof createPresignedPost>[1]> = {}) =>
    (await createPresignedPost(bucket.s3 as never, { Bucket: bucket.Bucket, Key, ...options })).fields;

  it('store a file under a signed policy', async () => {
    const fields = await presign(`up/\${filename}`, {
      Fields: { 'Content-Type': 'text/z', 'x-amz-meta-a': '1' },
      Conditions: [['starts-with', '$x-amz-meta-a', '']],
    });
    const response = await post(fields);
    expect(response.status).toBe(204);
    const stored = await fetch(`${base}/up/file.txt`);
    expect(await stored.text()).toBe('content');
    expect(stored.headers.get('content-type')).toBe('text/z');
    expect(stored.headers.get('x-amz-meta-a')).toBe('1');
    expect(response.headers.get('etag')).toBe(stored.headers.get('etag'));
  });

  it('answer as the form asks', async () => {
    const created = await post(await presign('s1', { Fields: { success_action_status: '201' } }));
    expect(created.status).toBe(201);
    expect(await created.text()).toMatch(
      new RegExp(`<PostResponse><Location>.*/s1</Location><Bucket>${bucket.Bucket}</Bucket><Key>s1</Key><ETag>&quot;`),
    );
    const redirected = await post(await presign('s2', { Fields: { success_action_redirect: 'http://127.0.0.1/done?a=1' } }));
    expect(redirected.status).toBe(303);
    expect(redirected.headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1\/done\?a=1&bucket=.*&key=s2&etag=%22[0-9a-f]{32}%22$/);
  });

  it('keep to the length that the policy allows', async () => {
    const fields = await presign('s3', { Conditions: [['content-length-range', 3, 5]] });
    expect(await codeOf(await post(fields, 'ab'))).toBe('EntityTooSmall');
    expect(await codeOf(await post(fields, 'abcdef'))).toBe('EntityTooLarge');
    expect((await post(fields, 'abcd')).status).toBe(204);
  });

  it.each([
    ['another key', { key: 'elsewhere' }, 403],
    ['a field that the policy does not name', { acl: 'private' }, 403],
    ['a policy that was changed', { Policy: Buffer.from('{}').toString('base64') }, 403],
  ])('are refused with %s', async (_, change, status) => {
    expect((await post({ ...(await presign('s4')), ...change })).status).toBe(status);
    expect((await fetch(`${base}/s4`)).status).toBe(404);
  });

  it('need a key, a file, and to be forms', async () => {
    expect(await codeOf(await post({ policyless: 'x' }))).toBe('InvalidArgument');
    const form = new FormData();
    form.append('key', 'k');
    expect(await codeOf(await fetch(base, { method: 'POST', body: form }))).toBe('InvalidArgument');
    expect((await fetch(base, { method: 'POST', body: 'plain' })).status).toBe(412);
    expect(
      await codeOf(await fetch(base, { method: 'POST', body: '--x\r\n', headers: { 'content-type': 'multipart/form-data; boundary=x' } })),
    ).toBe('MalformedPOSTRequest');
  });

  it('sent to what is no bucket name are refused', async () => {
    const form =
      '--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nf\r\n--x--\r\n';
    expect(await request('POST', '/%FF', 'Content-Type: multipart/form-data; boundary=x\r\n', form)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it('take files of any size', async () => {
    const bytes = Buffer.alloc(2_000_000, 'x');
    expect((await post({ key: 'big' }, bytes)).status).toBe(204);
    expect((await fetch(`${base}/big`)).headers.get('content-length')).toBe('2000000');
  });
});
