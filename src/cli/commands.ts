/** Commands that ask a running cloud for one thing. */
import { resolve } from 'node:path';
import { callAdmin, type Target } from './admin-client';
import { CliError } from './cli-error';

export interface Health {
  readonly status: string;
  readonly version: string;
  readonly store: string;
  readonly uptimeMs: number;
  readonly memoryBytes: number;
  readonly services: readonly string[];
  readonly pid: number;
  readonly data?: string;
}

export async function stop(target: Target): Promise<void> {
  const { pid } = await callAdmin<Health>(target, '/_nuvola/health');
  await callAdmin(target, '/_nuvola/stop', {});
  for (let tries = 0; tries < 100 && isAlive(pid); tries++) await new Promise((done) => setTimeout(done, 50));
  if (isAlive(pid)) throw new CliError(`Process ${pid} is still finishing its requests.`);
  print(`Stopped ${target.url}.`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export async function status({ url, json }: Target & { readonly json?: boolean }): Promise<void> {
  const health = await callAdmin<Health>({ url }, '/_nuvola/health');
  if (json) print(JSON.stringify(health));
  else {
    print(
      `Nuvola ${health.version} runs at ${url} (process ${health.pid}, ${Math.round(health.memoryBytes / 1e6)} MB, up ${duration(health.uptimeMs)}).`,
    );
    print(`State: ${health.data ?? 'in memory'}. Services built: ${health.services.join(', ')}.`);
  }
}

export async function reset({ url, account }: Target & { readonly account?: string }): Promise<void> {
  await callAdmin({ url }, '/_nuvola/reset', account === undefined ? {} : { account });
  print(account === undefined ? 'Everything is empty.' : `Account ${account} is empty.`);
}

export async function snapshot(action: 'save' | 'load', where: string, target: Target): Promise<void> {
  const place = /[/\\]|\.nuvola$/.test(where) ? { file: resolve(where) } : { name: where };
  await callAdmin(target, `/_nuvola/snapshot/${action}`, place);
  print(action === 'save' ? `Saved ${where}.` : `Back at ${where}.`);
}

export async function snapshots(target: Target): Promise<void> {
  const { snapshots: names } = await callAdmin<{ snapshots: string[] }>(target, '/_nuvola/snapshots');
  print(names.length > 0 ? names.join('\n') : 'None. Save one with `nuvola snapshot save NAME`.');
}

interface ClockAnswer {
  readonly time: string;
  readonly frozen: boolean;
  readonly scale: number;
}

export async function clock(action: string | undefined, value: string | undefined, target: Target): Promise<void> {
  if (action === 'advance') {
    const { settled, left } = await callAdmin<{ settled: boolean; left: string[] }>(target, '/_nuvola/clock/advance', {
      ms: milliseconds(value),
    });
    if (!settled) print(`Not settled yet: ${left.join(', ')}.`);
  } else if (action !== undefined) await callAdmin(target, '/_nuvola/clock', clockChange(action, value));
  const { time, frozen, scale } = await callAdmin<ClockAnswer>(target, '/_nuvola/clock');
  print(`${time}${frozen ? ', frozen' : scale === 1 ? '' : `, ${scale} times as fast as real time`}`);
}

function clockChange(action: string, value: string | undefined): object {
  switch (action) {
    case 'freeze':
      return { frozen: true };
    case 'resume':
      return { frozen: false };
    case 'real':
      return { real: true };
    case 'scale':
      return { scale: Number(value) };
    case 'set':
      return { now: value ?? '' };
    default:
      throw new CliError(`The clock cannot "${action}". It can advance, freeze, resume, scale, set and real.`);
  }
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `15m`, `2h30m`, `1d`, `1500ms`. */
export function milliseconds(text: string | undefined): number {
  const parts = [...(text ?? '').matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (text === undefined || parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new CliError('Say how far, with a unit: 90s, 15m, 2h30m, 1d, 500ms.');
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit as string] as number), 0);
}

export async function chaos(rules: string | undefined, target: Target): Promise<void> {
  if (rules !== undefined) await callAdmin(target, '/_nuvola/chaos', { rules: rules === 'off' ? [] : parseRules(rules) });
  const { rules: active } = await callAdmin<{ rules: unknown[] }>(target, '/_nuvola/chaos');
  print(active.length > 0 ? active.map((rule) => JSON.stringify(rule)).join('\n') : 'No faults are injected.');
}

function parseRules(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError(
      'Chaos rules are JSON: \'[{"service":"sqs","operation":"SendMessage","error":"throttle","probability":0.1}]\'; `off` removes them.',
    );
  }
}

export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
