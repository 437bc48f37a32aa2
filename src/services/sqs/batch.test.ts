import { describe, expect, it } from 'vitest';
import { checkBatch, runBatch } from './batch';
import { invalidParameter } from './errors';

const entries = (...ids: string[]) => ids.map((Id) => ({ Id }));

describe('checkBatch', () => {
  it('takes up to ten entries with ids of their own', () => {
    expect(() => checkBatch(entries(...'abcdefghij'), 'SendMessageBatch')).not.toThrow();
  });
  it.each([
    [[], 'There should be at least one DeleteMessageBatchRequestEntry in the request.'],
    [entries(...'abcdefghijk'), 'Maximum number of entries per request are 10. You have sent 11.'],
    [entries('a', 'b', 'a'), 'Id a repeated.'],
    [entries(''), /^A batch entry id can only contain/],
    [entries('a b'), /^A batch entry id can only contain/],
    [entries('x'.repeat(81)), /^A batch entry id can only contain/],
  ])('refuses %j', (batch, sentence) => expect(() => checkBatch(batch, 'DeleteMessageBatch')).toThrow(sentence));
});

describe('runBatch', () => {
  it('sorts answers from refusals and lets other failures through', () => {
    const run = (failure: Error) =>
      runBatch(entries('a', 'b'), ({ Id }) => {
        if (Id === 'b') throw failure;
        return { n: 1 };
      });
    expect(run(invalidParameter('no'))).toEqual({
      Successful: [{ Id: 'a', n: 1 }],
      Failed: [{ Id: 'b', SenderFault: true, Code: 'InvalidParameterValue', Message: 'no' }],
    });
    expect(() => run(new TypeError('bug'))).toThrow('bug');
  });
});
