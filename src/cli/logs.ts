/** `nuvola logs`: one line for each request, from the last ones on. */
import type { RequestEntry } from '../kernel/request-log';
import { callAdmin, request, type Target } from './admin-client';
import { formatEntry, withoutSecrets } from './request-line';
import { print, wantsColour } from './terminal';

export interface LogsOptions extends Target {
  readonly follow: boolean;
  readonly json?: boolean;
}

const shownAtFirst = 50;

export async function logs({ url, follow, json }: LogsOptions): Promise<void> {
  const colour = wantsColour(process.stdout);
  const write = (entry: RequestEntry) =>
    print(json ? JSON.stringify({ ...entry, target: withoutSecrets(entry.target) }) : formatEntry(entry, colour));
  // Following begins before the list is asked for, so that nothing is missed between the two.
  const live = follow ? await request(url, '/_nuvola/requests?follow=true') : undefined;
  const { requests } = await callAdmin<{ requests: RequestEntry[] }>({ url }, '/_nuvola/requests');
  const shown = new Set(requests.map(({ id }) => id));
  for (const entry of requests.slice(-shownAtFirst)) write(entry);
  if (!live?.body) return;
  try {
    for await (const entry of entriesOf(live.body)) if (!shown.delete(entry.id)) write(entry);
  } catch (error) {
    // The cloud was stopped, or killed: there is nothing more to show.
    if (!(error instanceof TypeError)) throw error;
  }
}

async function* entriesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<RequestEntry> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as RequestEntry;
  }
}
