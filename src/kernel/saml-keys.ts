/** Private keys with which assertions for SAML providers are decrypted: IAM keeps them, STS uses them. Sealed, and never told. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { collection } from './collection';
import { ensureSealingKey, findSealingKey } from './credentials';
import { seal, unseal } from './sealing';
import type { Tx } from './tx';

/** A key of a provider of the account it is kept in. */
interface SamlKey {
  /** Name of the provider. */
  readonly provider: string;
  /** `SAMLPK…` */
  readonly id: string;
  readonly sealed: string;
  /** Virtual ms. */
  readonly addedAt: number;
  /** Of keys added at the same time, the higher is the newer. */
  readonly sequence: number;
}

export const SamlKeys = collection<SamlKey>({
  name: 'kernel/saml-key',
  version: 1,
  scope: 'account',
  key: (key) => [key.provider, key.sequence],
});

/** The older first. */
export function samlKeysOf(tx: Tx, provider: string): readonly SamlKey[] {
  return tx.scan(SamlKeys, { prefix: provider });
}

export function addSamlKey(tx: Tx, provider: string, id: string, pem: string): SamlKey {
  const sequence = (samlKeysOf(tx, provider).at(-1)?.sequence ?? 0) + 1;
  return tx.put(SamlKeys, { provider, id, sealed: seal(ensureSealingKey(tx), 'saml-key', pem), addedAt: tx.now, sequence });
}

/** "Each request will first attempt to decrypt with the newest, then with the oldest" (IAM User Guide, "Rotate SAML encryption key"). */
export function samlDecryptionKeys(tx: Tx, provider: string): readonly KeyObject[] {
  const sealingKey = findSealingKey(tx);
  if (sealingKey === undefined) return [];
  return samlKeysOf(tx, provider)
    .toReversed()
    .map(({ sealed }) => createPrivateKey(unseal(sealingKey, 'saml-key', sealed) as string));
}
