import { describe, expect, it } from 'vitest';
import { Random } from './random';

describe('Random', () => {
  it('repeats itself for the same seed only', () => {
    const [a, b, c] = [new Random('x'), new Random('x'), new Random('y')];
    const first = Array.from({ length: 20 }, () => a.uuid());
    expect(Array.from({ length: 20 }, () => b.uuid())).toEqual(first);
    expect(c.uuid()).not.toBe(first[0]);
    expect(new Random().uuid()).not.toBe(new Random().uuid());
  });

  it('makes version 4 UUIDs, all different, of every variant and digit', () => {
    const random = new Random('uuids');
    const uuids = Array.from({ length: 2000 }, () => random.uuid());
    for (const uuid of uuids) expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(uuids).size).toBe(2000);
    expect(new Set(uuids.map((uuid) => uuid[19])).size).toBe(4);
    for (const at of [0, 9, 15, 24, 35]) expect(new Set(uuids.map((uuid) => uuid[at])).size).toBe(16);
  });

  it('spreads over its alphabet and keeps its lengths', () => {
    const random = new Random('ids');
    const ids = Array.from({ length: 500 }, () => random.id('i-', 17, 'abc'));
    for (const id of ids) expect(id).toMatch(/^i-[abc]{17}$/);
    expect(new Set(ids.map((id) => id[5])).size).toBe(3);
    expect([random.hex(1), random.hex(17), random.hex(256)].map((text) => text.length)).toEqual([1, 17, 256]);
  });
});
