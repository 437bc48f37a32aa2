/** Which services there are, loaded on first use and checked against their API models. */
import { loadModel } from '../api/load';
import type { ServiceDefinition } from './service';

/** What is known of a service before its code is loaded; generated from the definitions. */
interface ServiceEntry {
  readonly load: () => Promise<{ readonly default: ServiceDefinition }>;
  /** Events it subscribes to. */
  readonly events: readonly string[];
  /** The versions of its collections, by name. */
  readonly state: Readonly<Record<string, number>>;
  /** Whether its ARNs can be targets. */
  readonly hasTarget?: boolean;
}
type Manifest = Readonly<Record<string, ServiceEntry>>;

/** Thrown inside a transaction that needs what takes time to get: the world waits for `prepare` and runs the function again. */
export class NotReady extends Error {
  readonly prepare: () => Promise<unknown>;
  constructor(what: string, prepare: () => Promise<unknown>) {
    super(`${what} is not ready yet.`);
    this.prepare = prepare;
  }
}

export class Registry {
  readonly #manifest: Manifest;
  readonly #loaded = new Map<string, ServiceDefinition>();
  readonly #loading = new Map<string, Promise<ServiceDefinition>>();
  readonly #subscribers = new Map<string, string[]>();

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
    for (const [id, entry] of Object.entries(manifest)) {
      for (const event of entry.events) this.#subscribers.set(event, [...(this.#subscribers.get(event) ?? []), id]);
    }
  }

  ids(): string[] {
    return Object.keys(this.#manifest);
  }

  /** Versions of all collections of all services, by name. */
  collectionVersions(): ReadonlyMap<string, number> {
    return new Map(Object.values(this.#manifest).flatMap((entry) => Object.entries(entry.state)));
  }

  has(id: string): boolean {
    return Object.hasOwn(this.#manifest, id);
  }

  /** Whether something can be delivered to an ARN of this service. */
  receives(id: string): boolean {
    return this.has(id) && this.#manifest[id]?.hasTarget !== false;
  }

  subscribersOf(event: string): readonly string[] {
    return this.#subscribers.get(event) ?? [];
  }

  /** The definition when it is loaded already. */
  loaded(id: string): ServiceDefinition | undefined {
    return this.#loaded.get(id);
  }

  /** For code inside a transaction. */
  require(id: string): ServiceDefinition {
    const definition = this.#loaded.get(id);
    if (!definition) throw new NotReady(`The service ${id}`, () => this.load(id));
    return definition;
  }

  /** The same for a service that there may not be. */
  find(id: string): ServiceDefinition | undefined {
    return this.has(id) ? this.require(id) : undefined;
  }

  load(id: string): Promise<ServiceDefinition> {
    const ready = this.#loaded.get(id);
    if (ready) return Promise.resolve(ready);
    let loading = this.#loading.get(id);
    if (!loading) {
      loading = this.#load(id).finally(() => this.#loading.delete(id));
      this.#loading.set(id, loading);
    }
    return loading;
  }

  async #load(id: string): Promise<ServiceDefinition> {
    const entry = this.has(id) ? this.#manifest[id] : undefined;
    if (!entry) throw new Error(`There is no service ${id}.`);
    const { default: definition } = await entry.load();
    checkAgainstModel(id, definition);
    this.#loaded.set(id, definition);
    return definition;
  }
}

function checkAgainstModel(id: string, definition: ServiceDefinition): void {
  if (definition.id !== id) throw new Error(`src/services/${id}/service.ts defines ${definition.id}; folder and id must be the same.`);
  const model = loadModel(id);
  const unknown = [...Object.keys(definition.operations), ...Object.keys(definition.access ?? {})].filter(
    (name) => !model.operation(name) && !definition.wire?.ownOperations?.includes(name),
  );
  if (unknown.length > 0) throw new Error(`${id} defines operations that its API model does not have: ${unknown.join(', ')}.`);
}
