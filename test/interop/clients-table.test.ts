import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const table = /<!-- clients:begin[^>]*-->([\s\S]*)<!-- clients:end -->/.exec(readme)?.[1] ?? '';
const rows = table
  .trim()
  .split('\n')
  .slice(2)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, client = '', , tested = '']) => ({ client, tested }));

describe('the README’s table of clients', () => {
  test('has rows', () => {
    expect(rows.length).toBeGreaterThan(6);
  });

  test.each(rows)('$client is pinned by a test of that name, or said not to be tested', ({ client, tested }) => {
    const file = /\]\(([^)]+\.test\.ts)\)/.exec(tested)?.[1];
    if (file === undefined) {
      expect(tested).toBe('not tested here');
      return;
    }
    expect(existsSync(fileURLToPath(new URL(file, root)))).toBe(true);
    const source = readFileSync(new URL(file, root), 'utf8');
    expect(source).toContain(`'${client.replace(/ v1$/, '')}: `);
  });
});
