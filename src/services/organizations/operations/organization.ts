/** The organization itself: its beginning, its end, its root, who leaves it. */
import type { Organizations as Api } from '../../../../generated/api/organizations';
import { defineOperations, fail } from '../../../kernel';
import { asManagement, asMember, asReader } from '../caller';
import { alreadyInOrganization, constraintViolation, notInUse, organizationNotEmpty } from '../errors';
import { isPending, receivedBy } from '../handshakes';
import { newId } from '../ids';
import { arnOfId, findMember, findOrganization, type Ours, oursOf } from '../lookup';
import { join, leave } from '../membership';
import { listPage } from '../paging';
import { accountChanged } from '../rules';
import { Handshakes, Members, type Organization, Organizations, perOrganization } from '../state';
import { setTags } from '../tags';
import { isInTransfer } from '../transfers';
import { toOrganization, toRoot } from '../wire';

export const organizationOperations = defineOperations<Api>()({
  CreateOrganization(ctx, { FeatureSet }) {
    if (findOrganization(ctx.tx, ctx.account)) throw alreadyInOrganization();
    const featureSet = FeatureSet === 'CONSOLIDATED_BILLING' ? 'CONSOLIDATED_BILLING' : 'ALL';
    const org: Organization = {
      id: newId(ctx, 'o'),
      managementAccount: ctx.account,
      featureSet,
      rootId: newId(ctx, 'r'),
      // CreateOrganization's page says that SCPs are enabled in the root; Terraform's provider enables them afterwards, which
      // AWS would refuse if they were.
      policyTypes: [],
      services: [],
    };
    const ours = oursOf(ctx.tx, org);
    ours.tx.put(Organizations, org);
    join(ours, ctx.account, 'INVITED', {});
    return { Organization: toOrganization(ours) };
  },

  DescribeOrganization: (ctx) => ({ Organization: toOrganization(asMember(ctx)) }),

  DeleteOrganization(ctx) {
    const ours = asManagement(ctx);
    const { tx, org } = ours;
    if (tx.scanIndex(Members, 'organization', { prefix: org.id, limit: 2 }).length > 1) throw organizationNotEmpty();
    const asked = receivedBy(tx, org.managementAccount).filter(({ action }) => action === 'TRANSFER_RESPONSIBILITY');
    if (isInTransfer(ours) || asked.some(isPending)) throw constraintViolation('ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS');
    end(ours);
    return {};
  },

  LeaveOrganization(ctx) {
    const ours = asMember(ctx);
    leave(ours, findMember(ours, ctx.account) ?? fail(notInUse()));
    return {};
  },

  ListRoots(ctx, input) {
    const ours = asReader(ctx, 'ListRoots', {});
    const { items, NextToken } = listPage('ListRoots', input, [toRoot(ours)]);
    return { Roots: [...items], NextToken };
  },
});

/** With all that was in it; OUs and policies need not be deleted before (User Guide, "Deleting an organization"). */
function end(ours: Ours): void {
  const { tx, org } = ours;
  if (org.resourcePolicy) setTags(tx, arnOfId(ours, org.resourcePolicy.id), {});
  for (const each of perOrganization) tx.deleteAll<object>(each, { prefix: org.id });
  for (const member of tx.scanIndex(Members, 'organization', { prefix: org.id })) tx.delete(Members, member);
  for (const handshake of tx.scanIndex(Handshakes, 'organization', { prefix: org.id })) tx.delete(Handshakes, handshake);
  tx.delete(Organizations, org);
  accountChanged(ours, org.managementAccount);
}
