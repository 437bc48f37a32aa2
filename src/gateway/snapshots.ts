/** Snapshots of a world: by name (in memory in microseconds, else below the data directory), or in a file of one's own. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { State, World } from '../kernel/world';

export type SnapshotPlace = { readonly name: string } | { readonly file: string };

/** A durable cloud keeps its named snapshots here, in its data directory. */
const folder = 'snapshots';
const extension = '.snapshot';

export class Snapshots {
  readonly #world: World;
  readonly #named = new Map<string, State>();
  /** Where named ones are kept when the state cannot be forked. */
  readonly #folder: string | undefined;

  constructor(world: World, dataDirectory: string | undefined) {
    this.#world = world;
    this.#folder = dataDirectory === undefined ? undefined : join(dataDirectory, folder);
  }

  /** Sorted. */
  names(): string[] {
    if (this.#folder === undefined) return [...this.#named.keys()].sort();
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith(extension))
      .map((name) => name.slice(0, -extension.length))
      .sort();
  }

  async save(place: SnapshotPlace): Promise<{ readonly saved: string }> {
    await this.#world.uses.flush();
    await this.#world.audit.settle();
    await this.#world.committed();
    if ('file' in place) {
      await this.#saveFile(place.file);
      return { saved: place.file };
    }
    const { name } = place;
    if (this.#folder === undefined) {
      const old = this.#named.get(name);
      this.#named.set(name, this.#world.forkState());
      await close(old);
    } else {
      mkdirSync(this.#folder, { recursive: true });
      await this.#saveFile(this.#fileOf(name));
    }
    return { saved: name };
  }

  /** Throws a TypeError for a name that nothing was saved under, a SnapshotError for a file that is none. */
  async load(place: SnapshotPlace): Promise<{ readonly loaded: string }> {
    if ('file' in place) {
      await this.#loadFile(place.file);
      return { loaded: place.file };
    }
    const { name } = place;
    if (!this.names().includes(name)) throw new TypeError(`There is no snapshot ${name}. There are: ${this.names().join(', ') || 'none'}.`);
    const snapshot = this.#named.get(name);
    if (snapshot === undefined) await this.#loadFile(this.#fileOf(name));
    else {
      // What is loaded is a copy, so that the snapshot can be loaded again.
      const { engine, blobs } = snapshot;
      await this.#world.replaceState({ engine: engine.fork?.() ?? engine, blobs: blobs.fork?.() ?? blobs });
    }
    return { loaded: name };
  }

  async close(): Promise<void> {
    const all = [...this.#named.values()];
    this.#named.clear();
    await Promise.all(all.map(close));
  }

  #fileOf(name: string): string {
    return join(this.#folder ?? '', name + extension);
  }

  async #saveFile(file: string): Promise<void> {
    const { saveSnapshotFile } = await import('../store/snapshot-file');
    await saveSnapshotFile(file, this.#world);
  }

  async #loadFile(file: string): Promise<void> {
    const { loadSnapshotFile } = await import('../store/snapshot-file');
    await this.#world.restore(() => loadSnapshotFile(file, this.#world));
  }
}

async function close(state: State | undefined): Promise<void> {
  await state?.blobs.close();
  await state?.engine.close();
}
