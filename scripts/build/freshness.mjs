/** Tells whether something made from files is still up to date: one stamp over the paths, sizes and times of those files. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @returns {string[]} all files under these paths (folders or files; missing ones are skipped), in order */
export function filesUnder(/** @type {string[]} */ ...paths) {
  return paths.flatMap((path) => {
    if (!existsSync(path)) return [];
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).sort();
    return names.flatMap((name) => filesUnder(join(path, name)));
  });
}

/** @returns {string} equal as long as no file was added, removed or changed */
export function stampOf(/** @type {string[]} */ files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** @returns {boolean} whether `stampFile` holds this stamp */
export function isFresh(/** @type {string} */ stampFile, /** @type {string} */ stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

/** Remembers that the thing was made from files with this stamp. */
export function markFresh(/** @type {string} */ stampFile, /** @type {string} */ stamp) {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** Writes only what differs, so that nothing downstream is made again for nothing. @returns {boolean} whether it wrote */
export function writeIfChanged(/** @type {string} */ file, /** @type {string} */ text) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return false;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return true;
}
