/** Why a call was denied, sealed for those who may know: the text that AWS calls an encoded authorization message. */
import { ensureSealingKey, findSealingKey } from './credentials';
import { seal, unseal } from './sealing';
import type { Tx } from './tx';

/** What an encoded authorization message holds. */
interface Denial {
  /** Whose principals may read it. */
  readonly account: string;
  /** Virtual time, ms since 1970. */
  readonly at: number;
  /** JSON, as DecodeAuthorizationMessage shows it. */
  readonly details: unknown;
}

/** `details` as URL-safe text that `openDenial` reads back, in this world and its forks. */
export function sealDenial(tx: Tx, account: string, details: unknown): string {
  return seal(ensureSealingKey(tx), 'denial', { account, at: tx.now, details } satisfies Denial);
}

/** Undefined for text that is not of this world, or was changed. */
export function openDenial(tx: Tx, text: string): Denial | undefined {
  const key = findSealingKey(tx);
  return key && (unseal(key, 'denial', text) as Denial | undefined);
}
