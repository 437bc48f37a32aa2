/** Calls that have one home: clocks, timers, randomness and the environment in the kernel, POSIX in the engines. */
import { Visitor } from 'rolldown/utils';
import type { Violation } from './rules';
import type { Source } from './source';

const clockHomes = ['src/kernel/', 'src/cli/', 'src/gateway/', 'src/store/', 'src/testing/', 'src/engines/'];
const posixHomes = ['src/engines/'];

const members: Readonly<Record<string, string>> = {
  'Date.now': 'use ctx.now or the kernel clock, so that time can be frozen and advanced.',
  'Math.random': 'use ctx.id, ctx.uuid or tx.id, so that a seed repeats a run; for secrets use node:crypto.',
  'process.env': 'settings come from the command line or the kernel.',
};
const calls: Readonly<Record<string, string>> = {
  setTimeout: 'use tx.at: a durable timer that obeys the clock.',
  setInterval: 'use tx.at: a durable timer that obeys the clock.',
};
const consoleMessage = 'use the log of the kernel; the console belongs to the command.';

const posixMembers = /^(process\.(get|set)(e?[ug]id|groups)|.*\.(symlink|chmod|chown|lchown|fchmod|fchown|lchmod|mkfifo)(Sync)?)$/;
const portableSignals = ['SIGINT', 'SIGTERM'];

/** Uses of what only certain folders may touch. */
export function banned(source: Source): Violation[] {
  if (source.kind !== 'product') return [];
  const found: Violation[] = [];
  const add = (start: number, message: string) => found.push({ line: source.lineOf(start), message });
  const isIn = (homes: readonly string[]) => homes.some((home) => source.path.startsWith(home));
  if (!isIn(clockHomes)) lookForClocks(source, add);
  if (!isIn(posixHomes)) lookForPosix(source, add);
  return found;
}

type Add = (start: number, message: string) => void;

function lookForClocks({ program, text }: Source, add: Add): void {
  new Visitor({
    MemberExpression: ({ start, end, object }) => {
      const member = text.slice(start, end).replace(/^globalThis\./, '');
      const why = Object.hasOwn(members, member) ? members[member] : undefined;
      if (why !== undefined) add(start, `${member}: ${why}`);
      else if (object.type === 'Identifier' && object.name === 'console') add(start, `${member}: ${consoleMessage}`);
    },
    CallExpression: ({ callee, start }) => {
      const why = callee.type === 'Identifier' && Object.hasOwn(calls, callee.name) ? calls[callee.name] : undefined;
      if (why !== undefined) add(start, `${text.slice(callee.start, callee.end)}: ${why}`);
    },
    NewExpression: ({ callee, arguments: values, start }) => {
      if (callee.type === 'Identifier' && callee.name === 'Date' && values.length === 0) add(start, `new Date(): ${members['Date.now']}`);
    },
    ImportDeclaration: ({ source, specifiers, start }) => {
      if (/^(node:)?timers(\/promises)?$/.test(source.value)) add(start, `${source.value}: ${calls['setTimeout']}`);
      const takesEnv = specifiers.some((s) => s.type === 'ImportSpecifier' && s.local.name === 'env');
      if (/^(node:)?process$/.test(source.value) && takesEnv) add(start, `env: ${members['process.env']}`);
    },
  }).visit(program);
}

function lookForPosix({ program, text }: Source, add: Add): void {
  new Visitor({
    MemberExpression: ({ start, end }) => {
      const member = text.slice(start, end);
      if (posixMembers.test(member)) add(start, `${member} does not work on Windows; move it to src/engines, or do without.`);
    },
    ImportDeclaration: ({ source, specifiers, start }) => {
      if (!/^(node:)?fs(\/promises)?$/.test(source.value)) return;
      for (const { local } of specifiers) {
        if (posixMembers.test(`fs.${local.name}`))
          add(start, `${local.name} does not work on Windows; move it to src/engines, or do without.`);
      }
    },
    Literal: ({ value, start }) => {
      if (typeof value !== 'string') return;
      if (/^SIG[A-Z0-9]+$/.test(value) && !portableSignals.includes(value))
        add(start, `${value} is not everywhere; only ${portableSignals.join(' and ')} are.`);
      if (/^\/(tmp|proc|dev|sys|etc|usr)(\/|$)/.test(value))
        add(start, `${value} is not everywhere; use os.tmpdir() or move it to src/engines.`);
    },
  }).visit(program);
}
