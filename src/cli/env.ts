/** `nuvola env`: what AWS clients need, as shells write it. */
import { currentShell, evaluation, format, type Settings, type Shell } from './shells';
import { note, print } from './terminal';

export interface EnvOptions {
  readonly url: string;
  readonly shell?: Shell;
  readonly account?: string;
  readonly region?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What would lead a client elsewhere, or make it somebody else: profiles, roles, tokens. */
const misleading = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_ACCOUNT_ID',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** The settings for an environment as it is now. */
export function settings({ url, account, region }: EnvOptions, current: Environment): Settings {
  const home = region ?? (current.AWS_REGION || current.AWS_DEFAULT_REGION || 'us-east-1');
  const noProxy = withoutProxy(new URL(url).hostname, current);
  return {
    set: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: account ?? accountIn(current) ?? 'test',
      AWS_SECRET_ACCESS_KEY: current.NUVOLA_ROOT_SECRET || 'test',
      AWS_REGION: home,
      AWS_DEFAULT_REGION: home,
      // Said outright rather than unset, because a configuration file may say otherwise.
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
      AWS_USE_FIPS_ENDPOINT: 'false',
      AWS_USE_DUALSTACK_ENDPOINT: 'false',
      AWS_EC2_METADATA_DISABLED: 'true',
      NO_PROXY: noProxy,
      no_proxy: noProxy,
    },
    unset: [...misleading, ...Object.keys(current).filter(isOtherEndpoint).sort()],
  };
}

/** The account that an earlier `nuvola env --account` chose: keys of AWS's own are never twelve digits. */
function accountIn({ AWS_ACCESS_KEY_ID: key }: Environment): string | undefined {
  return key !== undefined && /^\d{12}$/.test(key) ? key : undefined;
}

/** `AWS_ENDPOINT_URL_SQS` goes before `AWS_ENDPOINT_URL`. Names that no shell takes are left alone. */
function isOtherEndpoint(name: string): boolean {
  return /^AWS_ENDPOINT_URL_\w+$/.test(name);
}

/** Both spellings of NO_PROXY with our addresses added. */
function withoutProxy(host: string, current: Environment): string {
  const names = `${current.NO_PROXY ?? ''},${current.no_proxy ?? ''}`.split(',').map((name) => name.trim());
  // For most clients a star means everything only when it stands alone.
  if (names.includes('*')) return '*';
  return [...new Set([...names.filter((name) => name !== ''), '127.0.0.1', 'localhost', '::1', host.replace(/^\[|\]$/g, '')])].join(',');
}

export function env(options: EnvOptions): void {
  const shell = options.shell ?? currentShell();
  print(format(settings(options, process.env), shell));
  if (process.stdout.isTTY && shell !== 'json') note(`\nTo take effect:  ${evaluation(shell, 'nuvola env')}`);
}
