/** A throw-away copy of this project with CONTRIBUTING.md's service in it, made by its steps. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildTable } from '../../../scripts/api-models/build-table';
import { parcel } from './model';

const original = fileURLToPath(new URL('../../..', import.meta.url));
const copied = ['.gitignore', 'src', 'scripts', 'docs', 'package.json', 'tsconfig.json', 'README.md', 'CONTRIBUTING.md'];

export interface Project {
  readonly folder: string;
  /** Runs a script of the project with Node; throws with what it said when it fails. */
  run(...command: string[]): string;
  /** What a check says, whether it is content or not. */
  check(...command: string[]): string;
  remove(): void;
}

export function copyProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'nuvola-parcel-'));
  for (const name of copied) cpSync(join(original, name), join(folder, name), { recursive: true });
  const packages = join(folder, 'node_modules');
  mkdirSync(packages);
  // Package by package: what the project keeps below node_modules itself (caches, commands) is the copy's own.
  for (const name of readdirSync(join(original, 'node_modules')))
    if (!name.startsWith('.')) symlinkSync(join(original, 'node_modules', name), join(packages, name), 'junction');
  return {
    folder,
    run: (...command) => execFileSync(process.execPath, command, { cwd: folder, encoding: 'utf8', stdio: 'pipe' }),
    check: (...command) => {
      const { stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' });
      return stdout + stderr;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What step 1 finds for a service of AWS's: its table, and its line in the index. */
export function addModel({ folder }: Project): void {
  const tables = join(folder, 'src/api/tables');
  const { facts, text } = buildTable('parcel', parcel);
  writeFileSync(join(tables, 'parcel.jsonl'), text);
  const index = JSON.parse(readFileSync(join(tables, 'index.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(tables, 'index.json'), JSON.stringify({ ...index, parcel: facts }));
}

/** Steps 2 to 8, as they stand in CONTRIBUTING.md. */
export function addService({ folder }: Project): void {
  const guide = readFileSync(join(folder, 'CONTRIBUTING.md'), 'utf8');
  const blocks = [...guide.matchAll(/^ {3}```ts\n([\s\S]*?)^ {3}```$/gm)].map(([, code]) => (code as string).replace(/^ {3}/gm, ''));
  const service = join(folder, 'src/services/parcel');
  mkdirSync(service);
  writeFileSync(join(service, 'service.ts'), blocks.join('\n'));
  // The type check of that file and what it imports, with the project's own options.
  writeFileSync(join(folder, 'tsconfig.parcel.json'), JSON.stringify({ extends: './tsconfig.json', include: ['src/services/parcel'] }));
}
