import { expect, test } from 'vitest';
import type { RequestEntry } from '../kernel/request-log';
import { formatEntry } from './request-line';

const entry: RequestEntry = {
  id: 'r',
  time: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  service: 's3',
  operation: 'GetObject',
  account: '000000000000',
  region: 'us-east-1',
  principal: '',
  method: 'GET',
  target: '/bucket/key',
  status: 200,
  code: undefined,
  message: undefined,
  durationMs: 1.234,
};

test('a request is one line', () => {
  expect(formatEntry(entry, false)).toBe('03:04:05.006 200 s3 GetObject 1.2 ms 000000000000 us-east-1 /bucket/key');
});

test('a caller whom nobody knows has a dash for an account', () => {
  expect(formatEntry({ ...entry, account: '' }, false)).toContain(' ms - us-east-1 ');
});

test('an error says its code and message', () => {
  expect(formatEntry({ ...entry, status: 404, code: 'NoSuchKey', message: 'Not here.' }, false)).toMatch(/ 404 .* NoSuchKey: Not here\.$/);
});

test.each([
  [200, '\x1b[32m200\x1b[0m'],
  [404, '\x1b[33m404\x1b[0m'],
  [500, '\x1b[31m500\x1b[0m'],
])('a status of %d has its colour', (status, painted) => {
  expect(formatEntry({ ...entry, status }, true)).toContain(painted);
});

test('what strangers send cannot drive the terminal', () => {
  const line = formatEntry({ ...entry, target: '/a\x1b[2J\nb', operation: 'X\x07', message: '\u202e', code: 'E' }, false);
  expect(line).toMatch(/\/a\?\[2J\?b E: \?$/);
});

test.each([
  ['/b/k?X-Amz-Credential=AKIA&X-Amz-Signature=abc&x=1', '/b/k?X-Amz-Credential=AKIA&X-Amz-Signature=…&x=1'],
  ['/b/k?X-Amz-Security-Token=abc', '/b/k?X-Amz-Security-Token=…'],
  ['/b/k?AWSAccessKeyId=AKIA&Signature=abc%3D&Expires=1', '/b/k?AWSAccessKeyId=AKIA&Signature=…&Expires=1'],
])('the signature of a presigned URL is not shown', (target, shown) => {
  expect(formatEntry({ ...entry, target }, false).endsWith(shown)).toBe(true);
});

test.each([
  [403, 'enforce', '\n  ✗ s3:GetObject denied: nuvola iam explain r'],
  [200, 'audit', '\n  ⚠ s3:GetObject would be denied: nuvola iam explain r'],
] as const)('a denied call (%d, mode %s) says how to learn why', (status, _, said) => {
  const access = [
    { action: 's3:ListBucket', resource: 'arn:aws:s3:::bucket', allowed: true },
    { action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/key', allowed: false },
  ];
  expect(formatEntry({ ...entry, status, access }, false).endsWith(said)).toBe(true);
  expect(formatEntry({ ...entry, status, access: access.slice(0, 1) }, false)).not.toContain('nuvola iam');
});
