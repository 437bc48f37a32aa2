/** An OpenID Connect issuer of the tests, on this machine, with keys of its own. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Making a key takes longer than a test should. */
const keys = [newKey(), newKey()];

function newKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

export class Issuer implements AsyncDisposable {
  readonly #server: Server;
  /** What it answers, by path; a test may change it. */
  readonly answers = new Map<string, { readonly status?: number; readonly body?: unknown; readonly headers?: Record<string, string> }>();
  /** Paths asked for, in order. */
  readonly asked: string[] = [];
  #keyId = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Issuer> {
    const server = createServer((request, response) => {
      const path = request.url ?? '';
      issuer.asked.push(path);
      const { status = 200, body = {}, headers = {} } = issuer.answers.get(path) ?? { status: 404 };
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    const issuer = new Issuer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer.publish();
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** As IAM names it. */
  get name(): string {
    return this.url.slice('http://'.length);
  }

  /** Tells where its keys are, and the keys. */
  publish(): void {
    const jwk = this.#publicJwk();
    this.answers.set('/.well-known/openid-configuration', { body: { issuer: this.url, jwks_uri: `${this.url}/keys` } });
    this.answers.set('/keys', { body: { keys: [jwk] } });
  }

  /** Signs with another key from now on; once. */
  rotate(): void {
    this.#keyId++;
    this.publish();
  }

  token(
    claims: Readonly<Record<string, unknown>> = {},
    header: Readonly<Record<string, unknown>> = {},
    key: KeyObject = this.#key,
  ): string {
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: this.url, aud: 'app', sub: 'user-0001', iat: now, exp: now + 600, ...claims };
    const signed = `${part({ alg: 'RS256', kid: String(this.#keyId), typ: 'JWT', ...header })}.${part(all)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
  }

  get #key(): KeyObject {
    return keys[this.#keyId] as KeyObject;
  }

  #publicJwk() {
    const { n, e } = this.#key.export({ format: 'jwk' });
    return { kty: 'RSA', use: 'sig', alg: 'RS256', kid: String(this.#keyId), n, e };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
