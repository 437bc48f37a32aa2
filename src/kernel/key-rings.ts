/** Access keys and sealing keys as they are now: every call of a user or a session asks, so without a transaction. */
import type { Engine, TreeId } from '../store/engine';
import { BoundedCache } from './bounded-cache';
import type { Collection } from './collection';
import { type AccessKey, AccessKeys, type SealingKey, SealingKeys } from './credentials';
import { encodeKey } from './key';
import { treeAt } from './place';

interface KeysWorld {
  readonly engine: Engine;
  checkEpoch(account: string, epoch: number): void;
}

/** Of a world, by partition. */
export class KeyRings {
  readonly #world: KeysWorld;
  readonly #rings = new Map<string, KeyRing>();

  constructor(world: KeysWorld) {
    this.#world = world;
  }

  /**
   * For a look now, before anything is waited for. Throws when everything was reset after `epoch` began; undefined where
   * only a transaction can tell.
   */
  at(partition: string, epoch: number): KeyRing | undefined {
    this.#world.checkEpoch('', epoch);
    if (this.#world.engine.peek === undefined) return undefined;
    let ring = this.#rings.get(partition);
    if (ring === undefined) this.#rings.set(partition, (ring = new KeyRing(this.#world, partition)));
    return ring;
  }
}

const sessionKey = encodeKey('session');

/** Remembers where keys are, and never what was found there: the next call may find them changed, or in another state. */
export class KeyRing {
  readonly #world: KeysWorld;
  readonly #accessKeys: TreeId;
  readonly #sealingKeys: TreeId;
  readonly #encoded = new BoundedCache<string>(1024);

  constructor(world: KeysWorld, partition: string) {
    this.#world = world;
    this.#accessKeys = treeIn(partition, AccessKeys);
    this.#sealingKeys = treeIn(partition, SealingKeys);
  }

  find(accessKeyId: string): AccessKey | undefined {
    const key = this.#encoded.get(accessKeyId) ?? this.#encoded.set(accessKeyId, encodeKey(accessKeyId));
    return this.#world.engine.peek?.(this.#accessKeys, key) as AccessKey | undefined;
  }

  sealingKey(): Uint8Array | undefined {
    const found = this.#world.engine.peek?.(this.#sealingKeys, sessionKey) as SealingKey | undefined;
    return found?.key;
  }
}

function treeIn(partition: string, { name, scope, hot }: Collection<never, string>): TreeId {
  return treeAt(name, scope, { partition, account: '', region: '' }, hot === true);
}
