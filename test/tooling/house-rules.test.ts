import { describe, expect, test } from 'vitest';
import { check, hardLines } from '../../scripts/house/rules';
import { parseSource } from '../../scripts/house/source';
import { machinePaths } from '../../scripts/house/text';

/** Names of the rules that a file breaks. */
function broken(path: string, code: string): string[] {
  const source = parseSource(path, code.startsWith('/**') ? code : `/** A module. */\n${code}`);
  if (source === undefined) throw new Error(`does not parse: ${code}`);
  return check(source).map(({ rule }) => rule);
}

describe('imports', () => {
  test.each([
    ['src/services/sqs/service.ts', "import { fail } from '../../kernel';"],
    ['src/services/sqs/service.ts', "import { fail } from '../../kernel/index';"],
    ['src/services/sqs/service.ts', "import type { SQS } from '../../../generated/api/sqs';"],
    ['src/services/sqs/service.ts', "import { type Shape } from '../../api/model';"],
    ['src/services/sqs/operations/queue.ts', "import { Queues } from '../state';"],
    ['src/services/sqs/service.ts', "import { unzip } from 'yauzl';"],
    ['src/kernel/world.ts', "import type { Engine } from '../store/engine';"],
    ['src/kernel/registry.ts', "import { services } from '../../generated/services';"],
    ['src/gateway/pipeline.ts', "import { codecFor } from '../protocol/codec';"],
    ['src/cli/main.ts', "const { start } = await import('../gateway/start');"],
    ['src/store/memory.test.ts', "import { World } from '../kernel/world';"],
    ['bench/main.ts', "import { World } from '../src/kernel/world';"],
  ])('%s may say %s', (path, code) => expect(broken(path, code)).toEqual([]));

  test.each([
    ['src/services/sqs/service.ts', "import { World } from '../../kernel/world';"],
    ['src/services/sqs/service.ts', "import { Topics } from '../sns/state';"],
    ['src/services/sqs/service.ts', "import { load } from '../../api/load';"],
    ['src/services/sqs/service.ts', "import type { SNS } from '../../../generated/api/sns';"],
    ['src/services/sqs/service.ts', "import { services } from '../../../generated/services';"],
    ['src/kernel/world.ts', "import { listen } from '../gateway/listener';"],
    ['src/kernel/world.ts', "const gateway = import('../gateway/listener');"],
    ['src/kernel/world.ts', "export { listen } from '../gateway/listener';"],
    ['src/store/memory.ts', "import type { Tx } from '../kernel/tx';"],
    ['src/store/memory.ts', "import { load } from '../api/load';"],
    ['src/gateway/pipeline.ts', "import sqs from '../services/sqs/service';"],
    ['src/gateway/pipeline.ts', "import { build } from '../../scripts/build';"],
    ['src/attic/box.ts', "import { fail } from '../kernel';"],
    ['src/kernel/world.ts', "import { SQS } from '../../generated/api/sqs';"],
  ])('%s may not say %s', (path, code) => expect(broken(path, code)).toEqual(['imports']));
});

describe('sizes', () => {
  const lines = (n: number) => Array.from({ length: n }, (_, i) => `  f(${i});`).join('\n');

  test('a file past the hard limit is too long', () => {
    expect(broken('src/kernel/a.ts', `/** A. */\n${lines(hardLines - 1)}\n`)).toEqual([]);
    expect(broken('src/kernel/a.ts', `/** A. */\n${lines(hardLines)}\n`)).toEqual(['file-size']);
  });

  test.each([
    ['function', (body: string) => `function f() {\n${body}\n}`],
    ['arrow', (body: string) => `const f = () => {\n${body}\n};`],
    ['method', (body: string) => `class A {\n  run() {\n${body}\n  }\n}`],
  ])('a %s past 60 lines is too long', (_, wrap) => {
    expect(broken('src/kernel/a.ts', wrap(lines(58)))).toEqual([]);
    expect(broken('src/kernel/a.ts', wrap(lines(59)))).toEqual(['function-size']);
    expect(broken('test/kernel/a.test.ts', wrap(lines(59)))).toEqual([]);
  });
});

describe('banned calls', () => {
  test.each([
    'Date.now();',
    'new Date();',
    'Math.random();',
    'process.env.HOME;',
    "process.env['HOME'];",
    'console.log(1);',
    'setTimeout(f, 1);',
    'setInterval(f, 1);',
    "import { setTimeout } from 'node:timers/promises';",
    "import { env } from 'node:process';",
  ])('a service may not say %s, the kernel may', (code) => {
    expect(new Set(broken('src/services/sqs/service.ts', code))).toEqual(new Set(['banned']));
    expect(broken('src/kernel/clock.ts', code)).toEqual([]);
  });

  test.each(['new Date(0);', 'Date.parse(x);', 'Math.max(1, 2);', 'process.pid;', 'const setTimeout = 1;'])(
    'anybody may say %s',
    (code) => {
      expect(broken('src/services/sqs/service.ts', code)).toEqual([]);
    },
  );

  test.each([
    'process.getuid();',
    'fs.symlinkSync(a, b);',
    "import { chmod } from 'node:fs/promises';",
    "child.kill('SIGKILL');",
    "process.on('SIGHUP', stop);",
    "read('/proc/self/stat');",
    "write('/tmp/x');",
  ])('only the engines may say %s', (code) => {
    expect(new Set(broken('src/cli/main.ts', code))).toEqual(new Set(['banned']));
    expect(broken('src/engines/functions/sandbox.ts', code)).toEqual([]);
  });

  test.each(["process.on('SIGINT', stop);", "child.kill('SIGTERM');", "route('/tmpl');"])('%s is portable', (code) => {
    expect(broken('src/cli/main.ts', code)).toEqual([]);
  });
});

describe('names, comments, types', () => {
  test.each([
    ['src/kernel/utils.ts', ''],
    ['src/kernel/string-helpers.ts', ''],
    ['src/common/text.ts', ''],
    ['src/kernel/World.ts', ''],
    ['src/kernel/a.ts', 'class QueueManager {}'],
    ['src/kernel/a.ts', 'function parseImpl() {}'],
    ['src/kernel/a.ts', 'interface IQueue {}'],
  ])('%s with "%s" has a name that says nothing', (path, code) => expect(broken(path, code)).toContain('names'));

  test.each(['class SecretsManager {}', 'interface IPv4Range {}', 'interface Item {}', 'type Common = 1;'])('%s is a good name', (code) =>
    expect(broken('src/kernel/a.ts', code)).toEqual([]),
  );

  test('a module begins with what it is', () => {
    expect(broken('src/kernel/a.ts', '/** What it is. */\nf();')).toEqual([]);
    expect(check(parseSource('src/kernel/a.ts', 'f();')!).map(({ rule }) => rule)).toEqual(['comments']);
  });

  test.each(['TODO', 'FIXME', 'XXX', 'HACK'])('%s is not left in a comment', (mark) => {
    expect(broken('src/kernel/a.ts', `// ${mark}: later`)).toEqual(['comments']);
    expect(broken('src/kernel/a.ts', `const text = '${mark}';`)).toEqual([]);
  });

  test('any has its home in the protocol and the kernel', () => {
    expect(broken('src/gateway/a.ts', 'let a: any;')).toEqual(['any']);
    expect(broken('src/protocol/a.ts', 'let a: any;')).toEqual([]);
    expect(broken('test/gateway/a.test.ts', 'let a: any;')).toEqual([]);
  });

  test('a catch says why it is empty', () => {
    expect(broken('src/kernel/a.ts', 'try { f(); } catch {}')).toEqual(['empty-catch']);
    expect(broken('src/kernel/a.ts', 'try { f(); } catch { /* gone already */ }')).toEqual([]);
  });

  test.each(['let n = 0;', 'export let n = 0;', 'const seen = new Map<string, number>();'])('a service keeps no state in %s', (code) => {
    expect(broken('src/services/sqs/state.ts', code)).toEqual(['state']);
    expect(broken('src/kernel/a.ts', code)).toEqual([]);
  });

  test('a constant table is no state', () => {
    expect(broken('src/services/sqs/state.ts', "const kinds = new Set(['a', 'b']);")).toEqual([]);
  });
});

describe('tests', () => {
  test.each([
    'test.only("x", f);',
    'describe.only("x", f);',
    "vi.mock('../store');",
    'await new Promise((done) => setTimeout(done, 10));',
    'await new Promise<void>((resolve) => { setTimeout(resolve, 10); });',
    "import { setTimeout as sleep } from 'node:timers/promises';",
  ])('may not say %s', (code) => expect(broken('test/sqs/a.test.ts', code)).toEqual(['tests']));

  test('may have a deadline', () => {
    expect(broken('test/sqs/a.test.ts', 'const timer = setTimeout(() => controller.abort(), 5000);')).toEqual([]);
  });
});

describe('exceptions', () => {
  test('a comment with a reason allows one rule on its line and the next', () => {
    expect(broken('src/gateway/a.ts', 'let a: any; // house-allow any: the parser gives nothing better')).toEqual([]);
    expect(broken('src/gateway/a.ts', '// house-allow any: the parser gives nothing better\nlet a: any;')).toEqual([]);
    expect(broken('src/gateway/a.ts', '// house-allow names: other\nlet a: any;')).toEqual(['any']);
  });
});

test('paths of one machine are found in any text', () => {
  const text = (path: string) => `see ${path} there`;
  for (const path of [`/${'root'}/x`, `/${'home'}/ann/x`, `/${'Users'}/Ann/x`, `C:\\${'Users'}\\x`])
    expect(machinePaths(text(path))).toHaveLength(1);
  for (const path of ['src/root/x', 'https://host/home/ann/x', '/homes']) expect(machinePaths(text(path))).toHaveLength(0);
});
