import { request } from 'node:http';
import { PutBucketWebsiteCommand, PutObjectCommand, type WebsiteConfiguration } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { newBucket } from './cloud';

async function site(WebsiteConfiguration?: WebsiteConfiguration) {
  const { s3, Bucket, url } = await newBucket();
  if (WebsiteConfiguration) await s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));
  const pages: Record<string, string> = { 'index.html': 'home', 'docs/index.html': 'docs', 'error.html': 'lost' };
  for (const [Key, Body] of Object.entries(pages)) await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'text/html' }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'moved', Body: '', WebsiteRedirectLocation: '/docs/' }));
  const { hostname, port } = new URL(url);
  const host = `${Bucket}.s3-website.us-east-1.amazonaws.com`;
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ status: number | undefined; text: string; type: string | undefined; location: string | undefined }>((resolve, reject) => {
      const call = request({ hostname, port, path, method, headers: { host, ...headers } }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => {
          const { 'content-type': type, location } = answer.headers;
          resolve({ status: answer.statusCode, text, type, location });
        });
      });
      call.on('error', reject).end();
    });
  return { get, host, Bucket };
}

const plain: WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: 'error.html' } };

it('serves pages, index documents and the error document', async () => {
  const { get } = await site(plain);
  expect(await get('/')).toMatchObject({ status: 200, text: 'home', type: 'text/html' });
  expect(await get('/docs/')).toMatchObject({ status: 200, text: 'docs' });
  expect(await get('/docs')).toMatchObject({ status: 302, location: '/docs/' });
  expect(await get('/nothing')).toMatchObject({ status: 404, text: 'lost', type: 'text/html' });
  expect(await get('/moved')).toMatchObject({ status: 301, location: '/docs/' });
  expect(await get('/', {}, 'HEAD')).toMatchObject({ status: 200, text: '' });
  expect(await get('/', { range: 'bytes=1-2' })).toMatchObject({ status: 206, text: 'om' });
});

it('answers with pages of its own where there is nothing else', async () => {
  const { get, Bucket } = await site({ IndexDocument: { Suffix: 'index.html' } });
  const missing = await get('/<b>');
  expect(missing).toMatchObject({ status: 404, type: 'text/html; charset=utf-8' });
  expect(missing.text).toContain('<h1>404 Not Found</h1>');
  expect(missing.text).toContain('<li>Code: NoSuchKey</li>');
  expect(missing.text).toContain('<li>Key: &#60;b&#62;</li>');
  expect(await get('/', {}, 'PUT')).toMatchObject({ status: 405, text: expect.stringContaining('<li>Code: MethodNotAllowed</li>') });
  const other = await site();
  expect((await other.get('/')).text).toContain('<li>Code: NoSuchWebsiteConfiguration</li>');
  expect(await get('/', { host: 'no-such-site.s3-website.us-east-1.amazonaws.com' })).toMatchObject({
    status: 404,
    text: expect.stringContaining('<li>Code: NoSuchBucket</li>'),
  });
  expect(Bucket).not.toBe(other.Bucket);
});

it('redirects by its rules', async () => {
  const { get, host } = await site({
    ...plain,
    RoutingRules: [
      { Condition: { KeyPrefixEquals: 'old/' }, Redirect: { ReplaceKeyPrefixWith: 'docs/' } },
      {
        Condition: { KeyPrefixEquals: 'gone/', HttpErrorCodeReturnedEquals: '404' },
        Redirect: { HostName: 'archive.example.com', Protocol: 'https', HttpRedirectCode: '307', ReplaceKeyWith: 'sorry page' },
      },
    ],
  });
  expect(await get('/old/a')).toMatchObject({ status: 301, location: `http://${host}/docs/a` });
  expect(await get('/gone/a')).toMatchObject({ status: 307, location: 'https://archive.example.com/sorry%20page' });
  expect(await get('/docs/')).toMatchObject({ status: 200 });
});

it('redirects everything to another host', async () => {
  const { get } = await site({ RedirectAllRequestsTo: { HostName: 'www.example.com', Protocol: 'https' } });
  expect(await get('/a/b')).toMatchObject({ status: 301, location: 'https://www.example.com/a/b' });
});
