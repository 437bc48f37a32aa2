/** What follows from a record alone, worked out once per record: records never change, so it is as good as part of them. */

/** Remembers what a pure function makes of an object for as long as the object lives. */
export function derived<K extends object, T>(derive: (record: K) => T): (record: K) => T {
  const known = new WeakMap<K, T>();
  return (record) => {
    let value = known.get(record);
    if (value === undefined) known.set(record, (value = derive(record)));
    return value;
  };
}
