import { generateKeyPairSync } from 'node:crypto';
import {
  DeleteServerCertificateCommand,
  DeleteSigningCertificateCommand,
  DeleteSSHPublicKeyCommand,
  DeleteUserCommand,
  GetServerCertificateCommand,
  GetSSHPublicKeyCommand,
  ListServerCertificatesCommand,
  ListServerCertificateTagsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  type StatusType,
  TagServerCertificateCommand,
  UntagServerCertificateCommand,
  UpdateServerCertificateCommand,
  UpdateSigningCertificateCommand,
  UpdateSSHPublicKeyCommand,
  UploadServerCertificateCommand,
  type UploadServerCertificateCommandInput,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { certificate, expectError, openAccount } from './credentials';

const authority = certificate('authority', { authority: true });
const leaf = certificate('leaf.example', { issuer: authority });
const ec = certificate('ec.example', { keys: generateKeyPairSync('ec', { namedCurve: 'P-256' }) });
const expired = certificate('expired.example', { days: -0.5 });

describe('a server certificate', () => {
  const upload = ({ iam }: ReturnType<typeof openAccount>, more: Partial<UploadServerCertificateCommandInput> = {}) =>
    iam.send(
      new UploadServerCertificateCommand({ ServerCertificateName: 'site', CertificateBody: leaf.pem, PrivateKey: leaf.key, ...more }),
    );

  it('is uploaded with its key and its chain', async () => {
    const cloud = openAccount();
    const { ServerCertificateMetadata } = await upload(cloud, { CertificateChain: authority.pem, Path: '/cloudfront/test/' });
    expect(ServerCertificateMetadata).toMatchObject({
      Path: '/cloudfront/test/',
      ServerCertificateName: 'site',
      ServerCertificateId: expect.stringMatching(/^ASCA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${cloud.id}:server-certificate/cloudfront/test/site`,
      UploadDate: expect.any(Date),
    });
    const days = (Number(ServerCertificateMetadata?.Expiration) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29);
    expect(days).toBeLessThan(31);
    const { ServerCertificate } = await cloud.iam.send(new GetServerCertificateCommand({ ServerCertificateName: 'SITE' }));
    expect(ServerCertificate).toEqual({
      ServerCertificateMetadata,
      CertificateBody: leaf.pem.trim(),
      CertificateChain: authority.pem.trim(),
    });
  });

  it.each<[string, Partial<UploadServerCertificateCommandInput>, string, string | RegExp]>([
    [
      'is no certificate',
      { CertificateBody: 'nonsense' },
      'MalformedCertificate',
      'Unable to parse certificate. Please ensure the certificate is in PEM format.',
    ],
    ['has no key', { PrivateKey: 'nonsense' }, 'MalformedCertificate', 'Invalid Private Key.'],
    ['has another key', { PrivateKey: authority.key }, 'KeyPairMismatch', /^The private key did not match the public key provided\./],
    [
      'is expired',
      { CertificateBody: expired.pem, PrivateKey: expired.key },
      'MalformedCertificate',
      /'Not After' date restriction on the certificate has passed\.$/,
    ],
    ['has a chain that is none', { CertificateChain: 'nonsense' }, 'MalformedCertificate', 'Unknown'],
    ["has another's chain", { CertificateChain: ec.pem }, 'MalformedCertificate', /^Unable to validate certificate chain\..* is: -1$/],
    ['is in its own chain', { CertificateChain: authority.pem + leaf.pem }, 'MalformedCertificate', / is: 1$/],
  ])('is refused when it %s', async (_, input, code, message) => {
    await expectError(upload(openAccount(), input), code, message);
  });

  it('may be one of an EC key, or repeat the root', async () => {
    const cloud = openAccount();
    await upload(cloud, { CertificateBody: ec.pem, PrivateKey: ec.key });
    await upload(cloud, { ServerCertificateName: 'other', CertificateChain: authority.pem + authority.pem });
    const { ServerCertificateMetadataList } = await cloud.iam.send(new ListServerCertificatesCommand({}));
    expect(ServerCertificateMetadataList?.map(({ ServerCertificateName }) => ServerCertificateName)).toEqual(['other', 'site']);
  });

  it('is renamed and moved with its id and tags', async () => {
    const cloud = openAccount();
    const { iam } = cloud;
    const Tags = [
      { Key: 'team', Value: 'two' },
      { Key: 'Team', Value: 'one' },
    ];
    const { ServerCertificateMetadata, Tags: answered } = await upload(cloud, { Tags });
    expect(answered).toEqual(Tags);
    await iam.send(
      new UpdateServerCertificateCommand({ ServerCertificateName: 'site', NewServerCertificateName: 'page', NewPath: '/new/' }),
    );
    await expectError(
      iam.send(new GetServerCertificateCommand({ ServerCertificateName: 'site' })),
      'NoSuchEntity',
      'The Server Certificate with name site cannot be found.',
    );
    const { ServerCertificate } = await iam.send(new GetServerCertificateCommand({ ServerCertificateName: 'page' }));
    expect(ServerCertificate?.ServerCertificateMetadata).toMatchObject({
      Arn: `arn:aws:iam::${cloud.id}:server-certificate/new/page`,
      ServerCertificateId: ServerCertificateMetadata?.ServerCertificateId,
    });
    await iam.send(new TagServerCertificateCommand({ ServerCertificateName: 'page', Tags: [{ Key: 'third', Value: '3' }] }));
    await iam.send(new UntagServerCertificateCommand({ ServerCertificateName: 'page', TagKeys: ['team'] }));
    const { Tags: left } = await iam.send(new ListServerCertificateTagsCommand({ ServerCertificateName: 'page' }));
    expect(left).toEqual([
      { Key: 'Team', Value: 'one' },
      { Key: 'third', Value: '3' },
    ]);
  });

  it('has its name alone', async () => {
    const cloud = openAccount();
    await upload(cloud);
    await expectError(
      upload(cloud, { ServerCertificateName: 'SITE' }),
      'EntityAlreadyExists',
      'The Server Certificate with name SITE already exists.',
    );
    await cloud.iam.send(new DeleteServerCertificateCommand({ ServerCertificateName: 'site' }));
    await upload(cloud);
  });
});

describe('a signing certificate', () => {
  it('is one of two at most, of users and of root', async () => {
    const { iam, user } = openAccount();
    const { name: UserName } = await user();
    const upload = (pem: string, name: string | undefined = UserName) =>
      iam.send(new UploadSigningCertificateCommand({ UserName: name, CertificateBody: pem }));
    const { Certificate } = await upload(leaf.pem);
    expect(Certificate).toEqual({
      UserName,
      CertificateId: expect.stringMatching(/^[A-Z2-7]{32}$/),
      CertificateBody: leaf.pem,
      Status: 'Active',
      UploadDate: expect.any(Date),
    });
    await upload(ec.pem);
    await expectError(upload(authority.pem), 'LimitExceeded', 'Cannot exceed quota for CertificatesPerUser: 2');
    await iam.send(new UploadSigningCertificateCommand({ CertificateBody: authority.pem }));
    await expectError(upload('nonsense'), 'MalformedCertificate', 'Certificate nonsense is malformed.');
    await expectError(upload(expired.pem), 'MalformedCertificate', /^Certificate -----BEGIN CERTIFICATE-----/);
    await expectError(
      iam.send(new DeleteUserCommand({ UserName })),
      'DeleteConflict',
      'Cannot delete entity, must delete certificates first.',
    );
  });

  it('is uploaded twice to no effect, and to one user', async () => {
    const { iam, user } = openAccount();
    await user('ann');
    await user('bob');
    const upload = (UserName: string) => iam.send(new UploadSigningCertificateCommand({ UserName, CertificateBody: leaf.pem }));
    const { CertificateId = '' } = (await upload('ann')).Certificate ?? {};
    const set = (Status: StatusType) => iam.send(new UpdateSigningCertificateCommand({ UserName: 'ann', CertificateId, Status }));
    await set('Inactive');
    await expectError(set('Expired'), 'InvalidInput', 'Operation does not support status Expired');
    expect((await upload('ann')).Certificate).toMatchObject({ CertificateId, Status: 'Active' });
    const { Certificates } = await iam.send(new ListSigningCertificatesCommand({ UserName: 'ann' }));
    expect(Certificates).toMatchObject([{ CertificateId, Status: 'Inactive' }]);
    await expectError(upload('bob'), 'DuplicateCertificate', 'Duplicate certificate uploaded.');
    await expectError(
      iam.send(new DeleteSigningCertificateCommand({ UserName: 'bob', CertificateId })),
      'NoSuchEntity',
      `The Certificate with id ${CertificateId} cannot be found.`,
    );
    await iam.send(new DeleteSigningCertificateCommand({ UserName: 'ann', CertificateId }));
  });
});

// The key of RFC 7515's examples in OpenSSH's form.
const sshLine =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7VJTUt9Us8cKjMzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvuNMoSfm76oqFvAp8Gy0iz5sxjZmSnXyCdPEovGhLa0VzMaQ8s+CLOyS56YyCFGeJZqgtzJ6GR3eqoYSW9b9UMvkBpZODSctWSNGj3P7jRFDO5VoTwCQAWbFnOjDfH5Ulgp2PKSQnSJP3AJLQNFNe7br1XbrhV//eO+t51mIpGSDCUv3E0DDFcWDTH9cXDTTlRZVEiR2BwpZOOkE/Z0/BVnhZYL71oZV34bKfWjQIt6V/isSMahdsAASACp4ZTGtwiVuNd9tyb';

describe('an SSH public key', () => {
  it('is read in either form, and answered in the one asked for', async () => {
    const { iam, user } = openAccount();
    const { name: UserName } = await user();
    const { SSHPublicKey } = await iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: `${sshLine} ann@home` }));
    expect(SSHPublicKey).toEqual({
      UserName,
      SSHPublicKeyId: expect.stringMatching(/^APKA[A-Z2-7]{16}$/),
      Fingerprint: 'ab:b0:8a:ce:01:bc:eb:a3:2f:fd:1f:65:fa:97:71:f1',
      SSHPublicKeyBody: `${sshLine} ann@home`,
      Status: 'Active',
      UploadDate: expect.any(Date),
    });
    const { SSHPublicKeyId } = SSHPublicKey ?? {};
    const get = async (Encoding: 'SSH' | 'PEM') =>
      (await iam.send(new GetSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Encoding }))).SSHPublicKey?.SSHPublicKeyBody ?? '';
    expect(await get('SSH')).toBe(sshLine);
    const pem = await get('PEM');
    expect(pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n[\s\S]+\n-----END PUBLIC KEY-----\n$/);
    await expectError(
      iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: pem })),
      'DuplicateSSHPublicKey',
      'Duplicate SSH public key uploaded.',
    );
    await user('bob');
    const other = await iam.send(new UploadSSHPublicKeyCommand({ UserName: 'bob', SSHPublicKeyBody: pem }));
    expect(other.SSHPublicKey?.Fingerprint).toBe(SSHPublicKey?.Fingerprint);
  });

  it.each([
    ['is none', 'nonsense', 'UnrecognizedPublicKeyEncoding', 'Invalid public key uploaded.'],
    ['is a certificate', leaf.pem, 'UnrecognizedPublicKeyEncoding', 'Invalid public key uploaded.'],
    ['is no RSA key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ', 'UnrecognizedPublicKeyEncoding', 'Invalid public key uploaded.'],
    ['is cut off', sshLine.slice(0, 200), 'UnrecognizedPublicKeyEncoding', 'Invalid public key uploaded.'],
    [
      'is short',
      generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      'InvalidPublicKey',
      'Invalid body for public key',
    ],
  ])('is refused when it %s', async (_, SSHPublicKeyBody, code, message) => {
    const { iam, user } = openAccount();
    const { name: UserName } = await user();
    await expectError(iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody })), code, message);
  });

  it('is switched off, listed and deleted', async () => {
    const { iam, user } = openAccount();
    const { name: UserName } = await user();
    const { SSHPublicKey } = await iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: sshLine }));
    const { SSHPublicKeyId = '' } = SSHPublicKey ?? {};
    await iam.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Status: 'Inactive' }));
    const { SSHPublicKeys } = await iam.send(new ListSSHPublicKeysCommand({ UserName }));
    expect(SSHPublicKeys).toEqual([{ UserName, SSHPublicKeyId, Status: 'Inactive', UploadDate: expect.any(Date) }]);
    await iam.send(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId }));
    await expectError(
      iam.send(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId })),
      'NoSuchEntity',
      `User has no Public Key with id ${SSHPublicKeyId}.`,
    );
  });
});
