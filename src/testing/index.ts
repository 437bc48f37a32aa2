/** Nuvola inside a test: `import { Nuvola } from 'nuvola'`. */
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cloud } from '../gateway/cloud';
import type { CloudOptions } from '../gateway/options';
import { InProcessHandler, NamingSigner } from './in-process';

export type { CloudOptions } from '../gateway/options';

export interface ConfigOptions {
  /** Twelve digits; 000000000000 when absent. */
  readonly account?: string;
  /** us-east-1 when absent. */
  readonly region?: string;
  /** Call without a socket: about twice the rate. Presigned URLs still work, because the cloud also listens. */
  readonly inProcess?: boolean;
}

/** What an `@aws-sdk/client-*` v3 constructor takes. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Buckets in the path: `bucket.127.0.0.1` is no host name. Other clients ignore it. */
  readonly forcePathStyle: true;
}

export interface StartOptions extends Omit<CloudOptions, 'port'> {
  /** A free one when absent. */
  readonly port?: number;
}

/** An account of its own: what one test does there, no other test sees. */
export interface Account {
  readonly id: string;
  config(options?: Omit<ConfigOptions, 'account'>): ClientConfig;
  /** Empties it. */
  reset(): Promise<void>;
}

/** The clock of a cloud. Times are ms since 1970 or Dates. */
export interface NuvolaClock {
  now(): number;
  freeze(): void;
  resume(): void;
  scale(factor: number): void;
  set(time: number | Date): void;
  /** Back to real time. */
  real(): void;
  /** Moves time on and settles once all that this caused has happened; `left` says what has not. */
  advance(ms: number): Promise<{ readonly now: number; readonly settled: boolean; readonly left: readonly string[] }>;
}

/** A state to come back to. */
export interface Snapshot {
  restore(): Promise<void>;
}

/** A running cloud. */
export class Nuvola implements AsyncDisposable {
  readonly #cloud: Cloud;
  readonly #parent: Nuvola | undefined;
  readonly #children = new Set<Nuvola>();
  readonly #files: string[] = [];
  #snapshots = 0;
  #handler: InProcessHandler | undefined;
  #closed: Promise<void> | undefined;

  private constructor(cloud: Cloud, parent?: Nuvola) {
    this.#cloud = cloud;
    this.#parent = parent;
    if (parent) parent.#children.add(this);
  }

  /** Starts one in this process, on a free port of 127.0.0.1 unless told otherwise. */
  static async start(options: StartOptions = {}): Promise<Nuvola> {
    return new Nuvola(await listening(await Cloud.open(options), options.port ?? 0));
  }

  /** `http://127.0.0.1:PORT` */
  get url(): string {
    return this.#cloud.url;
  }

  get port(): number {
    return this.#cloud.gateway?.port ?? 0;
  }

  /** Configuration for any SDK v3 client: `new SQSClient(cloud.config())`. */
  config(options: ConfigOptions = {}): ClientConfig {
    const accessKeyId = options.account ?? '000000000000';
    const config: ClientConfig = {
      endpoint: this.url,
      region: options.region ?? 'us-east-1',
      credentials: { accessKeyId, secretAccessKey: 'test' },
      forcePathStyle: true,
    };
    if (!options.inProcess) return config;
    this.#handler ??= new InProcessHandler(this.#cloud.pipeline);
    const inProcess = { ...config, requestHandler: this.#handler, signerConstructor: NamingSigner };
    return inProcess;
  }

  /** A fresh, isolated account. */
  account(): Account {
    const id = String(100_000_000_000 + Math.floor(this.#cloud.world.random.fraction() * 9e11));
    return { id, config: (options) => this.config({ ...options, account: id }), reset: () => this.reset(id) };
  }

  /**
   * A cloud with the same state, with a clock, randomness and address of its own. Close it, or let this one close it.
   * Only what is kept in memory can be forked.
   */
  async fork(options: { readonly seed?: string } = {}): Promise<Nuvola> {
    return new Nuvola(await listening(this.#cloud.fork(options), 0), this);
  }

  /** Remembers the state as it is now: at once in memory, in a temporary file when the state is kept in a directory. */
  async snapshot(): Promise<Snapshot> {
    const name = `snapshot-${++this.#snapshots}`;
    const file = join(tmpdir(), `nuvola-${process.pid}-${this.port}-${name}.nuvola`);
    const inMemory = this.#cloud.options.data === undefined;
    const place = inMemory ? { name } : { file };
    if (!inMemory) this.#files.push(file);
    await this.#cloud.saveSnapshot(place);
    return {
      restore: async () => {
        await this.#cloud.loadSnapshot(place);
      },
    };
  }

  /** Writes the state to a file, to be loaded here or by `nuvola snapshot load`. */
  async save(file: string): Promise<void> {
    await this.#cloud.saveSnapshot({ file });
  }

  async load(file: string): Promise<void> {
    await this.#cloud.loadSnapshot({ file });
  }

  /** Empties everything, or one account. */
  reset(account?: string): Promise<void> {
    return this.#cloud.reset(account);
  }

  get clock(): NuvolaClock {
    const { world } = this.#cloud;
    const { clock } = world;
    return {
      now: () => clock.now(),
      freeze: () => clock.freeze(),
      resume: () => clock.resume(),
      scale: (factor) => clock.scale(factor),
      set: (time) => clock.jump(Number(time)),
      real: () => clock.real(),
      advance: (ms) => world.advance(ms),
    };
  }

  /** PEM of the local certificate authority. */
  async certificateAuthority(): Promise<string> {
    return (await this.#cloud.listen()).certificateAuthority();
  }

  /** Stops: finishes what is in flight and closes the state. Its forks end with it. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#parent) this.#parent.#children.delete(this);
    await Promise.all([...this.#children].map((child) => child.close()));
    await this.#cloud.close();
    await Promise.all(this.#files.map((file) => rm(file, { force: true })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** The cloud once its port is open; closed when it cannot be. */
async function listening(cloud: Cloud, port: number): Promise<Cloud> {
  try {
    await cloud.listen(port);
    return cloud;
  } catch (error) {
    await cloud.close().catch(() => undefined);
    throw error;
  }
}
