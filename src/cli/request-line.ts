/** One request as one line: what `nuvola start` and `nuvola logs` show. */
import type { RequestEntry } from '../kernel/request-log';
import { paint, printable } from './terminal';

/** `12:00:00.123 200 s3 PutObject 1.2 ms 000000000000 us-east-1 /bucket/key`, and below it how to learn why something was denied. */
export function formatEntry(entry: RequestEntry, colour: boolean): string {
  const status = paint(String(entry.status), entry.status < 400 ? 'green' : entry.status < 500 ? 'yellow' : 'red', colour);
  const time = paint(new Date(entry.time).toISOString().slice(11, 23), 'grey', colour);
  const target = printable(withoutSecrets(entry.target));
  const where = paint(`${entry.durationMs.toFixed(1)} ms ${entry.account || '-'} ${entry.region || '-'} ${target}`, 'grey', colour);
  const problem = entry.code === undefined ? '' : ` ${paint(`${entry.code}: ${printable(entry.message ?? '')}`, 'yellow', colour)}`;
  return `${time} ${status} ${paint(`${printable(entry.service)} ${printable(entry.operation)}`, 'bold', colour)} ${where}${problem}${denialOf(entry, colour)}`;
}

/** Empty for what was allowed, and where nobody asked. */
function denialOf({ id, access, status }: RequestEntry, colour: boolean): string {
  const denied = access?.filter(({ allowed }) => !allowed) ?? [];
  if (denied.length === 0) return '';
  const rights = [...new Set(denied.map(({ action }) => printable(action)))].join(', ');
  const said = status < 400 ? `  ⚠ ${rights} would be denied` : `  ✗ ${rights} denied`;
  return `\n${paint(said, status < 400 ? 'yellow' : 'red', colour)}${paint(`: nuvola iam explain ${printable(id)}`, 'grey', colour)}`;
}

/** A presigned URL is a key to what it names: its signature and its session token stay out of logs. */
export function withoutSecrets(target: string): string {
  return target.replace(/([?&](?:X-Amz-Signature|X-Amz-Security-Token|Signature)=)[^&]*/gi, '$1…');
}
