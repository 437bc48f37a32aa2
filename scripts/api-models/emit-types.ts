/** `npm run generate`: writes `generated/api/`, the TypeScript of every service, from the committed tables alone. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModel, serviceIds, setTableDirectory } from '../../src/api/load';
import { interfaceName, typesIndex, typesOf } from './types-of';

const directory = join('generated', 'api');

setTableDirectory(join('src', 'api', 'tables'));
const files = new Map<string, string>();
for (const id of serviceIds()) files.set(`${id}.ts`, typesOf(loadModel(id)));
files.set('index.ts', typesIndex(serviceIds().map((id) => ({ id, name: interfaceName(loadModel(id)) }))));

mkdirSync(directory, { recursive: true });
for (const name of readdirSync(directory)) if (!files.has(name)) rmSync(join(directory, name));
for (const [name, text] of files) writeFileSync(join(directory, name), text);
