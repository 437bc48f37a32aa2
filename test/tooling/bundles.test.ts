import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const dist = resolve('dist');
const require = createRequire(import.meta.url);

/** Runs a program against the bundles in a process of its own; it prints JSON. */
function output(code: string): unknown {
  return JSON.parse(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8', cwd: dist }));
}

const loadedFiles = `Object.keys(require.cache).map((file) => require('node:path').relative(${JSON.stringify(resolve('.'))}, file).replaceAll('\\\\', '/'))`;

describe('bundles', () => {
  test('share one kernel: what a service throws is an AwsError to everybody', () => {
    const core = require(join(dist, 'core.cjs'))['kernel/index'] as typeof import('../../src/kernel');
    for (const file of readdirSync(join(dist, 'services')).filter((name) => name.endsWith('.cjs'))) {
      const { default: service } = require(join(dist, 'services', file)) as { default: { id: string; state?: { kind: string }[] } };
      expect(`${service.id}.cjs`).toBe(file);
    }
    const sts = require(join(dist, 'services/sts.cjs')).default as {
      operations: Record<string, (ctx: unknown, input: unknown) => unknown>;
    };
    expect(() => sts.operations['GetCallerIdentity']?.({ principal: { type: 'anonymous' } }, {})).toThrow(core.AwsError);
  });

  test('import and require give the same class', () => {
    const code = `import('./index.mjs').then(({ Nuvola }) => console.log(JSON.stringify([typeof Nuvola, Nuvola === require('./index.cjs').Nuvola])))`;
    expect(output(code)).toEqual(['function', true]);
  });

  test('loading the core loads no package and no service', () => {
    expect(output(`require('./core.cjs'); console.log(JSON.stringify(${loadedFiles}))`)).toEqual(['dist/core.cjs']);
  });

  test('an idle cloud has loaded no service, no package, no TLS, no HTTP/2 and no database', () => {
    const code = `const { Nuvola } = require('./index.cjs');
      Nuvola.start().then(async (cloud) => {
        const builtin = ['tls', 'http2'].filter((name) => process.moduleLoadList.includes('NativeModule ' + name));
        console.log(JSON.stringify({ files: ${loadedFiles}, builtin }));
        await cloud.close();
      });`;
    expect(output(code)).toEqual({ files: ['dist/index.cjs', 'dist/core.cjs'], builtin: [] });
  });
});
