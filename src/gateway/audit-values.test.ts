import { describe, expect, it } from 'vitest';
import { loadModel } from '../api/load';
import { JsonBytes } from '../kernel/json-bytes';
import { type ShownOptions, writerOf } from './audit-values';

function shown(service: string, shape: string, value: unknown, options: Partial<ShownOptions> = {}): unknown {
  const out = new JsonBytes(64);
  const isShown = writerOf(loadModel(service).shape(shape), { secrets: 'masked', ...options })(value, out);
  return isShown ? JSON.parse(Buffer.from(out.part(0, out.length)).toString()) : undefined;
}

const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

describe('a request is shown', () => {
  it('with member names in lower camel case, and keys of maps as they are', () => {
    const value = { QueueName: 'q', Attributes: { VisibilityTimeout: '5' }, tags: { Team: 'x' } };
    expect(shown('sqs', 'CreateQueueRequest', value)).toEqual({
      queueName: 'q',
      attributes: { VisibilityTimeout: '5' },
      tags: { Team: 'x' },
    });
    expect(shown('sqs', 'AddPermissionRequest', { AWSAccountIds: ['1'] })).toEqual({ aWSAccountIds: ['1'] });
  });

  it('with what is sensitive hidden, and what a service declares', () => {
    expect(shown('iam', 'CreateLoginProfileRequest', { UserName: 'u', Password: 'p' })).toEqual({ userName: 'u', password: hidden });
    const message = { QueueUrl: 'u', MessageBody: 'b' };
    expect(shown('sqs', 'SendMessageRequest', message, { hidden: ['MessageBody'] })).toEqual({ queueUrl: 'u', messageBody: hidden });
    const attributes = { Attributes: { PlatformCredential: 's', Other: 'o' } };
    expect(shown('sns', 'CreatePlatformApplicationInput', attributes, { hidden: ['PlatformCredential'] })).toEqual({
      attributes: { PlatformCredential: hidden, Other: 'o' },
    });
  });

  it('with a mask of its own, of a service that has one', () => {
    const account = { AccountName: 'a', Email: 'e@example.org', RoleName: 'r' };
    expect(shown('organizations', 'CreateAccountRequest', account, { mask: '****' })).toEqual({
      accountName: '****',
      email: '****',
      roleName: 'r',
    });
  });

  it('without bytes, streams and members that it does not have', () => {
    expect(shown('lambda', 'CreateFunctionRequest', { FunctionName: 'f', Code: { ZipFile: new Uint8Array(3) }, Foreign: 1 })).toEqual({
      functionName: 'f',
      code: {},
    });
    expect(shown('s3', 'PutObjectRequest', { Bucket: 'b', Body: { stream: true } })).toEqual({ bucket: 'b' });
  });

  it('with times as text', () => {
    const answer = {
      Credentials: { AccessKeyId: 'a', SecretAccessKey: 's', SessionToken: 't', Expiration: Date.UTC(2026, 10, 21, 0, 5, 9) },
    };
    expect(shown('sts', 'AssumeRoleResponse', answer, { secrets: 'omitted' })).toEqual({
      credentials: { accessKeyId: 'a', sessionToken: 't', expiration: 'Nov 21, 2026, 12:05:09 AM' },
    });
  });

  it('whatever is sent in the place of what is expected', () => {
    for (const wrong of [null, undefined, 5, 'text', [1], new Uint8Array(1)]) {
      expect(shown('sqs', 'CreateQueueRequest', wrong)).toBeUndefined();
      const name = typeof wrong === 'object' ? undefined : wrong;
      expect(shown('sqs', 'CreateQueueRequest', { QueueName: wrong, Attributes: wrong })).toEqual(
        JSON.parse(JSON.stringify({ queueName: name })),
      );
    }
  });
});
