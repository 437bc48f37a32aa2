/** `nuvola logs`: one coloured line for each request. */
import type { RequestEntry } from '../kernel/request-log';
import { callAdmin, request, type Target } from './admin-client';

const colours = { green: 32, yellow: 33, red: 31, grey: 90, bold: 1 } as const;

/** Escape codes only for a terminal that wants them (https://no-color.org). */
export function paint(text: string, colour: keyof typeof colours, enabled: boolean): string {
  return enabled ? `\x1b[${colours[colour]}m${text}\x1b[0m` : text;
}

/** `12:00:00.123 200 s3 PutObject 1.2 ms 000000000000 us-east-1 /bucket/key` */
export function formatEntry(entry: RequestEntry, colour: boolean): string {
  const status = paint(String(entry.status), entry.status < 400 ? 'green' : entry.status < 500 ? 'yellow' : 'red', colour);
  const time = paint(new Date(entry.time).toISOString().slice(11, 23), 'grey', colour);
  const where = paint(`${entry.durationMs.toFixed(1)} ms ${entry.account} ${entry.region} ${printable(entry.target)}`, 'grey', colour);
  const problem = entry.code === undefined ? '' : ` ${paint(`${entry.code}: ${printable(entry.message ?? '')}`, 'yellow', colour)}`;
  return `${time} ${status} ${paint(`${entry.service} ${entry.operation}`, 'bold', colour)} ${where}${problem}`;
}

/** Control characters of requests must not reach the terminal. */
function printable(text: string): string {
  const plain = text.replace(/[\x00-\x1f\x7f-\x9f]/g, '?');
  return plain.length > 200 ? `${plain.slice(0, 199)}…` : plain;
}

export async function logs({ url, follow, json }: Target & { readonly follow: boolean; readonly json?: boolean }): Promise<void> {
  const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
  const write = (entry: RequestEntry) => process.stdout.write(`${json ? JSON.stringify(entry) : formatEntry(entry, colour)}\n`);
  const { requests } = await callAdmin<{ requests: RequestEntry[] }>({ url }, '/_nuvola/requests');
  for (const entry of requests.slice(-50)) write(entry);
  if (!follow) return;
  const response = await request(url, '/_nuvola/requests?follow=true');
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') write(JSON.parse(line) as RequestEntry);
  }
}
