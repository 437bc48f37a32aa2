/**
 * How much virtual time has passed since a real moment. A presigned URL says when it was signed by the client's (real)
 * clock, but ends by the virtual one; so every change of the virtual clock's course is remembered.
 */

/** What is needed of the kernel's clock. */
interface WatchedClock {
  /** Virtual time, ms since 1970. */
  now(): number;
  state(): { readonly frozen: boolean; readonly scale: number };
  onChange(listener: () => void): () => void;
}

/** From a real moment on, virtual time ran at this pace. */
interface Course {
  readonly real: number;
  readonly virtual: number;
  /** Virtual ms per real ms. */
  readonly pace: number;
}

/** Beyond this many changes the oldest are forgotten, and count as if time had run evenly before. */
const remembered = 1000;

export class ElapsedTime {
  private readonly clock: WatchedClock;
  private readonly realNow: () => number;
  private readonly courses: Course[];
  private readonly unwatch: () => void;

  /** `realNow` gives ms since 1970 by the real clock. */
  constructor(clock: WatchedClock, realNow: () => number) {
    this.clock = clock;
    this.realNow = realNow;
    this.courses = [this.course()];
    this.unwatch = clock.onChange(() => this.changed());
  }

  real(): number {
    return this.realNow();
  }

  virtual(): number {
    return this.clock.now();
  }

  /** Virtual ms since a real moment; negative for one to come. Before the first change is known, time counts as real. */
  since(realMs: number): number {
    return this.clock.now() - this.virtualAt(realMs);
  }

  close(): void {
    this.unwatch();
  }

  private virtualAt(realMs: number): number {
    for (let i = this.courses.length - 1; i >= 0; i--) {
      const { real, virtual, pace } = this.courses[i]!;
      if (realMs >= real) return virtual + (realMs - real) * pace;
    }
    const first = this.courses[0]!;
    return first.virtual - (first.real - realMs);
  }

  private changed(): void {
    const next = this.course();
    // a clock advanced step by step within one real millisecond is one change
    if (this.courses.at(-1)?.real === next.real && this.courses.length > 1) this.courses.pop();
    this.courses.push(next);
    if (this.courses.length > remembered) this.courses.shift();
  }

  private course(): Course {
    const { frozen, scale } = this.clock.state();
    return { real: this.realNow(), virtual: this.clock.now(), pace: frozen ? 0 : scale };
  }
}
