import {
  CreateAccountAliasCommand,
  DeleteAccountAliasCommand,
  DisableOrganizationsRootSessionsCommand,
  DisableOutboundWebIdentityFederationCommand,
  EnableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootSessionsCommand,
  EnableOutboundWebIdentityFederationCommand,
  GetAccountSummaryCommand,
  GetOutboundWebIdentityFederationInfoCommand,
  IAMClient,
  ListAccountAliasesCommand,
  ListOrganizationsFeaturesCommand,
  SetSecurityTokenServicePreferencesCommand,
} from '@aws-sdk/client-iam';
import {
  CreateOrganizationCommand,
  DeleteOrganizationCommand,
  EnableAWSServiceAccessCommand,
  RegisterDelegatedAdministratorCommand,
} from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';
import { organization } from '../organizations/cloud';
import { expectError, openAccount } from './credentials';

describe('the alias of an account', () => {
  it('is one, and nobody else has it', async () => {
    const { iam, id } = openAccount();
    const aliases = async () => (await iam.send(new ListAccountAliasesCommand({}))).AccountAliases;
    expect(await aliases()).toEqual([]);
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: `first-${id}` }));
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: `second-${id}` }));
    expect(await aliases()).toEqual([`second-${id}`]);
    await expectError(
      openAccount().iam.send(new CreateAccountAliasCommand({ AccountAlias: `second-${id}` })),
      'EntityAlreadyExists',
      `The account alias second-${id} already exists.`,
    );
    await expectError(iam.send(new DeleteAccountAliasCommand({ AccountAlias: `first-${id}` })), 'NoSuchEntity', /cannot be found/);
    await iam.send(new DeleteAccountAliasCommand({ AccountAlias: `second-${id}` }));
    expect(await aliases()).toEqual([]);
  });

  it.each(['UPPER', 'two--dashes', '-start', 'end-', 'ab'])('is not %s', async (AccountAlias) => {
    await expectError(openAccount().iam.send(new CreateAccountAliasCommand({ AccountAlias })), 'ValidationError', /accountAlias/);
  });
});

it('tells which tokens the global endpoint gives', async () => {
  const { iam } = openAccount();
  const version = async () => (await iam.send(new GetAccountSummaryCommand({}))).SummaryMap?.GlobalEndpointTokenVersion;
  expect(await version()).toBe(1);
  await iam.send(new SetSecurityTokenServicePreferencesCommand({ GlobalEndpointTokenVersion: 'v2Token' }));
  expect(await version()).toBe(2);
});

it('issues tokens under one name for ever', async () => {
  const { iam, id } = openAccount();
  const disabled = `Outbound identity federation is disabled for account ${id}`;
  await expectError(iam.send(new GetOutboundWebIdentityFederationInfoCommand({})), 'FeatureDisabled', disabled);
  const { IssuerIdentifier } = await iam.send(new EnableOutboundWebIdentityFederationCommand({}));
  expect(IssuerIdentifier).toMatch(/^https:\/\/[0-9a-f-]{36}\.tokens\.sts\.global\.api\.aws$/);
  expect(await iam.send(new GetOutboundWebIdentityFederationInfoCommand({}))).toMatchObject({ IssuerIdentifier, JwtVendingEnabled: true });
  await expectError(iam.send(new EnableOutboundWebIdentityFederationCommand({})), 'FeatureEnabled', /already enabled/);
  await iam.send(new DisableOutboundWebIdentityFederationCommand({}));
  await expectError(iam.send(new DisableOutboundWebIdentityFederationCommand({})), 'FeatureDisabled', disabled);
  expect(await iam.send(new EnableOutboundWebIdentityFederationCommand({}))).toMatchObject({ IssuerIdentifier });
});

describe('what an organization may do with the roots of its accounts', () => {
  it('is switched on and off by its management account, once IAM is trusted', async () => {
    const org = await organization();
    const iam = new IAMClient({ ...org.config, maxAttempts: 1 });
    await expectError(
      iam.send(new EnableOrganizationsRootSessionsCommand({})),
      'ServiceAccessNotEnabled',
      /^Trusted Access for IAM not enabled/,
    );
    await org.organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: 'iam.amazonaws.com' }));
    const OrganizationId = org.orgId;
    expect(await iam.send(new EnableOrganizationsRootSessionsCommand({}))).toMatchObject({
      OrganizationId,
      EnabledFeatures: ['RootSessions'],
    });
    await iam.send(new EnableOrganizationsRootCredentialsManagementCommand({}));
    expect(await iam.send(new ListOrganizationsFeaturesCommand({}))).toMatchObject({
      OrganizationId,
      EnabledFeatures: ['RootSessions', 'RootCredentialsManagement'],
    });
    expect(await iam.send(new DisableOrganizationsRootSessionsCommand({}))).toMatchObject({
      EnabledFeatures: ['RootCredentialsManagement'],
    });
  });

  it('ends with the organization', async () => {
    const org = await organization();
    const iam = new IAMClient({ ...org.config, maxAttempts: 1 });
    const trust = () => org.organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: 'iam.amazonaws.com' }));
    await trust();
    await iam.send(new EnableOrganizationsRootSessionsCommand({}));
    await org.organizations.send(new DeleteOrganizationCommand({}));
    await expectError(iam.send(new ListOrganizationsFeaturesCommand({})), 'OrganizationNotFound', /not a member/);
    await org.organizations.send(new CreateOrganizationCommand({}));
    await trust();
    expect((await iam.send(new ListOrganizationsFeaturesCommand({}))).EnabledFeatures).toEqual([]);
  });

  it('is told to delegated administrators, and to nobody else', async () => {
    const org = await organization();
    await org.organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: 'iam.amazonaws.com' }));
    const AccountId = await org.createAccount('security');
    const member = new IAMClient({ ...org.as(AccountId).config, maxAttempts: 1 });
    await expectError(
      member.send(new ListOrganizationsFeaturesCommand({})),
      'AccountNotManagementOrDelegatedAdministrator',
      /delegated administrator/,
    );
    await org.organizations.send(new RegisterDelegatedAdministratorCommand({ AccountId, ServicePrincipal: 'iam.amazonaws.com' }));
    expect(await member.send(new ListOrganizationsFeaturesCommand({}))).toMatchObject({ OrganizationId: org.orgId });
    await expectError(member.send(new EnableOrganizationsRootSessionsCommand({})), 'CallerIsNotManagementAccount', /management account/);
  });

  it('is nothing outside of organizations', async () => {
    await expectError(openAccount().iam.send(new ListOrganizationsFeaturesCommand({})), 'OrganizationNotFound', /not a member/);
  });
});
