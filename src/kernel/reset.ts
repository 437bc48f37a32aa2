/** Empties a world, or one account of it. */
import { AccessGenerations, accessChanged } from './access';
import type { Epochs } from './epochs';
import { noteVersions } from './migrate';
import { ownerIndex } from './transaction';
import type { World } from './world';

/** What began before and is still running can no longer write. */
export async function reset(world: World, epochs: Epochs, account?: string): Promise<void> {
  await world.engine.commit();
  epochs.begin(account);
  world.uses.forget(account);
  // Before anything is waited for: what was noted of the old state must not be written into the new one.
  world.audit.drop(account);
  if (account === undefined) await empty(world);
  else await emptyAccount(world, account);
}

async function empty(world: World): Promise<void> {
  world.engine.clear(() => true);
  world.waits.endAll();
  await world.blobs.clear();
  await noteVersions(world);
  world.rememberClock();
  world.audit.drop();
}

async function emptyAccount(world: World, account: string): Promise<void> {
  world.waits.endAll(account);
  await deleteOwned(world, account);
  world.engine.clear((tree) => tree.account === account);
  world.audit.drop(account);
  // Whoever was in an account that is empty now is no more.
  for (const { collection, partition } of [...world.engine.trees()])
    if (collection === AccessGenerations.name) await world.transactAt({ ...world.home, partition }, accessChanged);
}

/** Records of partition-wide collections that belong to an account, with their indexes and blobs; and blobs of its own trees. */
async function deleteOwned(world: World, account: string): Promise<void> {
  for (const tree of world.engine.trees()) {
    const [name, index] = tree.collection.split('#');
    if (index !== ownerIndex && !(tree.account === account && index === undefined)) continue;
    const collection = await world.collectionNamed(name as string);
    if (!collection) continue;
    await world.transactAt({ partition: tree.partition, account, region: tree.region }, (tx) => {
      if (index === ownerIndex)
        for (const record of tx.scanIndex(collection, ownerIndex as never, { prefix: account })) tx.delete(collection, record);
      else if (collection.blobs) tx.deleteAll(collection, {});
    });
  }
}
