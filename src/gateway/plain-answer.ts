/** Writes the answer to a plain request: a small one is a single piece, without the machinery of node:http's responses. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { WireResponse } from '../protocol/wire';

/** A value that would end its line, or that has no byte for one of its characters (RFC 9110 §5.5). */
const badValue = /[^\t\x20-\x7e\x80-\xff]/;
const nameForm = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Names that were found in order; users name some of them (object metadata), so it is bounded. */
const goodNames = new Set<string>();
const mostNames = 1_000;

/** What a connection that goes on says of itself. */
const keepAlive = 'Connection: keep-alive\r\nKeep-Alive: timeout=75\r\n\r\n';
const close = 'Connection: close\r\n\r\n';

/** Answers of one piece up to this length are copied into it; longer ones are handed to the system as they are. */
const onePieceBytes = 16 * 1024;

let dateLine: string | undefined;

/** Real time: it is what caches and clients compare with their own clocks. Made anew once a second, as node:http does it. */
function date(): string {
  if (dateLine === undefined) {
    const now = new Date();
    dateLine = `Date: ${now.toUTCString()}\r\n`;
    setTimeout(() => {
      dateLine = undefined;
    }, 1000 - now.getMilliseconds()).unref();
  }
  return dateLine;
}

/** `length`: of the body; undefined when it is not known, and sent in chunks. Throws TypeError for headers that cannot be sent. */
export function headOf({ status, headers }: WireResponse, length: number | undefined, closes: boolean): string {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`;
  let hasLength = false;
  for (const name in headers) {
    const value = headers[name]!;
    if (!goodNames.has(name)) requireName(name);
    if (badValue.test(value)) throw new TypeError(`The header ${name} cannot be sent: ${JSON.stringify(value)}`);
    head += `${name}: ${value}\r\n`;
    if (name.length === 14 && name.toLowerCase() === 'content-length') hasLength = true;
  }
  if (!hasLength && mayHaveBody(status)) head += length === undefined ? 'Transfer-Encoding: chunked\r\n' : `Content-Length: ${length}\r\n`;
  return head + date() + (closes ? close : keepAlive);
}

function requireName(name: string): void {
  if (!nameForm.test(name)) throw new TypeError(`A header cannot be named ${JSON.stringify(name)}.`);
  if (goodNames.size < mostNames) goodNames.add(name);
}

export function mayHaveBody(status: number): boolean {
  return status !== 204 && status !== 304 && status >= 200;
}

/** Writes head and body of a body at hand. The head is latin1, as headers are on the wire. `sent`: the system has taken all of it. */
export function writeWhole(socket: Socket, head: string, body: string | Uint8Array, sent?: () => void): void {
  if (body.length === 0) socket.write(head, 'latin1');
  else if (typeof body === 'string') writeText(socket, head, body);
  else if (body.length <= onePieceBytes) {
    const piece = Buffer.allocUnsafe(head.length + body.length);
    piece.write(head, 'latin1');
    piece.set(body, head.length);
    socket.write(piece);
    sent?.();
  } else writeApart(socket, head, body, sent);
}

function writeText(socket: Socket, head: string, body: string): void {
  if (body.length > onePieceBytes) writeApart(socket, head, Buffer.from(body));
  // A text of as many bytes as characters is ASCII, which is latin1 too.
  else if (Buffer.byteLength(body) === body.length) socket.write(head + body, 'latin1');
  else writeWhole(socket, head, Buffer.from(body));
}

function writeApart(socket: Socket, head: string, body: Uint8Array, sent?: () => void): void {
  socket.cork();
  socket.write(head, 'latin1');
  socket.write(body, sent);
  socket.uncork();
}
