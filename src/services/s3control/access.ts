/** What each operation needs to be allowed (service authorization reference, S3). Facts of the buckets are told by the service of S3 itself. */
import type { S3Control } from '../../../generated/api/s3control';
import { type Access, tagsOfList } from '../../kernel';

export const access: Access<S3Control> = {
  // "s3:PutAccountPublicAccessBlock" is the right to delete, too.
  DeletePublicAccessBlock: () => [{ action: 's3:PutAccountPublicAccessBlock', resource: '*' }],
  GetPublicAccessBlock: () => [{ action: 's3:GetAccountPublicAccessBlock', resource: '*' }],
  ListTagsForResource: ({ ResourceArn: resource }) => [{ action: 's3:ListTagsForResource', resource }],
  PutPublicAccessBlock: () => [{ action: 's3:PutAccountPublicAccessBlock', resource: '*' }],
  TagResource: ({ ResourceArn: resource, Tags }) => [{ action: 's3:TagResource', resource, requestTags: tagsOfList(Tags) }],
  UntagResource: ({ ResourceArn: resource, TagKeys }) => [{ action: 's3:UntagResource', resource, tagKeys: TagKeys ?? [] }],
};
