// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import { describe, expect, it } from 'vitest';
import { contextKeysOf } from './context-keys';

const condition = { StringEquals: { 'aws:username': 'a' } };
const of = (Statement: unknown, Version = '2012-10-17') => JSON.stringify({ Version, Statement });

// As AWS was recorded to answer GetContextKeysForCustomPolicy for these documents; it does not say in which order.
describe('context keys', () => {
  it.each<[string, unknown, string[]]>([
    [
      'keys and variables, as they are spelt',
      {
        Effect: 'Allow',
        Resource: 'arn:aws:s3:::bucket/${aws:PrincipalTag/Team}/${aws:username}',
        Condition: { StringEquals: { 's3:ExistingObjectTag/Owner': '${aws:PrincipalTag/Team}' }, Null: { 'AWS:SourceIp': 'false' } },
      },
      ['s3:ExistingObjectTag/Owner', 'aws:username', 'aws:PrincipalTag/Team', 'AWS:SourceIp'],
    ],
    [
      'defaults and literals',
      { Effect: 'Allow', Resource: "b/${aws:username, 'default'}/${*}/${?}/${$}" },
      ['$', 'aws:username', '*', '?'],
    ],
    ['NotResource', { Effect: 'Deny', NotResource: 'b/${aws:PrincipalTag/project}' }, ['aws:PrincipalTag/project']],
    [
      'names that differ by case',
      { Effect: 'Allow', Condition: { StringEquals: { 'aws:username': '${aws:username}', 'AWS:username': 'a' } } },
      ['aws:username', 'AWS:username'],
    ],
    ['statements without action or resource', { Effect: 'Allow', Condition: condition }, ['aws:username']],
    ['resource policies', { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', Condition: condition }, ['aws:username']],
    [
      'nonsense values',
      { Effect: 'Allow', Action: 'abc', Resource: 'bad', Condition: { NumericEquals: { 'aws:MultiFactorAuthAge': 'nope' } } },
      ['aws:MultiFactorAuthAge'],
    ],
    ['no variables in actions and principals', { Effect: 'Allow', Action: '${aws:username}', Principal: { AWS: '${aws:userid}' } }, []],
    ['variables in the place of keys', { Effect: 'Allow', Condition: { StringEquals: { '${aws:username}': 'a' } } }, ['${aws:username}']],
    ['empty conditions', { Effect: 'Allow', Condition: {} }, []],
    ['no statements', [], []],
  ])('are found in %s', (_, statement, keys) => {
    expect([...(contextKeysOf(of(statement)) ?? [])].sort()).toEqual([...keys].sort());
  });

  it('are looked for once in texts of many openings', () => {
    const Resource = `arn:aws:s3:::${'${'.repeat(60_000)}aws:username, 'x'}/\${aws:userid}`;
    const started = performance.now();
    expect(contextKeysOf(of({ Effect: 'Allow', Resource }))).toContain('aws:userid');
    expect(contextKeysOf(of({ Effect: 'Allow', Resource: '${'.repeat(60_000) }))).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('are found at any depth', () => {
    const nested = (text: string) => `${'['.repeat(50_000)}${JSON.stringify(text)}${']'.repeat(50_000)}`;
    const statement = `{"Effect":"Allow","Resource":${nested('${aws:userid}')},"Condition":{"StringEquals":{"aws:username":${nested('a')}}}}`;
    expect(contextKeysOf(`{"Version":"2012-10-17","Statement":${statement}}`)).toEqual(['aws:username', 'aws:userid']);
  });

  it('are no variables in the older language', () => {
    expect(contextKeysOf(of({ Effect: 'Allow', Resource: 'b/${aws:username}' }, '2008-10-17'))).toEqual([]);
  });

  it.each([
    ['unknown operators', of({ Effect: 'Allow', Condition: { MadeUp: { 'aws:username': 'a' } } })],
    ['unknown elements', JSON.stringify({ Version: '2012-10-17', Statement: [], Foo: 'x' })],
    ['statements without effect', of({ Action: '*', Condition: condition })],
    ['what is no JSON', 'nonsense'],
    ['what is no object', '[]'],
  ])('are not looked for in %s', (_, text) => {
    expect(contextKeysOf(text)).toBeUndefined();
  });
});
