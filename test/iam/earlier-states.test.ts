/** States that earlier builds wrote: what they did not count is counted, what they kept elsewhere is put in order. */
import { expect, it } from 'vitest';
import { AccountSettingSets, accountSettings, MfaDevices } from '../../src/kernel';
import { collection } from '../../src/kernel/collection';
import { Registry } from '../../src/kernel/registry';
import { defineService, type ServiceDefinition } from '../../src/kernel/service';
import { World } from '../../src/kernel/world';
import { ServerCertificates } from '../../src/services/iam/credentials-state';
import iam from '../../src/services/iam/service';
import type { Engine } from '../../src/store/engine';
import { openMemory } from '../../src/store/memory';
import { openMemoryBlobs } from '../../src/store/memory-blobs';
import { here, openIam } from './direct';

const certificate = (n: number) => ({
  name: `server-${n}`,
  path: '/',
  id: `ASCA${n}`,
  body: '',
  chain: undefined,
  privateKey: '',
  uploadedAt: 0,
  expiresAt: 0,
});

const device = (n: number) => ({
  serialNumber: `arn:aws:iam::${here.account}:mfa/phone-${n}`,
  account: here.account,
  seed: Buffer.alloc(40),
  driftSteps: 0,
  usedSteps: [],
  ...(n === 0 && { owner: { principalId: 'AIDAX', enabledAt: 0 } }),
});

it('are summed up and limited by what is there', async () => {
  const { world, call } = openIam();
  await world.transactAt(here, (tx) => {
    for (let n = 0; n < 20; n++) tx.put(ServerCertificates, certificate(n));
    for (let n = 0; n < 3; n++) tx.put(MfaDevices, device(n));
    tx.put(MfaDevices, { ...device(9), serialNumber: 'arn:aws:iam::222222222222:mfa/theirs', account: '222222222222' });
  });
  const summary = async () => (await call('GetAccountSummary', {})).SummaryMap;
  expect(await summary()).toMatchObject({ ServerCertificates: 20, MFADevices: 3, MFADevicesInUse: 1 });
  const upload = { ServerCertificateName: 'one-more', CertificateBody: 'x', PrivateKey: 'x' };
  await expect(call('UploadServerCertificate', upload)).rejects.toThrow('Cannot exceed quota for ServerCertificatesPerAccount: 20');
  await call('DeleteServerCertificate', { ServerCertificateName: 'server-7' });
  await call('DeleteVirtualMFADevice', { SerialNumber: device(1).serialNumber });
  expect(await summary()).toMatchObject({ ServerCertificates: 19, MFADevices: 2, MFADevicesInUse: 1 });
  await world.close();
});

it('keep an account’s settings, without what is now its organization’s', async () => {
  const engine = openMemory();
  const kept = { tokenVersion: 2 as const, issuer: 'https://issuer.example', issuesTokens: true };
  const name = 'iam/account-settings';
  const before = collection<typeof kept & { readonly rootFeatures: readonly string[] }>({
    name,
    version: 1,
    scope: 'account',
    key: () => 'settings',
  });
  const earlier = worldOf(engine, defineService({ id: 'iam', operations: {}, state: [before] }), { [name]: 1 });
  await earlier.start();
  await earlier.transactAt(here, (tx) => void tx.put(before, { ...kept, rootFeatures: ['RootSessions'] }));
  const world = worldOf(engine, iam, { [name]: AccountSettingSets.version });
  await world.start();
  expect(await world.transactAt(here, accountSettings)).toEqual(kept);
});

function worldOf(engine: Engine, service: ServiceDefinition, state: Readonly<Record<string, number>>): World {
  const registry = new Registry({ iam: { load: async () => ({ default: service }), events: [], state } });
  return new World({ engine, blobs: openMemoryBlobs(), registry });
}
