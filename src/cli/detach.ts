/** `nuvola start --detach`: the same command as a process of its own; returns when it answers. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from './cli-error';
import { currentShell, evaluation } from './shells';
import { envCommand } from './start';
import { homeDirectory, type StartOptions } from './start-options';
import { note, print } from './terminal';

const readyWithinMs = 30_000;

type Word = { readonly url: string } | { readonly problem: string };

export async function startDetached(options: StartOptions): Promise<void> {
  const logFile = join(homeDirectory(), `nuvola-${options.port}.log`);
  const log = openLog(logFile);
  const args = process.argv.slice(1).map((arg) => (arg === '--detach' ? '--detached' : arg));
  const child = spawn(process.execPath, [...process.execArgv, ...args], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    windowsHide: true,
  });
  closeSync(log);
  const word = await new Promise<Word>((resolve) => {
    const late = setTimeout(() => resolve({ problem: `It is not ready after ${readyWithinMs / 1000} s; see ${logFile}.` }), readyWithinMs);
    const settle = (word: Word) => {
      clearTimeout(late);
      resolve(word);
    };
    child.once('message', (word) => settle(word as Word));
    child.once('error', (error) => settle({ problem: error.message }));
    child.once('exit', (code) => settle({ problem: `It ended at once with code ${code}; see ${logFile}.` }));
  });
  if (child.connected) child.disconnect();
  child.unref();
  if ('problem' in word) throw new CliError(word.problem);
  print(word.url);
  note(
    `Nuvola runs in the background (process ${child.pid}; log: ${logFile}). Next: ${evaluation(currentShell(), envCommand(word.url, options.port))}`,
  );
}

/** Appended to, because another cloud that was started with the same port may still write to it. */
function openLog(file: string): number {
  try {
    mkdirSync(homeDirectory(), { recursive: true });
    return openSync(file, 'a');
  } catch (error) {
    throw new CliError(`The log ${file} cannot be written (${(error as NodeJS.ErrnoException).code}). NUVOLA_HOME says where logs go.`);
  }
}
