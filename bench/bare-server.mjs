/** What Nuvola is measured against: node:http that reads the request and answers, and does nothing else. Prints its address. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';

const small = Buffer.from('{"MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592","MessageId":"0b4f2ed0-6b0e-4b0e-9b0e-0b4f2ed06b0e"}');
const oneKiB = Buffer.alloc(1024, 'x');
const chunk = Buffer.alloc(64 * 1024, 'x');
const bigBytes = 8 * 1024 * 1024;

/** @type {Record<string, (request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void>} */
const routes = {
  '/small': (request, response) =>
    read(request, () =>
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': small.length }).end(small),
    ),
  '/1k': (request, response) => read(request, () => response.writeHead(200, { 'content-length': oneKiB.length }).end(oneKiB)),
  '/put': (request, response) => {
    request.on('data', () => undefined);
    request.on('end', () => response.writeHead(200, { 'content-length': 0 }).end());
  },
  '/put-md5': (request, response) => {
    const hash = createHash('md5');
    request.on('data', (data) => hash.update(data));
    request.on('end', () => response.writeHead(200, { 'content-length': 0, etag: hash.digest('hex') }).end());
  },
  '/get': (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-length': bigBytes });
    Readable.from(chunks()).pipe(response);
  },
};

function* chunks() {
  for (let sent = 0; sent < bigBytes; sent += chunk.length) yield chunk;
}

/** @param {import('node:http').IncomingMessage} request @param {(body: Buffer) => void} then */
function read(request, then) {
  /** @type {Buffer[]} */
  const parts = [];
  request.on('data', (data) => parts.push(data));
  request.on('end', () => then(Buffer.concat(parts)));
}

const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  const route = routes[request.url ?? ''];
  if (route === undefined) response.writeHead(404).end();
  else route(request, response);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}`);
});
