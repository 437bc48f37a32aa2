import { describe, expect, it } from 'vitest';
import { type RequestEntry, RequestLog } from './request-log';

const entry = (target: string, message?: string): RequestEntry => ({
  id: 'id',
  time: 0,
  service: 's3',
  operation: 'GetObject',
  account: '',
  region: '',
  principal: '',
  method: 'GET',
  target,
  status: 200,
  code: undefined,
  message,
  durationMs: 1,
});

describe('the request log', () => {
  it('is a ring: the oldest go', () => {
    const log = new RequestLog(3);
    const targets = () => log.list().map(({ target }) => target);
    expect(targets()).toEqual([]);
    log.add(entry('/1'));
    log.add(entry('/2'));
    expect(targets()).toEqual(['/1', '/2']);
    for (const target of ['/3', '/4', '/5']) log.add(entry(target));
    expect(targets()).toEqual(['/3', '/4', '/5']);
  });

  it('cuts long texts', () => {
    const log = new RequestLog(3);
    log.add(entry(`/${'k'.repeat(60_000)}`, 'm'.repeat(60_000)));
    const [kept] = log.list();
    expect([kept?.target.length, kept?.message?.length]).toEqual([2049, 2049]);
  });

  it('tells its followers until they stop', () => {
    const log = new RequestLog();
    const seen: string[] = [];
    const stop = log.follow(({ target }) => seen.push(target));
    log.add(entry('/1'));
    stop();
    log.add(entry('/2'));
    expect(seen).toEqual(['/1']);
  });
});
