/**
 * Loaded into every Node program under `nuvola run`, also old ones: what it connects to at AWS is Nuvola.
 * Node ignores proxy variables, and some clients (the SDK v2) ignore AWS_ENDPOINT_URL, but all of them, `fetch` and
 * HTTP/2 too, connect through this one method. Names stay what they were, so TLS asks for AWS's certificate and gets ours.
 */
import { Socket } from 'node:net';
import { isAwsName } from '../../gateway/aws-names';

interface Destination {
  readonly host?: unknown;
  readonly path?: unknown;
}

// An address that a user set by hand may be anything: then nothing is redirected, and no program fails for it.
const [, scheme, host, port] = /^(https?):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?/.exec(process.env.NUVOLA_URL ?? '') ?? [];
if (host !== undefined) redirect({ host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? (scheme === 'https' ? 443 : 80)) });

function redirect(to: { readonly host: string; readonly port: number }): void {
  const original = Socket.prototype.connect as (this: Socket, ...args: unknown[]) => Socket;
  const towards = (destination: Destination): Destination => (isAtAws(destination.host) ? { ...destination, ...to } : destination);
  const connect = function (this: Socket, ...args: unknown[]): Socket {
    const [first, second] = args;
    // Inside Node the arguments are already a list, marked as such; only its first element may change.
    if (Array.isArray(first)) first[0] = towards(first[0] as Destination);
    else if (typeof first === 'object' && first !== null) args[0] = towards(first);
    else if (isAtAws(second)) args.splice(0, 2, to.port, to.host);
    return original.apply(this, args);
  };
  Socket.prototype.connect = connect as typeof Socket.prototype.connect;
}

function isAtAws(host: unknown): boolean {
  return typeof host === 'string' && isAwsName(host.toLowerCase().replace(/\.$/, ''));
}
