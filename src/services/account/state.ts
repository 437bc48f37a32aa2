/** What Account keeps of an account besides its profile, which is the kernel's because others name accounts too. */
import { collection, type Place } from '../../kernel';

interface AlternateContact {
  readonly type: string;
  readonly name: string;
  readonly title: string;
  readonly email: string;
  readonly phone: string;
}

export const AlternateContacts = collection<AlternateContact>({
  name: 'account/alternate-contact',
  version: 1,
  scope: 'account',
  key: (contact) => contact.type,
});

/** As the API has it. */
export interface ContactInformation {
  readonly FullName: string;
  readonly AddressLine1: string;
  readonly AddressLine2?: string | undefined;
  readonly AddressLine3?: string | undefined;
  readonly City: string;
  readonly StateOrRegion?: string | undefined;
  readonly DistrictOrCounty?: string | undefined;
  readonly PostalCode: string;
  readonly CountryCode: string;
  readonly PhoneNumber: string;
  readonly CompanyName?: string | undefined;
  readonly WebsiteUrl?: string | undefined;
}

export const PrimaryContacts = collection<{ readonly name: 'primary'; readonly contact: ContactInformation }>({
  name: 'account/primary-contact',
  version: 1,
  scope: 'account',
  key: (record) => record.name,
});

/** A Region that is not as it was in the beginning. */
export interface RegionChoice {
  readonly region: string;
  readonly status: 'ENABLED' | 'ENABLING' | 'DISABLING' | 'DISABLED';
}

export const RegionChoices = collection<RegionChoice>({
  name: 'account/region',
  version: 1,
  scope: 'account',
  key: (choice) => choice.region,
});

/** A new primary e-mail address that waits for the code that was sent to it. */
interface EmailUpdate {
  readonly name: 'email';
  readonly email: string;
  readonly otp: string;
  /** Virtual ms. */
  readonly expiresAt: number;
}

export const EmailUpdates = collection<EmailUpdate>({
  name: 'account/email-update',
  version: 1,
  scope: 'account',
  key: (update) => update.name,
});

/** Of an account by itself. */
export const accountArn = (at: Place) => `arn:${at.partition}:account::${at.account}:account`;
