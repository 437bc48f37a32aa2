/** Accounts with a linked one in AWS GovCloud (US) are closed together; each leaves its own organization. */
import { expect, it } from 'vitest';
import type { Place } from '../../src/kernel';
import { begin, type Cloud, here, invite, openOrganization } from './direct';

const day = 24 * 3600;
const gov: Place = { partition: 'aws-us-gov', account: '222222222222', region: 'us-gov-west-1' };

/** A member here, linked to one in GovCloud. */
async function linked(cloud: Cloud) {
  const { CreateAccountStatus: asked } = await cloud.call('CreateGovCloudAccount', { AccountName: 'gov', Email: 'gov@example.org' });
  await cloud.pass(0);
  const { CreateAccountStatus: made } = await cloud.call('DescribeCreateAccountStatus', { CreateAccountRequestId: asked?.Id ?? '' });
  return { account: made?.AccountId ?? '', twin: made?.GovCloudAccountId ?? '' };
}

/** What an organization says of an account. */
const stateOf = (cloud: Cloud, AccountId: string, place: Place) =>
  cloud.call('DescribeAccount', { AccountId }, place).then(
    ({ Account }) => Account?.State,
    (error) => error.code,
  );

it('the linked account leaves the organization that it is in', async () => {
  await using cloud = await openOrganization();
  const { account, twin } = await linked(cloud);
  await begin(cloud, gov);
  await invite(cloud, twin, gov);
  await cloud.call('CloseAccount', { AccountId: account });
  const states = async () => [await stateOf(cloud, account, here), await stateOf(cloud, twin, gov)];
  expect(await states()).toEqual(['PENDING_CLOSURE', 'PENDING_CLOSURE']);
  await cloud.pass(0);
  expect(await states()).toEqual(['SUSPENDED', 'SUSPENDED']);
  await cloud.pass(90 * day);
  expect(await states()).toEqual(['AccountNotFoundException', 'AccountNotFoundException']);
  expect((await cloud.call('ListAccounts', {}, gov)).Accounts?.map(({ Id }) => Id)).toEqual([gov.account]);
});

it('a linked account that was closed before stays closed, and is gone at its own time', async () => {
  await using cloud = await openOrganization();
  const { account, twin } = await linked(cloud);
  await begin(cloud, gov);
  await invite(cloud, twin, gov);
  await cloud.call('CloseAccount', { AccountId: twin }, gov);
  await cloud.pass(60 * day);
  await cloud.call('CloseAccount', { AccountId: account });
  expect(await stateOf(cloud, twin, gov)).toBe('SUSPENDED');
  await cloud.pass(30 * day);
  expect(await stateOf(cloud, twin, gov)).toBe('AccountNotFoundException');
  expect(await stateOf(cloud, account, here)).toBe('SUSPENDED');
});

it('a linked account that is gone for good does not come back', async () => {
  await using cloud = await openOrganization();
  const { account, twin } = await linked(cloud);
  await begin(cloud, gov);
  await invite(cloud, twin, gov);
  await cloud.call('CloseAccount', { AccountId: twin }, gov);
  await cloud.pass(91 * day);
  await cloud.call('CloseAccount', { AccountId: account });
  await cloud.pass(1);
  const closing = cloud.call('CloseAccount', { AccountId: twin }, gov);
  await expect(closing).rejects.toMatchObject({ code: 'AccountNotFoundException' });
  await invite(cloud, twin, gov);
  expect(await stateOf(cloud, twin, gov)).toBe('CLOSED');
});

it('a linked account that is in no organization, or was removed from it, is closed all the same', async () => {
  await using cloud = await openOrganization();
  const { account, twin } = await linked(cloud);
  await begin(cloud, gov);
  await invite(cloud, twin, gov);
  await cloud.call('RemoveAccountFromOrganization', { AccountId: twin }, gov);
  await cloud.call('CloseAccount', { AccountId: account });
  await cloud.pass(90 * day);
  await invite(cloud, twin, gov);
  expect(await stateOf(cloud, twin, gov)).toBe('CLOSED');
});

it('the management account of an organization in GovCloud stays in it', async () => {
  await using cloud = await openOrganization();
  const { account, twin } = await linked(cloud);
  const place = { ...gov, account: twin };
  await begin(cloud, place);
  await invite(cloud, gov.account, place);
  await cloud.call('CloseAccount', { AccountId: account });
  await cloud.pass(90 * day);
  const { Organization } = await cloud.call('DescribeOrganization', {}, gov);
  expect(Organization?.MasterAccountId).toBe(twin);
  expect((await cloud.call('ListAccounts', {}, place)).Accounts).toHaveLength(2);
});
