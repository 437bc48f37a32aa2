/** `npm run house`: checks every file of ours against the house rules, and says what to do about what it finds. */
import { readdirSync, readFileSync } from 'node:fs';
import { exit } from 'node:process';
import { check, softLines } from './house/rules';
import { parseSource } from './house/source';
import { machinePaths } from './house/text';

/** Generated, installed or committed as data. Git may be absent, so its list of files is not asked for. */
const notOurs = new Set(['node_modules', '.git', 'package-lock.json', 'src/api/tables', ...ignoredByGit()]);
const files = filesIn('');

let violations = 0;
const long: string[] = [];
for (const path of files) {
  const text = readText(path);
  if (text === undefined) continue;
  const source = /\.(ts|mts|mjs)$/.test(path) ? parseSource(path, text) : undefined;
  const found = [...machinePaths(text), ...(source === undefined ? [] : check(source))];
  violations += found.length;
  for (const { line, rule, message } of found) console.error(`${path}:${line}  ${rule}: ${message}`);
  const lines = text.split('\n').length - 1;
  if (source !== undefined && lines > softLines) long.push(`${path} (${lines})`);
}
if (long.length > 0) console.log(`Longer than ${softLines} lines, worth a look: ${long.join(', ')}`);
console.log(`${files.length} files, ${violations === 0 ? 'all in order' : `${violations} against the house rules (scripts/house/)`}`);
exit(violations === 0 ? 0 : 1);

function ignoredByGit(): string[] {
  const lines = readFileSync('.gitignore', 'utf8').split('\n');
  return lines.map((line) => line.replace(/\/$/, '')).filter((line) => line !== '' && !line.includes('*'));
}

/** Paths with `/` on every system. */
function filesIn(folder: string): string[] {
  return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (notOurs.has(path)) return [];
    if (entry.isDirectory()) return filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Undefined for files that are gone from the work tree, and for binary ones. */
function readText(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
