import { describe, expect, it } from 'vitest';
import { loadModel } from '../api/load';
import type { RequestFacts } from '../kernel/context';
import type { Place } from '../kernel/place';
import { defineService } from '../kernel/service';
import { accessNeeds, authorise, denialOf } from './authorise';
import { accessModeOf, defaultSecurity, parseAccessMode, parseSignatureMode, signatureModeOf } from './modes';
import { anonymous, rootOf } from './principal';

const at: Place = { partition: 'aws', account: '111122223333', region: 'us-east-1' };
const facts = {} as RequestFacts;
const root = rootOf('111122223333', 'aws', '111122223333');
const read = [{ action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' }];

describe('what a call needs', () => {
  const definition = defineService({
    id: 's3',
    operations: {},
    access: { CopyObject: ({ Bucket }, place) => [{ action: 's3:PutObject', resource: `arn:${place.partition}:s3:::${Bucket}/*` }] },
  });
  const operation = (name: string) => loadModel('s3').operation(name)!;

  it('is what its service declares for its input', () => {
    expect(accessNeeds(definition, operation('CopyObject'), { Bucket: 'b' }, at, facts)).toEqual([
      { action: 's3:PutObject', resource: 'arn:aws:s3:::b/*' },
    ]);
  });

  it('is the operation on everything, where that is silent', () => {
    expect(accessNeeds(definition, operation('ListBuckets'), {}, at, facts)).toEqual([{ action: 's3:ListBuckets', resource: '*' }]);
  });
});

describe('a decision', () => {
  it('is not made in mode off', () => expect(authorise(anonymous, read, 'off')).toEqual([]));

  it('allows everybody who signed', () => {
    for (const mode of ['audit', 'enforce'] as const) {
      const decisions = authorise(root, read, mode);
      expect(decisions).toMatchObject([{ need: read[0], allowed: true }]);
      expect(denialOf(decisions, mode, root, 's3')).toBeUndefined();
    }
  });

  it('denies anonymous callers what no resource grants, in enforce only', () => {
    const decisions = authorise(anonymous, read, 'enforce');
    expect(decisions).toMatchObject([{ allowed: false }]);
    expect(denialOf(decisions, 'audit', anonymous, 's3')).toBeUndefined();
    expect(denialOf(decisions, 'enforce', anonymous, 's3')).toMatchObject({ code: 'AccessDenied', status: 403, message: 'Access Denied' });
    expect(denialOf(decisions, 'enforce', anonymous, 'query')).toMatchObject({ code: 'MissingAuthenticationToken', status: 403 });
    expect(denialOf(decisions, 'enforce', anonymous, 'query-json')).toMatchObject({
      code: 'MissingAuthenticationTokenException',
      status: 403,
    });
    expect(denialOf(decisions, 'enforce', anonymous, 'json')).toMatchObject({ code: 'MissingAuthenticationTokenException', status: 400 });
  });

  it('asks the resource about anonymous callers', () => {
    const grants = () => ({ allowed: true, reason: 'the bucket policy' });
    expect(authorise(anonymous, read, 'enforce', grants)).toMatchObject([{ allowed: true, reason: 'the bucket policy' }]);
  });

  it('needs every one of several needs', () => {
    const grants = (_p: unknown, need: { action: string }) => ({ allowed: need.action === 's3:GetObject', reason: '' });
    const decisions = authorise(anonymous, [...read, { action: 's3:PutObject', resource: '*' }], 'enforce', grants);
    expect(denialOf(decisions, 'enforce', anonymous, 's3')?.code).toBe('AccessDenied');
  });

  it('names who may not do what', () => {
    const denied = [{ need: { action: 'sqs:SendMessage', resource: 'arn:q' }, allowed: false, reason: '' }];
    expect(denialOf(denied, 'enforce', root, 'json')).toMatchObject({
      code: 'AccessDeniedException',
      status: 400,
      message: 'User: arn:aws:iam::111122223333:root is not authorized to perform: sqs:SendMessage on resource: arn:q',
    });
  });
});

describe('a mode', () => {
  it('is one of a few words', () => {
    expect([parseSignatureMode('off'), parseSignatureMode('verify'), parseAccessMode('audit')]).toEqual(['off', 'verify', 'audit']);
    expect(() => parseSignatureMode('Verify')).toThrow('signatures=Verify is no mode. Choose off, verify.');
    expect(() => parseAccessMode('')).toThrow('iam= is no mode. Choose off, audit, enforce.');
  });

  it('is refused where it cannot be kept', () => expect(() => parseAccessMode('enforce')).toThrow('needs the policy engine'));

  it('may differ for an account', () => {
    const options = { ...defaultSecurity, accounts: { '111122223333': { signatures: 'verify', access: 'audit' } } } as const;
    expect([signatureModeOf(options, '111122223333'), signatureModeOf(options, '000000000000')]).toEqual(['verify', 'off']);
    expect([accessModeOf(options, '111122223333'), accessModeOf(options, '000000000000')]).toEqual(['audit', 'off']);
  });
});
