import { describe, expect, it } from 'vitest';
import { type LoggedRequest, type RequestEntry, RequestLog } from './request-log';

const entry = (target: string, message?: string): LoggedRequest => ({
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
  allowedAction: undefined,
  allowedResource: undefined,
  outcomes: undefined,
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

  it('tells what was allowed and denied', () => {
    const log = new RequestLog();
    const seen: RequestEntry[] = [];
    log.follow((each) => seen.push(each));
    const get = { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' };
    const denied = [{ ...get, allowed: false }];
    log.add(entry('/nothing'));
    log.add({ ...entry('/allowed'), allowedAction: get.action, allowedResource: get.resource });
    log.add({ ...entry('/denied'), outcomes: denied });
    expect(log.list().map(({ access }) => access)).toEqual([undefined, [{ ...get, allowed: true }], denied]);
    expect(seen).toEqual(log.list());
    expect(Object.keys(log.list()[0] as object)).not.toContain('access');
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
