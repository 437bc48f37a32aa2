import { expect, test } from 'vitest';
import { isLoopbackAddress, isLoopbackHost } from './loopback';

test.each(['localhost', 'LOCALHOST', 'idp.localhost', '127.0.0.1', '127.1.2.3', '[::1]'])('%s is this machine', (host) =>
  expect(isLoopbackHost(host)).toBe(true),
);

test.each(['', '.localhost', 'localhost.example.com', 'notlocalhost', '127.0.0.1.example.com', '127.0.0', '128.0.0.1', '::1', '[::2]'])(
  '%j is no host of this machine',
  (host) => expect(isLoopbackHost(host)).toBe(false),
);

test('of sockets', () => {
  expect(['127.0.0.1', '127.8.8.8', '::1'].map(isLoopbackAddress)).toEqual([true, true, true]);
  expect(['128.0.0.1', '::', '10.127.0.1'].map(isLoopbackAddress)).toEqual([false, false, false]);
});
