/** Makes `npx nuvola` mean this tree's build, as npm does for packages that are installed. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Puts the command among the installed ones, for sh and for Windows. */
export function linkCommand(/** @type {string} */ root) {
  const folder = join(root, 'node_modules/.bin');
  const command = join(folder, 'nuvola');
  if (existsSync(command)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(command, '#!/bin/sh\nexec node "$(dirname "$0")/../../dist/nuvola.cjs" "$@"\n', { mode: 0o755 });
  writeFileSync(`${command}.cmd`, '@node "%~dp0..\\..\\dist\\nuvola.cjs" %*\r\n');
}
