/** The port itself: what each kind of client gets, and what the malformed ones get. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway, type Gateway } from '../../src/gateway/listener';
import type { GatewayRequest } from '../../src/gateway/request';
import type { WireResponse } from '../../src/protocol/wire';

const json = (value: unknown, status = 200): WireResponse => ({
  status,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(value),
});

/** Says what it was asked. */
async function echo(request: GatewayRequest): Promise<WireResponse> {
  if (request.path === '/refuse') return json({ refused: true }, 403);
  if (request.path === '/crash') throw new Error('crashed');
  if (request.path === '/bad-header') return { status: 200, headers: { 'X-Bad': 'a\nb' }, body: 'x' };
  if (request.path === '/nothing') return { status: 204, headers: {}, body: undefined };
  if (request.path === '/stream') return { status: 200, headers: {}, body: { stream: pieces(3) } };
  if (request.path === '/short') return { status: 200, headers: {}, body: { length: 10, stream: pieces(1) } };
  if (request.path === '/endless') return { status: 200, headers: {}, body: { stream: endless() } };
  if (request.path === '/failing') return { status: 200, headers: {}, body: { stream: failing() } };
  if (request.path === '/wait') await new Promise<void>((resolve) => request.signal.addEventListener('abort', () => resolve()));
  const body = await request.readAll(8 * 1024 * 1024).catch((error) => error);
  if (body instanceof Error) return json({ code: (body as Error & { code: string }).code }, 400);
  const { method, target, path, query, host, baseUrl, secure, httpVersion, remoteAddress, headers } = request;
  return json({ method, target, path, query, host, baseUrl, secure, httpVersion, remoteAddress, headers, bytes: body.length });
}

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield Buffer.from(`piece${i}`);
}

let release = (): void => {};
const released = new Promise<void>((resolve) => {
  release = resolve;
});

async function* endless(): AsyncGenerator<Uint8Array> {
  try {
    for (;;) yield Buffer.alloc(65_536);
  } finally {
    release();
  }
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half');
  throw new Error('the disk is gone');
}

let gateway: Gateway;
const folder = mkdtempSync(join(tmpdir(), 'nuvola-ca-'));

beforeAll(async () => {
  gateway = await createGateway({
    port: 0,
    certificates: folder,
    handle: echo,
    upgrade: (request, socket, head) => {
      if (request.path !== '/socket') return false;
      socket.end(`HTTP/1.1 101 Switching Protocols\r\n\r\nhello ${request.host} ${head.length}`);
      return true;
    },
  });
});

afterAll(async () => {
  await gateway.close({ graceMs: 100 });
  rmSync(folder, { recursive: true });
});

/** Sends bytes and reads until the other side closes, or until `until` has been seen. */
function raw(sent: string | Buffer, until?: string): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = net.connect(gateway.port, '127.0.0.1', () =>
      socket.write(typeof sent === 'string' ? Buffer.from(sent, 'latin1') : sent),
    );
    socket.on('data', (data) => {
      received += data.toString('latin1');
      if (until !== undefined && received.includes(until)) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(received));
  });
}

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

function ask(options: https.RequestOptions & { body?: Buffer | string }): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const send = options.ca === undefined ? http.request : https.request;
    const request = send({ host: '127.0.0.1', port: gateway.port, agent: false, ...options }, (response) => {
      let text = '';
      response.on('data', (data) => {
        text += data;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on('error', reject);
    request.end(options.body);
  });
}

const seen = async (options: Parameters<typeof ask>[0]) => JSON.parse((await ask(options)).text);

describe('HTTP/1.1', () => {
  it('hands on the target as the bytes on the wire', async () => {
    for (const path of ['/', '//', '/a//b', '/a/../b', '/%2F%2e%2E', '/a?b?c=d&&', '/a+b%20c', '/?', '/;a=b', "/'!*()~"]) {
      expect((await seen({ path })).target).toBe(path);
    }
    expect(await seen({ path: '/p?q=1?2' })).toMatchObject({ path: '/p', query: 'q=1?2', httpVersion: '1.1', secure: false });
  });

  it('knows the address as the client spelt it', async () => {
    expect(await seen({ headers: { host: 'Bucket.LocalHost:99' } })).toMatchObject({
      host: 'Bucket.LocalHost:99',
      baseUrl: 'http://Bucket.LocalHost:99',
    });
    expect(await seen({})).toMatchObject({ remoteAddress: '127.0.0.1', baseUrl: `http://127.0.0.1:${gateway.port}` });
    expect(await raw('GET / HTTP/1.0\r\n\r\n')).toContain(`"baseUrl":"http://127.0.0.1:${gateway.port}"`);
  });

  it('takes the host from an absolute target, as a proxy does', async () => {
    const answer = await raw('GET http://sqs.us-east-1.amazonaws.com/q?a HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n');
    expect(answer).toContain('"host":"sqs.us-east-1.amazonaws.com"');
    expect(answer).toContain('"target":"/q?a"');
    expect(await raw('GET HTTP://s3.amazonaws.com HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toContain('"target":"/"');
  });

  it('loses no repeated header', async () => {
    const answer = await raw(
      'GET / HTTP/1.1\r\nHost: a\r\nAuthorization: x\r\nAuthorization: y\r\nSet-Cookie: 1\r\nSet-Cookie: 2\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toContain('"authorization":"x, y"');
    expect(answer).toContain('"set-cookie":"1,2"');
  });

  it('answers pipelined requests in order', async () => {
    const requests = Array.from({ length: 20 }, (_, i) => `POST /${i} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc`).join('');
    const answer = await raw(requests, '"target":"/19"');
    expect([...answer.matchAll(/"target":"\/(\d+)"/g)].map((match) => Number(match[1]))).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('reads bodies with a length and in chunks, whole', async () => {
    expect(await seen({ method: 'POST', body: Buffer.alloc(3_000_000) })).toMatchObject({ bytes: 3_000_000 });
    expect(await seen({ method: 'POST', body: 'abc', headers: { 'transfer-encoding': 'chunked' } })).toMatchObject({ bytes: 3 });
    expect(await seen({ method: 'POST' })).toMatchObject({ bytes: 0 });
  });

  it('bounds what it holds of a body', async () => {
    expect(await ask({ method: 'POST', body: Buffer.alloc(9 * 1024 * 1024) })).toMatchObject({
      status: 400,
      text: '{"code":"RequestEntityTooLarge"}',
    });
    expect(await ask({ method: 'POST', body: Buffer.alloc(9 * 1024 * 1024), headers: { 'transfer-encoding': 'chunked' } })).toMatchObject({
      status: 400,
    });
  });

  it('keeps connections for 75 s and writes lengths', async () => {
    const { headers } = await ask({ headers: { connection: 'keep-alive' } });
    expect(headers).toMatchObject({ connection: 'keep-alive', 'keep-alive': 'timeout=75' });
    expect(Number(headers['content-length'])).toBeGreaterThan(0);
    expect((await ask({ path: '/nothing' })).headers['content-length']).toBeUndefined();
    const head = await ask({ method: 'HEAD' });
    expect(head.text).toBe('');
    expect(Number(head.headers['content-length'])).toBeGreaterThan(0);
  });

  it('survives handlers and answers that fail', async () => {
    expect((await ask({ path: '/crash' })).status).toBe(500);
    expect((await ask({ path: '/bad-header' })).status).toBe(500);
    expect((await ask({ path: '/stream' })).text).toBe('piece0piece1piece2');
    await expect(ask({ path: '/short' })).rejects.toThrow();
    await expect(ask({ path: '/failing' })).rejects.toThrow();
    expect((await ask({})).status).toBe(200);
  });
});

describe('malformed and hostile requests', () => {
  it.each<[string, number, string]>([
    ['garbage', 400, 'GARBAGE\r\n\r\n'],
    ['binary garbage', 400, '\x80\xff\0\r\n\r\n'],
    ['no host', 400, 'GET / HTTP/1.1\r\n\r\n'],
    ['a target that is no path', 400, 'GET foo HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a target with a space', 400, 'GET /a b HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a target with raw bytes', 400, 'GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['NUL in a target', 400, 'GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['NUL in a header', 400, 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n'],
    ['bare newlines', 400, 'GET / HTTP/1.1\nHost: a\n\n'],
    ['folded headers', 400, 'GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n'],
    ['a header without colon', 400, 'GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n'],
    ['an unknown method', 400, 'FROB / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['an unknown version', 400, 'GET / HTTP/9.9\r\nHost: a\r\n\r\n'],
    ['smuggling: length and chunks', 400, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['smuggling: chunks and length', 400, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n'],
    ['smuggling: two lengths', 400, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc'],
    ['smuggling: the same length twice', 400, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc'],
    ['smuggling: a space before the colon', 400, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n'],
    ['smuggling: nearly chunked', 400, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['smuggling: chunked, then something', 400, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n'],
    ['a length that is no number', 400, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1e3\r\n\r\n'],
    ['a negative length', 400, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n'],
    ['an absurd length', 400, `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${'9'.repeat(30)}\r\n\r\n`],
    ['a chunk size that is none', 400, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nabc'],
    ['an oversized header', 431, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`],
    ['an oversized target', 431, `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ['too many headers', 431, `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${'a: b\r\n'.repeat(1_001)}\r\n`],
    ['an unknown expectation', 417, 'POST / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nConnection: close\r\n\r\n'],
    ['an unknown WebSocket', 404, 'GET /other HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'],
  ])('%s → %i', async (_what, status, sent) => {
    expect(await raw(sent)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('takes headers up to 64 KiB', async () => {
    expect((await ask({ headers: { 'x-long': 'a'.repeat(60_000) } })).status).toBe(200);
  });

  it('stays up under noise', async () => {
    let seed = 42;
    const random = (n: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed % n;
    };
    const words = [
      'GET ',
      'POST ',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      '/',
      ' HTTP/1.1\r\n',
      'Host: a\r\n',
      'Content-Length: 5\r\n',
      'Transfer-Encoding: chunked\r\n',
      '\r\n',
      '\x16\x03\x01\x02',
      '\0',
      'hello',
      '5\r\n',
      '0\r\n\r\n',
      'Expect: 100-continue\r\n',
      'Upgrade: h2c\r\nConnection: Upgrade\r\n',
    ];
    const one = () =>
      new Promise<void>((resolve) => {
        const noise = Array.from({ length: 1 + random(12) }, () => words[random(words.length)]).join('');
        const socket = net.connect(gateway.port, '127.0.0.1', () => socket.end(Buffer.from(noise, 'latin1')));
        socket.resume();
        socket.on('error', () => socket.destroy());
        socket.on('close', () => resolve());
        // Some noise is a request that waits for the rest of its body.
        socket.on('end', () => socket.destroy());
      });
    for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 30 }, one));
    expect((await ask({})).status).toBe(200);
  });
});

describe('bodies that nobody reads or that break off', () => {
  it('lets an answer be read although the upload was refused', async () => {
    const { status, headers } = await ask({ path: '/refuse', method: 'PUT', body: Buffer.alloc(3_000_000) });
    expect(status).toBe(403);
    expect(headers.connection).toBe('close');
  });

  it('goes on with the connection after a short unread body', async () => {
    const answer = await raw(
      'PUT /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /next HTTP/1.1\r\nHost: a\r\n\r\n',
      '"/next"',
    );
    expect(answer).toMatch(/403 Forbidden[\s\S]*200 OK[\s\S]*"target":"\/next"/);
  });

  it('calls a truncated upload incomplete', async () => {
    for (const framing of ['Content-Length: 10\r\n\r\nabc', 'Transfer-Encoding: chunked\r\n\r\n5\r\nab']) {
      const outcome = new Promise<string>((resolve) => {
        held = (request) =>
          request
            .readAll(100)
            .then(String, (error) => error.code)
            .then((code) => {
              resolve(code);
              return json({});
            });
      });
      const socket = net.connect(broken.port, '127.0.0.1', () => socket.end(`PUT / HTTP/1.1\r\nHost: a\r\n${framing}`));
      socket.on('error', () => {});
      expect(await outcome).toBe('IncompleteBody');
    }
  });

  it('streams end with an error when the client hangs up', async () => {
    const outcome = new Promise<string>((resolve) => {
      held = async (request) => {
        try {
          for await (const _ of request.chunks()) socket.destroy();
          resolve('complete');
        } catch (error) {
          resolve((error as { code: string }).code);
        }
        return json({});
      };
    });
    const socket = net.connect(broken.port, '127.0.0.1', () =>
      socket.write('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc'),
    );
    expect(await outcome).toBe('IncompleteBody');
  });

  let broken: Gateway;
  let held: (request: GatewayRequest) => Promise<WireResponse>;
  beforeAll(async () => {
    broken = await createGateway({ port: 0, hosts: ['127.0.0.1'], handle: (request) => held(request) });
  });
  afterAll(() => broken.close({ graceMs: 100 }));
});

describe('Expect: 100-continue', () => {
  const head = (path: string) => `PUT ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n`;
  it('goes on when the body is wanted', async () => {
    const answer = await new Promise<string>((resolve) => {
      let received = '';
      const socket = net.connect(gateway.port, '127.0.0.1', () => socket.write(head('/b')));
      socket.on('data', (data) => {
        received += data;
        if (received.endsWith('100 Continue\r\n\r\n')) socket.write('abcde');
        if (received.includes('"bytes"')) socket.destroy();
      });
      socket.on('close', () => resolve(received));
    });
    expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK[\s\S]*"bytes":5/);
  });

  it('answers at once, and closes, when it is not', async () => {
    const answer = await raw(head('/refuse'));
    expect(answer).toMatch(/^HTTP\/1.1 403 Forbidden/);
    expect(answer).toContain('Connection: close');
    expect(answer).not.toContain('100 Continue');
  });
});

describe('upgrades', () => {
  it('hands WebSocket handshakes to whoever serves the path', async () => {
    expect(await raw('GET /socket HTTP/1.1\r\nHost: ws.test\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\nab')).toBe(
      'HTTP/1.1 101 Switching Protocols\r\n\r\nhello ws.test 2',
    );
  });

  it('answers in HTTP/1.1 when a client offers h2c', async () => {
    const answer = await raw(
      'POST /x HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nConnection: Upgrade, HTTP2-Settings\r\nContent-Length: 5\r\n\r\nhello',
      '"bytes"',
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 OK[\s\S]*"bytes":5/);
  });
});

function askHttp2(url: string, options: http2.SecureClientSessionOptions = {}): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const session = http2.connect(url, options);
    session.on('error', reject);
    const stream = session.request({ ':path': '/a//b?c', ':method': 'POST', 'x-amz-target': 'T' });
    let text = '';
    stream.on('data', (data) => {
      text += data;
    });
    stream.on('error', reject);
    stream.on('end', () => session.close(() => resolve(JSON.parse(text))));
    stream.end('hello');
  });
}

describe('HTTP/2 and TLS', () => {
  it('speaks HTTP/2 to clients that know it', async () => {
    expect(await askHttp2(`http://127.0.0.1:${gateway.port}`)).toMatchObject({
      method: 'POST',
      target: '/a//b?c',
      host: `127.0.0.1:${gateway.port}`,
      httpVersion: '2.0',
      bytes: 5,
      secure: false,
    });
  });

  it('cuts streams that fail, and lets go of streams whose reader went away', async () => {
    const session = http2.connect(`http://127.0.0.1:${gateway.port}`);
    const failed = session.request({ ':path': '/failing' });
    failed.resume();
    const code = await new Promise((resolve) => {
      failed.on('error', () => {});
      failed.on('close', () => resolve(failed.rstCode));
    });
    expect(code).not.toBe(http2.constants.NGHTTP2_NO_ERROR);
    const endless = session.request({ ':path': '/endless' });
    await new Promise((resolve) => endless.once('data', resolve));
    endless.close(http2.constants.NGHTTP2_CANCEL);
    await released;
    session.close();
  });

  it('recognises the preface byte by byte, and a method that begins like it', async () => {
    for (const [sent, expected] of [
      ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', /^\0\0.\x04/],
      ['PUT /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 200 /],
    ] as const) {
      const answer = await new Promise<string>((resolve) => {
        const socket = net.connect({ port: gateway.port, host: '127.0.0.1', noDelay: true }, async () => {
          for (const byte of sent.slice(0, 6)) {
            socket.write(byte);
            await new Promise((next) => setImmediate(next));
          }
          socket.write(sent.slice(6));
        });
        socket.on('data', (data) => {
          resolve(data.toString('latin1'));
          socket.destroy();
        });
      });
      expect(answer).toMatch(expected);
    }
  });

  it('speaks TLS with a certificate of its authority, over HTTP/1.1 and HTTP/2', async () => {
    const ca = await gateway.certificateAuthority();
    expect(await seen({ ca, host: 'localhost', method: 'PUT', body: 'abc' })).toMatchObject({ secure: true, bytes: 3, httpVersion: '1.1' });
    expect(await seen({ ca })).toMatchObject({ baseUrl: `https://127.0.0.1:${gateway.port}` });
    expect(await askHttp2(`https://localhost:${gateway.port}`, { ca })).toMatchObject({ secure: true, httpVersion: '2.0', bytes: 5 });
  });

  it.each([
    'sqs.us-east-1.amazonaws.com',
    'bucket.s3.eu-west-1.amazonaws.com',
    'sqs.us-east-1.api.aws',
    'a.b.localhost.localstack.cloud',
    'bucket.localhost',
  ])('has a certificate for %s', async (servername) => {
    expect((await ask({ ca: await gateway.certificateAuthority(), servername })).status).toBe(200);
  });

  it('has none for names outside its constraints', async () => {
    await expect(ask({ ca: await gateway.certificateAuthority(), servername: 'example.com' })).rejects.toThrow(/altnames/);
  });

  it.skipIf(process.platform === 'win32')('keeps its key to its owner', () => {
    expect(readdirSync(folder).sort()).toEqual(['local-ca.key.pem', 'local-ca.pem']);
    expect(statSync(join(folder, 'local-ca.key.pem')).mode & 0o777).toBe(0o600);
  });

  it('keeps its authority over restarts', async () => {
    const again = await createGateway({ port: 0, certificates: folder, handle: echo });
    expect(await again.certificateAuthority()).toBe(await gateway.certificateAuthority());
    await again.close();
  });
});

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));

describe('listening', () => {
  it.skipIf(!hasIpv6)('has the same port on both loopbacks', async () => {
    expect(gateway.hosts).toEqual(['127.0.0.1', '::1']);
    expect(await seen({ host: '::1' })).toMatchObject({ baseUrl: `http://[::1]:${gateway.port}`, remoteAddress: '::1' });
  });

  it('leaves out addresses that this machine does not have, but not all of them', async () => {
    const partly = await createGateway({ port: 0, hosts: ['127.0.0.1', '203.0.113.1'], handle: echo });
    expect(partly.hosts).toEqual(['127.0.0.1']);
    await partly.close();
    await expect(createGateway({ port: 0, hosts: ['203.0.113.1'], handle: echo })).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });

  it('says when the port is taken', async () => {
    await expect(createGateway({ port: gateway.port, handle: echo })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('closing', () => {
  it('finishes what is in flight, wakes what waits, and closes idle connections', async () => {
    let release = (): void => {};
    const closing = await createGateway({
      port: 0,
      handle: (request) =>
        request.path === '/held' ? new Promise((resolve) => (release = () => resolve(json({ held: true })))) : echo(request),
    });
    const agent = new http.Agent({ keepAlive: true });
    const { port } = closing;
    await ask({ port, agent });
    const waiting = ask({ port, path: '/wait' });
    const held = ask({ port, path: '/held' });
    await ask({ port });
    const closed = closing.close({ graceMs: 60_000 });
    expect((await waiting).status).toBe(200);
    await expect(ask({ port })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    release();
    expect(await held).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await closed;
    agent.destroy();
  });

  it('does not wait for who has not said anything yet', async () => {
    const closing = await createGateway({ port: 0, handle: echo });
    const silent = net.connect(closing.port, '127.0.0.1');
    const ended = new Promise((resolve) => silent.on('error', resolve).on('close', resolve));
    await new Promise((connected) => silent.once('connect', connected));
    await ask({ port: closing.port });
    const closed = closing.close({ graceMs: 60_000 });
    await Promise.all([closed, ended]);
  });

  it('cuts what is left when the time is over', async () => {
    const closing = await createGateway({ port: 0, handle: () => new Promise(() => {}) });
    const stuck = ask({ port: closing.port }).catch((error) => error.code);
    const silent = net.connect(closing.port, '127.0.0.1');
    silent.on('error', () => silent.destroy());
    await new Promise((connected) => silent.once('connect', connected));
    await closing.close({ graceMs: 20 });
    expect(await stuck).toBe('ECONNRESET');
    silent.destroy();
  });

  it('aborts the signal when the caller hangs up', async () => {
    const aborted = new Promise<void>((resolve) => {
      void createGateway({
        port: 0,
        handle: async (request) => {
          request.signal.addEventListener('abort', () => resolve());
          socket.destroy();
          await aborted;
          void opened.then((gateway) => gateway.close());
          return json({});
        },
      }).then((gateway) => {
        publish(gateway);
        socket = net.connect(gateway.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
      });
    });
    let socket: net.Socket;
    let publish: (gateway: Gateway) => void = () => {};
    const opened = new Promise<Gateway>((resolve) => {
      publish = resolve;
    });
    await aborted;
  });
});
