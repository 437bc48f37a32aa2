/** `npm run api-models [-- --check] [--botocore DIR] [--only SERVICE]`: writes `src/api/tables/` from a botocore, or compares. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findBotocore } from './botocore';
import { tableDirectory as directory, tableFiles } from './table-files';

function main(): number {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, botocore: { type: 'string' }, only: { type: 'string' } } });
  const botocore = findBotocore(values.botocore);
  if (botocore === undefined) {
    console.log('No botocore here (pip install botocore, or --botocore DIR).');
    return values.check ? 0 : 1;
  }
  if (values.check) return check(botocore);
  const files = tableFiles(botocore, values.only);
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) if (!files.has(name)) rmSync(join(directory, name));
  let bytes = 0;
  for (const [name, text] of files) {
    writeFileSync(join(directory, name), text);
    bytes += text.length;
  }
  console.log(`Wrote ${files.size} files, ${(bytes / 1e6).toFixed(1)} MB, from botocore ${botocore.version}.`);
  return 0;
}

function check(botocore: { directory: string; version: string }): number {
  const pinned = (JSON.parse(readFileSync(join(directory, 'SOURCE.json'), 'utf8')) as { version: string }).version;
  if (botocore.version !== pinned) {
    console.log(`Skipped: the tables are of botocore ${pinned}, installed is ${botocore.version}.`);
    return 0;
  }
  const files = tableFiles(botocore);
  const stale = [...files].filter(
    ([name, text]) => !existsSync(join(directory, name)) || readFileSync(join(directory, name), 'utf8') !== text,
  );
  const extra = readdirSync(directory).filter((name) => !files.has(name));
  for (const name of [...stale.map(([file]) => file), ...extra]) console.log(`differs: ${name}`);
  console.log(stale.length + extra.length === 0 ? 'The tables are what botocore says.' : 'Run `npm run api-models`.');
  return stale.length + extra.length === 0 ? 0 : 1;
}

process.exitCode = main();
