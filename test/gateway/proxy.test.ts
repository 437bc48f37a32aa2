/** The gateway as a proxy: it stands in for AWS and itself, refuses the rest, and never opens a connection. */
import dns from 'node:dns';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Cloud } from '../../src/gateway/cloud';
import { createGateway, type Gateway } from '../../src/gateway/listener';
import { proxyRefusal } from '../../src/gateway/proxy';

const folder = mkdtempSync(join(tmpdir(), 'nuvola-proxy-'));
let gateway: Gateway;
let ca: string;
beforeAll(async () => {
  gateway = await createGateway({
    port: 0,
    hosts: ['127.0.0.1'],
    certificates: folder,
    allowHosts: ['cloud.test'],
    handle: async ({ host, target, secure, baseUrl, httpVersion, method }) => ({
      status: 200,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ method, host, target, secure, baseUrl, httpVersion }),
    }),
    upgrade: (request, socket, head) => {
      socket.end(`HTTP/1.1 101 Switching Protocols\r\n\r\nhello ${request.host} ${head.length}`);
      return true;
    },
  });
  ca = await gateway.certificateAuthority();
});
afterAll(async () => {
  await gateway.close({ graceMs: 100 });
  rmSync(folder, { recursive: true });
});

/** Asks for a tunnel; the socket when it was opened. */
function connect(authority: string, over?: Duplex): Promise<{ status: number; reason: string; text: string; socket: Duplex }> {
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: '127.0.0.1',
      port: gateway.port,
      method: 'CONNECT',
      path: authority,
      agent: false,
      ...(over && { createConnection: () => over as net.Socket }),
    });
    request.on('connect', (response, socket, head) => {
      let text = head.toString();
      const outcome = () => ({ status: response.statusCode ?? 0, reason: response.statusMessage ?? '', text, socket });
      if (response.statusCode === 200) return resolve(outcome());
      socket.on('data', (data) => {
        text += data;
      });
      socket.on('close', () => resolve(outcome()));
    });
    request.on('error', reject);
    request.end();
  });
}

async function secured(name: string, ALPNProtocols: string[]): Promise<tls.TLSSocket> {
  const { socket } = await connect(`${name}:443`);
  const wrapped = tls.connect({ socket, servername: name, ca, ALPNProtocols });
  await new Promise<void>((resolve, reject) => {
    wrapped.once('secureConnect', resolve);
    wrapped.once('error', reject);
  });
  return wrapped;
}

/** Everything that comes back for what is sent. */
function exchange(socket: Duplex, sent: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('close', () => resolve(text));
    socket.write(sent);
  });
}

const own = { localAddress: '172.17.0.2', localPort: 4566 };

describe('stands in for', () => {
  test.each([
    's3.amazonaws.com:443',
    'my.bucket.s3.dualstack.eu-west-1.amazonaws.com:443',
    'sqs.us-gov-west-1.amazonaws.com',
    'us-east-1.queue.amazonaws.com:80',
    'KMS-FIPS.us-east-1.amazonaws.com.:443',
    '123456789012.ddb.us-east-1.amazonaws.com:443',
    'lambda.eu-west-1.api.aws:443',
    'abc.lambda-url.eu-west-1.on.aws:443',
    'sqs.cn-north-1.amazonaws.com.cn:443',
    'sns.cn-north-1.api.amazonwebservices.com.cn:443',
    'sqs.eusc-de-east-1.amazonaws.eu:443',
    'sqs.us-iso-east-1.c2s.ic.gov:443',
    'sqs.us-isob-east-1.sc2s.sgov.gov:443',
    'd111111abcdef8.cloudfront.net:443',
    'my-pool.auth.us-east-1.amazoncognito.com:443',
    's3.localhost.localstack.cloud:4566',
    'localhost.localstack.cloud:443',
    '127.0.0.1:4566',
    '[::1]:4566',
    'bucket.localhost:4566',
    '172.17.0.2:4566',
    'nuvola:4566',
    'cloud.test:8443',
    'a.wild.test',
  ])('%s', (authority) => {
    expect(proxyRefusal(authority, own, ['cloud.test', '.wild.test'])).toBeUndefined();
  });
});

describe('refuses', () => {
  test.each([
    'example.com:443',
    'amazonaws.com.evil.example:443',
    'notamazonaws.com:443',
    'console.aws.amazon.com:443',
    'app.localstack.cloud:443',
    '169.254.169.254:80',
    '127.0.0.1:5432',
    '127.0.0.1',
    'localhost:22',
    '[::1]:8080',
    '10.0.0.1:4566',
    '[2001:db8::1]:4566',
    '3232235777:4566',
    'redis:6379',
    's3.localhost.localstack.cloud:22',
    'user@s3.amazonaws.com:443',
    's3.amazonaws.com:443:1',
    'a\u00e9.example',
    '',
  ])('%s', (authority) => {
    const refusal = proxyRefusal(authority, own);
    expect(refusal?.text).toMatch(/^Nuvola /);
    expect(refusal?.reason).toMatch(/^[\x20-\x7e]+$/);
  });

  test('CONNECT, saying what to do also where only the status line is shown', async () => {
    const { status, reason, text } = await connect('example.com:443');
    expect({ status, reason }).toEqual({ status: 403, reason: 'Forbidden: Nuvola stands in for AWS only - add example.com to NO_PROXY' });
    expect(text).toContain('nuvola run --allow example.com');
  });

  test('CONNECT to another port of this machine', async () => {
    expect((await connect(`127.0.0.1:${gateway.port === 65535 ? 1 : gateway.port + 1}`)).status).toBe(403);
  });

  test('a WebSocket to an absolute target', async () => {
    const handshake = (host: string) => `GET http://${host}/s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    expect(await exchange(net.connect(gateway.port, '127.0.0.1'), handshake('example.com'))).toContain('403 Forbidden');
    expect(await exchange(net.connect(gateway.port, '127.0.0.1'), handshake('a.execute-api.us-east-1.amazonaws.com'))).toContain(
      'hello a.exec',
    );
  });

  test('an absolute target', async () => {
    const answer = await new Promise<http.IncomingMessage>((resolve) => {
      http.get({ host: '127.0.0.1', port: gateway.port, path: 'http://example.com/x', agent: false }, resolve);
    });
    expect(answer.statusCode).toBe(403);
    let text = '';
    for await (const chunk of answer) text += chunk;
    expect(text).toContain('example.com has to be reached directly');
  });
});

describe('inside a tunnel', () => {
  const get = 'GET /a?b HTTP/1.1\r\nHost: sqs.us-east-1.amazonaws.com\r\nConnection: close\r\n\r\n';
  const name = 'sqs.us-east-1.amazonaws.com';

  test('HTTP/1.1 over TLS with a certificate for that name', async () => {
    const socket = await secured(name, ['http/1.1']);
    expect(socket.authorized).toBe(true);
    expect(socket.getPeerCertificate().subjectaltname).toBe(`DNS:${name}`);
    const answer = await exchange(socket, get);
    expect(answer).toContain(
      `{"method":"GET","host":"${name}","target":"/a?b","secure":true,"baseUrl":"https://${name}","httpVersion":"1.1"}`,
    );
  });

  test('HTTP/2 by ALPN', async () => {
    const socket = await secured(name, ['h2', 'http/1.1']);
    const session = http2.connect(`https://${name}`, { createConnection: () => socket });
    const stream = session.request({ ':path': '/q', ':authority': name });
    let text = '';
    for await (const chunk of stream) text += chunk;
    session.close();
    expect(JSON.parse(text)).toMatchObject({ host: name, secure: true, httpVersion: '2.0' });
  });

  test('WebSockets, over TLS and without', async () => {
    const handshake = `GET /s HTTP/1.1\r\nHost: ${name}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    expect(await exchange(await secured(name, ['http/1.1']), handshake)).toContain(`hello ${name} 0`);
    expect(await exchange((await connect(`${name}:80`)).socket, handshake)).toContain(`hello ${name} 0`);
  });

  test('a client that does not wait for the way to be open', async () => {
    const socket = net.connect(gateway.port, '127.0.0.1');
    const text = await exchange(socket, `CONNECT ${name}:80 HTTP/1.1\r\nHost: ${name}:80\r\n\r\n${get}`);
    expect(text).toContain('200 Connection Established');
    expect(text).toContain('"target":"/a?b"');
  });

  test('a proxy that is itself reached over TLS', async () => {
    const outer = tls.connect({ host: '127.0.0.1', port: gateway.port, servername: 'localhost', ca });
    const { socket } = await connect(`${name}:443`, outer);
    const inner = tls.connect({ socket, servername: name, ca });
    expect(await exchange(inner, get)).toContain('"secure":true');
  });

  test('a tunnel in a tunnel', async () => {
    const { socket } = await connect(`${name}:80`);
    const { status } = await connect('s3.amazonaws.com:80', socket);
    expect(status).toBe(200);
    socket.destroy();
  });

  test('a client that leaves at once harms nobody', async () => {
    for (let n = 0; n < 5; n++) (await connect(`${name}:443`)).socket.destroy();
    expect((await connect(`${name}:443`)).status).toBe(200);
  });
});

test('opens no connection and asks no name server', async () => {
  const connects = vi.spyOn(net.Socket.prototype, 'connect');
  const lookups = vi.spyOn(dns, 'lookup');
  try {
    for (const authority of ['sqs.us-east-1.amazonaws.com:443', 'example.com:443', '127.0.0.1:1'])
      (await connect(authority)).socket.destroy();
    await exchange(net.connect(gateway.port, '127.0.0.1'), 'GET http://s3.amazonaws.com/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    // Only this test's own four, to the gateway.
    const ports = connects.mock.calls.map(([options]) => (Array.isArray(options) ? options[0] : options).port);
    expect(ports).toEqual([gateway.port, gateway.port, gateway.port, gateway.port]);
    expect(lookups).not.toHaveBeenCalled();
  } finally {
    vi.restoreAllMocks();
  }
});

test('the guard against web pages holds inside', async () => {
  const cloud = await Cloud.open({ port: 0, listen: ['127.0.0.1'], certificates: folder });
  try {
    const { port } = await cloud.listen();
    const ask = async (head: string) => {
      const socket = net.connect(port, '127.0.0.1');
      return exchange(socket, `CONNECT s3.amazonaws.com:80 HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nConnection: close\r\n${head}\r\n\r\n`);
    };
    expect(await ask('Host: s3.amazonaws.com')).toContain('ListAllMyBucketsResult');
    expect(await ask('Host: s3.amazonaws.com\r\nOrigin: https://evil.example')).toContain('may not call Nuvola');
    expect(await ask('Host: evil.example')).toContain('does not answer to the host name');
  } finally {
    await cloud.close();
  }
});
