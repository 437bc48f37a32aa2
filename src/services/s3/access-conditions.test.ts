import { expect, it } from 'vitest';
import { writeConditions, writeMembers } from './access-conditions';

it.each(writeMembers)('what a write says of %s is a condition', (member) => {
  const conditions = writeConditions({ Bucket: 'b', Key: 'k', [member]: 'said' }, undefined, true);
  expect(Object.entries(conditions)).toEqual([
    ['s3:ObjectCreationOperation', 'true'],
    [expect.stringMatching(/^s3:/), 'said'],
  ]);
});

it('a write that says nothing has one condition', () => {
  expect(writeConditions({ Bucket: 'b', Key: 'k', ACL: undefined }, undefined, true)).toEqual({ 's3:ObjectCreationOperation': 'true' });
  expect(writeConditions({ Bucket: 'b', Key: 'k' }, undefined, false)).toEqual({ 's3:ObjectCreationOperation': 'false' });
});
