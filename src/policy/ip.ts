/** Address ranges: IPv4 and IPv6, with or without a prefix length. */
import { BoundedCache } from '../kernel/bounded-cache';

interface Address {
  /** 4 or 16 bytes. */
  readonly bytes: readonly number[];
}

interface Range {
  readonly bytes: readonly number[];
  readonly bits: number;
}

/** The policies of one request all ask about the same address, and callers come back. */
const known = new BoundedCache<Address>(1_000);

/** Undefined when it is no address. An IPv4 address in IPv6 clothes (`::ffff:10.0.0.1`) is the IPv4 address. */
export function parseAddress(text: string): Address | undefined {
  const before = known.get(text);
  if (before !== undefined) return before;
  const bytes = text.includes(':') ? parseV6(text) : parseV4(text);
  if (bytes === undefined) return undefined;
  const mapped = bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return known.set(text, { bytes: mapped ? bytes.slice(12) : bytes });
}

/** Undefined when it is neither an address nor a range. */
export function parseRange(text: string): Range | undefined {
  const [address = '', length, ...more] = text.split('/');
  const bytes = address.includes(':') ? parseV6(address) : parseV4(address);
  if (bytes === undefined || more.length > 0) return undefined;
  const most = bytes.length * 8;
  if (length === undefined) return { bytes, bits: most };
  return /^\d{1,3}$/.test(length) && Number(length) <= most ? { bytes, bits: Number(length) } : undefined;
}

export function isInRange({ bytes }: Address, range: Range): boolean {
  if (bytes.length !== range.bytes.length) return false;
  const whole = range.bits >> 3;
  for (let i = 0; i < whole; i++) if (bytes[i] !== range.bytes[i]) return false;
  const rest = 8 - (range.bits & 7);
  return rest === 8 || bytes[whole]! >> rest === range.bytes[whole]! >> rest;
}

function parseV4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte < 256) ? bytes : undefined;
}

function parseV6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const left = bytesOf(head, tail === undefined);
  if (tail === undefined) return left?.length === 16 ? left : undefined;
  const right = bytesOf(tail, true);
  if (left === undefined || right === undefined || left.length + right.length > 14) return undefined;
  return [...left, ...new Array<number>(16 - left.length - right.length).fill(0), ...right];
}

/** Groups of hex digits; the last may be an IPv4 address. */
function bytesOf(groups: readonly string[], mayEndInV4: boolean): number[] | undefined {
  const bytes: number[] = [];
  for (const [i, group] of groups.entries()) {
    const v4 = mayEndInV4 && i === groups.length - 1 && group.includes('.') ? parseV4(group) : undefined;
    if (v4) bytes.push(...v4);
    else if (/^[0-9a-f]{1,4}$/i.test(group)) bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255);
    else return undefined;
  }
  return bytes;
}
