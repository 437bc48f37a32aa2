/** The addresses of OpenID Connect providers. */
import { isLoopbackHost } from '../../kernel';

/**
 * What is kept of an address: everything behind the scheme, as it was spelt, without the default port. Undefined for what
 * AWS refuses: other schemes than https, queries, fragments. Providers on this machine may speak http, on any port, which
 * AWS could not reach anyway.
 */
export function readOidcUrl(text: string): string | undefined {
  const parts = /^(https?):\/\/([^/?#@\s]+?)(?::(\d+))?(\/[^?#\s]*)?$/i.exec(text);
  if (!parts) return undefined;
  const [, scheme = '', host = '', port, path = ''] = parts;
  const secure = scheme.toLowerCase() === 'https';
  if (!secure && !isLoopbackHost(host)) return undefined;
  const isDefaultPort = port === undefined || port === (secure ? '443' : '80');
  return `${host}${isDefaultPort ? '' : `:${port}`}${path}`;
}
