/** The environment in which a program reaches Nuvola where it would reach AWS: endpoint, proxy and trust, for each ecosystem. */
import { join } from 'node:path';
import { endpointDomains, isAwsName, isWithin, ownedDomains } from '../gateway/aws-names';
import { CliError } from './cli-error';
import { type EnvOptions, settings } from './env';
import type { Settings } from './shells';
import type { TrustFiles } from './trust';

interface RunTarget extends Omit<EnvOptions, 'shell'> {
  /** Hosts that the program may reach directly. */
  readonly allow: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const controlEndpoint = 'AWS_ENDPOINT_URL_S3_CONTROL';

/** Beside the bundle that this is part of. */
const preloadFile = join(import.meta.dirname, 'preload.cjs');

/** What to set and to remove, given the environment as it is now. */
export function runSettings(target: RunTarget, trust: TrustFiles, current: Environment): Settings {
  const base = settings(target, current);
  const direct = directHosts(target, current);
  return {
    set: {
      ...base.set,
      NUVOLA_URL: target.url,
      ...endpointsByName(base.set),
      ...bothCases({ HTTP_PROXY: target.url, HTTPS_PROXY: target.url, NO_PROXY: direct.join(',') }),
      ...trustSettings(trust),
      NODE_OPTIONS: withWords(current.NODE_OPTIONS, [`--require ${nodeWord(preloadFile)}`]),
      JAVA_TOOL_OPTIONS: withWords(current.JAVA_TOOL_OPTIONS, javaOptions(target.url, direct, trust.java)),
    },
    unset: base.unset.filter((name) => name !== controlEndpoint),
  };
}

/** Clients put the account before this host's name, which an address does not survive; AWS's own name comes here by way of the proxy. */
function endpointsByName({ AWS_REGION: region }: Environment): Record<string, string> {
  return { [controlEndpoint]: `https://s3-control.${region}.amazonaws.com${region?.startsWith('cn-') ? '.cn' : ''}` };
}

/** Programs differ in which spelling they read; curl reads http_proxy in lower case only. */
function bothCases(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => [[name, value] as const, [name.toLowerCase(), value] as const]),
  );
}

function trustSettings({ all, additional }: TrustFiles): Record<string, string> {
  return {
    // These two add to what the program trusts, all others replace it.
    NODE_EXTRA_CA_CERTS: additional,
    DENO_CERT: additional,
    AWS_CA_BUNDLE: all,
    // OpenSSL and what is built on it (Ruby, PHP, Python's httpx), Go and .NET on Linux, Rust.
    SSL_CERT_FILE: all,
    REQUESTS_CA_BUNDLE: all,
    CURL_CA_BUNDLE: all,
    GIT_SSL_CAINFO: all,
    PIP_CERT: all,
    HTTPLIB2_CA_CERTS: all,
    CARGO_HTTP_CAINFO: all,
    NIX_SSL_CERT_FILE: all,
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: all,
    npm_config_cafile: all,
  };
}

/** Loopback, the cloud itself, what the user allows, and what NO_PROXY already named, unless it would let AWS through. */
function directHosts({ url, allow }: RunTarget, current: Environment): string[] {
  const before = `${current.NO_PROXY ?? ''},${current.no_proxy ?? ''}`.split(',').map((name) => name.trim());
  const own = ['127.0.0.1', 'localhost', '::1', new URL(url).hostname.replace(/^\[|\]$/g, '')];
  return [...new Set([...before.filter((name) => name !== '' && !coversAws(name)), ...own, ...allow])];
}

/** Does an entry of NO_PROXY match a name of AWS? `*`, `.com`, `amazonaws.com`, `s3.amazonaws.com:443`… */
function coversAws(entry: string): boolean {
  const name = entry
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\*?\.?/, '');
  return name === '' || isAwsName(name) || [...endpointDomains, ...ownedDomains].some((domain) => isWithin(domain, name));
}

/** A host for --allow: `example.com` (and all below it), an address, a network as CIDR. Of a URL or a port only the host counts. */
export function allowedHost(text: string): string {
  const host = text.replace(/^https?:\/\/([^/]+)\/?$/, '$1').replace(/^([^:]+):\d+$/, '$1');
  if (coversAws(host)) throw new CliError(`"${text}" is AWS, or would let it through: that is what Nuvola stands in for.`);
  if (!/^(?:\*?[\w.-]+|\[?[0-9a-f:.]+\]?)(?:\/\d{1,3})?$/i.test(host)) {
    throw new CliError(`"${text}" is not a host; --allow takes names like example.com, and addresses.`);
  }
  return host.replace(/^\*/, '').replace(/[[\]]/g, '');
}

function javaOptions(url: string, direct: readonly string[], store: string): string[] {
  const { hostname, port, protocol } = new URL(url);
  const at = port || (protocol === 'https:' ? '443' : '80');
  // A domain in NO_PROXY means what is below it too; Java wants that said.
  const names = direct.filter((name) => !name.includes('/')).flatMap(javaHosts);
  return [
    ...['http', 'https'].flatMap((scheme) => [`-D${scheme}.proxyHost=${hostname}`, `-D${scheme}.proxyPort=${at}`]),
    `-Dhttp.nonProxyHosts=${names.join('|')}`,
    javaWord(`-Djavax.net.ssl.trustStore=${store}`),
    '-Djavax.net.ssl.trustStoreType=JKS',
  ];
}

function javaHosts(name: string): string[] {
  if (name.includes(':')) return [`[${name}]`];
  if (name.startsWith('.')) return [`*${name}`];
  return /^[\d.]+$/.test(name) ? [name] : [name, `*.${name}`];
}

/** Adds to a list of options, unless a run around this one has done so. */
function withWords(before: string | undefined, added: readonly string[]): string {
  const words = added.filter((word) => !` ${before} `.includes(` ${word} `));
  return [...(before ? [before] : []), ...words].join(' ');
}

/** NODE_OPTIONS: inside double quotes, a backslash escapes (nodejs.org/api/cli.html). */
function nodeWord(path: string): string {
  return `"${path.replace(/[\\"]/g, '\\$&')}"`;
}

/** JAVA_TOOL_OPTIONS: quotes of either kind keep spaces, and nothing escapes (HotSpot's arguments.cpp). */
function javaWord(word: string): string {
  return /\s/.test(word) ? `"${word}"` : word;
}
