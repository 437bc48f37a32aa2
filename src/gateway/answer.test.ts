import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { HttpAnswer } from './answer';
import { HttpRequest } from './request';

/** More than the system takes for a client that does not read. */
const body = Buffer.alloc(64 * 1024 * 1024, 'x');
const hooks = { closing: () => false, crashed: () => ({ status: 500, headers: {}, body: undefined }) };

it('says that a body is sent once the system has taken all of it', async () => {
  let sent = false;
  let unsentBytes = 0;
  const server = createServer((incoming, response) => {
    const request = new HttpRequest(incoming, response, new Set(), false);
    new HttpAnswer(request, { status: 200, headers: {}, body, sent: () => (sent = true) }, hooks).send();
    unsentBytes = response.socket?.writableLength ?? 0;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await once(client, 'readable');
  expect(unsentBytes).toBeGreaterThan(0);
  expect(sent).toBe(false);
  let bytes = 0;
  for await (const chunk of client) bytes += (chunk as Buffer).length;
  expect(bytes).toBeGreaterThan(body.length);
  expect(sent).toBe(true);
  server.close();
});
