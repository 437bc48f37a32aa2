/** How IAM's operations count in CloudTrail: all are management events. */
import type { TrailRules } from '../../kernel';

export const trail: TrailRules = {
  /** What their names do not say: access level "Read" in the Service Authorization Reference. */
  readOnly: {
    GenerateCredentialReport: true,
    GenerateOrganizationsAccessReport: true,
    GenerateServiceLastAccessedDetails: true,
    SimulateCustomPolicy: true,
    SimulatePrincipalPolicy: true,
  },
  leavesSecretsOut: true,
  hidden: ['AuthenticationCode1', 'AuthenticationCode2'],
  named: {
    userName: 'AWS::IAM::User',
    groupName: 'AWS::IAM::Group',
    roleName: 'AWS::IAM::Role',
    policyArn: 'AWS::IAM::Policy',
    policyName: 'AWS::IAM::Policy',
    instanceProfileName: 'AWS::IAM::InstanceProfile',
    accessKeyId: 'AWS::IAM::AccessKey',
    serialNumber: 'AWS::IAM::MfaDevice',
    serverCertificateName: 'AWS::IAM::ServerCertificate',
    sAMLProviderArn: 'AWS::IAM::SAMLProvider',
    openIDConnectProviderArn: 'AWS::IAM::OIDCProvider',
  },
};
