/** Bodies of answers: long texts as bytes, streams sent at the client's pace, or let go. */
import type { EventEmitter } from 'node:events';
import type { ResponseBody } from '../kernel/body';

type StreamBody = Extract<ResponseBody, { stream: unknown }>;

/** Where a stream goes. */
export interface BodySink {
  /** Whoever would read it has gone. */
  readonly isGone: boolean;
  /** False: enough for now; `drain` or `close` of the emitter follows. */
  write(chunk: Uint8Array): boolean;
  readonly emitter: Pick<EventEmitter, 'on' | 'off'>;
  /** The body is whole. */
  end(): void;
  /** Ends it such that its reader knows it is not whole. */
  cut(): void;
}

export function isStream(body: ResponseBody | undefined): body is StreamBody {
  return typeof body === 'object' && !(body instanceof Uint8Array);
}

/** From this length on, encoding a text once beats counting its bytes and leaving the encoding to the socket. */
const longText = 8 * 1024;

export function encoded(body: ResponseBody | undefined): ResponseBody | undefined {
  return typeof body === 'string' && body.length >= longText ? Buffer.from(body) : body;
}

/**
 * Sends a stream; true when it went out whole. One that fails or has another length than promised is cut, so that nobody
 * takes part for whole.
 */
export async function pump(out: BodySink, stream: AsyncIterable<Uint8Array>, length: number | undefined): Promise<boolean> {
  let sent = 0;
  try {
    for await (const chunk of stream) {
      if (out.isGone) return false;
      sent += chunk.length;
      if (length !== undefined && sent > length) break;
      if (!out.write(chunk)) await writable(out);
    }
  } catch {
    // The source reports its own failures; what the client must learn is that the body is cut short.
    out.cut();
    return false;
  }
  if (length !== undefined && sent !== length) {
    out.cut();
    return false;
  }
  out.end();
  return true;
}

function writable(out: BodySink): Promise<void> {
  const { emitter } = out;
  return new Promise((resolve) => {
    const done = (): void => {
      emitter.off('drain', done);
      emitter.off('close', done);
      resolve();
    };
    emitter.on('drain', done);
    emitter.on('close', done);
    if (out.isGone) done();
  });
}

/** Lets the source of a stream that will not be sent go. */
export function discard(body: ResponseBody | undefined): void {
  if (!isStream(body)) return;
  const stream = body.stream as AsyncIterable<Uint8Array> & { destroy?: () => void };
  if (stream.destroy) stream.destroy();
  else void stream[Symbol.asyncIterator]().return?.();
}
