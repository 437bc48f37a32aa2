/** How operations count in CloudTrail: as management events of the organization's account, all of them. */
import type { TrailRules } from '../../kernel';

export const trail: TrailRules = {
  named: {
    accountId: 'AWS::Organizations::Account',
    organizationalUnitId: 'AWS::Organizations::OrganizationalUnit',
    policyId: 'AWS::Organizations::Policy',
  },
};
