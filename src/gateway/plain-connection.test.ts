import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { PlainConnection } from './plain-connection';
import { Turn } from './turn';

const idleMs = 75_000;
const bodyMs = 300_000;

/** A connection whose client sends what the test says; every request is answered with its own body. */
function connect() {
  let sent = '';
  const socket = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      sent += chunk.toString('latin1');
      done();
    },
  });
  const connection = new PlainConnection(
    socket as Socket,
    {
      turn: new Turn({ beforeAnswers: () => undefined }),
      arrived: ({ body }, connection) => setImmediate(() => connection.answer({ status: 200, headers: {}, body: Buffer.from(body ?? '') })),
      crashed: () => ({ status: 500, headers: {}, body: undefined }),
      closing: () => false,
    },
    () => {
      throw new Error('This is plain.');
    },
  );
  const answered = async () => {
    for (let n = 0; n < 3; n++) await new Promise<void>((resolve) => setImmediate(resolve));
  };
  return { connection, socket, answered, read: (text: string) => connection.read(Buffer.from(text)), sent: () => sent };
}

const post = (length: number) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`;

it('closes an idle connection after a while, and not before', () => {
  const { connection, socket } = connect();
  const now = Date.now();
  connection.closeStale(now, idleMs, bodyMs);
  connection.closeStale(now + idleMs - 1_000, idleMs, bodyMs);
  expect(socket.destroyed).toBe(false);
  connection.closeStale(now + idleMs + 1_000, idleMs, bodyMs);
  expect(socket.destroyed).toBe(true);
});

it('waits longer for the rest of a body, counted from its head, then says so, and does nothing about what comes later', async () => {
  const { connection, socket, answered, read, sent } = connect();
  const now = Date.now();
  read(`${post(4)}12`);
  connection.closeStale(now + bodyMs - 1_000, idleMs, bodyMs);
  expect([socket.destroyed, sent()]).toEqual([false, '']);
  socket.push('3');
  await answered();
  connection.closeStale(now + bodyMs + 1_000, idleMs, bodyMs);
  expect(sent()).toMatch(
    /^HTTP\/1\.1 408 Request Timeout\r\n[\s\S]*Connection: close\r\n\r\nThe body of the request did not arrive in time\.\n$/,
  );
  expect(socket.writableEnded).toBe(true);
  const said = sent();
  socket.push('4');
  await answered();
  expect(sent()).toBe(said);
});

it('answers all that was sent before the client closed its side', async () => {
  const { socket, answered, read, sent } = connect();
  read(`${post(1)}1${post(1)}2${post(2)}3`);
  socket.push(null);
  await answered();
  expect(sent().match(/HTTP\/1\.1 200 OK|Connection: \S+|\r\n\r\n./g)).toEqual([
    'HTTP/1.1 200 OK',
    'Connection: keep-alive',
    '\r\n\r\n1',
    'HTTP/1.1 200 OK',
    'Connection: keep-alive',
    '\r\n\r\n2',
    'HTTP/1.1 200 OK',
    'Connection: close',
  ]);
  expect(socket.writableEnded).toBe(true);
});

it('gives up what is no whole head when the client closed its side', async () => {
  const { socket, answered, read, sent } = connect();
  read(`${post(1)}1POST / HTTP/1.1\r\nHo`);
  socket.push(null);
  await answered();
  expect(sent().match(/HTTP\/1\.1 /g)).toHaveLength(1);
  expect(socket.writableEnded).toBe(true);
});

it('leaves alone what is being answered, and what a client sent in time', async () => {
  const { connection, socket, answered, read, sent } = connect();
  read(`${post(4)}12`);
  read('34');
  connection.closeStale(Date.now() + 10 * bodyMs, idleMs, bodyMs);
  expect(socket.destroyed).toBe(false);
  await answered();
  expect(sent()).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n1234$/);
  connection.closeStale(Date.now() + 1_000, idleMs, bodyMs);
  expect(socket.writableEnded).toBe(false);
});
