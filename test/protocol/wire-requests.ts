/** Requests and answers for protocol tests: from plain parts, and as values that can be compared. */
import type { Shape } from '../../src/api/model';
import type { ResponseBody } from '../../src/kernel/body';
import type { WireRequest } from '../../src/protocol/wire';

/** A request as the gateway hands it on: split at `?`, names in lower case. */
export function wireRequest(parts: {
  readonly method?: string;
  readonly uri?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}): WireRequest {
  const uri = parts.uri ?? '/';
  const mark = uri.indexOf('?');
  return {
    method: parts.method ?? 'POST',
    path: mark < 0 ? uri : uri.slice(0, mark),
    query: mark < 0 ? '' : uri.slice(mark + 1),
    headers: Object.fromEntries(Object.entries(parts.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
    body: typeof parts.body === 'string' ? Buffer.from(parts.body) : (parts.body ?? new Uint8Array(0)),
    stream: undefined,
  };
}

/** The whole body of an answer. */
export async function bodyBytes(body: ResponseBody | undefined): Promise<Buffer> {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Handler values in a form that compares by content: bytes as `{ base64 }`, streams read out, absent members left out. */
export async function comparable(value: unknown): Promise<unknown> {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return Promise.all(value.map(comparable));
  if (Symbol.asyncIterator in value) {
    const chunks: unknown[] = [];
    for await (const chunk of value as AsyncIterable<unknown>) chunks.push(chunk);
    const bytes = chunks.every((chunk) => chunk instanceof Uint8Array);
    return bytes ? { base64: Buffer.concat(chunks as Uint8Array[]).toString('base64') } : Promise.all(chunks.map(comparable));
  }
  const entries = await Promise.all(Object.entries(value).map(async ([key, item]) => [key, await comparable(item)] as const));
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

/** Turns a vector's value (blobs as text, timestamps as epoch seconds, NaN as a word) into what handlers see. */
export function handlerValue(shape: Shape, value: any): unknown {
  if (value === null || value === undefined) return value;
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(value).flatMap(([name, item]) => {
          const member = shape.members?.get(name);
          if (member === undefined || item === null) return [];
          return [[name, member.jsonValue === true ? JSON.parse(item as string) : handlerValue(member.shape, item)]];
        }),
      );
    case 'list':
      return value.map((item: unknown) => handlerValue(shape.element!.shape, item));
    case 'map':
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, handlerValue(shape.value!.shape, item)]));
    case 'blob':
      return Buffer.from(value, 'utf8');
    case 'timestamp':
      return Math.round(value * 1000);
    case 'float':
    case 'double':
      return Number(value);
    default:
      return value;
  }
}
