/** Errors of requests that were refused before a service was found to word them. */
import type { AwsError } from '../kernel/errors';
import type { WireResponse } from '../protocol/wire';
import { spokenProtocol } from './detect';
import type { GatewayRequest } from './request';

/** In the form that the client, by the look of its request, can read: JSON, or the XML of the query protocol. */
export function unrecognised(request: GatewayRequest, error: AwsError, requestId: string): WireResponse {
  const status = error.status ?? 400;
  const headers = { 'x-amzn-RequestId': requestId, ...error.headers };
  if (spokenProtocol(request) === 'query') {
    const fault = status < 500 ? 'Sender' : 'Receiver';
    const body = `<ErrorResponse><Error><Type>${fault}</Type><Code>${escaped(error.code)}</Code><Message>${escaped(error.message)}</Message></Error></ErrorResponse>\n`;
    return { status, headers: { 'Content-Type': 'text/xml', ...headers }, body };
  }
  const body = `${JSON.stringify({ __type: error.code, message: error.message })}\n`;
  return { status, headers: { 'Content-Type': 'application/json', 'x-amzn-ErrorType': error.code, ...headers }, body };
}

function escaped(text: string): string {
  // Control characters cannot be in XML at all.
  const legal = Array.from(text, (character) => (character < ' ' && !'\t\n\r'.includes(character) ? '?' : character)).join('');
  return legal.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
