/** The operations of Account: contacts, Regions, the name and the primary e-mail address of an account. */
import type { Account as Api } from '../../../generated/api/account';
import {
  AccountProfiles,
  accountOfEmail,
  accountProfile,
  defineOperations,
  fail,
  homeRegionOf,
  paginate,
  postMail,
  type Tx,
} from '../../kernel';
import {
  emailInUse,
  invalidEmail,
  invalidOtp,
  invalidToken,
  noAlternateContact,
  noEmailUpdate,
  noGovCloudAccount,
  noPrimaryContact,
  otherEmail,
  stateRequired,
} from './errors';
import { chooseRegion, regionNames, regionStatus } from './regions';
import { AlternateContacts, EmailUpdates, PrimaryContacts } from './state';
import { memberOf, subjectOf } from './subject';

/** How long a code counts; a guess. */
const otpMs = 24 * 3_600_000;
const maxRegions = 50;
/** PutContactInformation, StateOrRegion: "This field is required in the following countries". */
const countriesWithStates = new Set(['US', 'CA', 'GB', 'DE', 'JP', 'IN', 'BR']);

export const operations = defineOperations<Api>()({
  GetAccountInformation(ctx, { AccountId }) {
    const { tx, account } = subjectOf(ctx, 'GetAccountInformation', AccountId);
    const { name, createdAt } = accountProfile(tx, account);
    return { AccountId: account, AccountName: name, AccountCreatedDate: createdAt, AccountState: stateOf(tx, account) };
  },

  PutAccountName(ctx, { AccountId, AccountName }) {
    const { tx, account } = subjectOf(ctx, 'PutAccountName', AccountId);
    tx.put(AccountProfiles, { ...accountProfile(tx, account), name: AccountName });
    return {};
  },

  GetGovCloudAccountInformation(ctx, { StandardAccountId }) {
    const { tx, account } = subjectOf(ctx, 'GetGovCloudAccountInformation', StandardAccountId);
    const GovCloudAccountId = accountProfile(tx, account).govCloudAccount ?? fail(noGovCloudAccount());
    const there = tx.in({ partition: 'aws-us-gov', region: homeRegionOf('aws-us-gov'), account: GovCloudAccountId });
    return { GovCloudAccountId, AccountState: stateOf(there, GovCloudAccountId) };
  },

  GetContactInformation(ctx, { AccountId }) {
    const { tx } = subjectOf(ctx, 'GetContactInformation', AccountId);
    return { ContactInformation: (tx.get(PrimaryContacts, 'primary') ?? fail(noPrimaryContact())).contact };
  },

  PutContactInformation(ctx, { AccountId, ContactInformation: contact }) {
    const { tx } = subjectOf(ctx, 'PutContactInformation', AccountId);
    const { CountryCode, StateOrRegion } = contact;
    if (StateOrRegion === undefined && countriesWithStates.has(CountryCode)) throw stateRequired(CountryCode);
    tx.put(PrimaryContacts, { name: 'primary', contact });
    return {};
  },

  GetAlternateContact(ctx, { AccountId, AlternateContactType }) {
    const { tx } = subjectOf(ctx, 'GetAlternateContact', AccountId, ofType(AlternateContactType));
    const { type, name, title, email, phone } = tx.get(AlternateContacts, AlternateContactType) ?? fail(noAlternateContact());
    return { AlternateContact: { AlternateContactType: type, Name: name, Title: title, EmailAddress: email, PhoneNumber: phone } };
  },

  PutAlternateContact(ctx, { AccountId, AlternateContactType, Name, Title, EmailAddress, PhoneNumber }) {
    const { tx } = subjectOf(ctx, 'PutAlternateContact', AccountId, ofType(AlternateContactType));
    tx.put(AlternateContacts, { type: AlternateContactType, name: Name, title: Title, email: EmailAddress, phone: PhoneNumber });
    return {};
  },

  DeleteAlternateContact(ctx, { AccountId, AlternateContactType }) {
    const { tx } = subjectOf(ctx, 'DeleteAlternateContact', AccountId, ofType(AlternateContactType));
    tx.delete(AlternateContacts, tx.get(AlternateContacts, AlternateContactType) ?? fail(noAlternateContact()));
    return {};
  },

  ListRegions(ctx, { AccountId, MaxResults = maxRegions, NextToken, RegionOptStatusContains = [] }) {
    const { tx } = subjectOf(ctx, 'ListRegions', AccountId);
    const all = regionNames.map((RegionName) => ({ RegionName, RegionOptStatus: regionStatus(tx, RegionName) }));
    const wanted = RegionOptStatusContains.length === 0 ? all : all.filter((one) => RegionOptStatusContains.includes(one.RegionOptStatus));
    const { items, nextToken } = paginate(wanted, { token: NextToken, limit: MaxResults, kind: 'ListRegions' }, invalidToken);
    return { Regions: [...items], NextToken: nextToken };
  },

  GetRegionOptStatus(ctx, { AccountId, RegionName }) {
    const { tx } = subjectOf(ctx, 'GetRegionOptStatus', AccountId, ofRegion(RegionName));
    return { RegionName, RegionOptStatus: regionStatus(tx, RegionName) };
  },

  EnableRegion(ctx, { AccountId, RegionName }) {
    chooseRegion(subjectOf(ctx, 'EnableRegion', AccountId, ofRegion(RegionName)).tx, RegionName, 'ENABLED');
    return {};
  },

  DisableRegion(ctx, { AccountId, RegionName }) {
    chooseRegion(subjectOf(ctx, 'DisableRegion', AccountId, ofRegion(RegionName)).tx, RegionName, 'DISABLED');
    return {};
  },

  GetPrimaryEmail(ctx, { AccountId }) {
    const { tx, account } = memberOf(ctx, 'GetPrimaryEmail', AccountId);
    return { PrimaryEmail: accountProfile(tx, account).email };
  },

  StartPrimaryEmailUpdate(ctx, { AccountId, PrimaryEmail }) {
    const { tx } = memberOf(ctx, 'StartPrimaryEmailUpdate', AccountId, ofDomain(PrimaryEmail));
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(PrimaryEmail)) throw invalidEmail();
    if (accountOfEmail(tx, PrimaryEmail) !== undefined) throw emailInUse();
    const otp = ctx.id('', 6, '0123456789');
    tx.put(EmailUpdates, { name: 'email', email: PrimaryEmail, otp, expiresAt: ctx.now + otpMs });
    postMail(tx, 'account', {
      kind: 'email',
      to: PrimaryEmail,
      from: 'no-reply@signin.aws',
      subject: 'Verify your new AWS account email address',
      body: `Your verification code for the account ${AccountId} is ${otp}`,
    });
    return { Status: 'PENDING' };
  },

  AcceptPrimaryEmailUpdate(ctx, { AccountId, PrimaryEmail, Otp }) {
    const { tx, account } = memberOf(ctx, 'AcceptPrimaryEmailUpdate', AccountId, ofDomain(PrimaryEmail));
    const update = tx.get(EmailUpdates, 'email');
    if (!update || update.expiresAt <= ctx.now) throw noEmailUpdate();
    if (update.email !== PrimaryEmail) throw otherEmail();
    if (update.otp !== Otp) throw invalidOtp();
    if (accountOfEmail(tx, PrimaryEmail) !== undefined) throw emailInUse();
    tx.delete(EmailUpdates, update);
    tx.put(AccountProfiles, { ...accountProfile(tx, account), email: PrimaryEmail });
    return { Status: 'ACCEPTED' };
  },
});

const ofType = (type: string) => ({ 'account:AlternateContactTypes': [type] });
const ofRegion = (region: string) => ({ 'account:TargetRegion': region });
const ofDomain = (email: string) => ({ 'account:EmailTargetDomain': email.slice(email.lastIndexOf('@') + 1) });

/** An account that is being closed is not closed yet. */
function stateOf(tx: Tx, account: string) {
  const { state } = accountProfile(tx, account);
  return state === 'PENDING_CLOSURE' ? 'ACTIVE' : state;
}
