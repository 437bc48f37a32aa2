/** `/_nuvola/iam/modes`: how strictly policies are taken, for all accounts or for one, while the cloud runs. */
import { accessModeOf, bypassesOf, parseAccessMode, signatureModeOf, verifiesByDefault } from '../security/modes';
import { accountId, badRequest, type Parameters } from './admin-parameters';
import type { Cloud } from './cloud';

export function showModes({ access }: Cloud) {
  const { security } = access;
  const accounts = Object.keys(security.accounts ?? {}).map((account) => [
    account,
    { mode: accessModeOf(security, account), signatures: signatureModeOf(security, account) },
  ]);
  return {
    mode: security.access,
    signatures: verifiesByDefault(security) ? 'verify' : 'off',
    accounts: Object.fromEntries(accounts),
    bypasses: bypassesOf(security),
  };
}

/** `{"mode":"enforce"}`, `{"account":"111122223333","mode":"audit"}`; a mode of null takes an account's own away. */
export async function setModes(cloud: Cloud, { account, mode }: Parameters) {
  const own = account === undefined ? {} : { account: accountId(account) };
  if (typeof mode !== 'string' && (mode !== null || account === undefined)) {
    throw badRequest('mode is off, audit or enforce; with an account also null, which takes its own mode away.');
  }
  const { access } = cloud;
  access.setMode({ ...own, access: mode === null ? undefined : parseAccessMode(mode) });
  if (access.isActive) await access.load();
  return showModes(cloud);
}
