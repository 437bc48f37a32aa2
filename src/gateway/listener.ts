/** One port for HTTP/1, HTTP/2, TLS and WebSockets: what a connection speaks is told from its first bytes. */
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WireResponse } from '../protocol/wire';
import { type AnswerHooks, HttpAnswer } from './answer';
import { PlainConnection, type PlainHooks } from './plain-connection';
import type { PlainRequest } from './plain-request';
import { proxyRefusal } from './proxy';
import { endWith, refuseMalformed, restartWithoutUpgrade } from './raw';
import { type GatewayRequest, HttpRequest } from './request';
import type { SecureFront } from './secure';
import { Turn } from './turn';

/** Takes the answer of one of several requests, by its place among them. */
export type Answered = (at: number, answer: WireResponse | Promise<WireResponse>) => void;

export interface GatewayOptions {
  /** Addresses to listen on; 127.0.0.1 and ::1 when absent. Those this machine does not have are left out, if one remains. */
  readonly hosts?: readonly string[];
  /** 0 picks a free port, the same on every address. */
  readonly port: number;
  /** Turns a request into an answer. Rejections become `crashed`. */
  readonly handle: (request: GatewayRequest) => Promise<WireResponse>;
  /** The same for requests that came in together. Without it `handle` takes them one by one. */
  readonly handleTogether?: (requests: readonly GatewayRequest[], answered: Answered) => void;
  /** Called once per turn before its answers leave; see turn.ts. */
  readonly beforeAnswers?: () => Promise<void> | undefined;
  /** The answer when `handle` rejects, the commit fails or an answer cannot be written. */
  readonly crashed?: (request: GatewayRequest, error: unknown) => WireResponse;
  /** Takes over a WebSocket handshake; false when nobody serves this address (404). Without it every handshake is a 404. */
  readonly upgrade?: (request: GatewayRequest, socket: Duplex, head: Buffer) => boolean;
  /** Host names that are ours, besides the known ones: as a proxy we stand in for them too. */
  readonly allowHosts?: readonly string[] | undefined;
  /** Where the local certificate authority is kept; made on the first TLS connection. Without it TLS is refused. */
  readonly certificates?: string;
}

export interface Gateway {
  readonly port: number;
  /** The addresses it really listens on. */
  readonly hosts: readonly string[];
  /** Collects the answers of a turn; calls in process wait for their commit through it too. */
  readonly turn: Turn;
  /** PEM of the local certificate authority, for clients that should trust it; makes it when there is none yet. */
  certificateAuthority(): Promise<string>;
  /** Stops listening, wakes what waits, finishes what is in flight, and cuts what is left after graceMs. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

export const maxHeaderBytes = 64 * 1024;
const maxHeaderCount = 1_000;
const keepAliveMs = 75_000;
const headersTimeoutMs = 60_000;
/** For the small bodies of plain requests; as long as node:http waits for whole requests unless told otherwise. */
const smallBodyTimeoutMs = 300_000;
const staleCheckMs = 5_000;
/** More than that would not find what a step left in the caches. */
const togetherAtMost = 32;

/** Opens the gateway; resolves when every address listens. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const listener = new Listener(options);
  await listener.listen();
  return listener;
}

class Listener implements Gateway, AnswerHooks, PlainHooks {
  readonly turn: Turn;
  port = 0;
  hosts: readonly string[] = [];
  readonly #options: GatewayOptions;
  readonly #sockets = new Set<Socket>();
  /** Those that have not said anything yet, or not enough to tell what they speak. */
  readonly #silent = new Set<Socket>();
  readonly #withSignal = new Set<HttpRequest>();
  readonly #plain = new Set<PlainConnection>();
  /** Plain requests of this turn, and the connections that they came on. */
  #arrived: PlainRequest[] = [];
  #arrivedOn: PlainConnection[] = [];
  #sweep: NodeJS.Timeout | undefined;
  #servers: Server[] = [];
  /** node:http's own way of taking a connection, for those that come out of TLS. */
  #speakHttp1: ((socket: Socket) => void) | undefined;
  #secure: Promise<SecureFront> | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.turn = new Turn({ beforeAnswers: options.beforeAnswers ?? (() => undefined) });
  }

  readonly closing = (): boolean => this.#closed !== undefined;

  readonly crashed = (request: GatewayRequest, error: unknown): WireResponse =>
    this.#options.crashed?.(request, error) ?? {
      status: 500,
      headers: { 'Content-Type': 'text/plain' },
      body: 'InternalFailure: the request could not be answered.\n',
    };

  async listen(): Promise<void> {
    const hosts = this.#options.hosts ?? ['127.0.0.1', '::1'];
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#listenOn(hosts);
        return;
      } catch (error) {
        for (const server of this.#servers) server.close();
        this.#servers = [];
        // The port that was free on one address can be taken on the next.
        const retry = this.#options.port === 0 && (error as NodeJS.ErrnoException).code === 'EADDRINUSE' && attempt < 20;
        if (!retry) throw error;
      }
    }
  }

  async #listenOn(hosts: readonly string[]): Promise<void> {
    const bound: string[] = [];
    let missing: unknown;
    let { port } = this.#options;
    for (const host of hosts) {
      const server = this.#createServer();
      try {
        await listening(server, host, port, hosts.length > 1);
      } catch (error) {
        if (!absentAddress.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
        missing = error;
        continue;
      }
      this.#servers.push(server);
      bound.push(host);
      port = (server.address() as AddressInfo).port;
    }
    if (bound.length === 0) throw missing;
    this.port = port;
    this.hosts = bound;
  }

  #createServer(): Server {
    const server = createServer({
      maxHeaderSize: maxHeaderBytes,
      keepAliveTimeout: keepAliveMs,
      headersTimeout: headersTimeoutMs,
      requestTimeout: 0,
      joinDuplicateHeaders: true,
      noDelay: true,
    });
    // Node drops headers beyond a count without a word; bytes bound them, and too many are refused below.
    server.maxHeadersCount = 0;
    server.on('request', (incoming, response) => this.#serve(incoming, response, false));
    server.on('checkContinue', (incoming, response) => this.#serve(incoming, response, true));
    server.on('upgrade', (incoming, socket, head) => this.#upgrade(server, incoming, socket, head));
    server.on('connect', (incoming, socket, head) => this.#tunnel(incoming, socket as Socket, head));
    server.on('clientError', refuseMalformed);
    const speakHttp1 = (server.listeners('connection')[0] as (socket: Socket) => void).bind(server);
    this.#speakHttp1 = speakHttp1;
    server.removeAllListeners('connection');
    server.on('connection', (socket: Socket) => this.#greet(socket, speakHttp1));
    return server;
  }

  /**
   * A client asks us, as its proxy, for a way to some host. It gets one to ourselves if we stand in for that host:
   * on the same connection it then shakes hands with our own TLS, or goes on without.
   */
  #tunnel(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refusal = proxyRefusal(incoming.url ?? '', socket, this.#options.allowHosts);
    if (refusal) {
      endWith(socket, 403, refusal.text, refusal.reason);
      return;
    }
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    this.#greet(socket, this.#speakHttp1 as (socket: Socket) => void);
  }

  /** Waits for the first bytes of a connection and gives it to whoever speaks its language. */
  #greet(socket: Socket, speakHttp1: (socket: Socket) => void): void {
    this.#sockets.add(socket);
    this.#silent.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#silent.delete(socket);
    });
    const giveUp = (): void => void socket.destroy();
    socket.on('error', giveUp);
    socket.setTimeout(headersTimeoutMs, giveUp);
    let seen: Buffer | undefined;
    const look = (): void => {
      const chunk = socket.read() as Buffer | null;
      if (chunk === null) return;
      seen = seen === undefined ? chunk : Buffer.concat([seen, chunk]);
      const language = languageOf(seen);
      if (language === undefined) return;
      this.#silent.delete(socket);
      socket.off('readable', look);
      socket.off('error', giveUp);
      socket.off('end', giveUp);
      socket.off('timeout', giveUp);
      socket.setTimeout(0);
      if (language === 'http1') {
        this.#speakPlain(socket, seen, speakHttp1);
        return;
      }
      socket.unshift(seen);
      void this.#speakSecure(socket, language);
    };
    socket.on('readable', look);
    socket.on('end', giveUp);
  }

  #speakPlain(socket: Socket, seen: Buffer, speakHttp1: (socket: Socket) => void): void {
    const connection = new PlainConnection(socket, this, (bytes) => {
      this.#plain.delete(connection);
      socket.unshift(bytes);
      speakHttp1(socket);
      socket.resume();
    });
    this.#plain.add(connection);
    this.#sweep ??= setInterval(() => this.#closeStale(keepAliveMs, smallBodyTimeoutMs), staleCheckMs).unref();
    socket.once('close', () => this.#plain.delete(connection));
    connection.read(seen);
  }

  /** Closes plain connections that nothing has come on for so long; node:http sees to its own. */
  #closeStale(idleMs: number, bodyMs: number): void {
    const now = Date.now();
    for (const connection of this.#plain) connection.closeStale(now, idleMs, bodyMs);
  }

  /** Plain requests are handled once all that came in this turn are there. */
  arrived(request: PlainRequest, connection: PlainConnection): void {
    if (this.#arrived.push(request) === 1) this.turn.begin(this.#handleArrived);
    this.#arrivedOn.push(connection);
  }

  readonly #handleArrived = (): void => {
    const requests = this.#arrived;
    const connections = this.#arrivedOn;
    this.#arrived = requests.splice(togetherAtMost);
    this.#arrivedOn = connections.splice(togetherAtMost);
    if (this.#arrived.length > 0) this.turn.begin(this.#handleArrived);
    const { handle, handleTogether } = this.#options;
    const answered: Answered = (at, answer) => {
      const connection = connections[at] as PlainConnection;
      if (answer instanceof Promise) {
        const crashed = (error: unknown) => this.crashed(requests[at] as PlainRequest, error);
        void answer.catch(crashed).then((found) => connection.answer(found));
      } else connection.answer(answer);
    };
    if (handleTogether) handleTogether(requests, answered);
    else for (const [at, request] of requests.entries()) answered(at, handle(request));
  };

  async #speakSecure(socket: Socket, language: 'tls' | 'http2'): Promise<void> {
    socket.on('error', () => socket.destroy());
    // Only HTTP/1 means something by closing one side.
    socket.allowHalfOpen = false;
    try {
      const front = await this.#secureFront();
      if (language === 'tls') front.acceptTls(socket);
      else front.acceptHttp2(socket);
    } catch {
      // Without certificates there is nobody to speak TLS with; the client sees the connection end.
      socket.destroy();
    }
  }

  #secureFront(): Promise<SecureFront> {
    this.#secure ??= import('./secure').then(({ createSecureFront }) =>
      createSecureFront({
        certificates: this.#options.certificates,
        maxHeaderBytes,
        speakHttp1: (socket) => this.#speakHttp1?.(socket),
        serve: (incoming, response) => this.#serve(incoming, response, false),
      }),
    );
    return this.#secure;
  }

  async certificateAuthority(): Promise<string> {
    return (await this.#secureFront()).authorityPem();
  }

  #serve(incoming: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    const request = new HttpRequest(incoming, response, this.#withSignal, awaitsContinue);
    const refusal = this.#refusal(request);
    if (refusal) this.#answer(request, plain(refusal.status, refusal.text));
    else {
      this.#options.handle(request).then(
        (answer) => this.#answer(request, answer),
        (error) => this.#answer(request, this.crashed(request, error)),
      );
    }
  }

  /** What to say to a request that nobody needs to think about. */
  #refusal({ incoming, target, authority }: HttpRequest): { readonly status: number; readonly text: string } | undefined {
    if (incoming.rawHeaders.length > 2 * maxHeaderCount)
      return { status: 431, text: `A request may have at most ${maxHeaderCount} headers.` };
    if (target.charCodeAt(0) !== 0x2f && target !== '*') return { status: 400, text: 'The request target must be a path, or an http URL.' };
    if (authority === undefined) return undefined;
    const refusal = proxyRefusal(authority, incoming.socket, this.#options.allowHosts);
    return refusal && { status: 403, text: refusal.text };
  }

  #answer(request: HttpRequest, answer: WireResponse): void {
    this.turn.add(new HttpAnswer(request, answer, this));
  }

  #upgrade(server: Server, incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Only WebSockets change protocols here; a client that merely offers h2c is answered in HTTP/1.1 (RFC 9110 §7.8).
    if (incoming.headers.upgrade?.toLowerCase() !== 'websocket') {
      restartWithoutUpgrade(server, incoming, socket, head);
      return;
    }
    socket.on('error', () => socket.destroy());
    const request = new HttpRequest(incoming, new ServerResponse(incoming), this.#withSignal, false);
    const refusal = this.#refusal(request);
    if (refusal) endWith(socket, refusal.status, refusal.text);
    else if (!this.#options.upgrade?.(request, socket, head)) endWith(socket, 404, 'Nothing here speaks WebSocket.');
  }

  close(options: { readonly graceMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#close(options.graceMs ?? 5_000);
    return this.#closed;
  }

  async #close(graceMs: number): Promise<void> {
    const stopped = this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const socket of this.#silent) socket.destroy();
    clearInterval(this.#sweep);
    for (const request of this.#withSignal) request.abort();
    for (const connection of this.#plain) connection.abort();
    const front = await this.#secure?.catch(() => undefined);
    front?.close();
    const closeIdle = (): void => {
      for (const server of this.#servers) server.closeIdleConnections();
      this.#closeStale(0, smallBodyTimeoutMs);
    };
    closeIdle();
    // A connection whose answer has left a moment ago counts as idle only later.
    const idle = setInterval(closeIdle, 20);
    const cut = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, graceMs);
    await Promise.all(stopped);
    clearTimeout(cut);
    clearInterval(idle);
  }
}

const absentAddress = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL', 'ENOTFOUND']);

function listening(server: Server, host: string, port: number, ipv6Only: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, ipv6Only }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Undefined: not enough bytes to tell. */
function languageOf(bytes: Buffer): 'tls' | 'http2' | 'http1' | undefined {
  if (bytes[0] === 0x16) return 'tls';
  // No method of HTTP/1 starts like the preface of HTTP/2 (RFC 9113 §3.4).
  const preface = bytes.toString('latin1', 0, Math.min(bytes.length, 4));
  if (!'PRI '.startsWith(preface)) return 'http1';
  return bytes.length < 4 ? undefined : 'http2';
}

function plain(status: number, text: string): WireResponse {
  return { status, headers: { 'Content-Type': 'text/plain' }, body: `${text}\n` };
}
