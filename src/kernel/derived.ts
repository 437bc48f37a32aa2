/** What follows from a record alone, worked out once per record: records never change, so it is as good as part of them. */

/**
 * Remembers what a pure function makes of an object for as long as the object lives. Whatever else the function is given
 * must be the same for an object each time: its ARN, say.
 */
export function derived<K extends object, A extends readonly unknown[], T>(
  derive: (record: K, ...same: A) => T,
): (record: K, ...same: A) => T {
  const known = new WeakMap<K, T>();
  return (record, ...same) => {
    let value = known.get(record);
    if (value === undefined) known.set(record, (value = derive(record, ...same)));
    return value;
  };
}
