/** Timestamps on the wire, in and out of epoch milliseconds. */
import type { TimestampFormat } from '../api/model';
import { httpTime, isoTime } from '../kernel/iso-time';

const ISO = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,12})?)?(?:[Zz]|[+-]\d\d:?\d\d)?)?$/;
const HTTP_DATE = /^[A-Z][a-z]{2,8}, [ 0-3]?\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d(\.\d{1,9})? (?:GMT|UTC|[+-]\d{4})$/;
const DECIMAL = /^[+-]?\d{1,16}(?:\.\d{1,12})?(?:[eE][+-]?\d{1,2})?$/;

/** The latest and earliest instants a Date can name; beyond them a number is not a timestamp. */
const MAX_MS = 8.64e15;

/**
 * Milliseconds since 1970 from text, or undefined when it is not a timestamp. All three formats are told apart by
 * their look: AWS accepts any of them where old clients send another than the model says.
 */
export function parseTimestamp(text: string): number | undefined {
  const trimmed = text.trim();
  if (DECIMAL.test(trimmed)) return timestampOfSeconds(Number(trimmed));
  if (ISO.test(trimmed)) return finite(Date.parse(hasZone(trimmed) ? trimmed.replace(' ', 'T') : `${trimmed.replace(' ', 'T')}Z`));
  if (HTTP_DATE.test(trimmed)) return finite(Date.parse(trimmed.replace(/-/g, ' ')));
  return undefined;
}

/** Milliseconds since 1970 from epoch seconds, or undefined when no calendar reaches that far. */
export function timestampOfSeconds(seconds: number): number | undefined {
  const ms = Math.round(seconds * 1000);
  return Math.abs(ms) <= MAX_MS ? ms : undefined;
}

/** Text of an instant. `millis`: write the fraction even when it is zero, as S3 and EC2 do. */
export function formatTimestamp(ms: number, format: TimestampFormat, millis: boolean): string {
  switch (format) {
    case 'iso8601': {
      const text = isoTime(ms);
      return millis || !text.endsWith('.000Z') ? text : `${text.slice(0, -5)}Z`;
    }
    case 'rfc822':
      return httpTime(ms);
    case 'unixTimestamp':
      return String(ms / 1000);
  }
}

function hasZone(text: string): boolean {
  return text.length <= 10 || /(?:[Zz]|[+-]\d\d:?\d\d)$/.test(text.slice(10));
}

function finite(ms: number): number | undefined {
  return Number.isNaN(ms) ? undefined : ms;
}
