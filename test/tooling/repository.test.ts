import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}
interface Lockfile {
  readonly packages: Readonly<
    Record<string, { readonly resolved?: string; readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
}

const manifest: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const { packages }: Lockfile = JSON.parse(readFileSync('package-lock.json', 'utf8'));

test('the lockfile names no registry', () => {
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

test('the lockfile holds the packages of every platform', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => packages[`${path}/node_modules/${name}`] === undefined && packages[`node_modules/${name}`] === undefined,
    ),
  );
  expect(missing).toEqual([]);
});

test('every dependency is justified in docs/dependencies.md', () => {
  const text = readFileSync('docs/dependencies.md', 'utf8');
  const named = (name: string) => text.includes(name) || (name.startsWith('@aws-sdk/') && /client-|s3-|lib-/.test(name));
  expect(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter((name) => !named(name))).toEqual([]);
});

test('every script that package.json names is there', () => {
  const files = Object.values(manifest.scripts).flatMap((command) => command.match(/\b(scripts|bench)\/[\w./-]+/g) ?? []);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});

const documents = [
  ...readdirSync('.'),
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name.replaceAll('\\', '/')}`),
];

test.each(documents.filter((name) => name.endsWith('.md')))('%s links only to files that are there', (document) => {
  const folder = document.includes('/') ? document.slice(0, document.lastIndexOf('/') + 1) : '';
  const links = [...readFileSync(document, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !existsSync(folder + link))).toEqual([]);
});
