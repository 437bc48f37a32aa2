/** What to hand to `spawn` so that a command starts on every system: on Windows, scripts need a shell, and spawn finds none by itself. */
import { existsSync } from 'node:fs';
import { win32 } from 'node:path';

interface Spawnable {
  readonly file: string;
  readonly args: readonly string[];
  /** The arguments are quoted already. */
  readonly windowsVerbatimArguments: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** As it is, but for a `.cmd` or `.bat` on Windows: `npm`, `cdk` and most of what npm installs. */
export function spawnable(
  command: string,
  args: readonly string[],
  current: Environment,
  platform: string = process.platform,
  exists: (path: string) => boolean = existsSync,
): Spawnable {
  const script = platform === 'win32' ? windowsFile(command, current, exists) : undefined;
  if (script === undefined || !/\.(?:cmd|bat)$/i.test(script)) return { file: command, args, windowsVerbatimArguments: false };
  // npm's own scripts hand their arguments to a second parser.
  const parsers = /node_modules[\\/]\.bin[\\/][^\\/]+\.cmd$/i.test(script) ? 2 : 1;
  const line = [escaped(win32.normalize(script), 1), ...args.map((arg) => escaped(quoted(arg), parsers))].join(' ');
  return { file: current.ComSpec || 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], windowsVerbatimArguments: true };
}

function windowsFile(command: string, current: Environment, exists: (path: string) => boolean): string | undefined {
  const extensions = (current.PATHEXT || '.COM;.EXE;.BAT;.CMD').split(';');
  const names = extensions.some((extension) => command.toLowerCase().endsWith(extension.toLowerCase()))
    ? [command]
    : extensions.map((extension) => command + extension.toLowerCase());
  const folders = /[\\/]/.test(command) ? [''] : ['.', ...(current.Path ?? current.PATH ?? '').split(';')];
  return folders.flatMap((folder) => names.map((name) => win32.join(folder, name))).find(exists);
}

/** For the program: quotes escaped, and the backslashes before them doubled. */
function quoted(arg: string): string {
  return `"${arg.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, '$1$1')}"`;
}

/** For cmd.exe. */
function escaped(text: string, times: number): string {
  const once = text.replace(/[()[\]%!^"`<>&|;, *?]/g, '^$&');
  return times > 1 ? escaped(once, times - 1) : once;
}
