import { describe, expect, it } from 'vitest';
import { statementPositions } from './statement-positions';

const at = (Line: number, Column: number) => ({ Line, Column });

describe('positions of statements', () => {
  // As the policy simulator of AWS answered for these texts.
  it('on one line', () => {
    const text = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';
    expect(statementPositions(text)).toEqual([{ start: at(1, 38), end: at(1, 95) }]);
  });

  it('on lines of their own', () => {
    const statement = { Effect: 'Allow', Action: 's3:DeleteObject', Resource: '*', Sid: 'ManagedDelete' };
    const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, undefined, 2);
    expect(statementPositions(text)).toEqual([{ start: at(3, 17), end: at(9, 6) }]);
  });

  it('of several, the second behind the comma', () => {
    const text = '{"Statement":[{"a":"]}\\""}, {"b":[{}]}],"Version":"x"}';
    expect(statementPositions(text)).toEqual([
      { start: at(1, 15), end: at(1, 27) },
      { start: at(1, 28), end: at(1, 39) },
    ]);
  });

  it('of one without a list', () => {
    expect(statementPositions('{"Id": 1, "Statement": {"a": 1} }')).toEqual([{ start: at(1, 23), end: at(1, 32) }]);
  });

  it.each(['{}', '{"Statement":[]}', '{ "Version" : "Statement" }'])('of none: %s', (text) => {
    expect(statementPositions(text)).toEqual([]);
  });
});
