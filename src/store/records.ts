/** Rules about records and transactions that every engine keeps. */

/** Freezes a record and everything in it; bytes stay as they are, JavaScript cannot freeze them. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
  return value;
}

/** A transaction that returns a promise has let go of its turn: what it does later would belong to nothing. */
export function refuseThenable<T>(result: T): T {
  if (typeof (result as { then?: unknown } | undefined | null)?.then === 'function') {
    throw new TypeError('A transaction is a synchronous function: it cannot return a promise.');
  }
  return result;
}
