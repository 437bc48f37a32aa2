/** The course of a world's clock as its state keeps it: changes are written down, and the state that is taken up sets the clock. */
import { Clocks } from './records';
import type { World } from './world';

export class ClockRecord {
  readonly #world: World;
  readonly #unwatch: () => void;
  #isFollowing = false;

  constructor(world: World) {
    this.#world = world;
    this.#unwatch = world.clock.onChange(() => this.write());
  }

  /** Sets the clock. */
  async follow(): Promise<void> {
    const { clock, home } = this.#world;
    const course = await this.#world.transactAt(home, (tx) => tx.get(Clocks, 'clock'));
    if (!course && !clock.course()) return;
    this.#isFollowing = true;
    clock.follow(course);
    this.#isFollowing = false;
  }

  write(): void {
    if (this.#isFollowing) return;
    const { clock, home } = this.#world;
    const course = clock.course();
    const written = this.#world.transactAt(home, (tx) => (course ? void tx.put(Clocks, course) : void tx.deleteAll(Clocks, {})));
    written.catch((error) => this.#world.report('the clock could not be remembered', error));
  }

  /** Writes nothing more. */
  close(): void {
    this.#unwatch();
  }
}
