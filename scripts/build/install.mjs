/** Installs what the lockfile names, when it is not there yet. Uses nothing but Node and npm. */
import { execSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs `npm ci` unless node_modules holds what the lockfile says. No package needs an install script. */
export function installIfNeeded(/** @type {string} */ root) {
  if (isInstalled(root)) return;
  console.log('Installing dependencies…');
  execSync('npm ci --ignore-scripts --no-audit --no-fund', { cwd: root, stdio: 'inherit' });
}

/** Compares npm's own record of what it installed with the lockfile. Optional packages (other platforms' binaries) may be absent. */
function isInstalled(/** @type {string} */ root) {
  const recordFile = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(recordFile)) return false;
  const installed = packagesOf(recordFile);
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(
    ([path, { version, optional }]) => path === '' || installed[path]?.version === version || (optional === true && !installed[path]),
  );
}

/** @returns {Record<string, { version: string, optional?: boolean } | undefined> & Record<string, any>} */
function packagesOf(/** @type {string} */ lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}
