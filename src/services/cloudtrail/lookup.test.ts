import { expect, it, vi } from 'vitest';
import type { AccountFacts, TxContext } from '../../kernel';
import { trailsSeen } from './lookup';

/** What an account looks at, when it is or is not in an organization. */
function looks(organization: string | undefined) {
  const tx = { scan: vi.fn(() => []), scanIndex: vi.fn(() => []) };
  const facts = organization === undefined ? undefined : ({ organization: { id: organization } } as AccountFacts);
  trailsSeen({ account: '111122223333', tx, accountFacts: () => facts } as unknown as TxContext);
  return { own: tx.scan.mock.calls, shared: tx.scanIndex.mock.calls };
}

it('trails are looked for among those of the account and of its organization, not among all', () => {
  expect(looks('o-1')).toEqual({
    own: [[expect.anything(), { prefix: '111122223333' }]],
    shared: [[expect.anything(), 'organization', { prefix: 'o-1' }]],
  });
  expect(looks(undefined).shared).toEqual([]);
});
