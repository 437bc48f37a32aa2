import { expect, it } from 'vitest';
import { findAwsManaged } from './managed-policies/aws-managed';
import { knownLinkedServices, linkedService } from './service-linked';

it.each(knownLinkedServices)('%s hangs a policy on its role that AWS has, if any', (service) => {
  const { roleName, policy } = linkedService(service) ?? {};
  expect(roleName).toMatch(/^AWSServiceRoleFor\w+$/);
  if (policy !== undefined) expect(findAwsManaged(policy)?.name).toBe(policy);
});

it.each([
  ['unheard-of.amazonaws.com', 'AWSServiceRoleForUnheardOf'],
  ['part.unheard-of.amazonaws.com', 'AWSServiceRoleForPartUnheardOf'],
  ['service.amazonaws.com.cn', 'AWSServiceRoleForService'],
  ['amazonaws.com', undefined],
  ['example.com', undefined],
  ['toString', undefined],
])('%s has the role %s', (service, roleName) => {
  expect(linkedService(service)?.roleName).toBe(roleName);
});
