/** Which hosts the gateway stands in for when a client speaks to it as to a proxy: AWS's and its own. It opens no connection for anybody. */
import { isAwsName, isWithin } from './aws-names';

/** The end of the client's connection that is ours. */
interface OwnEnd {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

interface ProxyRefusal {
  readonly text: string;
  /** The same for a status line: clients that are refused a tunnel show that, and drop the text. */
  readonly reason: string;
}

const localStackDomain = 'localhost.localstack.cloud';
/** Where LocalStack's names are expected to answer, whatever port this is. */
const localStackPorts = new Set([80, 443, 4566]);

/**
 * Undefined when Nuvola stands in for `host:port`; otherwise what to tell the client (403).
 * An address of this machine is ours on the client's own port only: other programs listen there too.
 */
export function proxyRefusal(
  authority: string,
  { localAddress, localPort }: OwnEnd,
  ownNames: readonly string[] = [],
): ProxyRefusal | undefined {
  const { name, port } = parse(authority);
  if (name === '') return refusal('Nuvola is asked, as a proxy, for what is no host name', 'is asked for what is no host name');
  if (isAwsName(name) || ownNames.some((own) => isWithin(name, own.toLowerCase().replace(/^\./, '')))) return undefined;
  if (isWithin(name, localStackDomain) && (localStackPorts.has(port) || port === localPort)) return undefined;
  if (port === localPort && (isOfThisMachine(name) || name === plainAddress(localAddress) || isSingleLabel(name))) return undefined;
  return refusal(
    `Nuvola stands in for AWS, as a proxy, and for nothing else: ${name} has to be reached directly. ` +
      `Add ${name} to NO_PROXY, or run the program with \`nuvola run --allow ${name}\``,
    `stands in for AWS only - add ${name} to NO_PROXY`,
  );
}

function refusal(text: string, reason: string): ProxyRefusal {
  return { text: `${text}.`, reason: `Forbidden: Nuvola ${reason}` };
}

/** Name in lower case, without final dot and brackets; empty when it is none. The text is a stranger's and comes back in answers. */
function parse(authority: string): { readonly name: string; readonly port: number } {
  const [, name = '', port = '80'] = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,253}?)\.?(?::(\d{1,5}))?$/.exec(authority.toLowerCase()) ?? [];
  return { name: name.replace(/[[\]]/g, ''), port: Number(port) };
}

/** Loopback, by address or by name (RFC 6761 §6.3). */
function isOfThisMachine(name: string): boolean {
  return name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name) || isWithin(name, 'localhost');
}

/** What no public name is: another container's name for us, or this machine's. */
function isSingleLabel(name: string): boolean {
  return /^[a-z_][a-z0-9_-]*$/.test(name);
}

function plainAddress(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:/, '');
}
