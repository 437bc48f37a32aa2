/** The role with which CloudTrail looks after an organization (User Guide, "Using service-linked roles for AWS CloudTrail"). */
import { AwsError, homeRegionOf, type TxContext } from '../../kernel';
import { noManagementRole } from './errors';
import { sender } from './organization';

const RoleName = 'AWSServiceRoleForCloudTrail';

/**
 * Sees to it that the management account has the role. It is made with the rights of the caller, who needs
 * `iam:CreateServiceLinkedRole`, and only by calls from the management account itself: neither trusted access nor
 * Organizations' RegisterDelegatedAdministrator makes it (User Guide, "Organization delegated administrator").
 * `denied` is what a caller is told who may not make it.
 */
export function ensureLinkedRole(ctx: TxContext, management: string, denied: () => AwsError): void {
  if (hasRole(ctx, management)) return;
  if (ctx.account !== management) throw noManagementRole();
  try {
    ctx.call('iam', 'CreateServiceLinkedRole', { AWSServiceName: sender }, { as: ctx.principal, place: iamPlace(ctx, management) });
  } catch (error) {
    throw error instanceof AwsError && error.code.startsWith('AccessDenied') ? denied() : error;
  }
}

function hasRole(ctx: TxContext, account: string): boolean {
  try {
    ctx.call('iam', 'GetRole', { RoleName }, { place: iamPlace(ctx, account) });
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchEntity') return false;
    throw error;
  }
}

/** IAM is global, and asked about in one region. */
const iamPlace = (ctx: TxContext, account: string) => ({ account, region: homeRegionOf(ctx.partition) });
