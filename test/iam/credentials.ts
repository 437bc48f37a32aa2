/** Accounts, users and certificates for the tests of credentials. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { expect } from 'vitest';
import { certificatePem, distinguishedName, extension } from '../../src/kernel/certificates';
import { boolean, sequence } from '../../src/kernel/der';
import { type MfaDevice, mfaCodeAt, mfaStepAt } from '../../src/kernel/mfa';
import type { ClientConfig } from '../../src/testing';
import { account } from '../server';

interface TestUser {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
}

/** An account with root's IAM client. */
export function openAccount() {
  const { id, config } = account();
  return { id, config, ...identities(new IAMClient({ ...config, maxAttempts: 1 }), config) };
}

export function identities(iam: IAMClient, config: ClientConfig) {
  return {
    iam,
    async user(UserName = 'ann', Path = '/'): Promise<TestUser> {
      const { User } = await iam.send(new CreateUserCommand({ UserName, Path }));
      return { name: UserName, id: User?.UserId ?? '', arn: User?.Arn ?? '' };
    },
    /** Client configuration with a new key of a user. */
    async keyOf({ name }: TestUser) {
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
      const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
      return { ...config, credentials: { accessKeyId, secretAccessKey } };
    },
  };
}

/** Expects an error by its code in the model (without `Exception`) and its sentence. */
export async function expectError(call: Promise<unknown>, code: string, message: string | RegExp): Promise<void> {
  const error = (await call.then(
    () => expect.fail(`succeeded instead of answering ${code}`),
    (thrown) => thrown,
  )) as Error & { readonly Code?: string };
  expect((error.Code ?? error.name).replace(/Exception$/, '')).toBe(code);
  if (typeof message === 'string') expect(error.message).toBe(message);
  else expect(error.message).toMatch(message);
}

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A certificate, signed by another one or by itself. */
export function certificate(name: string, { issuer, days = 30, authority = false, keys = rsa() }: CertificateOptions = {}) {
  const pem = certificatePem({
    subject: distinguishedName(name),
    issuer: distinguishedName(issuer?.name ?? name),
    publicKey: keys.publicKey,
    days,
    extensions: [extension('2.5.29.19', true, authority ? sequence(boolean(true)) : sequence())],
    signer: issuer ? createPrivateKey(issuer.key) : keys.privateKey,
  });
  return { name, pem, key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

interface CertificateOptions {
  readonly issuer?: { readonly name: string; readonly key: string };
  readonly days?: number;
  readonly authority?: boolean;
  readonly keys?: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What an authenticator app does with the seed it is given. */
export function authenticator(seed: Uint8Array | undefined) {
  const bits = [...Buffer.from(seed ?? []).toString()].map((char) => base32.indexOf(char).toString(2).padStart(5, '0')).join('');
  const bytes: MfaDevice['seed'] = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  /** The code shown now, or some steps from now. */
  const code = (steps = 0) => mfaCodeAt(bytes, mfaStepAt() + steps);
  return { code, pair: (steps = 0) => ({ AuthenticationCode1: code(steps - 1), AuthenticationCode2: code(steps) }) };
}
