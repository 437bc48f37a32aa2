import { describe, expect, it } from 'vitest';
import { inheritedTags, joinTags } from './session-tags';

const tag = (Key: string, Value = 'x') => ({ Key, Value });
const inherited = { tags: { Team: 'red' }, transitiveKeys: ['Team'] };

describe('tags of a session', () => {
  it('are those passed and those inherited', () => {
    expect(joinTags([tag('Cost', '5')], ['cost'], inherited)).toEqual({
      tags: { Team: 'red', Cost: '5' },
      transitiveKeys: ['Team', 'Cost'],
    });
    expect(joinTags([], [])).toEqual({ tags: {}, transitiveKeys: [] });
  });

  it.each([
    [[tag('a'), tag('A')], [], 'Duplicate tag keys found. Please note that Tag keys are case insensitive.'],
    [[tag('a')], ['b'], 'The specified transitive tag key must be included in the requested tags.'],
    [
      [tag('TEAM')],
      [],
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    ],
    [[tag('aws:x')], [], 'aws: prefixed tag key names are not allowed for external use.'],
    [[tag('')], [], 'Session tag keys must have 1 to 128 characters.'],
    [[tag('x'.repeat(129))], [], 'Session tag keys must have 1 to 128 characters.'],
    [[tag('x', 'y'.repeat(257))], [], 'Session tag values must have at most 256 characters.'],
    [Array.from({ length: 51 }, (_, i) => tag(`k${i}`)), [], 'At most 50 session tags may be passed.'],
  ])('%# are refused', (tags, keys, message) => {
    expect(() => joinTags(tags, keys, inherited)).toThrow(expect.objectContaining({ code: 'InvalidParameterValue', message }));
  });

  it('are handed on when they are transitive', () => {
    const session = { type: 'session', account: '1', arn: '', id: '', accessKeyId: '', sessionName: 'x', expiresAt: 0 } as const;
    expect(inheritedTags({ ...session, tags: { a: '1', b: '2' }, session: { issuedAt: 0, transitiveTagKeys: ['b'] } })).toEqual({
      tags: { b: '2' },
      transitiveKeys: ['b'],
    });
    expect(inheritedTags({ ...session, tags: { a: '1' } })).toEqual({ tags: {}, transitiveKeys: [] });
    expect(inheritedTags({ type: 'anonymous', account: '1', arn: '*', id: '' })).toEqual({ tags: {}, transitiveKeys: [] });
  });
});
