/** What a check of `nuvola doctor` found, and how long a check may look. */

export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  /** warn: it works, but perhaps not as meant. fail: something would break. */
  readonly level: 'ok' | 'warn' | 'fail';
  readonly says: string;
  /** What to do about it. */
  readonly advice?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function ok(check: string, says: string): Finding {
  return { check, level: 'ok', says };
}

export function warn(check: string, says: string, advice: string): Finding {
  return { check, level: 'warn', says, advice };
}

export function fail(check: string, says: string, advice: string): Finding {
  return { check, level: 'fail', says, advice };
}

/** What `work` gives, or undefined when it takes longer or fails. */
export function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  return Promise.race([work.catch(() => undefined), late]).finally(() => clearTimeout(timer));
}
