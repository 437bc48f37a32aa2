import { describe, expect, test } from 'vitest';
import {
  accountNumber,
  condition,
  milliseconds,
  modeOfAccount,
  pointInTime,
  portNumber,
  publicUrl,
  regionName,
  serverUrl,
} from './arguments';

describe('values that are taken', () => {
  test.each([
    [portNumber, '0', 0],
    [portNumber, '65535', 65535],
    [accountNumber, '012345678901', '012345678901'],
    [serverUrl, 'http://127.0.0.1:4566', 'http://127.0.0.1:4566'],
    [serverUrl, 'http://127.0.0.1:4566/', 'http://127.0.0.1:4566'],
    [serverUrl, 'localhost:4566', 'http://127.0.0.1:4566'],
    [serverUrl, 'https://localhost:4566', 'https://127.0.0.1:4566'],
    [serverUrl, '[::1]:5000', 'http://[::1]:5000'],
    [serverUrl, 'cloud:80', 'http://cloud'],
    [publicUrl, 'https://cloud.example.com/aws/', 'https://cloud.example.com/aws'],
    [regionName, 'us-gov-west-1', 'us-gov-west-1'],
  ] as const)('%o of %s', (parse, text, value) => {
    expect(parse(text)).toBe(value);
  });
});

describe('values that are refused', () => {
  test.each([
    [portNumber, ''],
    [portNumber, '65536'],
    [portNumber, '1e3'],
    [portNumber, '0x50'],
    [portNumber, '-1'],
    [accountNumber, '12345678901'],
    [accountNumber, '12345678901x'],
    [serverUrl, 'ftp://127.0.0.1'],
    [serverUrl, 'http://'],
    [serverUrl, 'http://127.0.0.1/path'],
    [serverUrl, 'http://user:secret@127.0.0.1'],
    [serverUrl, 'http://127.0.0.1:99999'],
    [publicUrl, 'cloud.example.com'],
    [regionName, 'Frankfurt'],
  ] as const)('%o of "%s"', (parse, text) => {
    expect(() => parse(text)).toThrow(/looks like|is a number|twelve digits/);
  });
});

test.each([
  ['500ms', 500],
  ['90s', 90_000],
  ['15m', 900_000],
  ['2h30m', 9_000_000],
  ['1.5h', 5_400_000],
  ['1d', 86_400_000],
  ['', undefined],
  ['15', undefined],
  ['15 m', undefined],
  ['m', undefined],
  ['-5m', undefined],
])('a duration of "%s" is %s ms', (text, ms) => {
  expect(milliseconds(text)).toBe(ms);
});

test('modes of single accounts add up', () => {
  const parse = modeOfAccount(['off', 'verify']);
  expect(parse('111122223333=verify', parse('444455556666=off'))).toEqual({ '111122223333': 'verify', '444455556666': 'off' });
  for (const wrong of ['verify', '111122223333', '111122223333=', '111122223333=verfy', '1=verify', '=off'])
    expect(() => parse(wrong)).toThrow();
});

test('a point in time is a moment, or how long ago', () => {
  expect(pointInTime('2h')).toEqual({ agoMs: 7_200_000 });
  expect(pointInTime('2030-01-01T00:00:00Z')).toEqual({ at: Date.UTC(2030, 0, 1) });
  for (const wrong of ['', '5', 'yesterday', '2030-99-99']) expect(() => pointInTime(wrong)).toThrow(/looks like 2h/);
});

test('conditions add up, and a key may have several values', () => {
  const all = ['aws:SourceIp=1.2.3.4', 's3:prefix=a=b', 'aws:TagKeys=x', 'aws:TagKeys=y', 'aws:TagKeys=z'];
  expect(all.reduce((before, text) => condition(text, before), {})).toEqual({
    'aws:SourceIp': '1.2.3.4',
    's3:prefix': 'a=b',
    'aws:TagKeys': ['x', 'y', 'z'],
  });
  for (const wrong of ['', 'aws:SourceIp', '=x', 'SourceIp=1', 'aws:=1']) expect(() => condition(wrong)).toThrow(/looks like aws:SourceIp/);
});
