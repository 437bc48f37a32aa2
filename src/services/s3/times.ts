/** Times of objects: whole seconds since 1970, which is all that S3 shows, and (unlike ms) takes no place of its own in memory. */

/** Whole ones. */
export function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** When a version came to be, in ms since 1970. */
export function modifiedAt({ modifiedSeconds }: { readonly modifiedSeconds: number }): number {
  return modifiedSeconds * 1000;
}
