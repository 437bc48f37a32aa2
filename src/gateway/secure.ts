/** TLS and HTTP/2, loaded when the first client speaks them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import {
  createSecureContext,
  createServer as createTlsServer,
  type SecureContext,
  type TLSSocket,
  type Server as TlsServer,
} from 'node:tls';
import { type Authority, openAuthority } from './authority';

const handshakeTimeoutMs = 30_000;
const minVersion = 'TLSv1.2';
/** Names of which certificates are kept ready. */
const mostContexts = 1_000;

export interface SecureOptions {
  /** Folder of the certificate authority; without it there is no TLS. */
  readonly certificates: string | undefined;
  readonly maxHeaderBytes: number;
  readonly speakHttp1: (socket: Socket) => void;
  readonly serve: (incoming: IncomingMessage, response: ServerResponse) => void;
}

export interface SecureFront {
  /** Shakes hands, then goes on with HTTP/2 or HTTP/1. Throws without a folder for certificates. */
  acceptTls(socket: Socket): void;
  /** A client that knows it may speak HTTP/2 without asking. */
  acceptHttp2(socket: Socket): void;
  authorityPem(): string;
  /** Lets sessions finish their streams and take no new ones. */
  close(): void;
}

/** Prepares HTTP/2 and, on the first handshake, TLS. */
export function createSecureFront(options: SecureOptions): SecureFront {
  const sessions = new Set<ServerHttp2Session>();
  const http2 = createHttp2(options, sessions);
  let authority: Authority | undefined;
  const openedAuthority = (): Authority => {
    if (options.certificates === undefined) throw new Error('No folder for certificates was given.');
    authority ??= openAuthority(options.certificates);
    return authority;
  };
  let tls: TlsServer | undefined;
  return {
    acceptTls(socket) {
      tls ??= createTls(openedAuthority(), (secured) => {
        if (secured.alpnProtocol === 'h2') http2.emit('connection', secured);
        else options.speakHttp1(secured);
      });
      tls.emit('connection', socket);
    },
    acceptHttp2: (socket) => void http2.emit('connection', socket),
    authorityPem: () => openedAuthority().pem,
    close() {
      for (const session of sessions) session.close();
    },
  };
}

function createHttp2(options: SecureOptions, sessions: Set<ServerHttp2Session>): Http2Server {
  const server = createHttp2Server({ maxSessionMemory: 64, settings: { maxHeaderListSize: options.maxHeaderBytes } });
  // The compatibility API is close enough to node:http's for all that the gateway uses of it.
  server.on('request', (incoming, response) =>
    options.serve(incoming as unknown as IncomingMessage, response as unknown as ServerResponse),
  );
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
  });
  server.on('sessionError', () => undefined);
  return server;
}

function createTls(authority: Authority, accept: (secured: TLSSocket) => void): TlsServer {
  const contexts = new Map<string, SecureContext>();
  const contextFor = (name: string): SecureContext => {
    const { key, cert } = authority.leafFor(name);
    let context = contexts.get(cert);
    if (context === undefined) {
      if (contexts.size >= mostContexts) contexts.clear();
      context = createSecureContext({ key, cert, minVersion });
      contexts.set(cert, context);
    }
    return context;
  };
  const server = createTlsServer({
    ...authority.leafFor(undefined),
    minVersion,
    handshakeTimeout: handshakeTimeoutMs,
    ALPNProtocols: ['h2', 'http/1.1'],
    SNICallback: (name, done) => done(null, contextFor(name)),
  });
  server.on('secureConnection', accept);
  server.on('tlsClientError', (_error, secured) => secured.destroy());
  return server;
}
