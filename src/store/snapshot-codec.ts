/** Records as JSON that any release and any engine reads: bytes and numbers that JSON lacks are tagged. */

/** Objects with one of these as their only member mean something else than themselves. */
const bytesTag = '$bytes';
const numberTag = '$number';
const objectTag = '$object';

export function recordToJson(record: unknown): unknown {
  if (typeof record === 'number') return Number.isFinite(record) ? record : { [numberTag]: String(record) };
  if (typeof record !== 'object' || record === null) return record;
  if (Array.isArray(record)) return record.map(recordToJson);
  if (record instanceof Uint8Array) {
    return { [bytesTag]: Buffer.from(record.buffer, record.byteOffset, record.byteLength).toString('base64') };
  }
  const plain = Object.fromEntries(Object.entries(record).map(([name, member]) => [name, recordToJson(member)]));
  return isTagged(plain) ? { [objectTag]: plain } : plain;
}

export function recordFromJson(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map(recordFromJson);
  if (!isTagged(json)) return membersFromJson(json);
  const { [bytesTag]: bytes, [numberTag]: number, [objectTag]: object } = json as { [tag: string]: unknown };
  if (bytes !== undefined) return new Uint8Array(Buffer.from(bytes as string, 'base64'));
  return number === undefined ? membersFromJson(object as object) : Number(number);
}

/** In place: JSON.parse gives objects alike one hidden class, and their members a place in the object itself. */
function membersFromJson(json: object): object {
  const members = json as Record<string, unknown>;
  for (const name of Object.keys(members)) {
    const member = members[name];
    if (typeof member === 'object' && member !== null) members[name] = recordFromJson(member);
  }
  return json;
}

function isTagged(object: object): boolean {
  const names = Object.keys(object);
  return names.length === 1 && (names[0] === bytesTag || names[0] === numberTag || names[0] === objectTag);
}
