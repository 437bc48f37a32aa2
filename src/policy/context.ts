/** What conditions and policy variables can look up about a request. */

/** Numbers, dates and truth values are text, as in policies; a list is a key with several values. */
export type ContextValue = string | readonly string[];

export interface Context {
  /** Keys are asked for in lower case: their names do not distinguish case (IAM User Guide, "Condition"). */
  get(lowerKey: string): ContextValue | undefined;
}
