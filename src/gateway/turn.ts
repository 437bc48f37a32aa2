/** A turn's calls begin together, and its end is one step: commit what they wrote, then write all their answers together. */

interface TurnOptions {
  /** Makes what this turn decided as durable as the store promises; undefined when it already is. */
  readonly beforeAnswers: () => Promise<void> | undefined;
}

/** Something that can leave once its turn is committed. */
export interface Answer {
  /** Writes it out. */
  send(): void;
  /** The commit failed: what it says is not true. */
  commitFailed(error: unknown): void;
}

/** While turns are quiet only one answer in so many looks at its turn: looking costs a round of the loop. */
const sampleEvery = 8;

/**
 * Collects the answers of one turn of the event loop. Writing each as it comes wakes its client at once, and with
 * many connections that costs more than the calls themselves (measured: 55 µs a call against 32). While turns have
 * one answer each there is nothing to gather, and waiting would only add latency: they are sent at once.
 */
export class Turn {
  readonly #beforeAnswers: () => Promise<void> | undefined;
  #waiting: Answer[] = [];
  /** Answers of this turn, while it is looked at. */
  #count = 0;
  /** Had the last turn that was looked at several answers? */
  #busy = false;
  #watching = false;
  #unwatched = sampleEvery - 1;
  /** Answers of calls that were begun together, until all that these could do at once is done. */
  #gathered: Answer[] | undefined;

  constructor(options: TurnOptions) {
    this.#beforeAnswers = options.beforeAnswers;
  }

  /**
   * Begins calls together, once this turn has read what there is to read. Answers that need not wait for anything outside
   * of this process leave together.
   */
  begin(calls: () => void): void {
    setImmediate(() => {
      this.#gathered = [];
      calls();
    });
    // Of the same round of the loop, after what the calls left to do in microtasks.
    setImmediate(this.#endCalls);
  }

  readonly #endCalls = (): void => {
    const answers = this.#gathered ?? [];
    this.#gathered = undefined;
    if (answers.length > 0) this.#commit(answers);
  };

  /** Sends the answer now or at the end of this turn, after the commit. */
  add(answer: Answer): void {
    if (this.#gathered) {
      this.#gathered.push(answer);
      return;
    }
    if (!this.#watching) {
      if (!this.#busy && ++this.#unwatched < sampleEvery) {
        this.#commitOne(answer);
        return;
      }
      this.#unwatched = 0;
      this.#watching = true;
      setImmediate(this.#endTurn);
    }
    this.#count++;
    if (this.#count === 1 && !this.#busy) this.#commitOne(answer);
    else this.#waiting.push(answer);
  }

  readonly #endTurn = (): void => {
    const answers = this.#waiting;
    this.#busy = this.#count > 1;
    this.#count = 0;
    this.#watching = false;
    if (answers.length === 0) return;
    this.#waiting = [];
    this.#commit(answers);
  };

  #commitOne(answer: Answer): void {
    let committed: Promise<void> | undefined;
    try {
      committed = this.#beforeAnswers();
    } catch (error) {
      answer.commitFailed(error);
      return;
    }
    if (committed === undefined) answer.send();
    else
      committed.then(
        () => answer.send(),
        (error) => answer.commitFailed(error),
      );
  }

  #commit(answers: readonly Answer[]): void {
    let committed: Promise<void> | undefined;
    try {
      committed = this.#beforeAnswers();
    } catch (error) {
      for (const answer of answers) answer.commitFailed(error);
      return;
    }
    if (committed === undefined) for (const answer of answers) answer.send();
    else
      committed.then(
        () => {
          for (const answer of answers) answer.send();
        },
        (error) => {
          for (const answer of answers) answer.commitFailed(error);
        },
      );
  }
}
