import { describe, expect, it } from 'vitest';
import { effectivePolicy, effectiveProblems } from './effective-policy';

const control = '@@operators_allowed_for_child_policies';

const tagNames = (depth: number) => depth === 1;

/** Levels from the root to the account; each policy is what stands under `tags.cost`. */
function merged(...levels: readonly (readonly object[])[]): unknown {
  const texts = levels.map((policies) => policies.map((cost) => JSON.stringify({ tags: { cost } })));
  const document = effectivePolicy(texts, tagNames) as { tags?: { cost?: unknown } } | undefined;
  return document?.tags?.cost;
}

const value = (more: object) => ({ tag_value: more });

describe('effectivePolicy', () => {
  const cases: readonly [string, readonly (readonly object[])[], unknown][] = [
    ['takes a policy as it is', [[value({ '@@assign': ['a'] })]], { tag_value: ['a'] }],
    ['replaces what is inherited', [[value({ '@@assign': ['a'] })], [value({ '@@assign': ['b'] })]], { tag_value: ['b'] }],
    ['adds to it', [[value({ '@@assign': ['a'] })], [value({ '@@append': ['b', 'a'] })]], { tag_value: ['a', 'b'] }],
    ['begins a list', [[], [value({ '@@append': ['b'] })]], { tag_value: ['b'] }],
    ['takes away', [[value({ '@@assign': ['a', 'b'] })], [value({ '@@remove': ['a', 'c'] })]], { tag_value: ['b'] }],
    [
      'keeps single values of the policy that was attached first to a level',
      [[{ k: { '@@assign': 'x' } }, { k: { '@@assign': 'y' } }]],
      { k: 'x' },
    ],
    ['joins lists of one level', [[value({ '@@assign': ['a'] }), value({ '@@assign': ['b'] })]], { tag_value: ['a', 'b'] }],
    [
      'lets children do what they are allowed to',
      [[value({ '@@assign': ['a'], [control]: ['@@append'] })], [value({ '@@assign': ['b'], '@@append': ['c'] })]],
      { tag_value: ['a', 'c'] },
    ],
    [
      'does not bind policies of the same level',
      [[value({ '@@assign': ['a'], [control]: ['@@none'] }), value({ '@@append': ['b'] })], [value({ '@@append': ['c'] })]],
      { tag_value: ['a', 'b'] },
    ],
    [
      'never gives back what was forbidden further up',
      [
        [value({ '@@assign': ['a'], [control]: ['@@append'] })],
        [value({ '@@append': ['b'], [control]: ['@@all'] })],
        [value({ '@@assign': ['c'] })],
      ],
      { tag_value: ['a', 'b'] },
    ],
    ['keeps new elements out', [[{ [control]: ['@@none'], k: { '@@assign': 'x' } }], [{ l: { '@@assign': 'y' } }]], { k: 'x' }],
  ];
  it.each(cases)('%s', (_, levels, expected) => expect(merged(...levels)).toEqual(expected));

  const guide: readonly [string, readonly (readonly object[])[], unknown][] = [
    [
      '3: remove values from inherited tags',
      [
        [{ tag_key: { '@@assign': 'CostCenter' }, tag_value: { '@@assign': ['Development', 'Support'] } }],
        [{ tag_value: { '@@append': ['Marketing'] } }],
        [{ tag_value: { '@@remove': ['Development', 'Marketing'], enforced_for: { '@@remove': ['redshift:*'] } } }],
      ],
      { tag_key: 'CostCenter', tag_value: ['Support'] },
    ],
    [
      '4: restrict changes to child policies',
      [
        [
          {
            tag_key: { [control]: ['@@none'], '@@assign': 'Project' },
            tag_value: { [control]: ['@@append'], '@@assign': ['Maintenance', 'Escalations'] },
          },
        ],
        [{ tag_key: { '@@assign': 'PROJECT' }, tag_value: { '@@append': ['Escalations - research'] } }],
      ],
      { tag_key: 'Project', tag_value: ['Maintenance', 'Escalations', 'Escalations - research'] },
    ],
    [
      '5: conflicts with child control operators',
      [
        [value({ [control]: ['@@append'], '@@assign': ['Maintenance'] }), value({ [control]: ['@@append', '@@remove'] })],
        [value({ '@@remove': ['Maintenance'], '@@append': ['Research'] })],
      ],
      { tag_value: ['Maintenance', 'Research'] },
    ],
    [
      '6: conflicts with appending values at the same level',
      [[{ tag_key: { '@@assign': 'PROJECT' }, tag_value: { '@@append': ['Maintenance'] } }, { tag_key: { '@@assign': 'project' } }]],
      { tag_key: 'PROJECT', tag_value: ['Maintenance'] },
    ],
  ];
  it.each(guide)('merges as the user guide’s example %s', (_, levels, expected) => expect(merged(...levels)).toEqual(expected));

  it('folds the case of tag keys, and of nothing else', () => {
    const policy = (tag: string) => JSON.stringify({ tags: { [tag]: { tag_key: { '@@assign': tag } } } });
    expect(effectivePolicy([[policy('Cost')], [policy('COST')]], tagNames)).toEqual({ tags: { cost: { tag_key: 'COST' } } });
    expect(Object.keys(effectivePolicy([[policy('Cost')], [policy('COST')]], () => false)?.['tags'] as object)).toHaveLength(2);
  });

  it('is nothing where no policy hangs', () => {
    expect(effectivePolicy([[], [], []], () => false)).toBeUndefined();
  });
});

describe('effectiveProblems', () => {
  it('finds what a backup plan lacks', () => {
    const rule = { target_backup_vault_name: 'v', schedule_expression: 'cron(0 5 ? * * *)' };
    const plans = { a: { regions: ['us-east-1'], selections: { tags: {} }, rules: { daily: rule } }, b: { rules: { daily: {} } } };
    expect(effectiveProblems({ plans }).map(({ path }) => path)).toEqual([
      'plans/b/regions',
      'plans/b/selections',
      'plans/b/rules/daily/schedule_expression',
      'plans/b/rules/daily/target_backup_vault_name',
    ]);
    expect(effectiveProblems({ tags: {} })).toEqual([]);
  });
});
