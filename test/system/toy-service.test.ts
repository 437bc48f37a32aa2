/** The service of CONTRIBUTING.md, added by its ten steps, has all that the platform promises, without further code. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admin } from './admin-call';
import { type OwnProcess, ownProcess } from './own-process';
import { addModel, addService, copyProject, type Project } from './parcel/project';
import { call, codeOf, scope } from './raw-call';

let project: Project;
let data: string;
let cloud: OwnProcess;
const start = (...options: string[]) => ownProcess({ command: join(project.folder, 'dist/nuvola.cjs') }, ...options);

beforeAll(async () => {
  project = copyProject();
  addModel(project);
  addService(project);
  project.run('scripts/build.mjs');
  data = mkdtempSync(join(tmpdir(), 'nuvola-parcel-data-'));
  cloud = await start('--data', data, '--iam', 'audit');
}, 120_000);
afterAll(async () => {
  await cloud?.kill();
  if (data) rmSync(data, { recursive: true, force: true });
  project?.remove();
});

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly output: any;
}

async function parcel(operation: string, input: object, { account = '111111111111', signed = true } = {}): Promise<Answer> {
  const headers = {
    'x-amz-target': `Parcel_20260101.${operation}`,
    'content-type': 'application/x-amz-json-1.0',
    ...(signed && { authorization: scope('parcel', 'us-east-1', account) }),
  };
  const answer = await call(cloud.url, { headers, body: JSON.stringify(input) });
  return { status: answer.status, code: codeOf(answer), output: JSON.parse(answer.body) };
}

const boxes = async (account?: string): Promise<{ BoxId: string; State: string }[]> =>
  (await parcel('ListBoxes', {}, account === undefined ? {} : { account })).output.Boxes;
const arnOf = (id: string) => `arn:aws:parcel:us-east-1:111111111111:box/${id}`;

describe('the service of CONTRIBUTING.md', () => {
  it('passes the type check and the house rules', () => {
    expect(project.check('scripts/run.mjs', 'scripts/house-rules.ts')).not.toContain('parcel');
    project.run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.parcel.json', '--noEmit');
    expect(readFileSync(join(project.folder, 'generated/api/parcel.ts'), 'utf8')).toContain('BoxNotFound');
  }, 60_000);

  it('works: input is parsed and validated, errors have their form, lists have pages', async () => {
    const { output, status } = await parcel('CreateBox', { WeightG: 300, Tags: [{ Key: 'to', Value: 'Oslo' }] });
    expect([status, output]).toEqual([200, { BoxId: expect.stringMatching(/^box-[a-z0-9]{17}$/) }]);
    expect((await parcel('SealBox', { BoxId: output.BoxId })).status).toBe(200);
    expect((await parcel('SealBox', { BoxId: output.BoxId })).status).toBe(200);
    expect(await boxes()).toEqual([{ BoxId: output.BoxId, State: 'SEALED' }]);
    expect(await parcel('SealBox', { BoxId: 'none' })).toMatchObject({
      status: 400,
      code: 'BoxNotFound',
      output: { message: 'Box none does not exist.' },
    });
    expect(await parcel('CreateBox', {})).toMatchObject({ status: 400, code: 'ValidationException' });
    expect(await parcel('CreateBox', { WeightG: 1e6 })).toMatchObject({ status: 400, code: 'ValidationException' });
    expect(await parcel('CreateBox', { WeightG: 'x' })).toMatchObject({ status: 400, code: 'SerializationException' });
    await parcel('CreateBox', { WeightG: 1 });
    const first = (await parcel('ListBoxes', { MaxResults: 1 })).output;
    const second = (await parcel('ListBoxes', { MaxResults: 1, NextToken: first.NextToken })).output;
    expect([first.Boxes.length, second.Boxes.length, second.NextToken]).toEqual([1, 1, undefined]);
  });

  it('is tagged', async () => {
    const sealed = (await boxes()).find(({ State }) => State === 'SEALED');
    const { output } = await parcel('ListTagsForResource', { ResourceArn: arnOf(sealed?.BoxId as string) });
    expect(output.Tags).toEqual([{ Key: 'to', Value: 'Oslo' }]);
  });

  it('is authorised: each call needs its action, and an unsigned caller is not allowed it', async () => {
    await parcel('ListBoxes', {});
    await parcel('ListBoxes', {}, { signed: false });
    const { requests } = (await admin(cloud.url, 'requests')).body;
    const decided = (allowed: boolean) => [{ action: 'parcel:ListBoxes', resource: '*', allowed }];
    expect(requests.slice(-2).map(({ access }: { access: unknown }) => access)).toEqual([decided(true), decided(false)]);
  });

  it('is kept apart by account', async () => {
    expect(await boxes('222222222222')).toEqual([]);
  });

  it('is persisted, tags and all, also when the process is killed', async () => {
    const before = await boxes();
    await cloud.kill('SIGKILL');
    cloud = await start('--data', data, '--iam', 'audit');
    expect(await boxes()).toEqual(before);
    const sealed = before.find(({ State }) => State === 'SEALED');
    expect((await parcel('ListTagsForResource', { ResourceArn: arnOf(sealed?.BoxId as string) })).output.Tags).toHaveLength(1);
  });

  it('is snapshotted and reset', async () => {
    const before = await boxes();
    await parcel('CreateBox', { WeightG: 1 }, { account: '222222222222' });
    await admin(cloud.url, 'snapshot/save', { name: 'full' });
    await admin(cloud.url, 'reset', { account: '111111111111' });
    expect([await boxes(), (await boxes('222222222222')).length]).toEqual([[], 1]);
    await admin(cloud.url, 'snapshot/load', { name: 'full' });
    expect(await boxes()).toEqual(before);
    await admin(cloud.url, 'reset', {});
    expect([await boxes(), await boxes('222222222222')]).toEqual([[], []]);
  });

  it('is forked', async () => {
    const { Nuvola } = (await import(join(project.folder, 'dist/index.mjs'))) as typeof import('../../src/testing');
    await using parent = await Nuvola.start();
    const own = cloud;
    try {
      cloud = { ...own, url: parent.url };
      await parcel('CreateBox', { WeightG: 1 });
      const fork = await parent.fork();
      cloud = { ...own, url: fork.url };
      await parcel('CreateBox', { WeightG: 2 });
      expect(await boxes()).toHaveLength(2);
      cloud = { ...own, url: parent.url };
      expect(await boxes()).toHaveLength(1);
    } finally {
      cloud = own;
    }
  });

  it('is listed in coverage, by the cloud and in docs/coverage.md; what is not built says so', async () => {
    const built = ['CreateBox', 'ListBoxes', 'ListTagsForResource', 'SealBox'];
    const { services } = (await admin(cloud.url, 'coverage?service=parcel')).body;
    expect(services).toEqual([{ service: 'parcel', name: 'Amazon Parcel', built, missing: ['ShipBox'] }]);
    expect(readFileSync(join(project.folder, 'docs/coverage.md'), 'utf8')).toContain(
      `**Amazon Parcel** (\`parcel\`): ${built.join(', ')}.`,
    );
    expect(await parcel('ShipBox', { BoxId: 'x' })).toMatchObject({ status: 501, code: 'NotImplemented' });
    expect((await admin(cloud.url, 'health')).body.services).toContain('parcel');
  });
});
