/** The one clock: real, frozen, advanced or scaled. Everything that waits for a time waits for this. */

interface ClockState {
  /** Virtual time, ms since 1970. */
  readonly now: number;
  readonly frozen: boolean;
  /** Virtual ms per real ms. */
  readonly scale: number;
}

/** How virtual time runs from a real moment on; enough to go on with it in another process. */
export interface ClockCourse {
  /** Virtual time at `anchor`, ms since 1970. */
  readonly base: number;
  /** Real time, ms since 1970. */
  readonly anchor: number;
  readonly scale: number;
  readonly frozen: boolean;
}

export class Clock {
  /** Virtual time at `anchor` (real). */
  #base: number;
  #anchor: number;
  #scale = 1;
  #frozen = false;
  /** Real time, while it stands. */
  #held: number | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(start?: ClockState) {
    this.#anchor = Date.now();
    this.#base = start?.now ?? this.#anchor;
    if (start) {
      this.#scale = start.scale;
      this.#frozen = start.frozen;
    }
  }

  /** Virtual time in whole ms since 1970. */
  now(): number {
    return this.at(this.#frozen ? 0 : this.realNow());
  }

  /** Real time, ms since 1970. */
  realNow(): number {
    return this.#held ?? Date.now();
  }

  /** Runs something that waits for nothing, and all of which happens at one time: to look at the clock is dear. */
  holdFor(run: () => void): void {
    this.#held = Date.now();
    try {
      run();
    } finally {
      this.#held = undefined;
    }
  }

  /** What it shows at a real time of just now, for those who have looked at that already. */
  at(realMs: number): number {
    return this.#frozen ? this.#base : Math.floor(this.#base + (realMs - this.#anchor) * this.#scale);
  }

  state(): ClockState {
    return { now: this.now(), frozen: this.#frozen, scale: this.#scale };
  }

  /** Undefined while it is the real clock. */
  course(): ClockCourse | undefined {
    const isReal = this.#base === this.#anchor && this.#scale === 1 && !this.#frozen;
    return isReal ? undefined : { base: this.#base, anchor: this.#anchor, scale: this.#scale, frozen: this.#frozen };
  }

  /** Goes on as another clock did; without a course, as the real one. */
  follow(course: ClockCourse | undefined): void {
    const now = Date.now();
    this.#base = course?.base ?? now;
    this.#anchor = course?.anchor ?? now;
    this.#scale = course?.scale ?? 1;
    this.#frozen = course?.frozen ?? false;
    this.#changed();
  }

  /** What a real clock will show when this one shows `virtualMs`, were it to run at real speed from now. */
  toReal(virtualMs: number): number {
    return Date.now() + (virtualMs - this.now());
  }

  /** Real ms until `virtualMs`; Infinity while frozen and not there yet. */
  realDelay(virtualMs: number): number {
    const left = virtualMs - this.now();
    if (left <= 0) return 0;
    return this.#frozen || this.#scale === 0 ? Number.POSITIVE_INFINITY : left / this.#scale;
  }

  /** Sets virtual time without running what lies between; the world's `advance` is what users want. */
  jump(virtualMs: number): void {
    this.#base = virtualMs;
    this.#anchor = Date.now();
    this.#changed();
  }

  freeze(): void {
    this.#base = this.now();
    this.#frozen = true;
    this.#changed();
  }

  resume(): void {
    this.#anchor = Date.now();
    this.#frozen = false;
    this.#changed();
  }

  /** Makes time pass `factor` times as fast as real time. */
  scale(factor: number): void {
    if (!(factor > 0) || !Number.isFinite(factor)) throw new RangeError('The clock’s scale is a number above 0; use freeze to stop it.');
    this.#base = this.now();
    this.#anchor = Date.now();
    this.#scale = factor;
    this.#changed();
  }

  /** Back to real time. */
  real(): void {
    this.follow(undefined);
  }

  /** Calls back whenever time jumped, stopped or changed pace. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    this.#held = undefined;
    for (const listener of this.#listeners) listener();
  }
}
