/** One request as one line: what `nuvola start` and `nuvola logs` show. */
import type { RequestEntry } from '../kernel/request-log';
import { paint, printable } from './terminal';

/** `12:00:00.123 200 s3 PutObject 1.2 ms 000000000000 us-east-1 /bucket/key` */
export function formatEntry(entry: RequestEntry, colour: boolean): string {
  const status = paint(String(entry.status), entry.status < 400 ? 'green' : entry.status < 500 ? 'yellow' : 'red', colour);
  const time = paint(new Date(entry.time).toISOString().slice(11, 23), 'grey', colour);
  const target = printable(withoutSecrets(entry.target));
  const where = paint(`${entry.durationMs.toFixed(1)} ms ${entry.account || '-'} ${entry.region || '-'} ${target}`, 'grey', colour);
  const problem = entry.code === undefined ? '' : ` ${paint(`${entry.code}: ${printable(entry.message ?? '')}`, 'yellow', colour)}`;
  return `${time} ${status} ${paint(`${printable(entry.service)} ${printable(entry.operation)}`, 'bold', colour)} ${where}${problem}`;
}

/** A presigned URL is a key to what it names: its signature and its session token stay out of logs. */
export function withoutSecrets(target: string): string {
  return target.replace(/([?&](?:X-Amz-Signature|X-Amz-Security-Token|Signature)=)[^&]*/gi, '$1…');
}
