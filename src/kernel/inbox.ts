/** The local inbox: e-mails, text messages and push notifications that would have left the cloud. */
import { collection, counter } from './collection';
import type { Tx } from './tx';

type MailKind = 'email' | 'sms' | 'push';

interface Mail {
  readonly kind: MailKind;
  readonly to: string;
  readonly from: string;
  readonly subject: string | undefined;
  readonly body: string;
}

export interface InboxEntry extends Mail {
  readonly sequence: number;
  readonly id: string;
  /** Virtual ms. */
  readonly at: number;
  readonly service: string;
  readonly account: string;
  readonly region: string;
}

/** Per account; what comes after that pushes the oldest out. */
const keptPerAccount = 5_000;

export const Inbox = collection<InboxEntry>({
  name: 'kernel/inbox',
  version: 1,
  scope: 'world',
  key: (e) => [e.account, e.sequence],
  owner: (e) => e.account,
});
/** Per account: mails ever received. */
const Received = counter({ name: 'kernel/inbox-received', scope: 'account' });

/** Puts a mail into the inbox of the transaction's account. */
export function postMail(tx: Tx, service: string, mail: Mail): InboxEntry {
  const { account, region } = tx.place;
  tx.add(Received, 'all', 1);
  const sequence = tx.count(Received, 'all');
  if (sequence > keptPerAccount) tx.deleteAll(Inbox, { prefix: account, to: [account, sequence - keptPerAccount + 1] });
  const { kind, to, from, subject, body } = mail;
  return tx.put(Inbox, { kind, to, from, subject, body, sequence, id: tx.uuid(), at: tx.now, service, account, region });
}

interface InboxFilter {
  readonly account?: string | undefined;
  readonly kind?: string | undefined;
  readonly to?: string | undefined;
}

/** Oldest first within an account. */
export function readInbox(tx: Tx, { account, kind, to }: InboxFilter): InboxEntry[] {
  const entries = tx.scan(Inbox, account === undefined ? {} : { prefix: account });
  const wanted = entries.filter((entry) => (kind === undefined || entry.kind === kind) && (to === undefined || entry.to === to));
  return wanted.map((entry) => ({ ...entry, body: tx.readText(entry.body) }));
}

/** Empties an account's inbox, or all; how many mails there were. */
export function clearInbox(tx: Tx, account: string | undefined): number {
  return tx.deleteAll(Inbox, account === undefined ? {} : { prefix: account });
}
