import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildTypes } from '../../scripts/build/types.mjs';
import { run, Scratch } from '../cli/command';
import { outputOf } from '../interop/tools';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tar = outputOf('tar', '--version');

/** A project that has installed the package: what `npm pack` makes, with the dependencies of this tree. */
let project: Scratch;
beforeAll(async () => {
  project = new Scratch();
  if (tar === undefined) return;
  buildTypes();
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const packed = await run(npm, ['pack', '--ignore-scripts', '--silent', '--pack-destination', project.path], { cwd: root });
  expect(packed.code).toBe(0);
  const home = project.file('node_modules', 'nuvola');
  mkdirSync(home, { recursive: true });
  const tarball = readdirSync(project.path).find((name) => name.endsWith('.tgz')) as string;
  const unpacked = await run('tar', ['-xzf', tarball, '-C', join('node_modules', 'nuvola'), '--strip-components=1'], { cwd: project.path });
  expect(unpacked).toEqual({ code: 0, stdout: '', stderr: '' });
  const { dependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  for (const name of [...Object.keys(dependencies), '@aws-sdk/client-sts', '@types/node']) {
    mkdirSync(project.file('node_modules', name, '..'), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), project.file('node_modules', name), 'junction');
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(project.file(name), text);
}, 60_000);
afterAll(() => project[Symbol.dispose]());

const body = `
  const cloud = await Nuvola.start();
  const sts = new STSClient(cloud.account().config({ inProcess: true }));
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  await cloud.close();
  console.log(/^\\d{12}$/.test(Account ?? '') ? 'works' : Account);`;
const files = {
  'package.json': '{ "name": "user", "private": true }',
  'module.mjs': `import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';\nimport { Nuvola } from 'nuvola';\n${body}`,
  'common.cjs': `const { GetCallerIdentityCommand, STSClient } = require('@aws-sdk/client-sts');\nconst { Nuvola } = require('nuvola');\n(async () => {${body}\n})();`,
  'typed.mts': `import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type CloudOptions, Nuvola, type Snapshot } from 'nuvola';
const options: CloudOptions = { data: 'x', signatures: 'verify' };
// @ts-expect-error: no such mode
const mistyped: CloudOptions = { signatures: 'verfy' };
export async function use(): Promise<Snapshot> {
  await using cloud = await Nuvola.start(options);
  await new STSClient(cloud.config({ inProcess: true })).send(new GetCallerIdentityCommand({}));
  return cloud.snapshot();
}
export { mistyped };
`,
  'typed.cts': `import nuvola = require('nuvola');\nexport const start = (): Promise<nuvola.Nuvola> => nuvola.Nuvola.start({ port: 0 });\n`,
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'es2022',
      lib: ['es2023', 'esnext.disposable'],
      module: 'nodenext',
      strict: true,
      noEmit: true,
      types: ['node'],
    },
    files: ['typed.mts', 'typed.cts'],
  }),
};

test.skipIf(tar === undefined).each(['module.mjs', 'common.cjs'])('the packed package works in %s (needs tar)', async (name) => {
  const { stdout, stderr } = await run(process.execPath, ['--no-warnings', name], { cwd: project.path });
  expect({ stdout, stderr }).toEqual({ stdout: 'works\n', stderr: '' });
});

test.skipIf(tar === undefined)('its command runs (needs tar)', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const { stdout } = await run(process.execPath, [project.file('node_modules', 'nuvola', 'dist', 'nuvola.cjs'), '--version']);
  expect(stdout.trim()).toBe(version);
});

test.skipIf(tar === undefined)('its types serve modules and CommonJS (needs tar)', async () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { code, stdout } = await run(process.execPath, [tsc, '-p', '.', '--skipLibCheck', 'true'], { cwd: project.path });
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
});

test.skipIf(tar === undefined)('it carries neither tests nor sources (needs tar)', () => {
  const packed = readdirSync(project.file('node_modules', 'nuvola'), { recursive: true }) as string[];
  expect(packed.filter((name) => /\.test\.|^(src|test|scripts)\b|\.built$|\.\d+$/.test(name))).toEqual([]);
  expect(packed).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'NOTICE', join('dist', 'index.d.ts')]));
});
