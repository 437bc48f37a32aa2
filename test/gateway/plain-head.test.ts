/** The reader of plain heads takes only what node:http takes, and understands it the same way. */

import { createServer, type IncomingMessage } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nothingKnown, readPlainHead } from '../../src/gateway/plain-head';

const read = (text: string) => readPlainHead(Buffer.from(text, 'latin1'), nothingKnown);
const head = (lines: string) => `POST /a?b HTTP/1.1\r\nHost: h\r\n${lines}\r\n`;

describe('plain heads', () => {
  it('are read whole', () => {
    expect(
      read(
        'PUT /bucket/a%2Fkey?x=1 HTTP/1.1\r\nHost: 127.0.0.1:4566\r\nContent-Length: 5\r\nX-Amz-Meta-A:  two words \t\r\nEmpty:\r\n\r\nhello',
      ),
    ).toMatchObject({
      method: 'PUT',
      target: '/bucket/a%2Fkey?x=1',
      headers: { host: '127.0.0.1:4566', 'content-length': '5', 'x-amz-meta-a': 'two words', empty: '' },
      bodyBytes: 5,
      bytes: 113,
      closes: false,
    });
  });

  it('use values of the request before again, and only where they are the same', () => {
    const first = read(head('X-Long-Header: the same value each time\r\n'))!;
    const second = readPlainHead(Buffer.from(head('X-Long-Header: the same value each time\r\nX-Amz-Date: 1\r\n')), first)!;
    expect(second.headers).toEqual({ host: 'h', 'x-long-header': 'the same value each time', 'x-amz-date': '1' });
    const third = readPlainHead(Buffer.from(head('X-Long-Header: the same value each TIME\r\n')), first)!;
    expect(third.headers['x-long-header']).toBe('the same value each TIME');
  });

  it('are read alike whatever came before', () => {
    const line = fc
      .tuple(
        fc.constantFrom('X-A', 'x-a', 'X-AB', 'X-B', 'Content-Length', 'Upgrade', 'Host'),
        fc.constantFrom('', '1', '2', 'the same long value', 'the same long valuE'),
      )
      .map(([name, value]) => `${name}: ${value}\r\n`);
    const some = fc.array(line, { maxLength: 5 }).map((lines) => head(lines.join('')));
    fc.assert(
      fc.property(fc.array(some, { minLength: 2, maxLength: 4 }), (texts) => {
        let known: Parameters<typeof readPlainHead>[1] = nothingKnown;
        for (const text of texts) {
          const [alone, after] = [read(text), readPlainHead(Buffer.from(text, 'latin1'), known)];
          expect(after).toEqual(alone);
          known = after ?? known;
        }
      }),
    );
  });

  it.each([
    ['keep-alive', false],
    ['Keep-Alive', false],
    ['close', true],
    ['Close', true],
  ])('know whether the connection closes: %s', (value, closes) => {
    expect(read(head(`Connection: ${value}\r\n`))?.closes).toBe(closes);
  });

  it.each([
    ['not whole', 'GET / HTTP/1.1\r\nHost: h\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['two hosts', head('HOST: other\r\n')],
    ['two lengths', head('Content-Length: 1\r\nContent-Length: 1\r\n')],
    ['a length that is a list', head('Content-Length: 1, 1\r\n')],
    ['a signed length', head('Content-Length: +1\r\n')],
    ['a negative length', head('Content-Length: -1\r\n')],
    ['a hexadecimal length', head('Content-Length: 0x1\r\n')],
    ['an empty length', head('Content-Length:\r\n')],
    ['a length beyond counting', head('Content-Length: 99999999999999999999\r\n')],
    ['chunks', head('Transfer-Encoding: chunked\r\n')],
    ['chunks and a length', head('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n')],
    ['an expectation', head('Expect: 100-continue\r\n')],
    ['an upgrade', head('Connection: Upgrade\r\nUpgrade: websocket\r\n')],
    ['connection options', head('Connection: keep-alive, te\r\n')],
    ['a repeated header', head('X-A: 1\r\nx-a: 2\r\n')],
    ['a header that every object has', head('__proto__: 1\r\n')],
    ['another that every object has', head('constructor: 1\r\n')],
    ['a folded line', head('X-A: 1\r\n 2\r\n')],
    ['a blank before the colon', head('X-A : 1\r\n')],
    ['a blank before the name', head(' X-A: 1\r\n')],
    ['a line without a colon', head('X-A\r\n')],
    ['an empty name', head(': 1\r\n')],
    ['a lone line feed', 'GET / HTTP/1.1\nHost: h\n\n\r\n\r\n'],
    ['a lone line feed in a value', head('X-A: 1\nX-B: 2\r\n')],
    ['a lone carriage return', head('X-A: 1\rX-B: 2\r\n')],
    ['a zero byte', head('X-A: \0\r\n')],
    ['a delete character', head('X-A: \x7f\r\n')],
    ['HTTP/1.0', 'GET / HTTP/1.0\r\nHost: h\r\n\r\n'],
    ['another version', 'GET / HTTP/1.2\r\nHost: h\r\n\r\n'],
    ['an absolute target', 'GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['a tunnel', 'CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['a blank in the target', 'GET /a b HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['bytes beyond ASCII in the target', 'GET /\xe9 HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['a method in lower case', 'get / HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['a method of its own', 'PURGE / HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['an empty line in front', '\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['very many headers', head(Array.from({ length: 101 }, (_, i) => `X-${i}: 1\r\n`).join(''))],
    ['a very long head', head(`X-A: ${'a'.repeat(17_000)}\r\n`)],
  ])('are not: %s', (_why, text) => {
    expect(read(text)).toBeUndefined();
  });
});

describe('against node:http', () => {
  let port: number;
  let seen: ((incoming: IncomingMessage) => void) | undefined;
  const server = createServer({ joinDuplicateHeaders: true }, (incoming, response) => {
    seen?.(incoming);
    incoming.resume();
    response.writeHead(200, { connection: 'close' }).end();
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  /** What node:http makes of these bytes; undefined when it refuses them. */
  function judged(text: string): Promise<Pick<IncomingMessage, 'method' | 'url' | 'headers'> | undefined> {
    return new Promise((resolve) => {
      let found: Pick<IncomingMessage, 'method' | 'url' | 'headers'> | undefined;
      seen = ({ method, url, headers }) => {
        found = { method: method!, url: url!, headers: { ...headers } };
      };
      const socket = net.connect(port, '127.0.0.1', () => socket.end(Buffer.from(text, 'latin1')));
      socket.resume();
      socket.on('error', () => {});
      socket.on('close', () => resolve(found));
    });
  }

  const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/);
  const noise = fc.string({ unit: fc.constantFrom('\r', '\n', ' ', '\t', ':', '\0', 'é', 'a', '1', ',', ';'), maxLength: 8 });
  const name = fc.oneof(
    { arbitrary: token, weight: 12 },
    fc.constantFrom('Host', 'Content-Length', 'Connection', 'Transfer-Encoding', 'X-A', 'Set-Cookie'),
    noise,
  );
  const value = fc.oneof(
    { arbitrary: fc.stringMatching(/^[ -~]{0,20}$/), weight: 12 },
    fc.constantFrom('0', '3', 'close', 'keep-alive', 'chunked'),
    noise,
  );
  const target = fc.oneof({ arbitrary: fc.stringMatching(/^\/[!-~]{0,20}$/), weight: 8 }, noise);
  const text = fc
    .tuple(
      fc.constantFrom('GET', 'POST', 'PUT', 'FOO', 'get'),
      target,
      fc.array(fc.tuple(name, value), { maxLength: 5 }),
      fc.integer({ min: 0, max: 9 }),
    )
    .map(([method, path, lines, hasHost]) => {
      const all = hasHost > 0 ? [['Host', 'h'], ...lines] : lines;
      return `${method} ${path} HTTP/1.1\r\n${all.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n`;
    });

  it('most of what is sent in earnest is taken', () => {
    expect(fc.sample(text, 1000).filter((sent) => read(sent) !== undefined).length).toBeGreaterThan(200);
  });

  it('what is taken is what node:http would have made of it', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (sent) => {
        const plain = read(sent);
        if (plain === undefined) return;
        const other = await judged(`${sent}${'x'.repeat(Math.min(plain.bodyBytes, 100_000))}`);
        expect({ method: plain.method, url: plain.target, headers: plain.headers }).toEqual({
          ...other,
          headers: { ...other?.headers, ...(other?.headers['set-cookie'] && { 'set-cookie': String(other.headers['set-cookie']) }) },
        });
      }),
      { numRuns: 400 },
    );
  });
});
