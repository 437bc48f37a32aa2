/** Names that differ in the case of their first letter: members on the wire, in records of CloudTrail, at the beginning of a sentence. */

export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

export function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
