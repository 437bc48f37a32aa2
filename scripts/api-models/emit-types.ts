/** `npm run generate`: writes `generated/api/`, the TypeScript of every service, from the committed tables alone. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModel, serviceIds } from '../../src/api/load';
import { interfaceName, typesIndex, typesOf } from './types-of';

const directory = join('generated', 'api');

const files = new Map<string, string>();
for (const id of serviceIds()) files.set(`${id}.ts`, typesOf(loadModel(id)));
files.set('index.ts', typesIndex(serviceIds().map((id) => ({ id, name: interfaceName(loadModel(id)) }))));

mkdirSync(directory, { recursive: true });
for (const name of readdirSync(directory)) if (!files.has(name)) rmSync(join(directory, name));
for (const [name, text] of files) {
  // What has not changed is not touched: compilers and watchers look at the time of a file.
  const path = join(directory, name);
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}
