import { describe, expect, it } from 'vitest';
import { sealSession } from './credentials';
import { openDenial, sealDenial } from './denials';
import type { Tx } from './tx';

/** As much of a transaction as sealing needs. */
function txOf(): Tx {
  const records = new Map<string, object>();
  const tx: Pick<Tx, 'now' | 'get' | 'put'> = {
    now: 1_700_000_000_000,
    get: (c, key) => records.get(`${c.name} ${key}`) as never,
    put: (c, record) => {
      records.set(`${c.name} ${c.key(record)}`, record);
      return record;
    },
  };
  return tx as Tx;
}

describe('a sealed denial', () => {
  it('opens in its world', () => {
    const tx = txOf();
    const text = sealDenial(tx, '111122223333', { allowed: false });
    expect(text).toMatch(/^[\w-]+$/);
    expect(text).not.toContain('allowed');
    expect(openDenial(tx, text)).toEqual({ account: '111122223333', at: 1_700_000_000_000, details: { allowed: false } });
  });

  it('does not open in another, after a change, or when it never was one', () => {
    const tx = txOf();
    const text = sealDenial(tx, '111122223333', {});
    const other = txOf();
    sealDenial(other, '111122223333', {});
    expect(openDenial(other, text)).toBeUndefined();
    expect(openDenial(txOf(), text)).toBeUndefined();
    for (const changed of ['', 'x', `${text}A`, text.slice(0, -4), `${text.slice(0, 20)}\n${text.slice(20)}`])
      expect(openDenial(tx, changed)).toBeUndefined();
  });

  it('is no session token', () => {
    const tx = txOf();
    sealDenial(tx, '111122223333', {});
    const key = (tx.get({ name: 'kernel/sealing-key' } as never, 'session') as unknown as { key: Uint8Array }).key;
    const principal = { type: 'anonymous', account: '', arn: '*', id: '' } as const;
    expect(openDenial(tx, sealSession(key, { accessKeyId: 'ASIAX', expiresAt: 0, principal }).sessionToken)).toBeUndefined();
  });
});
