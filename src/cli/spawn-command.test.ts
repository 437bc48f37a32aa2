import { expect, test } from 'vitest';
import { spawnable } from './spawn-command';

const windows = { Path: 'C:\\Program Files\\nodejs;D:\\tools', PATHEXT: '.COM;.EXE;.BAT;.CMD', ComSpec: 'C:\\Windows\\cmd.exe' };
const files = new Set(['C:\\Program Files\\nodejs\\npm.cmd', 'D:\\tools\\aws.exe', 'D:\\tools\\go.bat', 'node_modules\\.bin\\cdk.cmd']);
const on = (command: string, ...args: string[]) => spawnable(command, args, windows, 'win32', (path) => files.has(path));

test('elsewhere, and for programs, everything stays as it is', () => {
  const args = ['a b', '', '"', '--', '%PATH%'];
  expect(spawnable('npm', args, {}, 'linux')).toEqual({ file: 'npm', args, windowsVerbatimArguments: false });
  expect(on('aws', ...args)).toEqual({ file: 'aws', args, windowsVerbatimArguments: false });
  expect(on('missing')).toEqual({ file: 'missing', args: [], windowsVerbatimArguments: false });
});

test('scripts of Windows go through its shell', () => {
  expect(on('npm', 'test')).toEqual({
    file: 'C:\\Windows\\cmd.exe',
    args: ['/d', '/s', '/c', '"C:\\Program^ Files\\nodejs\\npm.cmd ^"test^""'],
    windowsVerbatimArguments: true,
  });
  expect(on('go.bat').args.at(-1)).toBe('"D:\\tools\\go.bat"');
});

test.each([
  ['a&b|c>d', '^"a^&b^|c^>d^"'],
  ['%PATH%', '^"^%PATH^%^"'],
  ['say "hi"', '^"say^ \\^"hi\\^"^"'],
  ['ends in \\', '^"ends^ in^ \\\\^"'],
  ['', '^"^"'],
])('the shell leaves %j alone', (arg, word) => {
  expect(on('npm', arg).args.at(-1)).toBe(`"C:\\Program^ Files\\nodejs\\npm.cmd ${word}"`);
});

test('scripts that npm installs parse twice', () => {
  expect(on('node_modules/.bin/cdk.cmd', 'a&b').args.at(-1)).toBe('"node_modules\\.bin\\cdk.cmd ^^^"a^^^&b^^^""');
});
