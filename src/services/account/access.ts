/** What each operation needs to be allowed. Of members the operation asks itself: their ARN holds the organization's id (subject.ts). */
import type { Account as Api } from '../../../generated/api/account';
import type { Access, AccessNeed, Place } from '../../kernel';
import { accountArn } from './state';

interface Input {
  readonly AccountId?: string | undefined;
  readonly StandardAccountId?: string | undefined;
  readonly AlternateContactType?: string;
  readonly RegionName?: string;
}

const own =
  (action: string) =>
  (
    { AccountId, StandardAccountId = AccountId, AlternateContactType: type, RegionName: region }: Input,
    at: Place,
  ): readonly AccessNeed[] => {
    if (StandardAccountId !== undefined) return [];
    const conditions = {
      ...(type !== undefined && { 'account:AlternateContactTypes': [type] }),
      ...(region !== undefined && { 'account:TargetRegion': region }),
    };
    return [{ action: `account:${action}`, resource: accountArn(at), conditions }];
  };

const ofMember = (): readonly AccessNeed[] => [];

export const access: Access<Api> = {
  AcceptPrimaryEmailUpdate: ofMember,
  DeleteAlternateContact: own('DeleteAlternateContact'),
  DisableRegion: own('DisableRegion'),
  EnableRegion: own('EnableRegion'),
  GetAccountInformation: own('GetAccountInformation'),
  GetAlternateContact: own('GetAlternateContact'),
  GetContactInformation: own('GetContactInformation'),
  GetGovCloudAccountInformation: own('GetGovCloudAccountInformation'),
  GetPrimaryEmail: ofMember,
  GetRegionOptStatus: own('GetRegionOptStatus'),
  ListRegions: own('ListRegions'),
  PutAccountName: own('PutAccountName'),
  PutAlternateContact: own('PutAlternateContact'),
  PutContactInformation: own('PutContactInformation'),
  StartPrimaryEmailUpdate: ofMember,
};
