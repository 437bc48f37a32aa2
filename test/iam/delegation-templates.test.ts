/** What product providers register, where AWS takes e-mails. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { newAccount, refusal } from '../sts/people';
import { bucketTemplate, provider, register } from './delegation-people';

let cloud: Nuvola;
beforeAll(async () => {
  cloud = await ownCloud();
});
afterAll(() => cloud.close());

const good = { provider: 'Example', domain: 'example.com', accounts: ['111122223333'], name: 'good', policy: bucketTemplate };
const boundary = {
  name: 'Operator_2026_01_31',
  policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
};
const list = async () => (await fetch(`${cloud.url}/_nuvola/iam/delegation-templates`)).json();

it('are listed as they are', async () => {
  const dated = ['Operator_20260131', 'Operator_2026-01-31'].map((name) => ({ ...boundary, name }));
  const answer = await register(cloud, { ...good, boundaries: dated });
  const boundaries = dated.map(({ name }) => `arn:aws:iam::partner:policy/permissions-boundary/example.com/${name}`);
  expect(await answer.json()).toEqual({ template: 'arn:aws:iam:::delegation-template/good', boundaries });
  expect(await list()).toEqual({
    templates: [
      {
        template: 'arn:aws:iam:::delegation-template/good',
        provider: 'Example',
        domain: 'example.com',
        accounts: ['111122223333'],
        policy: bucketTemplate,
      },
    ],
    boundaries: [...boundaries].sort().map((arn) => ({ boundary: arn, policy: boundary.policy })),
  });
});

it.each<[Record<string, unknown>, RegExp]>([
  [{ provider: '' }, /provider is the name/],
  [{ provider: 'x'.repeat(31) }, /provider is the name/],
  [{ domain: 'example' }, /domain is the domain/],
  [{ domain: 'example.com/x' }, /domain is the domain/],
  [{ accounts: undefined }, /accounts are those/],
  [{ accounts: [] }, /accounts are those/],
  [{ accounts: ['1'] }, /twelve digits/],
  [{ name: 'a/b' }, /name is the name of the template/],
  [{ policy: '{}' }, /policy is a policy template/],
  [{ policy: {} }, /policy is a policy template/],
  [{ boundaries: {} }, /boundaries is a list/],
  [{ boundaries: [{ ...boundary, name: 'Operator' }] }, /ends with the date/],
  [{ boundaries: [{ ...boundary, policy: undefined }] }, /cannot be used/],
  [{ boundaries: [{ ...boundary, policy: { Statement: [] } }] }, /cannot be used/],
  [{ boundaries: [{ ...boundary, policy: { ...boundary.policy, Id: 'x'.repeat(7_000) } }] }, /Cannot exceed quota for PolicySize/],
  [{ boundaries: [{ ...boundary, description: 1 }] }, /description/],
  [{ template: 'x' }, /does not take "template"/],
])('are refused with %j', async (more, message) => {
  const before = await list();
  const answer = await register(cloud, { ...good, ...more });
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as { message: string }).message).toMatch(message);
  expect(await list()).toEqual(before);
});

it('take the place of one another, and go with a reset', async () => {
  await using own = await ownCloud();
  const partner = await provider(own);
  await partner.request();
  const name = partner.templateArn.split('/')[1];
  await register(own, { ...good, name, accounts: [newAccount(own).id] });
  expect(await refusal(partner.request())).toMatch(/is not registered for account/);
  await register(own, { ...good, name, accounts: [partner.id] });
  await partner.request();
  const headers = { 'content-type': 'application/json', 'x-nuvola': '1' };
  await fetch(`${own.url}/_nuvola/reset`, { method: 'POST', headers, body: JSON.stringify({ account: partner.id }) });
  expect(await refusal(partner.request())).toMatch(/is not registered for account/);
});
