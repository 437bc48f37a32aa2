/** Permissions boundaries of users and roles. */
import { fail, type Tx } from '../../kernel';
import { noSuchEntity, serviceRolePolicy } from './errors';
import { findManagedPolicy, isForServices } from './managed-policies/managed';
import { PolicyUses } from './policy-state';

/**
 * Counts a use of the policy as a boundary; its ARN. The first sentence is recorded ("Scope" is AWS's older word for it);
 * that policies of services are no boundaries is documented (API reference, PutUserPermissionsBoundary), not in what words.
 */
export function holdBoundary(tx: Tx, arn: string): string {
  const policy = findManagedPolicy(tx, arn) ?? fail(noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`));
  if (isForServices(policy)) throw serviceRolePolicy();
  tx.add(PolicyUses, [policy.arn, 'boundary'], 1);
  return policy.arn;
}

export function releaseBoundary(tx: Tx, arn: string | undefined): void {
  if (arn !== undefined) tx.add(PolicyUses, [arn, 'boundary'], -1);
}
