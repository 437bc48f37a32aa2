/** Checks of the shell and of configuration files: would clients come to this cloud, as somebody it lets in? */
import { accessSync, constants, readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { join } from 'node:path';
import type { AwsConfig, Section } from './aws-config';
import { type Environment, type Finding, fail, ok, warn } from './finding';
import { homeDirectory } from './start-options';
import { trustVariables } from './trust';

const takeOurs = 'eval "$(nuvola env)", or run the program with nuvola run';

/** Proxies that would get what is meant for the cloud. */
export function checkProxy(url: string, current: Environment): Finding {
  const { protocol, hostname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const names = [protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
  const name = names.find((candidate) => current[candidate] && !isSameAddress(current[candidate], url));
  if (name === undefined) return ok('proxy', 'no proxy stands between clients and the cloud');
  const exceptions = [current.no_proxy, current.NO_PROXY].filter((list) => list !== undefined);
  if (exceptions.length > 0 && exceptions.every((list) => isExcepted(host, list)))
    return ok('proxy', `NO_PROXY keeps ${host} from ${name}`);
  return fail('proxy', `${name} sends requests for ${host} to ${current[name]}`, `add ${host} to NO_PROXY and no_proxy: ${takeOurs}`);
}

/** Does a NO_PROXY list name this host? By name, by domain, by network. */
export function isExcepted(host: string, list: string): boolean {
  return list.split(',').some((entry) => {
    const name = entry
      .trim()
      .toLowerCase()
      .replace(/^\*\./, '.')
      .replace(/^\[|\]$/g, '');
    if (name === '*' || name === host) return true;
    const [network = '', prefix] = name.split('/');
    if (prefix !== undefined && isIP(network) !== 0 && isIP(host) === isIP(network)) return isInNetwork(host, network, Number(prefix));
    return name !== '' && isIP(host) === 0 && host.endsWith(name.startsWith('.') ? name : `.${name}`);
  });
}

function isInNetwork(host: string, network: string, prefix: number): boolean {
  const family = isIP(host) === 6 ? 'ipv6' : 'ipv4';
  if (!(prefix >= 0 && prefix <= (family === 'ipv6' ? 128 : 32))) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list.check(host, family);
}

/** Where clients in this shell would go. */
export function checkEndpoints(url: string, current: Environment, config: AwsConfig): Finding[] {
  // What `nuvola run` sets: by way of the proxy, every name of AWS leads here.
  const isHere = (address: string | undefined) =>
    isSameAddress(address, url) || (isSameAddress(current.HTTPS_PROXY, url) && /^https:[^:]+\.amazonaws\.com(\.cn)?$/.test(address ?? ''));
  const elsewhere = Object.keys(current)
    .filter((name) => /^AWS_ENDPOINT_URL_\w+$/.test(name) && !isHere(current[name]))
    .map((name) => fail('endpoint', `${name} sends this service to ${current[name]}`, `unset ${name}: ${takeOurs}`));
  return [...elsewhere, checkEndpoint(url, current, config)];
}

function checkEndpoint(url: string, current: Environment, config: AwsConfig): Finding {
  const endpoint = current.AWS_ENDPOINT_URL;
  if (endpoint && current.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === 'true') {
    return fail('endpoint', 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS makes clients ignore AWS_ENDPOINT_URL', `set it to false: ${takeOurs}`);
  }
  if (endpoint) {
    if (!isSameAddress(endpoint, url)) return fail('endpoint', `AWS_ENDPOINT_URL is ${endpoint}, not ${url}`, takeOurs);
    if (/\/\/localhost\b/.test(endpoint)) {
      return warn('endpoint', `AWS_ENDPOINT_URL is ${endpoint}, so S3 clients look for bucket.localhost`, 'write 127.0.0.1');
    }
    return ok('endpoint', `AWS_ENDPOINT_URL is ${endpoint}`);
  }
  const profile = profileOf(current, config);
  const configured = configuredEndpoints(profile, config);
  const stray = configured.find(([, value]) => !isSameAddress(value, url));
  if (stray) return fail('endpoint', `${config.file} sends clients to ${stray[1]} (${stray[0]})`, takeOurs);
  if (profile?.endpoint_url !== undefined) return ok('endpoint', `${config.file} says ${profile.endpoint_url}`);
  return warn('endpoint', 'AWS_ENDPOINT_URL is not set, so clients in this shell call AWS itself', takeOurs);
}

function configuredEndpoints(profile: Section | undefined, { services }: AwsConfig): [name: string, value: string][] {
  const section = profile?.services === undefined ? undefined : services.get(profile.services);
  const named = Object.entries(section ?? {}).filter(([name]) => name.endsWith('.endpoint_url'));
  return profile?.endpoint_url === undefined ? named : [...named, ['endpoint_url', profile.endpoint_url]];
}

/** As whom clients in this shell would call. */
export function checkCredentials(current: Environment, config: AwsConfig): Finding {
  const named = current.AWS_PROFILE || current.AWS_DEFAULT_PROFILE;
  const profile = profileOf(current, config);
  if (named && profile === undefined) {
    return fail('credentials', `AWS_PROFILE names ${named}, which ${config.file} does not have`, `unset AWS_PROFILE: ${takeOurs}`);
  }
  if (Boolean(current.AWS_ACCESS_KEY_ID) !== Boolean(current.AWS_SECRET_ACCESS_KEY)) {
    return fail('credentials', 'of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set', takeOurs);
  }
  const source = ['sso_session', 'sso_start_url', 'role_arn', 'credential_process'].find((name) => profile?.[name] !== undefined);
  if (source !== undefined && (named || !current.AWS_ACCESS_KEY_ID)) {
    return warn('credentials', `profile ${named || 'default'} takes its credentials from ${source}, which asks AWS itself`, takeOurs);
  }
  if (current.AWS_ACCESS_KEY_ID && current.AWS_SESSION_TOKEN) {
    return warn('credentials', 'AWS_SESSION_TOKEN is set, of a session that this cloud does not know', `unset it: ${takeOurs}`);
  }
  if (current.AWS_ACCESS_KEY_ID || profile?.aws_access_key_id !== undefined) {
    return ok(
      'credentials',
      named ? `profile ${named}` : current.AWS_ACCESS_KEY_ID ? 'AWS_ACCESS_KEY_ID is set' : 'the default profile has keys',
    );
  }
  return warn('credentials', 'there are none, and clients do not call without (any will do)', takeOurs);
}

function profileOf(current: Environment, { profiles }: AwsConfig): Section | undefined {
  return profiles.get(current.AWS_PROFILE || current.AWS_DEFAULT_PROFILE || 'default');
}

/** Files of certificates that variables name, and our own. */
export function checkTrust(current: Environment, authority: string | undefined): Finding {
  for (const name of trustVariables) {
    const file = current[name];
    if (file && !isReadable(file))
      return fail('certificates', `${name} names ${file}, which cannot be read`, `unset ${name}, or mend the file`);
  }
  const file = join(homeDirectory(), 'certificates', 'local-ca.pem');
  let own: string;
  try {
    own = readFileSync(file, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return ok('certificates', 'the local authority is made with the first TLS connection');
    return fail('certificates', `${file} cannot be read: ${(error as Error).message}`, 'give it back to this user, or set NUVOLA_HOME');
  }
  if (authority !== undefined && authority.trim() !== own.trim()) {
    return warn(
      'certificates',
      `the cloud has another authority than ${file}`,
      'trust the one of GET /_nuvola/certificate; nuvola run does',
    );
  }
  return ok('certificates', `the local authority is ${file}`);
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    // Not there, or not ours: the same to a program.
    return false;
  }
}

/** The same host and port; loopback by any of its names. */
function isSameAddress(one: string | undefined, other: string): boolean {
  return one !== undefined && addressOf(one) === addressOf(other);
}

function addressOf(text: string): string {
  try {
    const { protocol, hostname, port } = new URL(/^\w+:\/\//.test(text) ? text : `http://${text}`);
    const host = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname) ? 'loopback' : hostname;
    return `${host}:${port || (protocol === 'https:' ? 443 : 80)}`;
  } catch {
    // Not an address, so not ours.
    return text;
  }
}
