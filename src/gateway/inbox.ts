/** `/_nuvola/inbox`: the mails that would have left the cloud; and the certificates that prove who signed them. */
import { clearInbox, type InboxEntry, readInbox } from '../kernel/inbox';
import { certificateOf } from '../kernel/signing-keys';
import type { WireResponse } from '../protocol/wire';
import { accountId, badRequest, type Parameters } from './admin-parameters';
import type { Cloud } from './cloud';

const kinds = ['email', 'sms', 'push'];

/** Oldest first; of one `account`, `kind` or recipient (`to`) where these are given. */
export async function showInbox({ world }: Cloud, { account, kind, to }: Parameters) {
  if (kind !== undefined && !kinds.includes(String(kind))) throw badRequest(`kind is one of ${kinds.join(', ')}.`);
  const filter = {
    account: account === undefined ? undefined : accountId(account),
    kind: kind === undefined ? undefined : String(kind),
    to: to === undefined ? undefined : String(to),
  };
  return { mails: await world.transactAt(world.home, (tx) => readInbox(tx, filter).map(toAnswer)) };
}

export async function emptyInbox({ world }: Cloud, { account }: Parameters) {
  const owner = account === undefined ? undefined : accountId(account);
  return { cleared: await world.transactAt(world.home, (tx) => clearInbox(tx, owner)) };
}

/** The certificate that a SigningCertURL names. */
export async function signingCertificate({ world }: Cloud, id: string): Promise<WireResponse> {
  const pem = await world.transactAt(world.home, (tx) => certificateOf(tx, id));
  const type = { 'Content-Type': pem === undefined ? 'text/plain' : 'application/x-pem-file' };
  return { status: pem === undefined ? 404 : 200, headers: type, body: pem ?? 'There is no such certificate.\n' };
}

function toAnswer({ id, at, kind, service, account, region, to, from, subject, body }: InboxEntry) {
  return {
    id,
    time: new Date(at).toISOString(),
    kind,
    service,
    account,
    region,
    to,
    from,
    ...(subject !== undefined && { subject }),
    body,
  };
}
