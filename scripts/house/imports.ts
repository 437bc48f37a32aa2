/** Which folder may import which: downwards in the one picture of DESIGN, never sideways or up. */
import { posix } from 'node:path';
import { Visitor } from 'rolldown/utils';
import type { Violation } from './rules';
import type { Source } from './source';

/** The floors of the house, highest first. A file may import its own folder and every lower floor. */
const floors: readonly (readonly string[])[] = [
  ['cli'],
  ['testing', 'console'],
  ['gateway'],
  ['protocol'],
  ['security'],
  ['services'],
  ['policy'],
  ['kernel'],
  ['store', 'engines', 'api'],
];

const floorOf = (folder: string): number => floors.findIndex((names) => names.includes(folder));

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly start: number;
}

/** Imports of product code that point the wrong way. Tests and tools may import what they like. */
export function importDirection(source: Source): Violation[] {
  if (source.kind !== 'product' || source.path.startsWith('generated/')) return [];
  return importsOf(source).flatMap((found) => {
    const why = found.specifier.startsWith('.') ? whyForbidden(source.path, found) : undefined;
    return why === undefined ? [] : [{ line: source.lineOf(found.start), message: `imports ${found.specifier}: ${why}` }];
  });
}

function whyForbidden(path: string, { specifier, typeOnly }: Import): string | undefined {
  const target = posix.join(posix.dirname(path), specifier);
  const [, folder = '', service = ''] = path.split('/');
  const [top, targetFolder = '', targetService = ''] = target.split('/');
  const isOwnFolder = top === 'src' && targetFolder === folder;
  if (folder === 'services') {
    if (isOwnFolder && targetService === service) return undefined;
    if (['src/kernel', 'src/kernel/index', 'src/policy', 'src/policy/index'].includes(target)) return undefined;
    if (typeOnly && (target.startsWith('src/api/') || target === `generated/api/${service}` || target === 'generated/api/index'))
      return undefined;
    return 'a service imports only ../../kernel and ../../policy, its own folder, npm packages, and types of its API. Ask another service with ctx.call, tx.emit or tx.send.';
  }
  if (isOwnFolder) return undefined;
  if (top === 'generated') {
    if (target.startsWith('generated/api') && typeOnly) return undefined;
    return target === 'generated/services' && floorOf(folder) <= floorOf('kernel')
      ? undefined
      : 'only types of generated/api may be imported here.';
  }
  if (top !== 'src') return 'the product imports only from src/ and generated/.';
  if (targetFolder === 'services') return 'services are loaded through generated/services, when first used.';
  const from = folder.includes('.') ? -1 : floorOf(folder);
  const to = floorOf(targetFolder);
  if (from < 0 || to < 0) return `src/${from < 0 ? folder : targetFolder} has no floor yet; give it one in scripts/house/imports.ts.`;
  return to > from
    ? undefined
    : `src/${folder} may not import src/${targetFolder}; imports point down (${floors.map((f) => f.join(', ')).join(' → ')}).`;
}

function importsOf({ program }: Source): Import[] {
  const imports: Import[] = [];
  const add = (node: { source: { value: string } | null; start: number }, typeOnly: boolean) => {
    if (node.source !== null) imports.push({ specifier: node.source.value, typeOnly, start: node.start });
  };
  new Visitor({
    ImportDeclaration: (node) =>
      add(
        node,
        node.importKind === 'type' ||
          (node.specifiers.length > 0 && node.specifiers.every((s) => s.type === 'ImportSpecifier' && s.importKind === 'type')),
      ),
    ExportNamedDeclaration: (node) => add(node, node.exportKind === 'type'),
    ExportAllDeclaration: (node) => add(node, node.exportKind === 'type'),
    TSImportType: (node) => add(node, true),
    ImportExpression: (node) => {
      const { source } = node;
      if (source.type === 'Literal' && typeof source.value === 'string')
        imports.push({ specifier: source.value, typeOnly: false, start: node.start });
    },
  }).visit(program);
  return imports;
}
