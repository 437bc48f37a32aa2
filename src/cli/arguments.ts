/** Values on the command line: each parser gives what the option means, or says what it should look like. */
import { InvalidArgumentError } from 'commander';

export function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65535)) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

export function accountNumber(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('An account is twelve digits.');
  return text;
}

/** `111122223333=verify`, any number of times: the mode of each account. */
export function modeOfAccount<M extends string>(choices: readonly M[]) {
  return (text: string, before: Readonly<Record<string, M>> = {}): Readonly<Record<string, M>> => {
    const at = text.indexOf('=');
    const mode = choices.find((choice) => choice === text.slice(at + 1));
    if (at < 0 || mode === undefined)
      throw new InvalidArgumentError(`Write 111122223333=${choices.at(-1)}; modes are ${choices.join(', ')}.`);
    return { ...before, [accountNumber(text.slice(0, at))]: mode };
  };
}

/** `http://127.0.0.1:4566`. A host alone gets the scheme; `localhost` becomes 127.0.0.1, since SDKs make `bucket.localhost` of it. */
export function serverUrl(text: string): string {
  const url = parseUrl(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '' || url.username !== '') {
    throw new InvalidArgumentError('The address of a cloud looks like http://127.0.0.1:4566.');
  }
  if (url.hostname === 'localhost') url.hostname = '127.0.0.1';
  return url.origin;
}

/** The base of URLs that are handed out; it may have a path. */
export function publicUrl(text: string): string {
  const url = parseUrl(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new InvalidArgumentError('It looks like https://cloud.example.com.');
  return text.replace(/\/+$/, '');
}

export function regionName(text: string): string {
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text)) throw new InvalidArgumentError('A region looks like eu-west-1.');
  return text;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `15m`, `2h30m`, `1d`, `1500ms` as ms; undefined when it is none of these. */
export function milliseconds(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit as string] as number), 0);
}

/** A moment, or how long ago it was. */
export type PointInTime = { readonly at: number } | { readonly agoMs: number };

export function pointInTime(text: string): PointInTime {
  const agoMs = milliseconds(text);
  if (agoMs !== undefined) return { agoMs };
  const at = /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('A time looks like 2h, 1d or 2030-01-01T00:00:00Z.');
  return { at };
}

/** `aws:SourceIp=203.0.113.7`, any number of times: a key given twice has both values. */
export function condition(
  text: string,
  before: Readonly<Record<string, string | readonly string[]>> = {},
): Readonly<Record<string, string | readonly string[]>> {
  const at = text.indexOf('=');
  const key = text.slice(0, at);
  if (at < 0 || !/^[\w-]+:./.test(key)) throw new InvalidArgumentError('A condition looks like aws:SourceIp=203.0.113.7.');
  const value = text.slice(at + 1);
  const known = Object.hasOwn(before, key) ? before[key] : undefined;
  return { ...before, [key]: known === undefined ? value : [...[known].flat(), value] };
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
