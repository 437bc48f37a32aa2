/** How operations count in CloudTrail: as those of S3. */
import type { TrailRules } from '../../kernel';

export const trail: TrailRules = {
  eventSource: 's3.amazonaws.com',
  eventNames: {
    DeletePublicAccessBlock: 'DeleteAccountPublicAccessBlock',
    GetPublicAccessBlock: 'GetAccountPublicAccessBlock',
    PutPublicAccessBlock: 'PutAccountPublicAccessBlock',
  },
  named: { resourceArn: 'AWS::S3::Bucket' },
  resources: (_operation, { ResourceArn }: { readonly ResourceArn?: unknown }) =>
    typeof ResourceArn === 'string' && ResourceArn.startsWith('arn:') ? [ResourceArn] : [],
};
