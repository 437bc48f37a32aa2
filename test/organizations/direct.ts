/** Organizations over the kernel alone: for many accounts, and for what takes months. */
import type { Organizations } from '../../generated/api/organizations';
import type { Place } from '../../src/kernel';
import iam from '../../src/services/iam/service';
import organizations from '../../src/services/organizations/service';
import { type Direct, here, openDirect } from '../direct';

export { here };
export type Cloud = Direct<Organizations>;

/** A cloud where an account has an organization, and that organization's root. */
export async function openOrganization(place: Place = here): Promise<Cloud & { readonly rootId: string }> {
  const cloud = openDirect<Organizations>(organizations, iam);
  return { ...cloud, rootId: await begin(cloud, place) };
}

/** Another organization in the same cloud; its root. */
export async function begin(cloud: Cloud, place: Place): Promise<string> {
  await cloud.call('CreateOrganization', {}, place);
  const { Roots } = await cloud.call('ListRoots', {}, place);
  return Roots?.[0]?.Id ?? '';
}

/** An account accepts what the organization of `place` asks of it. */
export async function invite(cloud: Cloud, Id: string, place: Place = here): Promise<void> {
  const { Handshake } = await cloud.call('InviteAccountToOrganization', { Target: { Type: 'ACCOUNT', Id } }, place);
  await cloud.call('AcceptHandshake', { HandshakeId: Handshake?.Id ?? '' }, { ...place, account: Id });
}
