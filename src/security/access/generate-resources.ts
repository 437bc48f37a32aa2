/** Resource ARNs that a principal used, as the patterns of a policy: exact while they are few, collapsed where they are many. */

/** A use, as patterns are made from it. */
export interface UsedResource {
  readonly resource: string;
  /** Stands for every resource that begins so: more were used than are remembered one by one. */
  readonly isPrefix?: boolean;
}

/** From so many on, objects of one folder become the folder. */
const fewObjects = 2;

/** Beyond so many they become what they have in common. */
export interface Few {
  /** Names of one kind of resource. */
  readonly names: number;
  /** Folders and single objects of one bucket. */
  readonly folders: number;
}

/** A resource as a policy names exactly it. Only the keys of objects can have characters that mean more in policies. */
export function literalResource(arn: string): string {
  if (/^arn:[^:]*:s3:/.test(arn)) return literalName(arn);
  // Actions about all of a kind are asked for without a name: `iam:ListUsers` on `arn:aws:iam::111122223333:user/`.
  return /[:/]$/.test(arn) ? `${arn}*` : arn;
}

function literalName(name: string): string {
  return name.replace(/[*?]|\$(?=\{)/g, (character) => `\${${character}}`);
}

/** Groups in the order in which their keys come first. */
export function grouped<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Every use as it was; prefixes stay prefixes. */
export function exactPatterns(uses: readonly UsedResource[]): string[] {
  return sorted(uses.map(({ resource, isPrefix }) => literalResource(resource) + (isPrefix ? '*' : '')));
}

/** Collapsed where there are many of a kind. `*` takes in all else. */
export function collapsedPatterns(uses: readonly UsedResource[], few: Few): string[] {
  if (uses.some(({ resource }) => resource === '*')) return ['*'];
  const byKind = grouped(
    uses.map((use) => ({ ...use, ...splitName(use.resource) })),
    ({ kind }) => kind,
  );
  const patterns = [...byKind].flatMap(([kind, members]) => {
    const prefixes = unique(members.filter(({ isPrefix }) => isPrefix).map(({ name }) => name));
    const names = unique(members.map(({ name }) => name)).filter((name) => !prefixes.some((prefix) => name.startsWith(prefix)));
    const collapsed = members[0]?.isObject ? folderPatterns(names, prefixes, few.folders) : namePatterns(names, prefixes, few.names);
    return collapsed.map((pattern) => kind + pattern);
  });
  return sorted(patterns);
}

/** Names end where a kind begins: `…:::bucket/` + key, `…:123456789012:` + queue, `…:role/path/` + name. */
function splitName(arn: string): { readonly kind: string; readonly name: string; readonly isObject: boolean } {
  const object = /^(arn:[^:]*:s3:[^:]*:[^:]*:(?:accesspoint\/[^/]+\/object|[^/:]+)\/)(.+)$/s.exec(arn);
  if (object && !/:(?:accesspoint|job|storage-lens)\/$/.test(object[1]!)) return { kind: object[1]!, name: object[2]!, isObject: true };
  const [, kind = '', name = arn] = /^(arn:[^:]*:[^:]*:[^:]*:[^:]*:(?:.*[/:])?)([^/:]*)$/s.exec(arn) ?? [];
  return { kind, name, isObject: false };
}

/** Keys of a bucket: folders of which several objects were used, then fewer and wider folders until they are few. */
function folderPatterns(keys: readonly string[], prefixes: readonly string[], few: number): string[] {
  const several = [...grouped(keys, folderOf)].filter(([, members]) => members.length >= fewObjects).map(([folder]) => folder);
  let folders = outermost([...prefixes.map(folderOf), ...several]);
  let left = keys.filter((key) => !isWithin(key, folders));
  while (folders.length + left.length > few) {
    const deepest = Math.max(...folders.map(depth));
    if (left.length > 0) folders = outermost([...folders, ...left.map(folderOf)]);
    else if (deepest > 0)
      folders = outermost(folders.map((folder) => (depth(folder) === deepest ? folderOf(folder.slice(0, -1)) : folder)));
    else break;
    left = [];
  }
  return [...folders.map((folder) => `${literalName(folder)}*`), ...left.map(literalName)];
}

/** `a/b/` of `a/b/c`; empty at the top. */
function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

function depth(folder: string): number {
  return folder.split('/').length - 1;
}

function isWithin(key: string, folders: readonly string[]): boolean {
  return folders.some((folder) => key.startsWith(folder));
}

/** Without the folders that lie in others. */
function outermost(folders: readonly string[]): string[] {
  const all = unique(folders);
  return all.filter((folder) => !all.some((other) => other !== folder && folder.startsWith(other)));
}

/** Names of one kind: those that begin alike up to a separator, or all of them. */
function namePatterns(names: readonly string[], prefixes: readonly string[], few: number): string[] {
  const given = prefixes.map((prefix) => `${prefix}*`);
  if (names.includes('')) return ['*'];
  if (names.length <= few) return [...given, ...names];
  const families = grouped(names, (name) => /^[^-_.]*[-_.]/.exec(name)?.[0] ?? '');
  const patterns = [...families].flatMap(([head, members]) => (head === '' || members.length <= 2 ? members : [`${commonHead(members)}*`]));
  return patterns.length <= few ? [...given, ...patterns] : ['*'];
}

/** What all begin with, up to a separator. */
function commonHead(names: readonly string[]): string {
  const [first = '', ...others] = names;
  let length = first.length;
  for (const name of others) while (!name.startsWith(first.slice(0, length))) length--;
  return first.slice(0, first.slice(0, length).search(/[-_.][^-_.]*$/) + 1);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function sorted(patterns: readonly string[]): string[] {
  return unique(patterns).sort();
}
