/** `npm start`: from a fresh clone to a running cloud. Installs and builds what is missing; arguments go to `nuvola start`. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { installIfNeeded } from './build/install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
installIfNeeded(root);
const { buildIfNeeded } = await import('./build.mjs');
await buildIfNeeded();

const child = spawn(execPath, [join(root, 'dist/nuvola.cjs'), 'start', ...argv.slice(2)], { stdio: 'inherit' });
// The terminal sends Ctrl-C to both; whoever stops only this process means the cloud.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => {
  if (code === 0 && argv.includes('--detach')) console.log('In this folder the command is: npx nuvola');
  exit(code ?? 1);
});
