/** What a cloud can be told when it starts. */

import type { AccessMode, Modes, SignatureMode } from '../security/modes';

/** What an acknowledged write survives: a killed process, or a power cut as well. */
export type Durability = 'process' | 'disk';

export interface CloudOptions {
  /** Directory that keeps the state; in memory when absent. */
  readonly data?: string | undefined;
  readonly durability?: Durability | undefined;
  /** 0 picks a free one. */
  readonly port?: number | undefined;
  /** Addresses to listen on; loopback when absent. */
  readonly listen?: readonly string[] | undefined;
  /** Makes ids repeatable. */
  readonly seed?: string | undefined;
  readonly signatures?: SignatureMode | undefined;
  readonly iam?: AccessMode | undefined;
  /** Modes of single accounts, by number, where they differ from those above. */
  readonly accounts?: Readonly<Record<string, Modes>> | undefined;
  /** The secret of the well-known root keys; `test` when absent. */
  readonly rootSecret?: string | undefined;
  /** Origins of web pages that may call, beyond loopback. */
  readonly allowOrigins?: readonly string[] | undefined;
  /** Host names by which it may be called, beyond the known ones. */
  readonly allowHosts?: readonly string[] | undefined;
  /** The base of URLs that are made without a request at hand. */
  readonly publicUrl?: string | undefined;
  /** Where the local certificate authority is kept. Without it TLS is refused. */
  readonly certificates?: string | undefined;
  /** False: calls are not noted for CloudTrail, which then refuses to work. */
  readonly callHistory?: boolean | undefined;
  /** Checks every answer against its output shape, and freezes records: for tests of Nuvola itself. */
  readonly strict?: boolean | undefined;
  /** Told what went wrong in the background. */
  readonly report?: ((what: string, error: unknown) => void) | undefined;
}

/** The port that AWS emulators are expected on. */
export const defaultPort = 4566;
