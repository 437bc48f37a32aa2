/** Answers written by hand on sockets where node:http has no response object to offer. */
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Writes a plain answer and closes the connection. Many clients show the reason where they drop the text. */
export function endWith(socket: Duplex, status: number, text: string, reason = STATUS_CODES[status]): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = `${text}\n`;
  const lines = [
    `HTTP/1.1 ${status} ${reason}`,
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

const explanations: Readonly<Record<string, readonly [status: number, text: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers of a request, its first line included, may have at most 65536 bytes.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The extensions of a chunk are too long.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The headers of the request did not arrive in time.'],
};

/** node:http could not make sense of what a client sent. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  // An answer that is already on its way would be garbled by a second one.
  const answering = (socket as { _httpMessage?: { headersSent: boolean } | null })._httpMessage?.headersSent === true;
  if (error.code === 'ECONNRESET' || answering || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, text] = explanations[error.code ?? ''] ?? [
    400,
    `This is not a well-formed HTTP request (${error.code ?? error.message}).`,
  ];
  endWith(socket, status, text);
}

const upgradeHeaders = new Set(['upgrade', 'http2-settings']);

/** Node has already left HTTP for a client that offered another protocol: the request is played again without the offer. */
export function restartWithoutUpgrade(server: Server, incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${incoming.method} ${incoming.url} HTTP/${incoming.httpVersion}`];
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    const name = incoming.rawHeaders[i]!;
    const value = incoming.rawHeaders[i + 1]!;
    if (upgradeHeaders.has(name.toLowerCase())) continue;
    if (name.toLowerCase() === 'connection') lines.push(`${name}: ${withoutUpgrade(value)}`);
    else lines.push(`${name}: ${value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

function withoutUpgrade(connection: string): string {
  const kept = connection.split(',').filter((token) => !upgradeHeaders.has(token.trim().toLowerCase()));
  return kept.length === 0 ? 'keep-alive' : kept.join(',');
}
