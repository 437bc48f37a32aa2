import { expect, test } from 'vitest';
import { tagsOfList, toTagList, underSessionTags } from './tags';

test('lists of tags are records and lists again; what is missing is empty, and the last of a key counts', () => {
  expect(tagsOfList(undefined)).toEqual({});
  expect(tagsOfList([{ Key: 'a', Value: '1' }, { Key: 'b' }, { Key: 'a', Value: '2' }])).toEqual({ a: '2', b: '' });
  expect(Object.keys(tagsOfList([{ Key: '__proto__', Value: 'x' }]))).toEqual(['__proto__']);
  const list = [
    { Key: 'b', Value: '1' },
    { Key: 'a', Value: '' },
  ];
  expect(toTagList(tagsOfList(list))).toEqual(list);
});

test('tags of sessions take the place of those that differ in case alone', () => {
  expect(underSessionTags({ Team: 'blue', kind: 'robot' }, { team: 'red' })).toEqual({ kind: 'robot', team: 'red' });
  expect(underSessionTags({ a: '1' }, { b: '2' })).toEqual({ a: '1', b: '2' });
  expect(underSessionTags({ a: '1' }, undefined)).toEqual({ a: '1' });
  expect(underSessionTags(undefined, { a: '1' })).toEqual({ a: '1' });
});
