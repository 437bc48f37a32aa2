/** Dates of conditions: the W3C profile of ISO 8601, as loosely as IAM takes it, or seconds since 1970. */

const iso =
  /^(\d{1,9})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:T(?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;
const int64 = 2 ** 63;

/** Milliseconds since 1970; undefined when it is no date. A number alone is seconds since 1970, but for four digits, a year. */
export function parseDate(text: string): number | undefined {
  if (/^-?\d+$/.test(text) && !/^\d{4}$/.test(text)) {
    const seconds = Number(text);
    return Math.abs(seconds) < int64 ? seconds * 1000 : undefined;
  }
  const match = iso.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => part && Number(part)) as number[];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return undefined;
  const ms = Math.floor(Number(`0.${match[7] ?? 0}`) * 1000);
  return Date.UTC(year, month - 1, day, hour, minute, second, ms) - offsetMs(match[8]);
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || /z/i.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0);
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
