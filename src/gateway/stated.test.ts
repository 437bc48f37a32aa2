import { describe, expect, it } from 'vitest';
import { checkStated, isSecure, sourceIpOf } from './stated';

const from = (remoteAddress: string, headers: Record<string, string> = {}, more: { secure?: boolean; trusted?: boolean } = {}) => ({
  remoteAddress,
  headers,
  secure: false,
  ...more,
});
const stating = { 'x-nuvola-source-ip': '203.0.113.7', 'x-nuvola-secure-transport': 'true' };

describe('what a caller states', () => {
  it.each(['127.0.0.1', '127.1.2.3', '::1'])('counts from %s', (address) => {
    expect([sourceIpOf(from(address, stating)), isSecure(from(address, stating))]).toEqual(['203.0.113.7', true]);
    expect(isSecure(from(address, { 'x-nuvola-secure-transport': 'false' }, { secure: true }))).toBe(false);
  });

  it('counts from clients in this process', () => {
    expect(sourceIpOf(from('', stating, { trusted: true }))).toBe('203.0.113.7');
  });

  it.each(['192.0.2.1', '::ffff:192.0.2.1', '2001:db8::1', '1270.0.0.1', ''])('means nothing from %s, right or wrong', (address) => {
    const request = from(address, stating);
    expect([sourceIpOf(request), isSecure(request)]).toEqual([address, false]);
    expect(() => checkStated(from(address, { 'x-nuvola-source-ip': 'nonsense' }))).not.toThrow();
  });

  it('is what the socket says when nothing is stated', () => {
    expect([sourceIpOf(from('127.0.0.1')), isSecure(from('127.0.0.1', {}, { secure: true }))]).toEqual(['127.0.0.1', true]);
    expect(() => checkStated(from('127.0.0.1'))).not.toThrow();
  });

  it.each([
    { 'x-nuvola-source-ip': '' },
    { 'x-nuvola-source-ip': '203.0.113.7, 203.0.113.8' },
    { 'x-nuvola-source-ip': '203.0.113.0/24' },
    { 'x-nuvola-secure-transport': 'TRUE' },
    { 'x-nuvola-secure-transport': '' },
  ])('is refused when it is %j', (headers) => {
    expect(() => checkStated(from('127.0.0.1', headers))).toThrow(/^The header x-nuvola-/);
  });
});
