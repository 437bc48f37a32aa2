/** The directory that holds a durable cloud's state: who owns it, which format it has, and one process at a time. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const formatVersion = 1;
const formatFile = 'nuvola-data.json';
const lockFile = 'nuvola.lock';

/** Something about a data directory that its owner must mend; the message says what. */
export class DataDirectoryError extends Error {
  override readonly name: string = 'DataDirectoryError';
}

/** Another process has this directory open. */
export class DataDirectoryInUse extends DataDirectoryError {
  override readonly name = 'DataDirectoryInUse';
  readonly pid: number;

  constructor(directory: string, pid: number) {
    super(
      `The data directory ${directory} is in use by process ${pid}. Stop that one first, or choose another directory. ` +
        `(If that process is not Nuvola, delete ${lockFile} there.)`,
    );
    this.pid = pid;
  }
}

interface Lock {
  readonly pid: number;
  /** When that process started, where the system tells: a restarted container gives its process the same pid again. */
  readonly startedAt: string;
  readonly token: string;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Makes or checks the directory and takes its lock. Call what it returns to let go. */
export function takeDataDirectory(path: string): () => void {
  const directory = resolve(path);
  try {
    makeDirectory(directory);
    checkFormat(directory);
    return lock(directory);
  } catch (error) {
    if (error instanceof DataDirectoryError) throw error;
    const reason = {
      EACCES: 'may not be written',
      EPERM: 'may not be written',
      EROFS: 'is read-only',
      EEXIST: 'is a file',
      ENOTDIR: 'is below a file',
      ENOENT: 'cannot be made',
    };
    // Node 24 finds a file on the way only when it would make a folder of that name.
    const isAbove = codeOf(error) === 'EEXIST' && (error as NodeJS.ErrnoException).path !== directory;
    const known = reason[(isAbove ? 'ENOTDIR' : codeOf(error)) as keyof typeof reason];
    if (known === undefined) throw error;
    throw new DataDirectoryError(`The data directory ${directory} ${known}.`, { cause: error });
  }
}

/** One folder after another: where a file system makes no folders (/proc), node's own `recursive` never ends. */
function makeDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeDirectory(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it in the meantime.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

function checkFormat(directory: string): void {
  const content = readIfThere(join(directory, formatFile));
  if (content === undefined) {
    const foreign = readdirSync(directory).find((name) => name !== lockFile && !name.startsWith(`${formatFile}.`));
    if (foreign !== undefined) {
      throw new DataDirectoryError(
        `${directory} holds files that are not ours (${foreign}). Choose an empty directory, or one of Nuvola's.`,
      );
    }
    writeWhole(join(directory, formatFile), `${JSON.stringify({ format: 'nuvola-data', version: formatVersion })}\n`);
    return;
  }
  const { format, version } = parse(content) as { format?: unknown; version?: unknown };
  if (format !== 'nuvola-data' || typeof version !== 'number') {
    throw new DataDirectoryError(`${join(directory, formatFile)} is damaged: it does not name a format.`);
  }
  if (version > formatVersion) {
    throw new DataDirectoryError(
      `The data directory ${directory} has format ${version}; this release reads up to ${formatVersion}. It was written by a newer release.`,
    );
  }
}

function lock(directory: string): () => void {
  const path = join(directory, lockFile);
  const mine: Lock = { pid: process.pid, startedAt: startOf(process.pid), token: randomUUID() };
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(path, JSON.stringify(mine), { flag: 'wx' });
      break;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || attempt > 3) throw error;
      const holder = parse(readIfThere(path) ?? '') as Partial<Lock>;
      if (isAlive(holder)) throw new DataDirectoryInUse(directory, holder.pid);
      removeIfThere(path);
    }
  }
  return () => {
    if ((parse(readIfThere(path) ?? '') as Partial<Lock>).token === mine.token) removeIfThere(path);
  };
}

function isAlive(holder: Partial<Lock>): holder is Lock {
  if (typeof holder.pid !== 'number') return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  return holder.startedAt === startOf(holder.pid);
}

/** Field 22 of /proc/<pid>/stat; empty where there is no such thing. */
function startOf(pid: number): string {
  const stat = readIfThere(`/proc/${pid}/stat`) ?? '';
  // The second field is the program's name in parentheses, and may hold spaces.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function parse(content: string): object {
  try {
    return Object(JSON.parse(content)) as object;
  } catch {
    return {}; // what was not written by us, or not to its end
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function writeWhole(path: string, content: string): void {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}
