/** Rules about records and transactions that every engine keeps. */

/** Freezes a record and everything in it, and throws for what is not plain data; bytes stay as they are, JavaScript cannot freeze them. */
export function freezeRecord(value: unknown): void {
  if (typeof value !== 'object') {
    if (typeof value === 'function' || typeof value === 'bigint' || typeof value === 'symbol') throw notPlain(typeof value);
    return;
  }
  if (value === null || value instanceof Uint8Array || Object.isFrozen(value)) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== null && Object.getPrototypeOf(prototype) !== null) throw notPlain(value.constructor.name);
  Object.freeze(value);
  for (const member of Object.values(value)) freezeRecord(member);
}

function notPlain(what: string): TypeError {
  return new TypeError(`A record is plain data; it cannot hold a ${what}.`);
}

/** A transaction that returns a promise has let go of its turn: what it does later would belong to nothing. */
export function refuseThenable<T>(result: T): T {
  if (typeof (result as { then?: unknown } | undefined | null)?.then === 'function') {
    throw new TypeError('A transaction is a synchronous function: it cannot return a promise.');
  }
  return result;
}
