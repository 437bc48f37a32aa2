/** Brings records that an older Nuvola wrote up to the versions that the collections of this one declare. */
import type { Collection } from './collection';
import { kernelCollections, Schemas } from './records';
import type { World } from './world';

/** The state was written by a newer Nuvola, or by one too old to be read. */
export class DataVersionError extends Error {
  override readonly name = 'DataVersionError';
}

const pageSize = 500;

/**
 * Migrates every collection whose records are older than its declaration. Throws DataVersionError before anything is changed.
 * A collection of which no version is noted is taken to be of this one: that of a service is new, and those of the kernel
 * were not noted at first. `own`: the kernel's collections.
 */
export async function migrate(world: World, own = kernelCollections): Promise<void> {
  const stored = await world.transactAt(world.home, (tx) => tx.scan(Schemas));
  const declared = declaredVersions(world, own);
  for (const { collection, version } of stored) {
    const wanted = declared.get(collection);
    if (wanted !== undefined && version > wanted) {
      throw new DataVersionError(
        `This state was written by a newer Nuvola (${collection} has version ${version}, this one knows ${wanted}). Update Nuvola to open it.`,
      );
    }
  }
  for (const { collection: name, version } of stored) {
    const wanted = declared.get(name);
    if (wanted === undefined || version === wanted) continue;
    const collection = own.find((each) => each.name === name) ?? (await world.collectionNamed(name));
    if (collection) await migrateCollection(world, collection, version);
  }
  await noteVersions(world, own);
}

/** Writes down in which versions records are written from now on. */
export async function noteVersions(world: World, own = kernelCollections): Promise<void> {
  await world.transactAt(world.home, (tx) => {
    for (const [collection, version] of declaredVersions(world, own)) tx.put(Schemas, { collection, version });
  });
}

/** Of the services' collections and the kernel's own, by name. */
function declaredVersions(world: World, own: typeof kernelCollections): ReadonlyMap<string, number> {
  return new Map([...world.registry.collectionVersions(), ...own.map(({ name, version }) => [name, version] as const)]);
}

async function migrateCollection(world: World, collection: Collection<object, string>, from: number): Promise<void> {
  for (let version = from; version < collection.version; version++) {
    if (!collection.migrate?.[version])
      throw new DataVersionError(
        `${collection.name} cannot be brought from version ${version} to ${version + 1}; open this state with the Nuvola that wrote it.`,
      );
  }
  const trees = world.engine.trees().filter((tree) => tree.collection === collection.name);
  // Indexes are made anew: the functions of this version may not understand the older records.
  world.engine.clear((tree) => tree.collection.startsWith(`${collection.name}#`));
  for (const tree of trees) {
    const place = { partition: tree.partition, account: tree.account, region: tree.region };
    let after: object | undefined;
    do {
      after = await world.transactAt(place, (tx) => {
        const page = tx.scan(collection, { limit: pageSize, ...(after && { after: collection.key(after) }) });
        const migrated = page.map((record) => upgrade(collection, record, from));
        for (const record of migrated) tx.replaceOlder(collection, record);
        return page.length === pageSize ? migrated.at(-1) : undefined;
      });
    } while (after);
  }
}

/** A migration never changes a record's key. */
function upgrade(collection: Collection<object, string>, record: object, from: number): object {
  let upgraded: unknown = record;
  for (let version = from; version < collection.version; version++) upgraded = collection.migrate?.[version]?.(upgraded as never);
  return upgraded as object;
}
