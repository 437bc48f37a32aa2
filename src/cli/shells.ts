/** Environment settings in the syntax of each shell. */
import { readFileSync } from 'node:fs';

export type Shell = 'sh' | 'fish' | 'powershell' | 'cmd' | 'json';

export const shells: readonly Shell[] = ['sh', 'fish', 'powershell', 'cmd', 'json'];

export interface Settings {
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
}

/** What, when evaluated, makes the settings. JSON has null for what is to be removed. */
export function format({ set, unset }: Settings, shell: Shell): string {
  const pairs = Object.entries(set);
  switch (shell) {
    case 'json':
      return JSON.stringify({ ...Object.fromEntries(unset.map((name) => [name, null])), ...set }, null, 2);
    case 'fish':
      return [...unset.map((name) => `set -e ${name};`), ...pairs.map(([name, value]) => `set -gx ${name} ${fishWord(value)};`)].join('\n');
    case 'powershell':
      return [
        ...unset.map((name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`),
        ...pairs.map(([name, value]) => `$Env:${name} = '${value.replaceAll("'", "''")}'`),
      ].join('\n');
    case 'cmd':
      // cmd has no quoting for these two, and none of our values needs them.
      return [
        ...unset.map((name) => `set "${name}="`),
        ...pairs.map(([name, value]) => `set "${name}=${value.replace(/["%]/g, '')}"`),
      ].join('\n');
    case 'sh':
      return [`unset ${unset.join(' ')}`, ...pairs.map(([name, value]) => `export ${name}=${shWord(value)}`)].join('\n');
  }
}

function shWord(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

function fishWord(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`;
}

/** How a person makes a shell take what `command` prints. */
export function evaluation(shell: Shell, command: string): string {
  switch (shell) {
    case 'fish':
      return `${command} | source`;
    case 'powershell':
      return `${command} | Out-String | Invoke-Expression`;
    case 'cmd':
      return `for /f "delims=" %i in ('${command}') do %i`;
    default:
      return `eval "$(${command})"`;
  }
}

/** The shell that asks: PowerShell and cmd by what only they set, fish by the parent's name where the system tells it. */
export function currentShell(
  platform: string = process.platform,
  current: Readonly<Record<string, string | undefined>> = process.env,
  parent: () => string = parentName,
): Shell {
  // Inside cmd PROMPT is set; PowerShell started from cmd inherits it, and has more module paths than the machine's own.
  if (platform === 'win32') return current.PSModulePath && !current.PROMPT ? 'powershell' : 'cmd';
  const name = parent();
  if (/^pwsh/.test(name)) return 'powershell';
  return /fish$/.test(name || current.SHELL || '') ? 'fish' : 'sh';
}

function parentName(): string {
  try {
    // Only Linux has this file.
    return readFileSync(`/proc/${process.ppid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
