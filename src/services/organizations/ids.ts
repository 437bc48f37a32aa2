/** Ids as Organizations makes them: small letters and digits after a prefix. */
import type { Tx } from '../../kernel';

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** As long as AWS makes them. */
const lengths = { o: 10, r: 4, ou: 8, p: 10, h: 32, car: 32, rp: 8, rt: 8 } as const;

/** `p-…`; of OUs with the root's own part between: `ou-ab12-…`. */
export function newId(random: Pick<Tx, 'id'>, kind: keyof typeof lengths, rootId?: string): string {
  const prefix = rootId === undefined ? `${kind}-` : `${kind}-${rootId.slice('r-'.length)}-`;
  return random.id(prefix, lengths[kind], alphabet);
}
