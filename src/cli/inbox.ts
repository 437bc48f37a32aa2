/** `nuvola inbox`: what the cloud would have sent to people. */
import { callAdmin, type Target } from './admin-client';
import { print } from './terminal';

export interface InboxOptions extends Target {
  readonly account?: string;
  readonly kind?: string;
  readonly to?: string;
  readonly json?: boolean;
  readonly clear?: boolean;
}

interface Mail {
  readonly time: string;
  readonly kind: string;
  readonly account: string;
  readonly to: string;
  readonly from: string;
  readonly subject?: string;
  readonly body: string;
}

export async function inbox({ url, account, kind, to, json, clear }: InboxOptions): Promise<void> {
  if (clear) {
    const { cleared } = await callAdmin<{ cleared: number }>({ url }, '/_nuvola/inbox/clear', account === undefined ? {} : { account });
    print(`Cleared ${cleared} ${cleared === 1 ? 'message' : 'messages'}.`);
    return;
  }
  const filter = Object.entries({ account, kind, to }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { mails } = await callAdmin<{ mails: Mail[] }>({ url }, `/_nuvola/inbox?${new URLSearchParams(filter)}`);
  if (json) for (const mail of mails) print(JSON.stringify(mail));
  else if (mails.length === 0) print('Nothing has been sent.');
  else print(mails.map(format).join('\n'));
}

/** A head line, the subject if there is one, and the text, indented so that no text looks like the next head. */
function format({ time, kind, account, to, from, subject, body }: Mail): string {
  const lines = [`${time}  ${kind}  to ${to}  from ${from}  (account ${account})`];
  if (subject !== undefined) lines.push(`  Subject: ${subject}`);
  lines.push(
    ...body
      .trimEnd()
      .split('\n')
      .map((line) => `  ${printable(line)}`),
  );
  return `${lines.join('\n')}\n`;
}

/** Bodies come from anywhere and end up in a terminal. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t]/gu, '\u00b7');
}
