import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataDirectoryError, DataDirectoryInUse, takeDataDirectory } from '../../src/store/data-directory';

describe('a data directory', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'nuvola-data-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const taking =
    (path = directory) =>
    () =>
      takeDataDirectory(path);

  test('is made, with its format, and can be taken again when let go', () => {
    const path = join(directory, 'deep', 'er');
    takeDataDirectory(path)();
    takeDataDirectory(path)();
    expect(JSON.parse(readFileSync(join(path, 'nuvola-data.json'), 'utf8'))).toEqual({ format: 'nuvola-data', version: 1 });
  });

  test.skipIf(!existsSync('/proc/self'))('that its file system does not make is refused (needs /proc)', () => {
    expect(taking('/proc/nuvola/data')).toThrow(new DataDirectoryError('The data directory /proc/nuvola/data cannot be made.'));
  });

  test('belongs to one at a time, and says to whom', () => {
    const letGo = takeDataDirectory(directory);
    expect(taking()).toThrow(DataDirectoryInUse);
    expect(taking()).toThrow(`in use by process ${process.pid}`);
    letGo();
    takeDataDirectory(directory)();
  });

  test('is taken over from a process that is gone', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(join(directory, 'nuvola.lock'), JSON.stringify({ pid, startedAt: '', token: 'theirs' }));
    takeDataDirectory(directory)();
  });

  test('is taken over when its lock was not written to its end', () => {
    writeFileSync(join(directory, 'nuvola.lock'), '{"pid":');
    takeDataDirectory(directory)();
  });

  test('is taken over when the pid now belongs to a younger process', { skip: process.platform !== 'linux' }, () => {
    writeFileSync(join(directory, 'nuvola.lock'), JSON.stringify({ pid: process.pid, startedAt: '1', token: 'theirs' }));
    takeDataDirectory(directory)();
  });

  test.each([
    ['of a newer release', '{"format":"nuvola-data","version":99}', 'written by a newer release'],
    ['with a damaged format file', '{"for', 'is damaged'],
    ['with a format file of something else', '{"format":"other","version":1}', 'is damaged'],
  ])('%s is refused and left alone', (_, content, message) => {
    writeFileSync(join(directory, 'nuvola-data.json'), content);
    expect(taking()).toThrow(DataDirectoryError);
    expect(taking()).toThrow(message);
    expect(readFileSync(join(directory, 'nuvola-data.json'), 'utf8')).toBe(content);
  });

  test('that holds other files is refused', () => {
    writeFileSync(join(directory, 'thesis.txt'), '');
    expect(taking()).toThrow('files that are not ours (thesis.txt)');
  });

  test('that is a file, or below one, is refused', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(taking(file)).toThrow(DataDirectoryError);
    expect(taking(join(file, 'below'))).toThrow(DataDirectoryError);
  });

  test('that may not be written is refused', { skip: process.platform === 'win32' || process.getuid?.() === 0 }, () => {
    chmodSync(directory, 0o500);
    expect(taking()).toThrow('may not be written');
    chmodSync(directory, 0o700);
  });
});
