/** `nuvola env`: what AWS clients need, as shells write it. */
import { readFileSync } from 'node:fs';

export interface EnvOptions {
  readonly url: string;
  readonly shell?: string;
  readonly account?: string;
  readonly region?: string;
}

export interface Settings {
  readonly set: Readonly<Record<string, string>>;
  /** What would lead a client elsewhere: profiles, tokens, other endpoints. */
  readonly unset: readonly string[];
}

const misleading = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
];

/** The settings for an environment as it is now. */
export function settings({ url, account, region }: EnvOptions, current: Readonly<Record<string, string | undefined>>): Settings {
  const host = new URL(url).hostname;
  const home = region ?? current.AWS_REGION ?? current.AWS_DEFAULT_REGION ?? 'us-east-1';
  const stale = Object.keys(current).filter((name) => name.startsWith('AWS_ENDPOINT_URL_'));
  const proxies = current.no_proxy ?? current.NO_PROXY ?? '';
  const noProxy = [...new Set([...proxies.split(',').filter(Boolean), '127.0.0.1', 'localhost', '::1', host])].join(',');
  return {
    set: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: account ?? 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: home,
      AWS_DEFAULT_REGION: home,
      AWS_EC2_METADATA_DISABLED: 'true',
      NO_PROXY: noProxy,
      no_proxy: noProxy,
    },
    unset: [...misleading, ...stale],
  };
}

/** The same in a shell's syntax; values never hold quotes or line breaks that would end the word. */
export function format({ set, unset }: Settings, shell: string): string {
  const pairs = Object.entries(set);
  switch (shell) {
    case 'json':
      return JSON.stringify({ ...Object.fromEntries(unset.map((name) => [name, null])), ...set }, null, 2);
    case 'fish':
      return [...unset.map((name) => `set -e ${name};`), ...pairs.map(([name, value]) => `set -gx ${name} ${single(value)};`)].join('\n');
    case 'powershell':
      return [
        ...unset.map((name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`),
        ...pairs.map(([name, value]) => `$Env:${name} = '${value.replaceAll("'", "''")}'`),
      ].join('\n');
    case 'cmd':
      return [
        ...unset.map((name) => `set "${name}="`),
        ...pairs.map(([name, value]) => `set "${name}=${value.replace(/["%]/g, '')}"`),
      ].join('\n');
    default:
      return [`unset ${unset.join(' ')}`, ...pairs.map(([name, value]) => `export ${name}=${single(value)}`)].join('\n');
  }
}

function single(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** The shell that asks: PowerShell and cmd by what only they set, fish by the parent's name where /proc tells it. */
export function currentShell(platform: string, current: Readonly<Record<string, string | undefined>>, parentName: () => string): string {
  if (platform === 'win32') return current.PSModulePath && !current.PROMPT ? 'powershell' : 'cmd';
  return /fish$/.test(parentName() || current.SHELL || '') ? 'fish' : 'sh';
}

function parentName(): string {
  try {
    return readFileSync(`/proc/${process.ppid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

export function env(options: EnvOptions): void {
  const shell = options.shell ?? currentShell(process.platform, process.env, parentName);
  process.stdout.write(`${format(settings(options, process.env), shell)}\n`);
  if (process.stdout.isTTY && shell === 'sh') process.stderr.write('# To take effect: eval "$(nuvola env)"\n');
}
