/** Writes `dist/index.d.ts` and `.d.cts`: the types of the embeddable API in one file, so that every module resolution finds them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { argv, execPath, pid } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
const relativeImport = /^(?:import|export) (?:type )?\{([^}]*)\} from '(\.[^']*)';\n/gm;

/** Emits declarations, and joins those that the entry's own reach. */
export function buildTypes() {
  const emitted = join(root, 'node_modules/.cache/nuvola', `types-${pid}`);
  try {
    execFileSync(execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.types.json', '--outDir', emitted], {
      cwd: root,
      stdio: 'inherit',
    });
    const text = joined(join(emitted, 'src/testing/index.d.ts'));
    mkdirSync(join(root, 'dist'), { recursive: true });
    for (const name of ['index.d.ts', 'index.d.cts']) writeFileSync(join(root, 'dist', name), text);
  } finally {
    rmSync(emitted, { recursive: true, force: true });
  }
}

/** @returns {string} the entry's declarations, those it needs without their `export`, and what it re-exports */
function joined(/** @type {string} */ entry) {
  /** @type {Map<string, string>} */
  const modules = new Map();
  const visit = (/** @type {string} */ file) => {
    if (modules.has(file)) return;
    const text = readFileSync(file, 'utf8');
    modules.set(file, text.replace(relativeImport, ''));
    for (const [, , specifier] of text.matchAll(relativeImport)) visit(resolve(dirname(file), `${specifier}.d.ts`));
  };
  visit(entry);
  const passedOn = [...readFileSync(entry, 'utf8').matchAll(relativeImport)]
    .filter(([statement]) => statement.startsWith('export'))
    .map(([, names]) => `export type {${names}};\n`);
  const [own, ...needed] = modules.values();
  return [own, ...passedOn, ...needed.map((text) => text.replace(/^export /gm, ''))].join('\n');
}

if (argv[1] === fileURLToPath(import.meta.url)) buildTypes();
