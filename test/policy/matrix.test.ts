import { describe, expect, it } from 'vitest';
import { type Decision, evaluate, explain } from '../../src/policy';
import { actions } from './matrix/actions';
import { conditions } from './matrix/conditions';
import { delegations } from './matrix/delegations';
import { globalKeys } from './matrix/global-keys';
import { grants } from './matrix/grants';
import { operators } from './matrix/operators';
import { organizations } from './matrix/organizations';
import { principals } from './matrix/principals';
import { resources } from './matrix/resources';
import type { Outcome } from './matrix/row';

const topics = { actions, resources, operators, conditions, principals, grants, delegations, organizations, globalKeys };
const words = { allow: 'allow by', explicitDeny: 'deny by', implicitDeny: 'no' } as const;
const outcome = ({ effect, layer }: Decision): Outcome => `${words[effect]} ${layer}`;

describe.each(Object.entries(topics))('%s', (_, rows) => {
  it.each(rows.map((row) => [row.title, row] as const))('%s', (_title, { request, expected }) => {
    expect(outcome(evaluate(request))).toBe(expected);
  });

  it('explains each decision with the statement that made it', () => {
    for (const { title, request } of rows) {
      const { decision, statements, summary } = explain(request);
      const decisive = statements.filter((statement) => statement.decisive);
      expect(decisive.length, title).toBe(decision.statement === undefined ? 0 : 1);
      expect(
        decisive.every(({ matched }) => matched),
        title,
      ).toBe(true);
      expect(
        statements.every(({ reasons }) => reasons.length > 0),
        title,
      ).toBe(true);
      expect(summary, title).toMatch(/^(Allowed|Denied)/);
    }
  });
});

it('has at least 500 cases, each with its own title', () => {
  const titles = Object.entries(topics).flatMap(([topic, rows]) => rows.map(({ title }) => `${topic}: ${title}`));
  expect(titles.length).toBeGreaterThanOrEqual(500);
  expect(titles.filter((title, i) => titles.indexOf(title) !== i)).toEqual([]);
});
