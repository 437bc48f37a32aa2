/** Organizational units, and the ways up and down the tree. */
import type { Organizations as Api } from '../../../../generated/api/organizations';
import { accessChanged, defineOperations, fail } from '../../../kernel';
import { attachDefaults, detachAll } from '../attachments';
import { asManagement, asReader } from '../caller';
import { childNotFound, constraintViolation, duplicateUnit, unitNotEmpty } from '../errors';
import { newId } from '../ids';
import { findMember, type Ours } from '../lookup';
import { listPage, type Page, type PageInput, scanPage } from '../paging';
import { Members, type Unit, Units, unitArn } from '../state';
import { readTags, requireCompliant, setTags } from '../tags';
import { findUnit, lineOf, maxDepth, maxUnits, requireParent, requireUnit } from '../tree';
import { toUnit } from '../wire';

export const unitOperations = defineOperations<Api>()({
  CreateOrganizationalUnit(ctx, { ParentId, Name, Tags }) {
    const tags = readTags(Tags);
    const ours = asManagement(ctx);
    const { tx, org } = ours;
    requireParent(ours, ParentId);
    requireCompliant(ours, 'ou', tags);
    refuseTaken(ours, ParentId, Name);
    if (lineOf(ours, ParentId).length > maxDepth) throw constraintViolation('OU_DEPTH_LIMIT_EXCEEDED');
    if (tx.scan(Units, { prefix: org.id, limit: maxUnits }).length === maxUnits) throw constraintViolation('OU_NUMBER_LIMIT_EXCEEDED');
    const id = newId(ctx, 'ou', org.rootId);
    const unit: Unit = { organization: org.id, owner: org.managementAccount, id, name: Name, parent: ParentId };
    tx.put(Units, unit);
    attachDefaults(ours, id);
    accessChanged(tx);
    setTags(tx, unitArn(unit, tx.place), tags);
    return { OrganizationalUnit: toUnit(ours, unit) };
  },

  DescribeOrganizationalUnit(ctx, { OrganizationalUnitId }) {
    const ours = asReader(ctx, 'DescribeOrganizationalUnit', { OrganizationalUnitId });
    return { OrganizationalUnit: toUnit(ours, requireUnit(ours, OrganizationalUnitId)) };
  },

  UpdateOrganizationalUnit(ctx, { OrganizationalUnitId, Name }) {
    const ours = asManagement(ctx);
    const unit = requireUnit(ours, OrganizationalUnitId);
    if (Name === undefined || Name === unit.name) return { OrganizationalUnit: toUnit(ours, unit) };
    refuseTaken(ours, unit.parent, Name);
    return { OrganizationalUnit: toUnit(ours, ours.tx.put(Units, { ...unit, name: Name })) };
  },

  DeleteOrganizationalUnit(ctx, { OrganizationalUnitId }) {
    const ours = asManagement(ctx);
    const { tx, org } = ours;
    const unit = requireUnit(ours, OrganizationalUnitId);
    const below = { prefix: [org.id, unit.id], limit: 1 };
    if (tx.scanIndex(Units, 'parent', below).length + tx.scanIndex(Members, 'parent', below).length > 0) throw unitNotEmpty();
    detachAll(ours, unit.id);
    tx.delete(Units, unit);
    accessChanged(tx);
    return {};
  },

  ListOrganizationalUnitsForParent(ctx, { ParentId, ...page }) {
    const ours = asReader(ctx, 'ListOrganizationalUnitsForParent', { ParentId });
    requireParent(ours, ParentId);
    const { items, NextToken } = unitsPage(ours, 'ListOrganizationalUnitsForParent', ParentId, page);
    return { OrganizationalUnits: items.map((unit) => toUnit(ours, unit)), NextToken };
  },

  ListChildren(ctx, { ParentId, ChildType, ...page }) {
    const ours = asReader(ctx, 'ListChildren', { ParentId, ChildType });
    requireParent(ours, ParentId);
    const { items, NextToken } =
      ChildType === 'ACCOUNT' ? membersPage(ours, 'ListChildren', ParentId, page) : unitsPage(ours, 'ListChildren', ParentId, page);
    return { Children: items.map((child) => ({ Id: 'account' in child ? child.account : child.id, Type: ChildType })), NextToken };
  },

  ListParents(ctx, { ChildId, ...page }) {
    const ours = asReader(ctx, 'ListParents', { ChildId });
    const { parent } = findUnit(ours, ChildId) ?? findMember(ours, ChildId) ?? fail(childNotFound());
    const { items, NextToken } = listPage('ListParents', page, [parent]);
    return { Parents: items.map((Id) => ({ Id, Type: Id === ours.org.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT' })), NextToken };
  },
});

/** Names are unique among the children of one parent. */
function refuseTaken({ tx, org }: Ours, parent: string, name: string): void {
  if (tx.find(Units, 'name', [org.id, parent, name])) throw duplicateUnit();
}

function unitsPage({ tx, org }: Ours, kind: string, parent: string, page: PageInput): Page<Unit> {
  return scanPage(
    kind,
    page,
    (range) => tx.scanIndex(Units, 'parent', { prefix: [org.id, parent], ...range }),
    (unit) => [org.id, parent, unit.id],
  );
}

/** The accounts of a root or OU. */
export function membersPage({ tx, org }: Ours, kind: string, parent: string, page: PageInput) {
  return scanPage(
    kind,
    page,
    (range) => tx.scanIndex(Members, 'parent', { prefix: [org.id, parent], ...range }),
    (member) => [org.id, parent, member.account],
  );
}
