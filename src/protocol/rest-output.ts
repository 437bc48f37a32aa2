/** What of a REST answer goes into its status and headers, compiled per output shape, and its body when that is one member. */
import type { Member, Shape } from '../api/model';
import type { ResponseBody } from '../kernel/body';
import { encodeBase64, toBuffer } from './shapes';
import { formatTimestamp } from './timestamps';

interface RestOutput {
  /** Writes the bound members; returns the status when a member sets it. */
  bind(output: Readonly<Record<string, unknown>>, headers: Record<string, string>): number | undefined;
  readonly payload: readonly [name: string, member: Member] | undefined;
  readonly hasBody: boolean;
}

/** Labels and query parameters mean nothing in an answer: such members are ordinary ones. */
export const isOutputBodyMember = ({ location }: Member): boolean =>
  location !== 'header' && location !== 'headers' && location !== 'statusCode';

type Bind = (value: {}, headers: Record<string, string>) => void;

export function compileRestOutput(shape: Shape): RestOutput {
  const members = [...(shape.members ?? [])];
  const payload = members.find(([name]) => name === shape.payload);
  const statusMember = members.find(([, member]) => member.location === 'statusCode')?.[0];
  const binds = new Map<string, Bind>();
  for (const [name, member] of members) {
    const bind = bindingOf(member, name);
    if (bind !== undefined) binds.set(name, bind);
  }
  return {
    payload,
    hasBody: payload === undefined && members.some(([, member]) => isOutputBodyMember(member)),
    bind(output, headers) {
      // By what is there: GetObject could have forty of these and has ten.
      for (const name in output) {
        const value = output[name];
        if (value !== undefined && value !== null) binds.get(name)?.(value, headers);
      }
      const status = statusMember === undefined ? undefined : output[statusMember];
      return typeof status === 'number' ? status : undefined;
    },
  };
}

function bindingOf(member: Member, name: string): Bind | undefined {
  if (member.location === 'headers') {
    const prefix = member.locationName ?? '';
    return (value, headers) => {
      for (const [key, one] of Object.entries(value as Record<string, unknown>)) {
        if (one !== undefined && one !== null) headers[prefix + key] = headerText(String(one));
      }
    };
  }
  if (member.location !== 'header') return undefined;
  const wireName = member.locationName ?? name;
  const write = headerWriter(member);
  return (value, headers) => {
    headers[wireName] = headerText(write(value));
  };
}

function headerWriter(member: Member): (value: unknown) => string {
  const { shape } = member;
  if (member.jsonValue === true) return (value) => encodeBase64(JSON.stringify(value));
  switch (shape.type) {
    case 'list': {
      const element = shape.element!;
      const write = headerWriter(element);
      const text = element.shape.type === 'string';
      return (value) =>
        (value as unknown[])
          .filter((one) => one !== null && one !== undefined)
          .map((one) => (text ? quoteIfNeeded(write(one)) : write(one)))
          .join(', ');
    }
    case 'timestamp': {
      const format = member.timestampFormat ?? shape.timestampFormat ?? 'rfc822';
      return (value) => formatTimestamp(value as number, format, false);
    }
    case 'blob':
      return encodeBase64;
    default:
      return String;
  }
}

function quoteIfNeeded(text: string): string {
  return /[",]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
}

/** Header values are bytes: text beyond latin1 goes as UTF-8, and no value can end its line. */
function headerText(text: string): string {
  if (!/[^\t\x20-\x7e\x80-\xff]/.test(text)) return text;
  const bytes = /[^\0-\xff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
  return bytes.replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ');
}

/** The body when one member is all of it and is no document: bytes, text or a stream. Undefined when there is nothing. */
export function rawPayload(shape: Shape, value: unknown): ResponseBody | undefined {
  if (value === undefined || value === null) return undefined;
  if (shape.type === 'string' || typeof value === 'string') return String(value);
  return value instanceof Uint8Array ? toBuffer(value) : (value as ResponseBody);
}

/** Sets a content type that no header member has set. */
export function defaultContentType(headers: Record<string, string>, contentType: string): void {
  for (const name in headers) if (name.length === 12 && name.toLowerCase() === 'content-type') return;
  headers['Content-Type'] = contentType;
}
