/** Which resources an event is about: their types, and the names by which LookupEvents finds it. */
import { type AuditedCall, parseArn } from '../../kernel';

interface NamedResource {
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

type Values = Readonly<Record<string, unknown>>;

/** What LookupEvents lists of an event: resources by ARN, and what the parameters and the answer name. */
export function namedResources({ operation, resources = [], parameters, response }: AuditedCall): NamedResource[] {
  const found: NamedResource[] = [];
  const add = (type: string | undefined, name: unknown) => {
    if (Array.isArray(name)) for (const each of name) add(type, each);
    if (type === undefined || typeof name !== 'string' || name === '') return;
    if (!found.some((each) => each.type === type && each.name === name)) found.push({ type, name });
  };
  const answer = (response ?? {}) as Values;
  const nested = Object.values(answer).filter((value): value is Values => typeof value === 'object' && value !== null);
  for (const values of [(parameters ?? {}) as Values, answer, ...nested])
    for (const [parameter, type] of operation.named) add(type, values[parameter]);
  for (const arn of resources) add(resourceTypeOf(arn), arn);
  return found;
}
