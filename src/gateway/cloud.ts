/** A whole cloud: a world, the pipeline that leads to it, and the port it listens on. */
import { services } from '../../generated/services';
import { serviceIds } from '../api/load';
import { Clock } from '../kernel/clock';
import { OffloadPool } from '../kernel/offload';
import { Registry } from '../kernel/registry';
import { World } from '../kernel/world';
import { AccessGate } from '../security/access/gate';
import { type SecurityOptions, securityFrom } from '../security/modes';
import type { Gateway } from './listener';
import { type CloudOptions, defaultPort } from './options';
import { Pipeline } from './pipeline';
import { type SnapshotPlace, Snapshots } from './snapshots';
import { openStore } from './store';
import { version } from './version';

/** A blob that no record names may belong to a request that is still running. */
const sweepGraceMs = 60 * 60_000;

export class Cloud {
  readonly version = version;
  readonly world: World;
  /** The modes of enforcement, and the decisions that were made. */
  readonly access: AccessGate;
  readonly pipeline: Pipeline;
  readonly options: CloudOptions;
  /** Called when somebody asks over HTTP that the process end; absent where that is not ours to do. */
  onStop: (() => void) | undefined;
  readonly #snapshots: Snapshots;
  readonly #startedAt = performance.now();
  #gateway: Gateway | undefined;
  #listening: Promise<Gateway> | undefined;
  #closed: Promise<void> | undefined;

  private constructor(world: World, options: CloudOptions, access: AccessGate) {
    this.world = world;
    this.options = options;
    this.access = access;
    this.pipeline = new Pipeline(this);
    this.#snapshots = new Snapshots(world, options.data);
  }

  /** Opens the state and takes up what was going on in it. Listens only once `listen` is called. */
  static async open(options: CloudOptions = {}): Promise<Cloud> {
    const security = securityFrom(options); // refuses what is mistyped before anything is opened
    const { engine, blobs } = await openStore(options);
    const world = new World({
      engine,
      blobs,
      seed: options.seed,
      registry: new Registry(services),
      clock: new Clock(),
      offload: new OffloadPool(),
      report: options.report ?? (() => {}),
    });
    const access = guarded(world, security); // before anything that was going on goes on
    if (access.isActive) await access.load();
    await world.start();
    if (options.data !== undefined) world.sweepBlobs(sweepGraceMs).catch((error) => world.report('sweeping blobs', error));
    return new Cloud(world, options, access);
  }

  /** Opens the port; calling it again gives the same one. */
  async listen(port = this.options.port ?? defaultPort): Promise<Gateway> {
    this.#listening ??= this.#open(port);
    return this.#listening;
  }

  /** Where it listens: `http://127.0.0.1:4566`. Throws before `listen`. */
  get url(): string {
    if (!this.#gateway) throw new Error('This cloud does not listen yet; call listen first.');
    const host = this.#gateway.hosts[0] as string;
    return `http://${host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host}:${this.#gateway.port}`;
  }

  get gateway(): Gateway | undefined {
    return this.#gateway;
  }

  /** Another cloud with the same state and time. It listens nowhere until told to. */
  fork(options: { readonly seed?: string } = {}): Cloud {
    const world = this.world.fork(options.seed);
    const cloud = new Cloud(world, { ...this.options, port: 0, ...options }, guarded(world, this.access.security));
    cloud.world.resume();
    return cloud;
  }

  async reset(account?: string): Promise<void> {
    await this.world.reset(account);
    this.access.decisions.forget(account);
  }

  snapshotNames(): string[] {
    return this.#snapshots.names();
  }

  saveSnapshot(place: SnapshotPlace): Promise<{ readonly saved: string }> {
    return this.#snapshots.save(place);
  }

  async loadSnapshot(place: SnapshotPlace): Promise<{ readonly loaded: string }> {
    const loaded = await this.#snapshots.load(place);
    // They were made in a state that is no more.
    this.access.decisions.forget();
    return loaded;
  }

  health() {
    const { rss } = process.memoryUsage();
    return {
      status: 'running',
      version,
      store: this.world.engine.kind,
      uptimeMs: Math.round(performance.now() - this.#startedAt),
      memoryBytes: rss,
      services: this.world.registry.ids(),
      pid: process.pid,
      ...(this.options.data !== undefined && { data: this.options.data }),
    };
  }

  /** In the words of LocalStack's own answer, which its wrappers and wait scripts read. */
  localstackHealth() {
    const built = new Set(this.world.registry.ids());
    return {
      version,
      edition: 'nuvola',
      services: Object.fromEntries(serviceIds().map((id) => [id, built.has(id) ? 'available' : 'disabled'])),
    };
  }

  /** `service:Operation` → how often somebody asked for one that is not built. */
  notImplementedCalls(): Readonly<Record<string, number>> {
    return this.pipeline.notImplementedCalls();
  }

  /** Stops: finishes what is in flight, then closes the state. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.pipeline.close();
    this.world.waits.endAll();
    await (await this.#listening)?.close({ graceMs: 5_000 });
    await this.#snapshots.close();
    await this.world.close();
  }

  async #open(port: number): Promise<Gateway> {
    // Listening is for servers; a cloud in a test process may never need it.
    const { createGateway } = await import('./listener');
    this.#gateway = await createGateway({
      port,
      allowHosts: this.options.allowHosts,
      ...(this.options.listen && { hosts: this.options.listen }),
      ...(this.options.certificates !== undefined && { certificates: this.options.certificates }),
      handle: (request) => this.pipeline.handle(request),
      handleTogether: (requests, answered) => this.pipeline.handleTogether(requests, answered),
      beforeAnswers: () => this.world.committed(),
      crashed: (request, error) => this.pipeline.crashed(request, error),
    });
    return this.#gateway;
  }
}

/** Puts a world behind the security stage. */
function guarded(world: World, security: SecurityOptions): AccessGate {
  const access = new AccessGate(world, security);
  world.access = access;
  return access;
}
