/** Which resources an event is about: their types, and the names by which LookupEvents finds it. */
import { type AuditedCall, parseArn } from '../../kernel';

export interface NamedResource {
  readonly type: string;
  readonly name: string;
}

/** By service and, where it has several, the first word of what follows the account. */
const types: Readonly<Record<string, string>> = {
  's3/': 'AWS::S3::Object',
  s3: 'AWS::S3::Bucket',
  sqs: 'AWS::SQS::Queue',
  sns: 'AWS::SNS::Topic',
  'dynamodb:table': 'AWS::DynamoDB::Table',
  'iam:role': 'AWS::IAM::Role',
  'iam:user': 'AWS::IAM::User',
  'iam:group': 'AWS::IAM::Group',
  'iam:policy': 'AWS::IAM::Policy',
  'iam:instance-profile': 'AWS::IAM::InstanceProfile',
  'iam:saml-provider': 'AWS::IAM::SAMLProvider',
  'iam:oidc-provider': 'AWS::IAM::OIDCProvider',
  'kms:key': 'AWS::KMS::Key',
  'lambda:function': 'AWS::Lambda::Function',
  'cloudtrail:trail': 'AWS::CloudTrail::Trail',
};

/** `AWS::IAM::Role`; undefined for ARNs that events do not type. */
export function resourceTypeOf(text: string): string | undefined {
  const arn = parseArn(text);
  if (!arn) return undefined;
  const { service, resource } = arn;
  if (service === 's3') return types[resource.includes('/') ? 's3/' : 's3'];
  return types[`${service}:${resource.split(/[/:]/, 1)[0]}`] ?? types[service];
}

/** What LookupEvents lists of an event: resources by ARN, and what the parameters name. */
export function namedResources({ operation, resources = [], parameters }: AuditedCall): NamedResource[] {
  const found: NamedResource[] = [];
  const add = (type: string | undefined, name: unknown) => {
    if (type === undefined || typeof name !== 'string' || name === '') return;
    if (!found.some((each) => each.type === type && each.name === name)) found.push({ type, name });
  };
  const given = (parameters ?? {}) as Readonly<Record<string, unknown>>;
  for (const [parameter, type] of operation.named) {
    const value = given[parameter];
    if (Array.isArray(value)) for (const each of value) add(type, each);
    else add(type, value);
  }
  for (const arn of resources) add(resourceTypeOf(arn), arn);
  return found;
}
