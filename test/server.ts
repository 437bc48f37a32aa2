/** What whole-system tests stand on: accounts of their own in the shared cloud, or a cloud of their own. */
import { randomInt } from 'node:crypto';
import { inject } from 'vitest';
import { type ClientConfig, Nuvola, type StartOptions } from '../src/testing';

/** An account that no other test uses, in the cloud that all share. */
export interface TestAccount {
  readonly id: string;
  /** Of the shared cloud: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** For the constructor of any SDK v3 client. */
  readonly config: ClientConfig;
  /** The same in another region. */
  configIn(region: string): ClientConfig;
}

export function account(): TestAccount {
  const url = inject('nuvolaUrl');
  const id = String(randomInt(100_000_000_000, 281_474_976_710_655)).slice(0, 12);
  const configIn = (region: string): ClientConfig => ({
    endpoint: url,
    region,
    credentials: { accessKeyId: id, secretAccessKey: 'test' },
    forcePathStyle: true,
  });
  return { id, url, config: configIn('us-east-1'), configIn };
}

/** A cloud in this process, whose clock the test may move; close it with `await using`. */
export function ownCloud(options: StartOptions = {}): Promise<Nuvola> {
  return Nuvola.start({ strict: true, ...options });
}
