/** `nuvola chaos`: shows the faults that a running cloud injects, or replaces them. */
import { readFileSync } from 'node:fs';
import { callAdmin, type Target } from './admin-client';
import { CliError } from './cli-error';
import { print } from './terminal';

export async function chaos(rules: string | undefined, target: Target): Promise<void> {
  if (rules !== undefined) await callAdmin(target, '/_nuvola/chaos', { rules: parseRules(rules) });
  const { rules: active } = await callAdmin<{ rules: unknown[] }>(target, '/_nuvola/chaos');
  print(active.length > 0 ? active.map((rule) => JSON.stringify(rule)).join('\n') : 'No faults are injected.');
}

/** JSON (one rule or a list), `@FILE` with the same, or `off`. */
function parseRules(text: string): unknown[] {
  if (text === 'off') return [];
  try {
    const rules: unknown = JSON.parse(text.startsWith('@') ? readFileSync(text.slice(1), 'utf8') : text);
    return Array.isArray(rules) ? rules : [rules];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) throw new CliError(`${text.slice(1)} cannot be read.`);
    throw new CliError('Rules are JSON, a file of JSON as @FILE, or `off`; see nuvola chaos --help.');
  }
}
