/** Times as IAM tells them. */

/** IAM tells times to the second. */
export function wholeSeconds(ms: number): number {
  return ms - (ms % 1000);
}
