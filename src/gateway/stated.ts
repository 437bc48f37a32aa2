/**
 * What a caller on this machine says of where its call comes from: its address and transport, by header, so that policies
 * about `aws:SourceIp` and `aws:SecureTransport` can be tried. From anywhere else the headers mean nothing.
 */
import { isIP } from 'node:net';
import { AwsError } from '../kernel/errors';
import { isLoopbackAddress } from '../kernel/loopback';
import type { GatewayRequest } from './request';

type Stating = Pick<GatewayRequest, 'headers' | 'remoteAddress' | 'trusted'>;

const addressHeader = 'x-nuvola-source-ip';
const transportHeader = 'x-nuvola-secure-transport';

/** Throws a 400 for values that mean nothing: who states an address wants to be known by it. */
export function checkStated(request: Stating): void {
  const { headers } = request;
  if (headers[addressHeader] === undefined && headers[transportHeader] === undefined) return;
  const address = stated(request, addressHeader);
  if (address !== undefined && isIP(address) === 0) throw wrong(addressHeader, 'an IP address such as 203.0.113.7');
  const transport = stated(request, transportHeader);
  if (transport !== undefined && transport !== 'true' && transport !== 'false') throw wrong(transportHeader, 'true or false');
}

/** The address that counts as the caller's. */
export function sourceIpOf(request: Stating): string {
  return stated(request, addressHeader) ?? request.remoteAddress;
}

/** Whether the call counts as made over TLS. */
export function isSecure(request: Stating & Pick<GatewayRequest, 'secure'>): boolean {
  const transport = stated(request, transportHeader);
  return transport === undefined ? request.secure : transport === 'true';
}

function stated(request: Stating, header: string): string | undefined {
  const value = request.headers[header];
  if (value === undefined) return undefined;
  return request.trusted || isLoopbackAddress(request.remoteAddress) ? value : undefined;
}

function wrong(header: string, what: string): AwsError {
  return new AwsError('InvalidHeader', `The header ${header} is ${what}.`, { status: 400, fault: 'Sender' });
}
