/** Pages of listings share their memory one after the other; who reads slowly still gets the page that was asked for. */
import { connect } from 'node:net';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { newBucket } from './cloud';

/** Together far more than sockets hold for a client that does not read. */
const asked = 60;

/** Plain requests are answered without node:http, all others with it. */
const ways = { plainly: '', 'through node:http': 'X-Twice: 1\r\nX-Twice: 2\r\n' };

it.each(Object.entries(ways))(
  'sends a page %s as it was written, however late it is read and whatever is listed meanwhile',
  async (_, headers) => {
    const { s3, Bucket, url } = await newBucket();
    const keys = Array.from({ length: 500 }, (_, n) => `${n % 2 === 0 ? 'a' : 'b'}-${n}-${'long'.repeat(20)}`);
    await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))));
    const target = (prefix: string) => `/${Bucket}?list-type=2&prefix=${prefix}-`;
    const list = async (prefix: string) => (await fetch(url + target(prefix))).text();
    const [a, b] = [await list('a'), await list('b')];
    expect(a.length).toBeGreaterThan(64 * 1024);

    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.pause();
    const request = `GET ${target('a')} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}`;
    socket.write(`${`${request}\r\n`.repeat(asked - 1)}${request}Connection: close\r\n\r\n`);
    for (let n = 0; n < 10; n++) expect(await list('b')).toBe(b);

    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const bodies = text.split(/HTTP\/1\.1 200 OK\r\n[\s\S]*?\r\n\r\n/).slice(1);
    expect(bodies).toHaveLength(asked);
    expect(new Set(bodies)).toEqual(new Set([a]));
  },
);
