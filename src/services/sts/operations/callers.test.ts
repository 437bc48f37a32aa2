import { describe, expect, it } from 'vitest';
import { rootOf, sealDenial, type Tx, type TxContext } from '../../../kernel';
import { callerOperations } from './callers';

/** As much of a transaction as messages need. */
function txOf(): Tx {
  const records = new Map<string, object>();
  const tx: Pick<Tx, 'now' | 'get' | 'put'> = {
    now: 0,
    get: (c, key) => records.get(`${c.name} ${key}`) as never,
    put: (c, record) => {
      records.set(`${c.name} ${c.key(record)}`, record);
      return record;
    },
  };
  return tx as Tx;
}

const decode = (tx: Tx, account: string, EncodedMessage: string) =>
  callerOperations.DecodeAuthorizationMessage({ tx, account, principal: rootOf(account, 'aws') } as TxContext, { EncodedMessage });

describe('DecodeAuthorizationMessage', () => {
  const tx = txOf();
  const details = { allowed: false, explicitDeny: true, matchedStatements: { items: [] } };
  const message = sealDenial(tx, '111122223333', details);

  it('shows what a denial was sealed with', () => {
    expect(JSON.parse(decode(tx, '111122223333', message).DecodedMessage)).toEqual(details);
  });

  it.each([
    ['of another account', () => decode(tx, '444455556666', message)],
    ['of another world', () => decode(txOf(), '111122223333', message)],
    ['with a line break', () => decode(tx, '111122223333', `${message.slice(0, 40)}\n${message.slice(40)}`)],
    ['of something else', () => decode(tx, '111122223333', 'AQICAHh')],
  ])('refuses a message %s', (_what, act) => {
    expect(act).toThrow(expect.objectContaining({ code: 'InvalidAuthorizationMessageException' }));
  });
});
