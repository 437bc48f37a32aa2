/** Addresses of a connection, as URLs and logs write them. */
import type { Socket } from 'node:net';

/** `http://127.0.0.1:4566`: the host as the client spelt it, else the address it reached. */
export function authorityUrl(scheme: 'http' | 'https', host: string, socket: Socket | null): string {
  return `${scheme}://${host || `${bracketed(plainAddress(socket?.localAddress))}:${socket?.localPort ?? 0}`}`;
}

/** IPv4 addresses that come through an IPv6 socket are written as IPv4. */
export function plainAddress(address: string | undefined): string {
  return address === undefined ? '' : address.startsWith('::ffff:') ? address.slice(7) : address;
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
