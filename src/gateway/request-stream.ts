/** The request log over HTTP: the last requests as JSON, or those to come, a line each. */
import type { WireResponse } from '../protocol/wire';
import type { Cloud } from './cloud';

/** A reader that cannot keep up loses lines rather than filling our memory. */
const maxWaitingLines = 10_000;

/** NDJSON of every request from now on, until the reader hangs up. */
export function followedRequests(cloud: Cloud, signal: AbortSignal): WireResponse {
  return { status: 200, headers: { 'Content-Type': 'application/x-ndjson' }, body: { stream: follow(cloud, signal) } };
}

async function* follow(cloud: Cloud, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const lines: string[] = [];
  let wake = () => {};
  const stop = cloud.world.requests.follow((entry) => {
    if (lines.length < maxWaitingLines) lines.push(`${JSON.stringify(entry)}\n`);
    wake();
  });
  const ended = () => wake();
  signal.addEventListener('abort', ended);
  try {
    // The headers leave with the first bytes; the reader waits for them to know that it follows.
    yield Buffer.from('\n');
    while (!signal.aborted) {
      if (lines.length > 0) yield Buffer.from(lines.splice(0).join(''));
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    stop();
    signal.removeEventListener('abort', ended);
  }
}
