/** Runs a TypeScript script: `node scripts/run.mjs bench/main.ts --seconds 2`. Node 20 cannot do it alone. */
import { mkdirSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { argv, exit, pid, setSourceMapsEnabled } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const [script, ...args] = argv.slice(2);
if (script === undefined) {
  console.error('usage: node scripts/run.mjs <script.ts> [arguments]');
  exit(2);
}

/** `import.meta` of each source means that source, not the bundle; the bundle stands in node_modules so that packages resolve. */
const sourceLocations = {
  name: 'source-locations',
  setup(/** @type {import('esbuild').PluginBuild} */ build) {
    build.onLoad({ filter: /\.m?ts$|\.mjs$/ }, async ({ path }) => {
      const { readFile } = await import('node:fs/promises');
      const text = await readFile(path, 'utf8');
      return {
        contents: text.replace(/(?<!['"])\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(path).href)),
        loader: path.endsWith('ts') ? 'ts' : 'js',
      };
    });
  },
};

setSourceMapsEnabled(true);
const folder = join(root, 'node_modules/.cache/nuvola');
mkdirSync(folder, { recursive: true });
const outfile = join(folder, `${basename(script, '.ts')}-${pid}.mjs`);
await build({
  entryPoints: [resolve(script)],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  sourcemap: 'inline',
  plugins: [sourceLocations],
}).catch(() => exit(1)); // esbuild has shown what is wrong
argv.splice(1, argv.length - 1, resolve(script), ...args);
try {
  await import(pathToFileURL(outfile).href);
} finally {
  rmSync(outfile, { force: true });
}
