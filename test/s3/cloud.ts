/** What the S3 tests share: a client in a fresh account, a bucket, bytes to store, errors as values. */
import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, S3Client, type S3ServiceException } from '@aws-sdk/client-s3';
import { account } from '../server';

export function newAccount() {
  const { config, configIn, id, url } = account();
  return { id, url, config, s3: new S3Client(config), s3In: (region: string) => new S3Client(configIn(region)) };
}

/** Bucket names are shared by all tests. */
export function newBucketName(): string {
  return `bucket-${randomBytes(8).toString('hex')}`;
}

export async function newBucket() {
  const { s3, ...rest } = newAccount();
  const Bucket = newBucketName();
  await s3.send(new CreateBucketCommand({ Bucket }));
  return { s3, ...rest, Bucket };
}

/** Bytes that repeat nowhere, without keeping a random source busy. */
export function bytesOf(size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  for (let i = 0, x = 12345; i < size; i++) {
    x = (x * 1103515245 + 12345) & 0x7fffffff;
    bytes[i] = x >> 16;
  }
  return bytes;
}

export interface Failure {
  readonly status: number | undefined;
  readonly code: string;
  readonly message: string;
  readonly fields: S3ServiceException & Readonly<Record<string, unknown>>;
}

/** The error of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    const fields = error as Failure['fields'];
    return { status: fields.$metadata?.httpStatusCode, code: fields.name, message: fields.message, fields };
  }
  throw new Error('The call succeeded.');
}
