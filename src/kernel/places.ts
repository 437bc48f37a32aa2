/** The places of a world: each is one object from when it is first asked for, which keeps the trees that are open there. */
import type { Place } from './place';
import type { PlaceTrees } from './transaction';

/** Clients name regions and partitions, so there is no end to them; places are made again when needed. */
const maxPlaces = 10_000;

export class Places {
  /** By partition, region, account. */
  readonly #places = new Map<string, Map<string, Map<string, PlaceTrees>>>();
  #count = 0;
  /** Asked for last, and before: calls look up keys in one place and do their work in another. */
  #last: PlaceTrees | undefined;
  #older: PlaceTrees | undefined;

  at(place: Place): PlaceTrees {
    if ('trees' in place) return place as PlaceTrees;
    const { partition, account, region } = place;
    const last = this.#last;
    const older = this.#older;
    if (last?.account === account && last.region === region && last.partition === partition) return last;
    if (older?.account === account && older.region === region && older.partition === partition) return older;
    if (this.#count >= maxPlaces) this.#forget();
    let regions = this.#places.get(partition);
    if (!regions) this.#places.set(partition, (regions = new Map()));
    let accounts = regions.get(region);
    if (!accounts) regions.set(region, (accounts = new Map()));
    let known = accounts.get(account);
    if (!known) {
      known = { partition, account, region, trees: new Map() };
      accounts.set(account, known);
      this.#count++;
    }
    this.#older = last;
    this.#last = known;
    return known;
  }

  #forget(): void {
    this.#places.clear();
    this.#count = 0;
    this.#last = undefined;
    this.#older = undefined;
  }
}
