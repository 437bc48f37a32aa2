/** `application/x-www-form-urlencoded` with dotted names, as a tree. */
import { AwsError } from '../kernel/errors';
import { MAX_DEPTH } from './shapes';

export interface FormNode {
  value: string | undefined;
  children: Map<string, FormNode> | undefined;
}

/** Decodes one name or value; `+` is a space. Throws MalformedQueryString when the escapes are not UTF-8. */
function decodeFormText(text: string): string {
  const spaced = text.includes('+') ? text.replace(/\+/g, ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw new AwsError('MalformedQueryString', 'The query string contains a syntax error.', { status: 400 });
  }
}

/** Name and value pairs in order; a name without `=` has the empty value. */
export function parsePairs(text: string): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (const part of text.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    if (equals < 0) pairs.push([decodeFormText(part), '']);
    else pairs.push([decodeFormText(part.slice(0, equals)), decodeFormText(part.slice(equals + 1))]);
  }
  return pairs;
}

/** Pairs as a tree over the dots of their names. The last of equal names wins. */
export function formTree(pairs: readonly (readonly [name: string, value: string])[]): FormNode {
  const root: FormNode = { value: undefined, children: undefined };
  for (const [name, value] of pairs) {
    let node = root;
    let depth = 0;
    for (let from = 0; from <= name.length; ) {
      if (++depth > MAX_DEPTH) throw new AwsError('MalformedInput', 'The request is nested too deeply.', { status: 400 });
      const dot = name.indexOf('.', from);
      const part = dot < 0 ? name.slice(from) : name.slice(from, dot);
      from = dot < 0 ? name.length + 1 : dot + 1;
      node.children ??= new Map();
      let next = node.children.get(part);
      if (next === undefined) node.children.set(part, (next = { value: undefined, children: undefined }));
      node = next;
    }
    node.value = value;
  }
  return root;
}
