/** This cloud as an issuer: the addresses at which verifiers of its tokens look for its keys. */
import type { TxContext, WireRules } from '../../kernel';
import { publicKeys, tokenAlgorithms } from './token-keys';

const issuerHost = /^[0-9a-f-]{36}\.tokens\.sts\.global\.api\.aws(:\d+)?$/i;
const configurationPath = '/.well-known/openid-configuration';
const keysPath = '/.well-known/jwks.json';

/** Two documents at the host that an account's issuer has: `https://<uuid>.tokens.sts.global.api.aws/.well-known/…`. */
export const wire: WireRules = {
  ownOperations: ['GetIssuerDocument'],
  route: ({ method, host, path }) =>
    method === 'GET' && (path === configurationPath || path === keysPath) && issuerHost.test(host) ? 'GetIssuerDocument' : undefined,
};

/** An answer as it is sent. */
export function getIssuerDocument({ tx, request }: TxContext, { Path }: { readonly Path: string }) {
  const document = Path === keysPath ? publicKeys(tx) : configuration(`https://${request.host.replace(/:\d+$/, '').toLowerCase()}`);
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'max-age=3600' };
  return { status: 200, headers, body: JSON.stringify(document) };
}

/** OpenID Connect Discovery 1.0 §3. */
function configuration(issuer: string) {
  return {
    issuer,
    jwks_uri: `${issuer}${keysPath}`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: tokenAlgorithms,
  };
}
