import { expect, it } from 'vitest';
import { policyProblem } from '../../../policy';
import { awsManagedKeys, findAwsManaged } from './aws-managed';

it('documents of AWS are what our own parser takes', () => {
  const problems = awsManagedKeys().flatMap((key) => {
    const policy = findAwsManaged(key);
    const problem = policy === undefined ? 'missing' : policyProblem(policy.document, 'managed');
    return problem === undefined ? [] : [`${key}: ${problem}`];
  });
  expect(problems).toEqual([]);
});

it('policies are found by name in any case, and have ids of their own', () => {
  const policies = awsManagedKeys().map((key) => findAwsManaged(key));
  expect(policies.length).toBeGreaterThan(1400);
  expect(new Set(policies.map((policy) => policy?.id)).size).toBe(policies.length);
  expect(findAwsManaged('ADMINISTRATORaccess')?.name).toBe('AdministratorAccess');
  expect(findAwsManaged('NoSuchPolicy')).toBeUndefined();
  expect([...awsManagedKeys()].sort()).toEqual(awsManagedKeys());
});
