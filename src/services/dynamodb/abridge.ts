/**
 * Requests without the items that they are to write. What a table keeps of an item is its JSON, and what a write needs to
 * know of it is its size and its keys: one look along the text of the request finds both, where parsing, checking, copying
 * and writing it again make some twenty objects an attribute map. Only plain text is taken, see plain-scan.ts; `undefined`
 * leaves the request to the general way, which also words every error.
 */
import { isAscii } from 'node:buffer';
import { PlainItem } from './plain-items';
import { scanItem } from './plain-scan';

type Input = Readonly<Record<string, unknown>>;

/** The request without its items. */
export interface Abridged {
  readonly body: Uint8Array;
  /** Puts the items into the parsed rest of the request; false when it has not just as many places for them. */
  readonly complete: (input: Input) => boolean;
}

interface Cut {
  readonly rest: string;
  readonly complete: Abridged['complete'];
}

/** A request, twice: as it came, and with a character for each byte. */
interface Text {
  readonly bytes: Buffer;
  readonly text: string;
}

interface Put {
  Item?: object;
}
interface WriteRequest {
  PutRequest?: Put;
}

/** Longer bodies may break a length that the model sets; those are checked the general way. */
const maxBodyBytes = 65_535;
const backslash = 0x5c;

const cuts: Readonly<Record<string, (request: Text) => Cut | undefined>> = {
  PutItem: cutItem,
  TransactWriteItems: (request) =>
    cutItems(request, ({ TransactItems: actions }) => (actions as { Put?: Put }[] | undefined)?.map(({ Put }) => Put)),
  BatchWriteItem: (request) =>
    cutLists(request) ?? cutItems(request, (input) => listsOf(input)?.flatMap((list) => list.map(({ PutRequest }) => PutRequest))),
};

/** Cuts the items out of a request; undefined when it has none, or is not plain. */
export function abridge(operation: string, body: Uint8Array): Abridged | undefined {
  const cut = cuts[operation];
  if (cut === undefined || body.length > maxBodyBytes || !isAscii(body) || body.includes(backslash)) return undefined;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const done = cut({ bytes, text: bytes.toString('latin1') });
  if (done === undefined || done.rest.includes('null')) return undefined;
  return { body: Buffer.from(done.rest, 'latin1'), complete: done.complete };
}

const item = '"Item":{';
const itemName = '"Item"';

/** Leaves `{}` in the place of the one item. */
function cutItem({ bytes, text }: Text): Cut | undefined {
  const at = text.indexOf(item);
  const start = at + item.length - 1;
  const found = at < 0 ? undefined : scanItem(bytes, text, start);
  if (found === undefined) return undefined;
  const rest = `${text.slice(0, start)}{}${text.slice(found.end)}`;
  // One that is written in another way would leave its place to another.
  if (rest.indexOf(itemName) !== at || rest.includes(itemName, at + 1)) return undefined;
  const plain = new PlainItem(bytes, start, found);
  const complete = (input: Input): boolean => {
    if (input['Item'] === undefined) return false;
    (input as Put).Item = plain.stand();
    return true;
  };
  return { rest, complete };
}

/** Leaves `{}` in the place of each item. */
function cutItems({ bytes, text }: Text, putsOf: (input: Input) => readonly (Put | undefined)[] | undefined): Cut | undefined {
  const items: PlainItem[] = [];
  let rest = '';
  let from = 0;
  for (let at = text.indexOf(item); at >= 0; at = text.indexOf(item, from)) {
    const start = at + item.length - 1;
    const found = scanItem(bytes, text, start);
    if (found === undefined) return undefined;
    items.push(new PlainItem(bytes, start, found));
    rest += `${text.slice(from, start)}{}`;
    from = found.end;
  }
  rest += text.slice(from);
  // One that is written in another way would leave its place to another.
  if (items.length === 0 || rest.split(itemName).length - 1 !== items.length) return undefined;
  const complete = (input: Input): boolean => {
    const puts = putsOf(input)?.filter((put): put is Put => put?.Item !== undefined);
    if (puts?.length !== items.length) return false;
    for (const [i, put] of puts.entries()) put.Item = (items[i] as PlainItem).stand();
    return true;
  };
  return { rest, complete };
}

const firstPut = '[{"PutRequest":{"Item":{';
const nextPut = ',{"PutRequest":{"Item":{';
const putEnd = '}}';

/** Leaves `[]` in the place of each table's list; undefined when one has more in it than puts. */
function cutLists({ bytes, text }: Text): Cut | undefined {
  if (text.includes('"DeleteRequest"')) return undefined; // seen before any item is read for nothing
  const lists: PlainItem[][] = [];
  const rest: string[] = [];
  let from = 0;
  for (let at = text.indexOf(firstPut); at >= 0; at = text.indexOf(firstPut, from)) {
    const list: PlainItem[] = [];
    let end = at;
    do {
      const start = end + firstPut.length - 1;
      const found = scanItem(bytes, text, start);
      if (found === undefined || !text.startsWith(putEnd, found.end)) return undefined;
      list.push(new PlainItem(bytes, start, found));
      end = found.end + putEnd.length;
    } while (text.startsWith(nextPut, end));
    if (!text.startsWith(']', end)) return undefined;
    lists.push(list);
    rest.push(text.slice(from, at));
    from = end + 1;
  }
  rest.push(text.slice(from));
  // Other empty lists would be taken for the places.
  if (lists.length === 0 || rest.some((part) => part.includes('[]'))) return undefined;
  const complete = (input: Input): boolean => {
    const places = listsOf(input);
    if (places?.length !== lists.length || places.some((list) => list.length > 0)) return false;
    for (const [i, list] of places.entries()) for (const each of lists[i] as PlainItem[]) list.push({ PutRequest: { Item: each.stand() } });
    return true;
  };
  return { rest: rest.join('[]'), complete };
}

/** The lists of a batch in the order of the text; undefined when that cannot be told. */
function listsOf({ RequestItems: tables = {} }: Input): WriteRequest[][] | undefined {
  // Names that are numbers come first in an object, wherever they stood.
  const names = Object.keys(tables as object);
  return names.some((name) => /^\d+$/.test(name)) ? undefined : Object.values(tables as Record<string, WriteRequest[]>);
}
