/** Snapshots of a world: named ones in memory (microseconds), or in a file. */
import type { State, World } from '../kernel/world';

export type SnapshotPlace = { readonly name: string } | { readonly file: string };

export class Snapshots {
  readonly #world: World;
  readonly #named = new Map<string, State>();

  constructor(world: World) {
    this.#world = world;
  }

  names(): string[] {
    return [...this.#named.keys()];
  }

  async save(place: SnapshotPlace): Promise<{ readonly saved: string }> {
    await this.#world.committed();
    if ('name' in place) {
      this.#named.set(place.name, this.#world.forkState());
      return { saved: place.name };
    }
    const { saveSnapshotFile } = await import('../store/snapshot-file');
    await saveSnapshotFile(place.file, this.#world);
    return { saved: place.file };
  }

  async load(place: SnapshotPlace): Promise<{ readonly loaded: string }> {
    if ('name' in place) {
      const snapshot = this.#named.get(place.name);
      if (!snapshot) throw new TypeError(`There is no snapshot ${place.name}. There are: ${this.names().join(', ') || 'none'}.`);
      // What is loaded is a copy, so that the snapshot can be loaded again.
      const { engine, blobs } = snapshot;
      await this.#world.replaceState({ engine: engine.fork?.() ?? engine, blobs: blobs.fork?.() ?? blobs });
      return { loaded: place.name };
    }
    const { loadSnapshotFile } = await import('../store/snapshot-file');
    await this.#world.restore(() => loadSnapshotFile(place.file, this.#world));
    return { loaded: place.file };
  }
}
