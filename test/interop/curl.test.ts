import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expect, test } from 'vitest';
import { run, Server } from '../cli/command';
import { outputOf } from './tools';

const version = outputOf('curl', '--version');

test.skipIf(version === undefined)('curl: health, presigned URLs, signatures of its own, keys as they are (needs curl)', async () => {
  await using server = await Server.start(['--log', 'errors', '--strict']);
  const curl = async (...args: string[]) => (await run('curl', ['--silent', '--show-error', '--noproxy', '*', ...args])).stdout;
  expect(JSON.parse(await curl(`${server.url}/_nuvola/health`))).toMatchObject({ status: 'running' });
  expect(JSON.parse(await curl(`${server.url}/_localstack/health`))).toMatchObject({ services: { s3: 'available' } });

  const s3 = new S3Client(server.config());
  await s3.send(new CreateBucketCommand({ Bucket: 'curl' }));
  const [put, get] = await Promise.all([
    getSignedUrl(s3, new PutObjectCommand({ Bucket: 'curl', Key: 'a b' })),
    getSignedUrl(s3, new GetObjectCommand({ Bucket: 'curl', Key: 'a b' })),
  ]);
  expect(await curl('-X', 'PUT', '-d', 'by curl', '-w', '%{http_code}', put)).toBe('200');
  expect(await curl(get)).toBe('by curl');

  const signed = ['--user', 'test:test', '--aws-sigv4', 'aws:amz:us-east-1:s3'];
  const path = `${server.url}/curl/x/../y//z%2Fq`;
  await curl('--path-as-is', ...signed, '-T', fileURLToPath(import.meta.url), path);
  expect(await curl('--path-as-is', ...signed, '-o', '-', path)).toContain('keys as they are');
  expect(await curl(...signed, `${server.url}/curl?list-type=2`)).toContain('<Key>x/../y//z/q</Key>');
});
