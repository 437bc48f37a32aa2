/** How operations count in CloudTrail (IAM User Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail"). */
import type { TrailRules } from '../../kernel';

interface OnRole {
  readonly RoleArn?: unknown;
  readonly PrincipalArn?: unknown;
}

/** Of the role, and of the provider that vouches for the caller. */
const arnsOf = ({ RoleArn, PrincipalArn }: OnRole): string[] =>
  [RoleArn, PrincipalArn].filter((arn): arn is string => typeof arn === 'string' && arn.startsWith('arn:'));

const assuming = ['AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'AssumeRoot'];

export const trail: TrailRules = {
  // as CloudTrail's records of them say
  readOnly: { AssumeRole: true, AssumeRoleWithSAML: true, AssumeRoleWithWebIdentity: true, DecodeAuthorizationMessage: true },
  answered: [...assuming, 'GetSessionToken', 'GetFederationToken', 'GetDelegatedAccessToken'],
  hidden: ['WebIdentityToken', 'SAMLAssertion', 'TradeInToken', 'EncodedMessage', 'TokenCode'],
  named: { roleArn: 'AWS::IAM::Role', roleSessionName: 'AWS::STS::AssumedRole' },
  resources: (operation, input: OnRole) => (assuming.includes(operation) ? arnsOf(input) : []),
  owner: (operation, input: OnRole) => (assuming.includes(operation) ? arnsOf(input)[0]?.split(':', 5)[4] : undefined),
};
