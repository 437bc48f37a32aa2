/** Who may manage which account, in a cloud that enforces policies. */
import { AccountClient, EnableRegionCommand, GetAccountInformationCommand, GetAlternateContactCommand } from '@aws-sdk/client-account';
import { EnableAWSServiceAccessCommand } from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { organization, refusal } from '../organizations/cloud';
import { ownCloud } from '../server';
import { allow, type Config, newAccount } from '../sts/people';

let cloud: Nuvola;
beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
});
afterAll(() => cloud.close());

const as = (config: Config) => new AccountClient({ ...config, maxAttempts: 1 });

it('asks for the right on the account that is meant: the caller’s own, or a member', async () => {
  const management = newAccount(cloud);
  const { id, config } = management;
  const org = await organization('ALL', { id, url: cloud.url, config, configIn: () => config });
  await org.organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: 'account.amazonaws.com' }));
  const [mine, other] = [await org.createAccount('mine'), await org.createAccount('other')];
  const member = (account: string) => `arn:aws:account::${id}:account/${org.orgId}/${account}`;
  const action = 'account:GetAccountInformation';
  const look = (config: Config, AccountId?: string) => as(config).send(new GetAccountInformationCommand({ AccountId }));
  const own = await management.user('own', allow(action, `arn:aws:account::${id}:account`));
  const manager = await management.user('manager', allow(action, member(mine)));
  expect((await look(own)).AccountId).toBe(id);
  expect(await refusal(look(own, mine))).toMatch(/^AccessDenied: .*account:GetAccountInformation/);
  expect((await look(manager, mine)).AccountName).toBe('mine');
  expect(await refusal(look(manager, other))).toMatch(new RegExp(`^AccessDenied: .*on resource: ${member(other)}`));
  expect(await refusal(look(manager))).toMatch(/^AccessDenied/);
});

it('knows which Region and which contacts are meant', async () => {
  const { user } = newAccount(cloud);
  const africa = { Condition: { StringEquals: { 'account:TargetRegion': 'af-south-1' } } };
  const billing = { Condition: { 'ForAllValues:StringEquals': { 'account:AlternateContactTypes': ['BILLING'] } } };
  const client = as(await user('one', allow('account:EnableRegion', '*', africa), allow('account:GetAlternateContact', '*', billing)));
  await client.send(new EnableRegionCommand({ RegionName: 'af-south-1' }));
  expect(await refusal(client.send(new EnableRegionCommand({ RegionName: 'me-south-1' })))).toMatch(/^AccessDenied/);
  const get = (AlternateContactType: 'BILLING' | 'SECURITY') =>
    refusal(client.send(new GetAlternateContactCommand({ AlternateContactType })));
  expect(await get('BILLING')).toMatch(/^ResourceNotFound/);
  expect(await get('SECURITY')).toMatch(/^AccessDenied/);
});
