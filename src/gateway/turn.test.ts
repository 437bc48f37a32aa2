import { expect, it } from 'vitest';
import { type Answer, Turn } from './turn';

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A turn that notes what happens to it, in order. */
function watched(beforeAnswers: () => Promise<void> | undefined = () => undefined) {
  const log: string[] = [];
  const turn = new Turn({
    beforeAnswers: () => {
      log.push('commit');
      return beforeAnswers();
    },
  });
  const answer = (name: string): Answer => ({
    send: () => log.push(name),
    commitFailed: (error) => log.push(`${name} failed: ${(error as Error).message}`),
  });
  return { turn, log, answer };
}

it('sends the first answer after a quiet turn at once', () => {
  const { turn, log, answer } = watched();
  turn.add(answer('a'));
  expect(log).toEqual(['commit', 'a']);
});

it('gathers the answers of a turn once there are several, with one commit before them', async () => {
  const { turn, log, answer } = watched();
  for (const name of ['a', 'b', 'c']) turn.add(answer(name));
  expect(log).toEqual(['commit', 'a']);
  await nextTurn();
  expect(log).toEqual(['commit', 'a', 'commit', 'b', 'c']);
  for (const name of ['d', 'e']) turn.add(answer(name));
  expect(log.length).toBe(5);
  await nextTurn();
  expect(log.slice(5)).toEqual(['commit', 'd', 'e']);
});

it('returns to sending at once after turns of one answer', async () => {
  const { turn, log, answer } = watched();
  for (const name of ['a', 'b']) turn.add(answer(name));
  await nextTurn();
  turn.add(answer('c'));
  expect(log).not.toContain('c');
  await nextTurn();
  expect(log.at(-1)).toBe('c');
  turn.add(answer('d'));
  expect(log.at(-1)).toBe('d');
});

it('notices soon that turns have become busy', async () => {
  const { turn, log, answer } = watched();
  turn.add(answer('first'));
  await nextTurn();
  for (let i = 0; i < 20; i++) turn.add(answer(`${i}`));
  const atOnce = log.filter((entry) => entry !== 'commit').length - 1;
  expect(atOnce).toBeLessThanOrEqual(8);
  await nextTurn();
  expect(log.filter((entry) => entry !== 'commit')).toEqual(['first', ...Array.from({ length: 20 }, (_, i) => `${i}`)]);
  const before = log.length;
  turn.add(answer('later'));
  expect(log.length).toBe(before);
});

it('holds answers until an asynchronous commit is done', async () => {
  let commit = (): void => {};
  const { turn, log, answer } = watched(() => new Promise<void>((resolve) => (commit = resolve)));
  turn.add(answer('a'));
  await nextTurn();
  expect(log).toEqual(['commit']);
  commit();
  await nextTurn();
  expect(log).toEqual(['commit', 'a']);
});

it.each<[string, () => Promise<void>]>([
  ['rejects', () => Promise.reject(new Error('disk full'))],
  [
    'throws',
    () => {
      throw new Error('disk full');
    },
  ],
])('never sends what a commit that %s has not kept', async (_how, fail) => {
  const { turn, log, answer } = watched(fail);
  for (const name of ['a', 'b', 'c']) turn.add(answer(name));
  await nextTurn();
  await nextTurn();
  expect(log.filter((entry) => entry !== 'commit')).toEqual(['a failed: disk full', 'b failed: disk full', 'c failed: disk full']);
});

it('begins calls after what the turn reads, and answers together what they answer at once', async () => {
  const { turn, log, answer } = watched();
  turn.begin(() => {
    turn.add(answer('a'));
    queueMicrotask(() => Promise.resolve().then(() => turn.add(answer('b'))));
    log.push('begun');
  });
  expect(log).toEqual([]);
  await nextTurn();
  expect(log).toEqual(['begun', 'commit', 'a', 'b']);
  turn.add(answer('later'));
  expect(log.at(-1)).toBe('later');
});
