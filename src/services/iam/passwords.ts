/** What passwords must be like, and how they are kept: as salted hashes that are slow to guess. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { PasswordPolicy } from './credentials-state';

export interface PasswordHash {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

const saltBytes = 16;
const hashBytes = 32;
/** Node's default strength, said here because stored hashes depend on it: 16 MiB and some 40 ms a guess. */
const strength = { N: 16_384, r: 8, p: 1 };

/** On another thread: it takes too long for this one. */
export async function hashPassword(password: string, salt: Uint8Array = randomBytes(saltBytes)): Promise<PasswordHash> {
  const hash = await new Promise<Buffer>((resolve, reject) => {
    scrypt(password, salt, hashBytes, strength, (error, key) => (error ? reject(error) : resolve(key)));
  });
  return { salt, hash };
}

export async function isPassword(password: string, { salt, hash }: PasswordHash): Promise<boolean> {
  return timingSafeEqual((await hashPassword(password, salt)).hash, hash);
}

/** In AWS's order, as far as recorded answers show it. */
const kinds = [
  { required: 'requireUppercase', test: /[A-Z]/, sentence: 'Password should have at least one uppercase letter' },
  { required: 'requireLowercase', test: /[a-z]/, sentence: 'Password should have at least one lowercase letter' },
  { required: 'requireNumbers', test: /[0-9]/, sentence: 'Password should have at least one number' },
  { required: 'requireSymbols', test: /[!@#$%^&*()_+\-=[\]{}|']/, sentence: 'Password should have at least one symbol' },
] as const;

const defaultMinimumLength = 8;
/** Of the four kinds of characters; without a policy of the account's own. */
const defaultKinds = 3;

/** What a password lacks, in AWS's words; undefined when it will do. */
export function passwordProblem(password: string, policy: PasswordPolicy | undefined): string | undefined {
  const minimumLength = policy?.minimumLength ?? defaultMinimumLength;
  const tooShort = password.length < minimumLength ? `Password should have a minimum length of ${minimumLength}` : undefined;
  if (policy) return kinds.find(({ required, test }) => policy[required] && !test.test(password))?.sentence ?? tooShort;
  const lacking = kinds.filter(({ test }) => !test.test(password));
  const more = defaultKinds - (kinds.length - lacking.length);
  if (more <= 0) return tooShort;
  const sentences = lacking.map(({ sentence }) => sentence).join(', ');
  return tooShort ?? `Password should meet ${more} more of the following requirements: ${sentences}`;
}
