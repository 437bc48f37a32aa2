/** What enforcement would deny goes through in mode audit, and is noted. */
import { expect, it } from 'vitest';
import { ownCloud } from '../server';
import { assume, identity, newAccount, refusal, trust } from './people';

it('roles are assumed by whom they do not trust, by root, and when they are not there', async () => {
  await using cloud = await ownCloud({ iam: 'audit' });
  const { id, config, user, role } = newAccount(cloud);
  const ann = await user('ann');
  const arn = await role('for-nobody', [trust({ Service: 'ec2.amazonaws.com' })]);
  expect(await identity(ann)).toMatchObject({ Arn: ann.arn });
  for (const who of [ann, config])
    for (const roleArn of [arn, `arn:aws:iam::${id}:role/missing`]) expect(await refusal(assume(who, roleArn))).toBe('no error');
});
