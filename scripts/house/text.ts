/** Rules about any text file, documents included. */

/** Paths that exist on one machine only. Made from parts, so that this file obeys its own rule. */
const machinePath = /(^|[\s"'`(=:])((\/root|\/work|\/home\/[a-z][\w-]*|\/Users\/[A-Za-z][\w-]*)\/[\w.]|[A-Z]:\\Users\\)/;

/** Absolute paths of somebody's machine. */
export function machinePaths(text: string): { readonly line: number; readonly rule: string; readonly message: string }[] {
  return text.split('\n').flatMap((content, index) => {
    const path = machinePath.exec(content)?.[2];
    return path === undefined ? [] : [{ line: index + 1, rule: 'machine-path', message: `${path}… exists on one machine only.` }];
  });
}
