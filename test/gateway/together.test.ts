/** Plain requests of one turn of the event loop, which go their way together: each gets what it would get alone. */
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Answered, createGateway } from '../../src/gateway/listener';
import type { GatewayRequest } from '../../src/gateway/request';
import type { WireResponse } from '../../src/protocol/wire';
import { ownCloud } from '../server';

/** Connections that a first request has been answered on, so that what is written to them now is read in one turn. */
async function connections(port: number, count: number) {
  const open = () =>
    new Promise<net.Socket>((resolve, reject) => {
      const socket = net.connect(port, '127.0.0.1', () => socket.write('GET /_nuvola/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'));
      socket.once('error', reject).once('data', () => resolve(socket));
    });
  const sockets = await Promise.all(Array.from({ length: count }, open));
  const ask = (at: number, text: string) =>
    new Promise<string>((resolve) => {
      const socket = sockets[at] as net.Socket;
      let received = '';
      socket.on('data', (data) => {
        received += data.toString('latin1');
        const [head, body] = received.split('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(head ?? '')?.[1]);
        if (body !== undefined && body.length === length) resolve(received);
      });
      socket.write(text);
    });
  return {
    /** Writes all of them in one turn. */
    together: (texts: readonly string[]) => Promise.all(texts.map((text, at) => ask(at, text))),
    alone: (text: string) => ask(0, text).finally(() => sockets[0]?.removeAllListeners('data')),
    write: (at: number, text: string) => sockets[at]?.write(text),
    end: (at: number, text: string) => sockets[at]?.end(text),
    received: (at: number) => new Promise<string>((resolve) => sockets[at]?.once('data', (data) => resolve(data.toString('latin1')))),
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

const text = (body: string): WireResponse => ({ status: 200, headers: {}, body });
const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`;

describe('a gateway', () => {
  async function listening() {
    const sizes: number[] = [];
    const handle = async (request: GatewayRequest) => {
      if (request.path === '/wait') await new Promise((resolve) => request.signal.addEventListener('abort', resolve));
      return text(request.path);
    };
    const handleTogether = (requests: readonly GatewayRequest[], answered: Answered) => {
      sizes.push(requests.length);
      for (const [at, request] of requests.entries()) {
        if (request.path === '/late') answered(at, new Promise((resolve) => setTimeout(() => resolve(text('/late')), 5)));
        else if (request.path === '/crash') answered(at, Promise.reject(new Error('crashed')));
        else if (request.path === '/wait') answered(at, handle(request));
        else answered(at, text(request.path));
      }
    };
    const gateway = await createGateway({ port: 0, handle, handleTogether });
    return { gateway, sizes, [Symbol.asyncDispose]: () => gateway.close({ graceMs: 100 }) };
  }

  it('hands over what came in together, at most 32 at a time, and each answer to its own connection', async () => {
    await using server = await listening();
    using clients = await connections(server.gateway.port, 70);
    server.sizes.length = 0;
    const paths = Array.from({ length: 70 }, (_, n) => `/${n}`);
    const answers = await clients.together(paths.map((path) => get(path)));
    expect(answers.map((answer) => answer.split('\r\n\r\n')[1])).toEqual(paths);
    expect(Math.max(...server.sizes)).toBe(32);
    expect(server.sizes.reduce((sum, size) => sum + size)).toBe(70);
  });

  it('does not keep any waiting for one that is late, nor lets one that fails touch the others', async () => {
    await using server = await listening();
    using clients = await connections(server.gateway.port, 3);
    const [late, crashed, quick] = await clients.together([get('/late'), get('/crash'), get('/quick')]);
    expect([late, quick].map((answer) => answer?.split('\r\n\r\n')[1])).toEqual(['/late', '/quick']);
    expect(crashed).toMatch(/^HTTP\/1\.1 500 /);
  });

  it('takes one request of a connection at a time', async () => {
    await using server = await listening();
    using clients = await connections(server.gateway.port, 1);
    server.sizes.length = 0;
    clients.write(0, get('/a') + get('/b') + get('/c'));
    let received = '';
    while (!received.includes('/c')) received += await clients.received(0);
    expect([...received.matchAll(/\r\n\r\n(\/.)/g)].map(([, path]) => path)).toEqual(['/a', '/b', '/c']);
    expect(server.sizes).toEqual([1, 1, 1]);
  });

  it('tells a request whose client has closed its side before it was begun', async () => {
    await using server = await listening();
    using clients = await connections(server.gateway.port, 1);
    clients.end(0, get('/wait'));
    expect(await clients.received(0)).toMatch(/\/wait$/);
  });
});

describe('a cloud', () => {
  const form = (body: string) =>
    `POST / HTTP/1.1\r\nHost: sts.us-east-1.amazonaws.com\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const json = (target: string, body: string) =>
    `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: ${target}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const put = (path: string, body: string) => `PUT ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

  /** What is the same whenever it is asked: ids and times are not. */
  const lasting = (answer: string) =>
    answer
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
      .replace(/x-amz-request-id: \S+|<RequestId>\w+|nuvola\/\w+/gi, 'ID')
      .replace(/(Date|Last-Modified): .*|<LastModified>[^<]+/gi, '');

  const requests = [
    json('AmazonSQS.ListQueues', '{}'),
    json('AmazonSQS.GetQueueUrl', '{"QueueName":"none"}'),
    json('AmazonSQS.SendMessage', '{"QueueUrl":7}'),
    json('AmazonSQS.NoSuchThing', '{}'),
    json('DynamoDB_20120810.DescribeTable', '{"TableName":"none"}'),
    json('DynamoDB_20120810.ListTables', '{'),
    form('Action=GetCallerIdentity&Version=2011-06-15'),
    get('/bucket/none'),
    get('/', 'Host: a1b2c3d4e5.execute-api.us-east-1.amazonaws.com\r\n').replace('Host: 127.0.0.1\r\n', ''),
    get('/bucket/key'),
    get('/bucket?list-type=2'),
    put('/bucket/key', 'body'),
    get('/_nuvola/nothing-here'),
    get('/', 'Origin: http://evil.example\r\n'),
    get('/', 'X-Nuvola-Source-Ip: nonsense\r\n'),
  ];

  it('answers each request as if it had come alone', async () => {
    await using cloud = await ownCloud();
    const port = Number(new URL(cloud.url).port);
    using clients = await connections(port, requests.length);
    for (const request of [put('/bucket', ''), put('/bucket/key', 'body')])
      expect(await clients.alone(request)).toMatch(/^HTTP\/1\.1 200 /);
    const alone: string[] = [];
    for (const request of requests) alone.push(lasting(await clients.alone(request)));
    const together = await clients.together(requests);
    expect(together.map(lasting)).toEqual(alone);
    expect(new Set(alone.map((answer) => answer.slice(9, 12)))).toEqual(new Set(['200', '400', '403', '404', '501']));
  });
});
