import { expect, it } from 'vitest';
import { mayBeAsked } from './issuers';

it.each([
  ['https://issuer.example/keys', 'https://issuer.example', true],
  ['https://keys.example/keys', 'https://issuer.example', true],
  ['http://issuer.example/keys', 'https://issuer.example', false],
  ['http://127.0.0.1:8080/keys', 'http://127.0.0.1:8080', true],
  ['http://localhost:8080/keys', 'http://localhost:8080/realms/a', true],
  ['http://[::1]:8080/keys', 'http://[::1]:8080', true],
  ['https://issuer.example/keys', 'http://127.0.0.1:8080', true],
  ['http://127.0.0.1:8080/keys', 'https://issuer.example', false],
  ['https://localhost/keys', 'https://issuer.example', false],
  ['http://169.254.169.254/latest/meta-data', 'http://127.0.0.1:8080', false],
  ['https://user:pass@issuer.example/keys', 'https://issuer.example', false],
  ['ftp://issuer.example/keys', 'https://issuer.example', false],
  ['file:///keys', 'http://127.0.0.1', false],
  ['keys', 'https://issuer.example', false],
  ['https://issuer.example/keys', 'issuer.example', false],
])('%s on behalf of %s: %s', (address, issuer, answer) => expect(mayBeAsked(address, issuer)).toBe(answer));
