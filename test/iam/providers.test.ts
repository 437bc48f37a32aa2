import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  type CreateOpenIDConnectProviderCommandInput,
  CreateSAMLProviderCommand,
  type CreateSAMLProviderCommandInput,
  DeleteOpenIDConnectProviderCommand,
  DeleteSAMLProviderCommand,
  GetOpenIDConnectProviderCommand,
  GetSAMLProviderCommand,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  ListSAMLProvidersCommand,
  ListSAMLProviderTagsCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  TagSAMLProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UntagSAMLProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
  UpdateSAMLProviderCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { certificate, expectError, openAccount } from './credentials';

const thumbprint = 'AB'.repeat(20);

describe('an OpenID Connect provider', () => {
  const create = ({ iam }: ReturnType<typeof openAccount>, more: Partial<CreateOpenIDConnectProviderCommandInput> = {}) =>
    iam.send(new CreateOpenIDConnectProviderCommand({ Url: 'https://id.example/tenant', ...more }));

  it('is kept under its address without the scheme', async () => {
    const cloud = openAccount();
    const Tags = [{ Key: 'team', Value: 'red' }];
    const made = await create(cloud, { ClientIDList: ['one', 'two', 'one'], ThumbprintList: [thumbprint], Tags });
    const OpenIDConnectProviderArn = `arn:aws:iam::${cloud.id}:oidc-provider/id.example/tenant`;
    expect(made).toMatchObject({ OpenIDConnectProviderArn, Tags });
    const { $metadata: _, ...provider } = await cloud.iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
    expect(provider).toEqual({
      Url: 'id.example/tenant',
      ClientIDList: ['one', 'two'],
      ThumbprintList: [thumbprint.toLowerCase()],
      CreateDate: expect.any(Date),
      Tags,
    });
    const { OpenIDConnectProviderList } = await cloud.iam.send(new ListOpenIDConnectProvidersCommand({}));
    expect(OpenIDConnectProviderList).toEqual([{ Arn: OpenIDConnectProviderArn }]);
    await expectError(create(cloud), 'EntityAlreadyExists', 'Provider with url https://id.example/tenant already exists.');
  });

  it('changes its client ids and thumbprints', async () => {
    const cloud = openAccount();
    const { iam } = cloud;
    const { OpenIDConnectProviderArn } = await create(cloud, { ClientIDList: ['one'] });
    const at = { OpenIDConnectProviderArn };
    await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...at, ClientID: 'two' }));
    await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...at, ClientID: 'two' }));
    await iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ ...at, ClientID: 'one' }));
    await iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ ...at, ClientID: 'never there' }));
    await iam.send(new UpdateOpenIDConnectProviderThumbprintCommand({ ...at, ThumbprintList: ['c'.repeat(40)] }));
    expect(await iam.send(new GetOpenIDConnectProviderCommand(at))).toMatchObject({
      ClientIDList: ['two'],
      ThumbprintList: ['c'.repeat(40)],
    });
  });

  it('is tagged, and deleted', async () => {
    const cloud = openAccount();
    const { iam } = cloud;
    const { OpenIDConnectProviderArn } = await create(cloud);
    const at = { OpenIDConnectProviderArn };
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    await iam.send(new TagOpenIDConnectProviderCommand({ ...at, Tags }));
    await iam.send(new UntagOpenIDConnectProviderCommand({ ...at, TagKeys: ['a'] }));
    expect((await iam.send(new ListOpenIDConnectProviderTagsCommand(at))).Tags).toEqual([{ Key: 'b', Value: '2' }]);
    await iam.send(new DeleteOpenIDConnectProviderCommand(at));
    const notFound = `OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`;
    await expectError(iam.send(new GetOpenIDConnectProviderCommand(at)), 'NoSuchEntity', notFound);
  });

  it.each<[string, Partial<CreateOpenIDConnectProviderCommandInput>, string, string]>([
    ['an address that is not safe', { Url: 'http://id.example' }, 'InvalidInput', 'Unknown'],
    ['an address with a query', { Url: 'https://id.example/?a=b' }, 'InvalidInput', 'Unknown'],
    [
      'six thumbprints',
      { ThumbprintList: [...'abcdef'].map((digit) => digit.repeat(40)) },
      'InvalidInput',
      'Thumbprint list must contain fewer than 5 entries.',
    ],
    [
      'too many clients',
      { ClientIDList: Array.from({ length: 101 }, (_, n) => `client-${n}`) },
      'LimitExceeded',
      'Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100',
    ],
  ])('does not begin with %s', async (_, more, code, sentence) => {
    await expectError(create(openAccount(), more), code, sentence);
  });
});

const signer = certificate('idp.example');
const bare = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');

const metadata = (body = `<X509Certificate>${bare(signer.pem)}</X509Certificate>`, entityID = 'https://idp.example') =>
  `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityID}">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><KeyInfo><X509Data>${body}</X509Data></KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
${'<!-- AWS wants at least a thousand characters. -->\n'.repeat(20)}`;

describe('a SAML provider', () => {
  const create = ({ iam }: ReturnType<typeof openAccount>, more: Partial<CreateSAMLProviderCommandInput> = {}) =>
    iam.send(new CreateSAMLProviderCommand({ Name: 'corp', SAMLMetadataDocument: metadata(), ...more }));

  it('keeps its metadata for a hundred years', async () => {
    const cloud = openAccount();
    const Tags = [{ Key: 'team', Value: 'red' }];
    const SAMLProviderArn = `arn:aws:iam::${cloud.id}:saml-provider/corp`;
    expect(await create(cloud, { Tags })).toMatchObject({ SAMLProviderArn, Tags });
    const provider = await cloud.iam.send(new GetSAMLProviderCommand({ SAMLProviderArn }));
    expect(provider).toMatchObject({
      SAMLProviderUUID: expect.stringMatching(/^SAMLSP[A-Z0-9]{16}$/),
      SAMLMetadataDocument: metadata(),
      AssertionEncryptionMode: 'Allowed',
      PrivateKeyList: [],
      Tags,
    });
    const years = Number(provider.ValidUntil?.getUTCFullYear()) - Number(provider.CreateDate?.getUTCFullYear());
    expect(years).toBe(100);
    const { SAMLProviderList } = await cloud.iam.send(new ListSAMLProvidersCommand({}));
    expect(SAMLProviderList).toEqual([{ Arn: SAMLProviderArn, ValidUntil: provider.ValidUntil, CreateDate: provider.CreateDate }]);
  });

  it('may decrypt assertions with up to two keys', async () => {
    const cloud = openAccount();
    const { iam } = cloud;
    const { SAMLProviderArn } = await create(cloud, { AssertionEncryptionMode: 'Required', AddPrivateKey: signer.key });
    const update = (change: object) => iam.send(new UpdateSAMLProviderCommand({ SAMLProviderArn, ...change }));
    await update({ AddPrivateKey: certificate('other').key });
    await expectError(update({ AddPrivateKey: signer.key }), 'LimitExceeded', 'Private key limit of 2 is reached.');
    const { PrivateKeyList = [] } = await iam.send(new GetSAMLProviderCommand({ SAMLProviderArn }));
    expect(PrivateKeyList).toHaveLength(2);
    await update({ RemovePrivateKey: PrivateKeyList[0]?.KeyId });
    await expectError(update({ RemovePrivateKey: PrivateKeyList[1]?.KeyId }), 'InvalidInput', 'Failed to remove private key.');
    await update({ AssertionEncryptionMode: 'Allowed' });
    await update({ RemovePrivateKey: PrivateKeyList[1]?.KeyId });
    await expectError(
      update({ AssertionEncryptionMode: 'Required' }),
      'InvalidInput',
      'Failed to set assertion encryption mode to Required because no private key is present.',
    );
  });

  it('takes new metadata, tags, and is deleted', async () => {
    const cloud = openAccount();
    const { iam } = cloud;
    const { SAMLProviderArn } = await create(cloud);
    const SAMLMetadataDocument = metadata(undefined, 'https://new.example');
    await iam.send(new UpdateSAMLProviderCommand({ SAMLProviderArn, SAMLMetadataDocument }));
    expect(await iam.send(new GetSAMLProviderCommand({ SAMLProviderArn }))).toMatchObject({ SAMLMetadataDocument });
    await iam.send(new TagSAMLProviderCommand({ SAMLProviderArn, Tags: [{ Key: 'a', Value: '1' }] }));
    await iam.send(new UntagSAMLProviderCommand({ SAMLProviderArn, TagKeys: ['a'] }));
    expect((await iam.send(new ListSAMLProviderTagsCommand({ SAMLProviderArn }))).Tags).toEqual([]);
    await iam.send(new DeleteSAMLProviderCommand({ SAMLProviderArn }));
    const gone = iam.send(new GetSAMLProviderCommand({ SAMLProviderArn }));
    await expectError(gone, 'NoSuchEntity', `Manifest not found for arn ${SAMLProviderArn}`);
  });

  it.each<[string, Partial<CreateSAMLProviderCommandInput>, string, string]>([
    ['no XML', { SAMLMetadataDocument: 'x'.repeat(1000) }, 'InvalidInput', 'Could not parse metadata'],
    ['no entity id', { SAMLMetadataDocument: metadata(undefined, '') }, 'InvalidInput', 'Could not parse metadata'],
    [
      'no certificate where one should be',
      { SAMLMetadataDocument: metadata('<X509Certificate>aGVsbG8=</X509Certificate>') },
      'InvalidInput',
      'Could not parse metadata',
    ],
    [
      'somebody who only consumes assertions',
      { SAMLMetadataDocument: metadata().replaceAll('IDPSSODescriptor', 'SPSSODescriptor') },
      'InvalidInput',
      'SAML Providers must reference at least one SAML assertion issuer.',
    ],
    [
      'encryption without a key',
      { AssertionEncryptionMode: 'Required' },
      'ValidationError',
      'Unable to set assertion encryption mode to Required because no private key is provided.',
    ],
  ])('is refused with %s', async (_, more, code, sentence) => {
    await expectError(create(openAccount(), more), code, sentence);
  });
});
