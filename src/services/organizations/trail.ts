/** How operations count in CloudTrail: as management events of the organization's account, all of them. */
import type { TrailRules } from '../../kernel';

export const trail: TrailRules = {
  // As its examples show names and addresses (Organizations User Guide, "Logging AWS Organizations API calls with AWS CloudTrail").
  mask: '****',
  named: {
    accountId: 'AWS::Organizations::Account',
    organizationalUnitId: 'AWS::Organizations::OrganizationalUnit',
    policyId: 'AWS::Organizations::Policy',
  },
};
