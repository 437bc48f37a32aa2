/** Exchange tokens: what IAM sends a product provider whose delegation request was approved, and STS takes for credentials. */
import { ensureSealingKey, findSealingKey } from './credentials';
import type { Principal } from './principal';
import { seal, unseal } from './sealing';
import type { Tx } from './tx';

/** "The requesting account is embedded in the token" (IAM User Guide, "Exchange Tokens"); so is all else: nothing is stored. */
export interface Exchange {
  /** Account of the product provider, which alone may exchange it. */
  readonly provider: string;
  /** Who approved, as it was then. */
  readonly approver: Extract<Principal, { type: 'root' | 'user' | 'session' }>;
  /** JSON of the policy that was approved. */
  readonly policy: string;
  /** Of the token and of all credentials got with it, virtual ms. */
  readonly expiresAt: number;
}

export function sealExchange(tx: Tx, exchange: Exchange): string {
  return seal(ensureSealingKey(tx), 'exchange', exchange);
}

/** Undefined for text that is not of this world, or was changed. Expiry is the caller's to judge. */
export function openExchange(tx: Tx, text: string): Exchange | undefined {
  const key = findSealingKey(tx);
  return key && (unseal(key, 'exchange', text) as Exchange | undefined);
}
