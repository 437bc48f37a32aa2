/** The kinds of policies: what each is called where, and how much of it there may be. */
import { fail } from '../../kernel';
import { invalidInput } from './errors';

/** As the API names them. */
const policyTypes = [
  'SERVICE_CONTROL_POLICY',
  'RESOURCE_CONTROL_POLICY',
  'TAG_POLICY',
  'BACKUP_POLICY',
  'AISERVICES_OPT_OUT_POLICY',
  'CHATBOT_POLICY',
  'DECLARATIVE_POLICY_EC2',
  'SECURITYHUB_POLICY',
  'INSPECTOR_POLICY',
  'UPGRADE_ROLLOUT_POLICY',
  'BEDROCK_POLICY',
  'S3_POLICY',
  'NETWORK_SECURITY_DIRECTOR_POLICY',
] as const;

export type PolicyType = (typeof policyTypes)[number];
/** Those that merge into one effective policy; the two others grant and deny. */
export type ManagementPolicyType = Exclude<PolicyType, 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY'>;

interface PolicyTypeRules {
  /** Of the document, as it was given. */
  readonly maxChars: number;
  /** At one root, OU or account. */
  readonly maxAttached: number;
  /** In one organization. */
  readonly maxPolicies: number;
  /** The one element on top of a management policy. */
  readonly element?: string;
  /** The service that must have trusted access as long as the type is enabled. */
  readonly service?: string;
}

const management = (element: string, maxAttached = 10, maxChars = 10_000): PolicyTypeRules => ({
  maxChars,
  maxAttached,
  maxPolicies: 1_000,
  element,
});

/** Services that Terraform's documentation says must be trusted first are known of these two types. */
const trusted = (service: string, rules: PolicyTypeRules): PolicyTypeRules => ({ ...rules, service });

/** Organizations User Guide, "Quotas and service limits"; of the youngest types, which it does not list yet, as of the others. */
export const rulesOf: Readonly<Record<PolicyType, PolicyTypeRules>> = {
  SERVICE_CONTROL_POLICY: { maxChars: 5_120, maxAttached: 5, maxPolicies: 10_000 },
  RESOURCE_CONTROL_POLICY: { maxChars: 5_120, maxAttached: 5, maxPolicies: 1_000 },
  TAG_POLICY: management('tags'),
  BACKUP_POLICY: management('plans'),
  AISERVICES_OPT_OUT_POLICY: management('services', 5, 2_500),
  CHATBOT_POLICY: management('chatbot', 5),
  DECLARATIVE_POLICY_EC2: management('ec2_attributes'),
  SECURITYHUB_POLICY: trusted('securityhub.amazonaws.com', management('securityhub')),
  INSPECTOR_POLICY: trusted('inspector2.amazonaws.com', management('inspector')),
  UPGRADE_ROLLOUT_POLICY: management('upgrade_rollout'),
  BEDROCK_POLICY: management('bedrock'),
  S3_POLICY: management('s3_attributes'),
  NETWORK_SECURITY_DIRECTOR_POLICY: management('network_security_director'),
};

function isManagementType(type: PolicyType): type is ManagementPolicyType {
  return rulesOf[type].element !== undefined;
}

/** A policy that AWS keeps, the same in every organization. */
export interface ManagedPolicy {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: PolicyType;
  readonly text: string;
}

const indented = (document: object) => JSON.stringify(document, undefined, 2);

const fullAccess: ManagedPolicy = {
  id: 'p-FullAWSAccess',
  name: 'FullAWSAccess',
  description: 'Allows access to every operation',
  type: 'SERVICE_CONTROL_POLICY',
  text: indented({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }),
};

/** Hangs everywhere as long as RCPs are enabled, and cannot be taken off. */
export const fullResourceAccess: ManagedPolicy = {
  id: 'p-RCPFullAWSAccess',
  name: 'RCPFullAWSAccess',
  description: 'Allows access to every operation',
  type: 'RESOURCE_CONTROL_POLICY',
  text: indented({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] }),
};

const managedPolicies: ReadonlyMap<string, ManagedPolicy> = new Map([fullAccess, fullResourceAccess].map((policy) => [policy.id, policy]));

export function findManagedPolicy(id: string): ManagedPolicy | undefined {
  return managedPolicies.get(id);
}

/** The policy that hangs everywhere from the moment its type is enabled. */
export function defaultPolicyOf(type: PolicyType): ManagedPolicy | undefined {
  return [fullAccess, fullResourceAccess].find((policy) => policy.type === type);
}

/** What the model lets through as a policy type is one. */
export function requirePolicyType(text: string): PolicyType {
  return policyTypes.find((type) => type === text) ?? fail(invalidInput('INVALID_ENUM_POLICY_TYPE'));
}

/** The same for types whose policies merge; SCPs and RCPs have no effective policy. */
export function requireManagementType(text: string): ManagementPolicyType {
  const type = requirePolicyType(text);
  return isManagementType(type) ? type : fail(invalidInput('INVALID_ENUM_POLICY_TYPE'));
}
