/** When roles and access keys were last used, as answers show it. */
import type { KeyUse, ServiceUse } from '../../kernel';
import { wholeSeconds } from './dates';

/** Empty when it was never used. */
export function toRoleLastUsed(uses: readonly ServiceUse[]) {
  const last = uses.reduce<ServiceUse | undefined>((latest, use) => (latest && latest.at >= use.at ? latest : use), undefined);
  return last ? { LastUsedDate: wholeSeconds(last.at), Region: last.region } : {};
}

/** `N/A` for keys that were never used (API reference, AccessKeyLastUsed). */
export function toKeyLastUsed(use: KeyUse | undefined) {
  if (!use) return { ServiceName: 'N/A', Region: 'N/A' };
  return { LastUsedDate: wholeSeconds(use.at), ServiceName: use.service, Region: use.region };
}
