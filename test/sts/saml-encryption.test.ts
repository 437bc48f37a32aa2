/** SAML providers that decrypt assertions: their private keys, the way from one to the next, and where the keys are not to be seen. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CreateSAMLProviderCommand,
  type CreateSAMLProviderCommandInput,
  DeleteSAMLProviderCommand,
  GetSAMLProviderCommand,
  UpdateSAMLProviderCommand,
  type UpdateSAMLProviderCommandInput,
} from '@aws-sdk/client-iam';
import { AssumeRoleWithSAMLCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { newAccount, refusal, sts, trust } from './people';
import { type EncryptionOptions, encryptedResponse } from './saml-encryption';
import { IdentityProvider, type ResponseOptions } from './saml-identity-provider';

let cloud: Nuvola;
const idp = new IdentityProvider();
const newKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const [key, nextKey] = [newKey(), newKey()];
type Key = typeof key;
const pem = (of: Key, type: 'pkcs8' | 'pkcs1' = 'pkcs8') => of.export({ type, format: 'pem' }) as string;

beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
});
afterAll(() => cloud.close());

const undecryptable = 'InvalidIdentityToken: The encrypted assertion of the SAML response could not be decrypted and verified.';

async function open(more: Partial<CreateSAMLProviderCommandInput> = {}) {
  const people = newAccount(cloud);
  const create = () =>
    people.iam.send(new CreateSAMLProviderCommand({ Name: 'idp', SAMLMetadataDocument: idp.metadata.padEnd(1000), ...more }));
  const { SAMLProviderArn: provider = '' } = await create();
  const arn = await people.role('saml', [trust({ Federated: provider }, undefined, 'sts:AssumeRoleWithSAML')]);
  const attributes = { Role: `${arn},${provider}`, RoleSessionName: 'ann' };
  const send = (xml: string) => {
    const SAMLAssertion = Buffer.from(xml).toString('base64');
    return sts(people.config).send(new AssumeRoleWithSAMLCommand({ RoleArn: arn, PrincipalArn: provider, SAMLAssertion }));
  };
  return {
    ...people,
    provider,
    create,
    update: (input: Partial<UpdateSAMLProviderCommandInput>) =>
      people.iam.send(new UpdateSAMLProviderCommand({ SAMLProviderArn: provider, ...input })),
    keys: async () => (await people.iam.send(new GetSAMLProviderCommand({ SAMLProviderArn: provider }))).PrivateKeyList ?? [],
    come: (options: ResponseOptions = {}) => send(idp.response({ attributes, ...options })),
    comeHidden: (encryption: Partial<EncryptionOptions> = {}, options: ResponseOptions = {}) =>
      send(encryptedResponse(idp, { key, ...encryption }, { attributes, ...options })),
  };
}

describe('a provider with a private key', () => {
  it('lets users in by encrypted assertions, and by plain ones', async () => {
    const { come, comeHidden, id } = await open({ AddPrivateKey: pem(key) });
    for (const sign of ['assertion', 'response', 'both'] as const)
      expect((await comeHidden({}, { sign, subject: 'ann-1' })).Subject).toBe('ann-1');
    expect((await come({ subject: 'ann-2' })).AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${id}:assumed-role/saml/ann`);
    expect(await refusal(comeHidden({ key: nextKey }))).toBe(undecryptable);
  });

  it('may have it in either form of PEM', async () => {
    const { comeHidden } = await open({ AddPrivateKey: pem(key, 'pkcs1') });
    await comeHidden({ cipher: 'aes128-cbc', transport: 'rsa-oaep', digest: 'sha256', mask: 'sha256' });
  });

  it('may require that it is used', async () => {
    const { come, comeHidden, update } = await open({ AddPrivateKey: pem(key), AssertionEncryptionMode: 'Required' });
    await comeHidden();
    expect(await refusal(come())).toMatch(/^InvalidIdentityToken: .*requires its assertion to be encrypted/);
    await update({ AssertionEncryptionMode: 'Allowed' });
    await come();
  });

  it('goes from one key to the next', async () => {
    const { comeHidden, update, keys } = await open({ AddPrivateKey: pem(key) });
    expect(await refusal(comeHidden({ key: nextKey }))).toBe(undecryptable);
    await update({ AddPrivateKey: pem(nextKey) });
    for (const each of [key, nextKey]) await comeHidden({ key: each });
    const [first, second] = await keys();
    expect(first?.KeyId).toMatch(/^SAMLPK[A-Z0-9]{16}$/);
    await update({ RemovePrivateKey: first?.KeyId });
    expect(await keys()).toEqual([second]);
    expect(await refusal(comeHidden())).toBe(undecryptable);
    await comeHidden({ key: nextKey });
    await update({ RemovePrivateKey: second?.KeyId });
    expect(await refusal(comeHidden())).toMatch(/no private key to decrypt it with/);
  });

  it('takes it along when it is deleted', async () => {
    const { iam, provider, create, comeHidden } = await open({ AddPrivateKey: pem(key) });
    await iam.send(new DeleteSAMLProviderCommand({ SAMLProviderArn: provider }));
    const again = { SAMLMetadataDocument: idp.metadata.padEnd(1000), Name: 'idp' };
    await iam.send(new CreateSAMLProviderCommand(again));
    expect(await refusal(comeHidden())).toMatch(/no private key to decrypt it with/);
    expect(await refusal(create())).toMatch(/^EntityAlreadyExists/);
  });
});

it('takes RSA keys without a passphrase, and no others', async () => {
  const { update } = await open();
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const locked = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }) as string;
  for (const AddPrivateKey of [elliptic, locked, idp.certificate, 'x'])
    expect(await refusal(update({ AddPrivateKey }))).toBe('InvalidInput: Invalid private key.');
});

it('keys are to be seen neither in CloudTrail nor in what is stored', async () => {
  await using own = await ownCloud();
  const { iam, config } = newAccount(own);
  const document = { Name: 'idp', SAMLMetadataDocument: idp.metadata.padEnd(1000) };
  const { SAMLProviderArn } = await iam.send(new CreateSAMLProviderCommand({ ...document, AddPrivateKey: pem(key) }));
  await iam.send(new UpdateSAMLProviderCommand({ SAMLProviderArn, AddPrivateKey: pem(nextKey) }));
  const { Events = [] } = await new CloudTrailClient({ ...config, region: 'us-east-1' }).send(new LookupEventsCommand({}));
  expect(Events.map(({ EventName }) => EventName).sort()).toEqual(['CreateSAMLProvider', 'UpdateSAMLProvider']);
  const folder = await mkdtemp(join(tmpdir(), 'nuvola-saml-'));
  try {
    const file = join(folder, 'state');
    const headers = { 'content-type': 'application/json', 'x-nuvola': '1' };
    const saved = await fetch(`${own.url}/_nuvola/snapshot/save`, { method: 'POST', headers, body: JSON.stringify({ file }) });
    expect(saved.status).toBe(200);
    const stored = gunzipSync(await readFile(file)).toString('latin1');
    expect(stored).toContain(idp.entityId);
    const shown = JSON.stringify(Events) + JSON.stringify(await iam.send(new GetSAMLProviderCommand({ SAMLProviderArn })));
    for (const each of [key, nextKey]) {
      const line = pem(each).split('\n')[5] as string;
      expect(line.length).toBe(64);
      expect(stored).not.toContain(line);
      expect(shown).not.toContain(line);
    }
    expect(shown).not.toMatch(/addPrivateKey/i);
  } finally {
    await rm(folder, { recursive: true });
  }
});
