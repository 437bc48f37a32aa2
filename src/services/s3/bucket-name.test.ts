import { describe, expect, it } from 'vitest';
import { isBucketName } from './bucket-name';

describe('bucket names', () => {
  it.each([
    'abc',
    'a-b',
    '1.2.3',
    'docexamplebucket1',
    'log-delivery-march-2020',
    'a'.repeat(63),
    'example.com',
    '192.168.5.400x',
    'a.b-c',
    'a.-b',
  ])('takes %s', (name) => expect(isBucketName(name)).toBe(true));
  it.each([
    '',
    'ab',
    'a'.repeat(64),
    'Abc',
    'a_b',
    'a..b',
    '-ab',
    'ab-',
    '.ab',
    'ab.',
    '192.168.5.4',
    'xn--abc',
    'sthree-x',
    'amzn-s3-demo-bucket',
    'abc-s3alias',
    'abc--ol-s3',
    'abc.mrap',
    'abc--use1-az4--x-s3',
    'abc--table-s3',
    'a b',
    'ä-bc',
    'a/b',
    'abc\n',
  ])('refuses %j', (name) => expect(isBucketName(name)).toBe(false));
});
