import {
  AcceptPrimaryEmailUpdateCommand,
  AccountClient,
  type ContactInformation,
  DeleteAlternateContactCommand,
  DisableRegionCommand,
  EnableRegionCommand,
  GetAccountInformationCommand,
  GetAlternateContactCommand,
  GetContactInformationCommand,
  GetGovCloudAccountInformationCommand,
  GetPrimaryEmailCommand,
  GetRegionOptStatusCommand,
  ListRegionsCommand,
  PutAccountNameCommand,
  PutAlternateContactCommand,
  PutContactInformationCommand,
  StartPrimaryEmailUpdateCommand,
} from '@aws-sdk/client-account';
import {
  CloseAccountCommand,
  CreateGovCloudAccountCommand,
  DescribeAccountCommand,
  DescribeCreateAccountStatusCommand,
  EnableAWSServiceAccessCommand,
  RegisterDelegatedAdministratorCommand,
} from '@aws-sdk/client-organizations';
import { describe, expect, it, vi } from 'vitest';
import { callerAs, organization, refusal } from '../organizations/cloud';
import { account } from '../server';

const trusted = { ServicePrincipal: 'account.amazonaws.com' };

/** A management account with trusted access for Account, and a member. */
async function managed() {
  const org = await organization();
  await org.organizations.send(new EnableAWSServiceAccessCommand(trusted));
  return { org, client: new AccountClient(org.config), AccountId: await org.createAccount('member') };
}

const contact: ContactInformation = {
  FullName: 'Ada Lovelace',
  AddressLine1: '1 Engine Street',
  City: 'London',
  PostalCode: 'W1',
  CountryCode: 'FR',
  PhoneNumber: '+44 1234',
};
const alternate = {
  AlternateContactType: 'BILLING' as const,
  Name: 'Ada',
  Title: 'Countess',
  EmailAddress: 'ada@example.org',
  PhoneNumber: '+44 1234',
};

describe('an account', () => {
  it('has a name, which it can change', async () => {
    const { id, config } = account();
    const client = new AccountClient(config);
    expect(await client.send(new GetAccountInformationCommand({}))).toMatchObject({
      AccountId: id,
      AccountName: `Account ${id}`,
      AccountState: 'ACTIVE',
    });
    await client.send(new PutAccountNameCommand({ AccountName: 'Mine' }));
    expect((await client.send(new GetAccountInformationCommand({}))).AccountName).toBe('Mine');
  });

  it('keeps its contact', async () => {
    const client = new AccountClient(account().config);
    const get = async () => (await client.send(new GetContactInformationCommand({}))).ContactInformation;
    expect(await refusal(get())).toMatch(/^ResourceNotFound/);
    await client.send(new PutContactInformationCommand({ ContactInformation: contact }));
    expect(await get()).toEqual(contact);
    const german = { ...contact, CountryCode: 'DE' };
    const error = await client.send(new PutContactInformationCommand({ ContactInformation: german })).catch((e) => e);
    expect(error).toMatchObject({ name: 'ValidationException', reason: 'fieldValidationFailed', fieldList: [{ name: 'stateOrRegion' }] });
  });

  it('keeps alternate contacts of three kinds', async () => {
    const client = new AccountClient(account().config);
    const get = (AlternateContactType: 'BILLING' | 'SECURITY') => client.send(new GetAlternateContactCommand({ AlternateContactType }));
    await client.send(new PutAlternateContactCommand(alternate));
    expect((await get('BILLING')).AlternateContact).toEqual(alternate);
    expect(await refusal(get('SECURITY'))).toBe('ResourceNotFound: No contact of the inputted alternate contact type found.');
    await client.send(new DeleteAlternateContactCommand({ AlternateContactType: 'BILLING' }));
    expect(await refusal(get('BILLING'))).toMatch(/^ResourceNotFound/);
    expect(await refusal(get('NONE' as 'BILLING'))).toMatch(/^Validation: 1 validation error detected: .*'alternateContactType'/);
  });

  it('opts in to Regions and out of them', async () => {
    const client = new AccountClient(account().config);
    const status = async (RegionName: string) => (await client.send(new GetRegionOptStatusCommand({ RegionName }))).RegionOptStatus;
    const settled = async (RegionName: string, passing: string) => {
      let now = await status(RegionName);
      while (now === passing) now = await status(RegionName);
      return now;
    };
    expect(await status('us-east-1')).toBe('ENABLED_BY_DEFAULT');
    expect(await status('af-south-1')).toBe('DISABLED');
    await client.send(new EnableRegionCommand({ RegionName: 'af-south-1' }));
    expect(await settled('af-south-1', 'ENABLING')).toBe('ENABLED');
    const { Regions = [] } = await client.send(new ListRegionsCommand({ RegionOptStatusContains: ['ENABLED'] }));
    expect(Regions).toEqual([{ RegionName: 'af-south-1', RegionOptStatus: 'ENABLED' }]);
    await client.send(new DisableRegionCommand({ RegionName: 'af-south-1' }));
    expect(await settled('af-south-1', 'DISABLING')).toBe('DISABLED');
    const error = await client.send(new DisableRegionCommand({ RegionName: 'us-east-1' })).catch((e) => e);
    expect(error).toMatchObject({ name: 'ValidationException', reason: 'invalidRegionOptTarget' });
    const { Regions: page = [], NextToken } = await client.send(new ListRegionsCommand({ MaxResults: 10 }));
    const { Regions: rest = [] } = await client.send(new ListRegionsCommand({ NextToken }));
    expect(new Set([...page, ...rest].map(({ RegionName }) => RegionName)).size).toBe(34);
  });
});

describe('a member account', () => {
  it('is managed by the management account, once that trusts the service', async () => {
    const org = await organization();
    const client = new AccountClient(org.config);
    const AccountId = await org.createAccount('member');
    const put = (id: string) => client.send(new PutAlternateContactCommand({ ...alternate, AccountId: id }));
    expect(await refusal(put(AccountId))).toMatch(/^AccessDenied: .* account:PutAlternateContact \(Your organization must first enable/);
    await org.organizations.send(new EnableAWSServiceAccessCommand(trusted));
    await put(AccountId);
    const own = new AccountClient(org.as(AccountId).config);
    expect((await own.send(new GetAlternateContactCommand({ AlternateContactType: 'BILLING' }))).AlternateContact).toEqual(alternate);
    expect(await refusal(put(org.id))).toMatch(/\(The management account can only be managed using the standalone context/);
    expect(await refusal(put(account().id))).toMatch(
      /^AccessDenied: .*account:PutAlternateContact \(The specified account is not a member/,
    );
    expect(await refusal(own.send(new GetAccountInformationCommand({ AccountId: org.id })))).toMatch(/^AccessDenied/);
    const stranger = new AccountClient(account().config);
    expect(await refusal(stranger.send(new GetAccountInformationCommand({ AccountId })))).toMatch(/^AccessDenied/);
  });

  it('is managed by a delegated administrator', async () => {
    const { org, AccountId } = await managed();
    const admin = await org.createAccount('admin');
    const client = new AccountClient(org.as(admin).config);
    const rename = () => client.send(new PutAccountNameCommand({ AccountId, AccountName: 'Renamed' }));
    expect(await refusal(rename())).toMatch(/^AccessDenied/);
    await org.organizations.send(new RegisterDelegatedAdministratorCommand({ ...trusted, AccountId: admin }));
    await rename();
    const { Account } = await org.organizations.send(new DescribeAccountCommand({ AccountId }));
    expect(Account?.Name).toBe('Renamed');
  });

  it('gets a new e-mail address with the code that is sent there', async () => {
    const { org, client, AccountId } = await managed();
    const PrimaryEmail = `new-${AccountId}@example.org`;
    const { Status } = await client.send(new StartPrimaryEmailUpdateCommand({ AccountId, PrimaryEmail }));
    expect(Status).toBe('PENDING');
    const inbox = await (await fetch(`${org.url}/_nuvola/inbox?account=${AccountId}`)).text();
    const Otp = /is (\d{6})/.exec(inbox)?.[1] ?? '';
    const accept = (code: string, email = PrimaryEmail) =>
      client.send(new AcceptPrimaryEmailUpdateCommand({ AccountId, PrimaryEmail: email, Otp: code }));
    expect(await refusal(accept(Otp === '000000' ? '111111' : '000000'))).toMatch(/^Validation: The OTP is not valid/);
    expect(await refusal(accept(Otp, 'other@example.org'))).toMatch(/^Validation/);
    expect((await accept(Otp)).Status).toBe('ACCEPTED');
    expect((await client.send(new GetPrimaryEmailCommand({ AccountId }))).PrimaryEmail).toBe(PrimaryEmail);
    expect(await refusal(accept(Otp))).toMatch(/^ResourceNotFound/);
    expect(await refusal(client.send(new StartPrimaryEmailUpdateCommand({ AccountId, PrimaryEmail })))).toMatch(/^Conflict/);
  });

  it('may have a sibling in AWS GovCloud (US)', async () => {
    const { org, client, AccountId } = await managed();
    expect(await refusal(client.send(new GetGovCloudAccountInformationCommand({ StandardAccountId: AccountId })))).toMatch(
      /^ResourceNotFound/,
    );
    const request = { AccountName: 'gov', Email: `gov-${org.id}@example.org` };
    const { CreateAccountStatus: asked } = await org.organizations.send(new CreateGovCloudAccountCommand(request));
    const look = new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: asked?.Id });
    let { CreateAccountStatus: status } = await org.organizations.send(look);
    while (status?.State === 'IN_PROGRESS') ({ CreateAccountStatus: status } = await org.organizations.send(look));
    const own = new AccountClient(callerAs(org, status?.AccountId ?? '').config);
    const sibling = () => own.send(new GetGovCloudAccountInformationCommand({}));
    expect(await sibling()).toMatchObject({ GovCloudAccountId: status?.GovCloudAccountId, AccountState: 'ACTIVE' });
    await org.organizations.send(new CloseAccountCommand({ AccountId: status?.AccountId }));
    await vi.waitFor(async () => expect((await sibling()).AccountState).toBe('SUSPENDED'), { timeout: 5_000, interval: 20 });
  });
});
