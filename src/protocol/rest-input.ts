/** What of a REST request is bound to its labels, query, headers and body, compiled per input shape. */
import type { Member, Operation, Shape } from '../api/model';
import type { RequestBody } from '../kernel/body';
import { AwsError } from '../kernel/errors';
import { upperFirst } from '../kernel/first-letter';
import { parsePairs } from './form';
import { parseScalar, setKey } from './shapes';
import type { WireRequest } from './wire';

/** Throws the service's error for a bound value that is not of its type. */
type InvalidBinding = (name: string, value: string, member: Member) => never;

interface RestInput {
  /** Fills in everything but the body. */
  bind(out: Record<string, unknown>, request: WireRequest, labels: Readonly<Record<string, string>> | undefined): void;
  /** The member that is the whole body. */
  readonly payload: readonly [name: string, member: Member] | undefined;
  /** Members that share the body as a document. */
  readonly hasBody: boolean;
}

export const isBodyMember = (member: Member): boolean => member.location === undefined;

type Bind = (
  out: Record<string, unknown>,
  request: WireRequest,
  labels: Readonly<Record<string, string>> | undefined,
  query: ReadonlyMap<string, string[]>,
) => void;

export function compileRestInput(operation: Pick<Operation, 'input' | 'uri'>, invalid: InvalidBinding): RestInput {
  const shape = operation.input;
  const members = [...(shape?.members ?? [])];
  const payload = members.find(([name]) => name === shape?.payload);
  const named = namedParameters(operation.uri, members);
  const bindsAt = (location: Member['location']) =>
    members.flatMap(([name, member]) => (member.location === location ? (bindingOf(name, member, named, invalid) ?? []) : []));
  const labelBinds = bindsAt('uri');
  const queryBinds = bindsAt('querystring');
  const prefixBinds = bindsAt('headers');
  const headerBinds = new Map<string, Bind>();
  for (const [name, member] of members) {
    const bind = member.location === 'header' ? bindingOf(name, member, named, invalid) : undefined;
    if (bind !== undefined) headerBinds.set((member.locationName ?? name).toLowerCase(), bind);
  }
  return {
    payload,
    hasBody: payload === undefined && members.some(([, member]) => isBodyMember(member)),
    bind(out, request, labels) {
      for (const bind of labelBinds) bind(out, request, labels, noQuery);
      if (request.query !== '' && queryBinds.length > 0) {
        const query = queryOf(request.query);
        for (const bind of queryBinds) bind(out, request, labels, query);
      }
      // By what is there: PutObject could have forty of these and has three.
      for (const name in request.headers) headerBinds.get(name)?.(out, request, labels, noQuery);
      for (const bind of prefixBinds) bind(out, request, labels, noQuery);
    },
  };
}

/** Query parameters with a meaning of their own; a map of parameters takes only the others. */
function namedParameters(uri: string, members: readonly (readonly [string, Member])[]): ReadonlySet<string> {
  const named = new Set(parsePairs(uri.split('?')[1] ?? '').map(([name]) => name));
  for (const [name, member] of members)
    if (member.location === 'querystring' && member.shape.type !== 'map') named.add(member.locationName ?? name);
  return named;
}

const noQuery: ReadonlyMap<string, string[]> = new Map();

function queryOf(text: string): Map<string, string[]> {
  const query = new Map<string, string[]>();
  for (const [name, value] of parsePairs(text)) {
    const known = query.get(name);
    if (known === undefined) query.set(name, [value]);
    else known.push(value);
  }
  return query;
}

function bindingOf(name: string, member: Member, named: ReadonlySet<string>, invalid: InvalidBinding): Bind | undefined {
  const wireName = member.locationName ?? name;
  switch (member.location) {
    case 'uri':
      return (out, _request, labels) => {
        const text = labels?.[name] ?? labels?.[wireName];
        if (text !== undefined) out[name] = parseScalar(member.shape, text) ?? invalid(wireName, text, member);
      };
    case 'querystring':
      return member.shape.type === 'map' ? queryMapBinding(name, member.shape, named) : queryBinding(name, wireName, member, invalid);
    case 'header': {
      const read = headerReader(wireName, member, invalid);
      const key = wireName.toLowerCase();
      return (out, request) => {
        const text = request.headers[key];
        const value = text === undefined ? undefined : read(text);
        if (value !== undefined) out[name] = value;
      };
    }
    case 'headers':
      return prefixBinding(name, (member.locationName ?? '').toLowerCase());
    default:
      return undefined;
  }
}

/** An empty value is text where text is wanted and nothing where it is not: `?max-keys=` is a missing number. */
function isAbsent(text: string, shape: Shape): boolean {
  return text === '' && shape.type !== 'string' && shape.type !== 'blob';
}

function queryBinding(name: string, wireName: string, member: Member, invalid: InvalidBinding): Bind {
  const { shape } = member;
  const one = (scalar: Member, text: string) => parseScalar(scalar.shape, text) ?? invalid(wireName, text, scalar);
  if (shape.type === 'list') {
    return (out, _request, _labels, query) => {
      const values = query.get(wireName);
      if (values !== undefined) out[name] = values.map((text) => one(shape.element!, text));
    };
  }
  return (out, _request, _labels, query) => {
    const text = query.get(wireName)?.[0];
    if (text !== undefined && !isAbsent(text, shape)) out[name] = one(member, text);
  };
}

function queryMapBinding(name: string, shape: Shape, named: ReadonlySet<string>): Bind {
  const many = shape.value!.shape.type === 'list';
  return (out, _request, _labels, query) => {
    let found: Record<string, unknown> | undefined;
    for (const [key, values] of query) if (!named.has(key)) setKey((found ??= {}), key, many ? values : values[0]);
    if (found !== undefined) out[name] = found;
  };
}

function prefixBinding(name: string, prefix: string): Bind {
  return (out, request) => {
    let found: Record<string, unknown> | undefined;
    for (const key in request.headers) {
      const value = request.headers[key];
      if (value !== undefined && key.startsWith(prefix)) setKey((found ??= {}), key.slice(prefix.length), value);
    }
    if (found !== undefined) out[name] = found;
  };
}

function headerReader(wireName: string, member: Member, invalid: InvalidBinding): (text: string) => unknown {
  const { shape } = member;
  if (member.jsonValue === true) {
    return (text) => {
      try {
        return JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
      } catch {
        return invalid(wireName, text, member);
      }
    };
  }
  const one = (scalar: Member, text: string) => parseScalar(scalar.shape, text) ?? invalid(wireName, text, scalar);
  if (shape.type === 'list') return (text) => splitHeader(text, shape.element!.shape).map((part) => one(shape.element!, part));
  return (text) => (isAbsent(text, shape) ? undefined : one(member, text));
}

/** Comma-separated values; HTTP dates hold a comma themselves, and text may be quoted. */
function splitHeader(text: string, element: Shape): string[] {
  if (text.trim() === '') return [];
  if (element.type === 'timestamp' && element.timestampFormat !== 'iso8601' && element.timestampFormat !== 'unixTimestamp') {
    return (text.match(/[^,]+,[^,]+/g) ?? [text]).map((part) => part.trim());
  }
  const parts: string[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*))\s*(?:,|$)/y;
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text);
    if (found === null) return text.split(',').map((part) => part.trim());
    parts.push(found[1] === undefined ? found[2]!.trim() : found[1].replace(/\\(.)/g, '$1'));
  }
  return parts;
}

/** A streamed body of bytes that are all here already. */
export function bufferedBody(bytes: Uint8Array): RequestBody {
  return {
    length: bytes.length,
    checksums: {},
    buffered: bytes,
    async *[Symbol.asyncIterator]() {
      if (bytes.length > 0) yield bytes;
    },
  };
}

/** A wrong value of a binding in the JSON family's words. */
export function bindingSerializationError(member: Member): AwsError {
  const type = upperFirst(member.shape.type);
  return new AwsError('SerializationException', `STRING_VALUE can not be converted to ${type === 'Integer' ? 'an' : 'a'} ${type}`, {
    status: 400,
  });
}
