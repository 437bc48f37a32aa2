import {
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  GetUserCommand,
  ListInstanceProfileTagsCommand,
  ListPolicyTagsCommand,
  ListRoleTagsCommand,
  ListUserTagsCommand,
  type Tag,
  TagInstanceProfileCommand,
  TagPolicyCommand,
  TagRoleCommand,
  TagUserCommand,
  UntagInstanceProfileCommand,
  UntagPolicyCommand,
  UntagRoleCommand,
  UntagUserCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { allowAll, open, refusal } from './cloud';

/** One of each kind, and the same calls for each. */
async function tagged() {
  const { iam, user, role, policy } = open();
  await user('t');
  await role('t');
  const PolicyArn = await policy('t');
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 't' }));
  const [u, r, p, i] = [{ UserName: 't' }, { RoleName: 't' }, { PolicyArn }, { InstanceProfileName: 't' }];
  return {
    user: {
      tag: (Tags: Tag[]) => iam.send(new TagUserCommand({ ...u, Tags })),
      untag: (TagKeys: string[]) => iam.send(new UntagUserCommand({ ...u, TagKeys })),
      list: (more: object = {}) => iam.send(new ListUserTagsCommand({ ...u, ...more })),
    },
    role: {
      tag: (Tags: Tag[]) => iam.send(new TagRoleCommand({ ...r, Tags })),
      untag: (TagKeys: string[]) => iam.send(new UntagRoleCommand({ ...r, TagKeys })),
      list: (more: object = {}) => iam.send(new ListRoleTagsCommand({ ...r, ...more })),
    },
    policy: {
      tag: (Tags: Tag[]) => iam.send(new TagPolicyCommand({ ...p, Tags })),
      untag: (TagKeys: string[]) => iam.send(new UntagPolicyCommand({ ...p, TagKeys })),
      list: (more: object = {}) => iam.send(new ListPolicyTagsCommand({ ...p, ...more })),
    },
    profile: {
      tag: (Tags: Tag[]) => iam.send(new TagInstanceProfileCommand({ ...i, Tags })),
      untag: (TagKeys: string[]) => iam.send(new UntagInstanceProfileCommand({ ...i, TagKeys })),
      list: (more: object = {}) => iam.send(new ListInstanceProfileTagsCommand({ ...i, ...more })),
    },
  };
}

describe.each(['user', 'role'] as const)('tags of a %s', (kind) => {
  it('are the same in any case', async () => {
    const { tag, untag, list } = (await tagged())[kind];
    await tag([{ Key: 'Team', Value: 'red' }]);
    await tag([{ Key: 'TEAM', Value: 'blue' }]);
    expect((await list()).Tags).toEqual([{ Key: 'TEAM', Value: 'blue' }]);
    expect(await refusal(tag(['k', 'K'].map((Key) => ({ Key, Value: '' }))))).toBe(
      'InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
    await untag(['team']);
    expect((await list()).Tags).toEqual([]);
  });
});

describe.each(['policy', 'profile'] as const)('tags of a %s', (kind) => {
  it('differ by case', async () => {
    const { tag, untag, list } = (await tagged())[kind];
    const both = ['Costcenter', 'costcenter'].map((Key) => ({ Key, Value: Key }));
    await tag(both.slice(0, 1));
    await tag(both.slice(1));
    expect((await list()).Tags).toEqual(both);
    await tag(both);
    await untag(['COSTCENTER', 'costcenter']);
    expect((await list()).Tags).toEqual(both.slice(0, 1));
  });

  it('differ by case from the beginning', async () => {
    const { iam } = open();
    const Tags = ['Costcenter', 'costcenter'].map((Key) => ({ Key, Value: Key }));
    const created =
      kind === 'policy'
        ? (await iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allowAll, Tags }))).Policy
        : (await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'i', Tags }))).InstanceProfile;
    expect(created?.Tags).toEqual(Tags);
  });
});

describe.each(['user', 'role', 'policy', 'profile'] as const)('tags of a %s', (kind) => {
  it('are added, replaced, sorted, paged and removed', async () => {
    const { tag, untag, list } = (await tagged())[kind];
    await tag([
      { Key: 'TEAM', Value: 'red' },
      { Key: 'cost', Value: '' },
    ]);
    await tag([{ Key: 'TEAM', Value: 'blue' }]);
    const cost = { Key: 'cost', Value: '' };
    expect((await list()).Tags).toEqual([{ Key: 'TEAM', Value: 'blue' }, cost]);
    const first = await list({ MaxItems: 1 });
    expect(first).toMatchObject({ IsTruncated: true, Tags: [{ Key: 'TEAM' }] });
    expect(await list({ MaxItems: 1, Marker: first.Marker })).toMatchObject({ IsTruncated: false, Tags: [cost] });
    await untag(['TEAM', 'unknown']);
    expect((await list()).Tags).toEqual([cost]);
  });

  it('are fifty at most, of sound keys', async () => {
    const { tag } = (await tagged())[kind];
    await tag(Array.from({ length: 50 }, (_, n) => ({ Key: `k${n}`, Value: '' })));
    expect(await refusal(tag([{ Key: 'k1', Value: 'replaced' }]))).toBe('no error');
    expect(await refusal(tag([{ Key: 'another', Value: '' }]))).toMatch(/^LimitExceeded: /);
    const twice = [
      { Key: 'k1', Value: '' },
      { Key: 'k1', Value: '' },
    ];
    expect(await refusal(tag(twice))).toBe('InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    expect(await refusal(tag([{ Key: 'AWS:mine', Value: '' }]))).toMatch(/^InvalidInput: /);
    expect(await refusal(tag([{ Key: 'mine', Value: 'aws:x' }]))).toMatch(/^InvalidInput: /);
    expect(await refusal(tag([{ Key: 'a;b', Value: '' }]))).toMatch(/at 'tags\.1\.member\.key' failed to satisfy constraint/);
    expect(await refusal(tag([{ Key: 'a', Value: 'v'.repeat(257) }]))).toMatch(/at 'tags\.1\.member\.value' failed to satisfy constraint/);
  });
});

describe('tags of a user', () => {
  it('go with it to another name', async () => {
    const { iam } = open();
    const Tags = [{ Key: 'a', Value: 'b' }];
    await iam.send(new CreateUserCommand({ UserName: 'old', Tags }));
    await iam.send(new UpdateUserCommand({ UserName: 'old', NewUserName: 'new' }));
    expect((await iam.send(new GetUserCommand({ UserName: 'new' }))).User?.Tags).toEqual(Tags);
    await iam.send(new CreateUserCommand({ UserName: 'old' }));
    expect((await iam.send(new GetUserCommand({ UserName: 'old' }))).User?.Tags).toBeUndefined();
  });
});
