/** Builds `dist/`: one shared core, one bundle per service, the command and the embeddable API. `--if-needed` skips when nothing changed. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { argv, pid } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { filesUnder, isFresh, markFresh, stampOf } from './build/freshness.mjs';
import { linkCommand } from './build/link-command.mjs';
import { generate } from './generate.mjs';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
const src = join(root, 'src');

/** Packages that are copied into the bundles: loading them file by file costs more than they do. All others are resolved from node_modules. */
const bundledPackages = new Set(['commander']);

/** CommonJS has no `import.meta`; these give the bundles what the sources expect of it. */
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const importMeta = {
  define: {
    nuvolaVersion: JSON.stringify(version),
    'import.meta.url': 'importMetaUrl',
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
  },
  banner: { js: '"use strict";const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
};

/** @type {import('esbuild').BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // `import()` becomes a lazy `require()`: it loads in a fraction of the time, and from one cache.
  supported: { 'dynamic-import': false },
  minifySyntax: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'inline',
  write: false,
  logLevel: 'error',
  ...importMeta,
};

/** @returns {string} */
const quote = (/** @type {string} */ text) => JSON.stringify(text);

/** @returns {string} `kernel/index` for src/kernel/index.ts, `../generated/x` outside of src: the name under which core exports a module. */
function nameInCore(/** @type {string} */ path) {
  return relative(src, path).split(sep).join('/').replace(/\.ts$/, '');
}

/** Leaves npm packages to node_modules, except the few that are bundled. */
const packages = {
  name: 'packages',
  setup(/** @type {import('esbuild').PluginBuild} */ build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return undefined;
      const name = path.split('/', path.startsWith('@') ? 2 : 1).join('/');
      return path.startsWith('node:') || bundledPackages.has(name) ? undefined : { path, external: true };
    });
  },
};

/** @returns {string | undefined} the source file that a relative import means */
function sourceFile(/** @type {string} */ path) {
  return [path, `${path}.ts`, join(path, 'index.ts')].find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

/**
 * Resolves imports between sources. Doing it here also makes esbuild treat `default` of CommonJS packages as TypeScript and vitest do.
 * @param {(file: string, kind: import('esbuild').ImportKind) => import('esbuild').OnResolveResult | undefined} divert sends a module elsewhere
 */
function sources(divert) {
  return {
    name: 'sources',
    setup(/** @type {import('esbuild').PluginBuild} */ build) {
      build.onResolve({ filter: /^\.\.?(\/|$)|\.ts$/ }, ({ path, kind, resolveDir, namespace }) => {
        if (namespace === 'elsewhere') return { path, external: true };
        const file = sourceFile(resolve(resolveDir, path));
        return file?.endsWith('.ts') ? (divert(file, kind) ?? { path: file }) : undefined;
      });
      build.onLoad({ filter: /./, namespace: 'elsewhere' }, async ({ pluginData }) => ({ contents: await pluginData() }));
    },
  };
}

/**
 * Makes every module outside `home` come from core, so that there is one instance of it however many bundles use it.
 * @param {string} home folder whose modules belong to this bundle
 * @param {string} core how this bundle's file requires core
 * @param {Map<string, boolean>} wanted collects the modules core must export; true when an importer needs it at load time
 */
function fromCore(home, core, wanted) {
  return sources((file, kind) => {
    if (file.startsWith(home + sep)) return undefined;
    // Policies are read by few services, and by none while nobody is enforced.
    const isEager = kind === 'import-statement' && !nameInCore(file).startsWith('policy/');
    wanted.set(file, wanted.get(file) === true || isEager);
    return {
      path: nameInCore(file),
      namespace: 'elsewhere',
      pluginData: async () => asConstants(`require(${quote(core)})[${quote(nameInCore(file))}]`, await exportsOf(file)),
    };
  });
}

/**
 * A module whose exports are constants of their own: as a CommonJS module, each use of one would go through two getters,
 * which costs more than many of the functions behind them. What is not used is left out.
 */
function asConstants(/** @type {string} */ namespace, /** @type {readonly string[]} */ names) {
  const constants = names.map((name) => `const core_${name} = /* @__PURE__ */ (() => core.${name})();`);
  const exported = names.map((name) => `core_${name} as ${name}`);
  return `const core = ${namespace};\n${constants.join('\n')}\nexport { ${exported.join(', ')} };\n`;
}

/** @type {Map<string, Promise<readonly string[]>>} by file */
const exportsKnown = new Map();

/** @returns {Promise<readonly string[]>} the names that a module exports, those it passes on included */
function exportsOf(/** @type {string} */ file) {
  const names = exportsKnown.get(file) ?? readExports(file);
  exportsKnown.set(file, names);
  return names;
}

async function readExports(/** @type {string} */ file) {
  const entry = { entryPoints: [file], outdir: 'unused', sourcemap: false };
  const { metafile } = await bundle({ ...shared, ...entry, format: 'esm', metafile: true, plugins: [packages] });
  return Object.values(metafile.outputs)[0]?.exports ?? [];
}

/** Inside core, services are files of their own, loaded when first used. */
const servicesApart = sources((file) => {
  const id = /[\\/]services[\\/]([^\\/]+)[\\/]service\.ts$/.exec(file)?.[1];
  return id === undefined
    ? undefined
    : { path: nameInCore(file), namespace: 'elsewhere', pluginData: () => `export { default } from ${quote(`./services/${id}.cjs`)};` };
});

/** The entry of core: what others need at load time is loaded with it, the rest when first asked for. */
function coreEntry(/** @type {Map<string, boolean>} */ wanted) {
  const modules = [...wanted].sort(([a], [b]) => (a < b ? -1 : 1));
  const members = modules.map(([path, eager], n) => {
    const name = quote(nameInCore(path));
    return eager ? `${name}: m${n}` : `get ${name}() { return require(${quote(path)}); }`;
  });
  const imports = modules.flatMap(([path, eager], n) => (eager ? [`import * as m${n} from ${quote(path)};`] : []));
  return `${imports.join('\n')}\nmodule.exports = {\n${members.join(',\n')}\n};\n`;
}

/** @returns {string[]} ids of the services that are there */
function serviceIds() {
  const folder = join(src, 'services');
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((id) => existsSync(join(folder, id, 'service.ts')))
        .sort()
    : [];
}

/** @returns {string[]} what services read when they need it: it goes beside their bundles */
function serviceData() {
  return filesUnder(join(src, 'services')).filter((path) => path.endsWith('.jsonl'));
}

/** What becomes a file of its own around core. */
function outerBundles() {
  const service = (/** @type {string} */ id) => ({
    entry: `src/services/${id}/service.ts`,
    out: `services/${id}.cjs`,
    core: '../core.cjs',
  });
  return [
    { entry: 'src/cli/main.ts', out: 'nuvola.cjs', core: './core.cjs' },
    { entry: 'src/testing/index.ts', out: 'index.cjs', core: './core.cjs' },
    ...serviceIds().map(service),
  ];
}

/** Bundles everything into `dist/`. @returns {Promise<{ file: string, bytes: number }[]>} the bundles */
export async function build() {
  linkCommand(root);
  const dist = join(root, 'dist');
  /** @type {Map<string, boolean>} */
  const wanted = new Map();
  const outer = outerBundles().map(({ entry, out, core }) =>
    bundle({
      ...shared,
      entryPoints: [entry],
      outfile: join(dist, out),
      plugins: [fromCore(dirname(join(root, entry)), core, wanted), packages],
      banner: { js: (out === 'nuvola.cjs' ? '#!/usr/bin/env node\n' : '') + importMeta.banner.js },
    }),
  );
  const worker = {
    ...shared,
    entryPoints: ['src/kernel/offload-worker.ts'],
    outfile: join(dist, 'offload-worker.cjs'),
    plugins: [packages],
  };
  const preload = {
    ...shared,
    entryPoints: ['src/cli/preload/aws-hosts.ts'],
    outfile: join(dist, 'preload.cjs'),
    // It is loaded into other people's programs, with the Node they have; a map would be theirs to find.
    target: 'node12',
    sourcemap: false,
    define: {},
    banner: {},
  };
  /** @type {import('esbuild').BuildResult[]} */
  const outputs = await Promise.all([...outer, bundle(worker), bundle(preload)]);
  // Core comes last: only now is it known what the others want of it.
  outputs.push(
    await bundle({
      ...shared,
      stdin: { contents: coreEntry(wanted), resolveDir: root, sourcefile: 'core-entry.js' },
      outfile: join(dist, 'core.cjs'),
      plugins: [servicesApart, packages],
    }),
  );
  const files = outputs.flatMap(({ outputFiles }) => outputFiles ?? []);
  for (const { path, contents } of files) replace(path, contents);
  replace(join(dist, 'index.mjs'), "export * from './index.cjs';\n");
  for (const path of filesUnder(join(src, 'api/tables'))) replace(join(dist, 'tables', basename(path)), readFileSync(path));
  const data = serviceData().map((path) => ({ from: path, to: join(dist, 'services', basename(path)) }));
  for (const { from, to } of data) replace(to, readFileSync(from));
  removeStale(dist, new Set([...files.map(({ path }) => path), ...data.map(({ to }) => to), join(dist, 'index.mjs')]));
  return files
    .filter(({ path }) => !path.endsWith('.map'))
    .map(({ path, contents }) => ({ file: relative(root, path), bytes: contents.length }));
}

/** Puts a whole file in the place of another, so that who runs from `dist/` meanwhile never reads half of one. */
function replace(/** @type {string} */ path, /** @type {string | Uint8Array} */ contents) {
  if (existsSync(path) && readFileSync(path).equals(Buffer.from(contents))) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${pid}`, contents);
  renameSync(`${path}.${pid}`, path);
}

/** Removes bundles and tables of what is no longer there; not what another build is about to put in place. */
function removeStale(/** @type {string} */ dist, /** @type {Set<string>} */ kept) {
  for (const path of filesUnder(dist)) {
    const [top = '', name = ''] = relative(dist, path).split(sep);
    const isKept =
      kept.has(path) ||
      /^index\.d\.c?ts$/.test(top) ||
      top === '.built' ||
      /\.\d+$/.test(path) ||
      (top === 'tables' && existsSync(join(src, 'api/tables', name)));
    if (!isKept) rmSync(path);
  }
}

/** Generates and builds, unless `dist/` was made from exactly the files that are there. @returns {Promise<boolean>} whether it built */
export async function buildIfNeeded() {
  linkCommand(root);
  await generate();
  const stampFile = join(root, 'dist/.built');
  const inputs = ['src', 'generated', 'package-lock.json', 'scripts/build.mjs'].map((path) => join(root, path));
  const stamp = stampOf(filesUnder(...inputs));
  if (isFresh(stampFile, stamp)) return false;
  await build();
  markFresh(stampFile, stamp);
  return true;
}

async function main() {
  if (argv.includes('--if-needed')) return buildIfNeeded();
  const start = performance.now();
  await generate();
  for (const { file, bytes } of await build()) console.log(`${(bytes / 1024).toFixed(0).padStart(6)} KiB  ${file}`);
  console.log(`built in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  await main().catch((error) => {
    // esbuild has already shown what is wrong in the sources, and where.
    if (error.errors === undefined) console.error(error);
    process.exitCode = 1;
  });
}
