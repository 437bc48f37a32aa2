/** What each operation needs to be allowed (service authorization reference, "Actions, resources, and condition keys for AWS CloudTrail"). */
import type { CloudTrail } from '../../../generated/api/cloudtrail';
import { type Access, type AccessFacts, type AccessNeed, type ListedTag, type Place, parseArn, tagsOfList } from '../../kernel';
import { trailArn } from './names';
import { Trails } from './state';

const arnOf = (nameOrArn: string | undefined, at: Place): string =>
  nameOrArn === undefined ? '*' : nameOrArn.startsWith('arn:') ? nameOrArn : trailArn(at, nameOrArn);

const onTrail =
  (action: string) =>
  ({ Name }: { readonly Name: string }, at: Place): AccessNeed[] => [{ action: `cloudtrail:${action}`, resource: arnOf(Name, at) }];

const onNamed =
  (action: string) =>
  ({ TrailName }: { readonly TrailName?: string | undefined }, at: Place): AccessNeed[] => [
    { action: `cloudtrail:${action}`, resource: arnOf(TrailName, at) },
  ];

interface GivenTags {
  readonly TagsList?: readonly ListedTag[] | undefined;
}

const tagsOf = ({ TagsList }: GivenTags) => (TagsList === undefined ? {} : { requestTags: tagsOfList(TagsList) });

export const access: Access<CloudTrail> = {
  AddTags: (input) => [{ action: 'cloudtrail:AddTags', resource: input.ResourceId, ...tagsOf(input) }],
  CreateTrail(input, at) {
    const resource = trailArn(at, input.Name);
    const tags = tagsOf(input);
    const tagging = { action: 'cloudtrail:AddTags', resource, ...tags };
    return [{ action: 'cloudtrail:CreateTrail', resource, ...tags }, ...(input.TagsList?.length ? [tagging] : [])];
  },
  DeleteTrail: onTrail('DeleteTrail'),
  DeregisterOrganizationDelegatedAdmin: () => [{ action: 'cloudtrail:DeregisterOrganizationDelegatedAdmin', resource: '*' }],
  GetEventSelectors: onNamed('GetEventSelectors'),
  GetInsightSelectors: onNamed('GetInsightSelectors'),
  GetTrail: onTrail('GetTrail'),
  GetTrailStatus: onTrail('GetTrailStatus'),
  ListTags: ({ ResourceIdList }) => ResourceIdList.map((resource) => ({ action: 'cloudtrail:ListTags', resource })),
  PutEventSelectors: onNamed('PutEventSelectors'),
  RegisterOrganizationDelegatedAdmin: () => [{ action: 'cloudtrail:RegisterOrganizationDelegatedAdmin', resource: '*' }],
  RemoveTags: (input) => [{ action: 'cloudtrail:RemoveTags', resource: input.ResourceId, tagKeys: input.TagsList.map(({ Key }) => Key) }],
  StartLogging: onTrail('StartLogging'),
  StopLogging: onTrail('StopLogging'),
  UpdateTrail: onTrail('UpdateTrail'),
};

export const facts: AccessFacts = {
  resource(tx, arn) {
    const { account = '', region = '', resource = '' } = parseArn(arn) ?? {};
    const trail = tx.get(Trails, [account, region, resource.slice('trail/'.length)]);
    return trail && { tags: () => tx.in({ account, region }).tagsOf(arn) };
  },
};
