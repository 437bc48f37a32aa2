/** Inputs of operations, from their models: with what is required alone, and with everything. */
import type { Member, Operation, Shape } from '../../src/api/model';

const account = '111111111111';
const queueArn = `arn:aws:sqs:us-east-1:${account}:sample`;
const topicArn = `arn:aws:sns:us-east-1:${account}:sample`;
const tableArn = `arn:aws:dynamodb:us-east-1:${account}:table/sample`;
const bucketArn = 'arn:aws:s3:::sample';

type Samples = Readonly<Record<string, unknown>>;

/** What members of these names hold in any service, where the model tells no better than "a string". */
const common: Samples = {
  PolicyArn: `arn:aws:iam::${account}:policy/sample`,
  PolicySourceArn: `arn:aws:iam::${account}:user/sample`,
  PermissionsBoundary: `arn:aws:iam::${account}:policy/sample`,
  RoleArn: `arn:aws:iam::${account}:role/sample`,
  EntityArn: `arn:aws:iam::${account}:delegation-request/sample`,
  SAMLProviderArn: `arn:aws:iam::${account}:saml-provider/sample`,
  OpenIDConnectProviderArn: `arn:aws:iam::${account}:oidc-provider/example.com`,
  SerialNumber: `arn:aws:iam::${account}:mfa/sample`,
  AWSServiceName: 'autoscaling.amazonaws.com',
  Url: 'https://example.com',
  AccountId: account,
  Path: '/division/',
  PathPrefix: '/division/',
  NewPath: '/division/',
  Arn: `arn:aws:iam::${account}:user/sample`,
};

/** In one service. */
const samples: Readonly<Record<string, Samples>> = {
  sqs: {
    QueueUrl: `https://sqs.us-east-1.amazonaws.com/${account}/sample`,
    QueueName: 'sample',
    QueueOwnerAWSAccountId: account,
    SourceArn: queueArn,
    DestinationArn: queueArn,
    TaskHandle: Buffer.from(JSON.stringify({ taskId: '1.sample', sourceArn: queueArn })).toString('base64'),
  },
  sns: {
    TopicArn: topicArn,
    ResourceArn: topicArn,
    SubscriptionArn: `${topicArn}:c1d2`,
    PlatformApplicationArn: `arn:aws:sns:us-east-1:${account}:app/GCM/sample`,
    EndpointArn: `arn:aws:sns:us-east-1:${account}:endpoint/GCM/sample/c1d2`,
    Platform: 'GCM',
  },
  dynamodb: { TableName: 'sample', ResourceArn: tableArn, IndexName: 'by', KeyConditionExpression: 'pk = :pk', RequestItems: undefined },
  s3: { Bucket: 'sample', Key: 'sample', CopySource: 'sample/sample?versionId=null', Tagging: 'a=b', VersionId: 'null' },
  s3control: { ResourceArn: bucketArn },
  sts: { TargetPrincipal: account },
  organizations: {
    TargetId: account,
    Id: 'rt-12345678',
    Target: { Id: account, Type: 'ACCOUNT' },
    HandshakeId: 'h-12345678',
    RootId: 'r-abcd',
    ParentId: 'r-abcd',
    ChildId: account,
    OrganizationalUnitId: 'ou-abcd-12345678',
    SourceParentId: 'r-abcd',
    DestinationParentId: 'ou-abcd-12345678',
    PolicyId: 'p-0123456789',
    ResourceId: account,
    ParentHandshakeId: 'h-12345678',
  },
  iam: { DeletionTaskId: 'task/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling/c1d2' },
  cloudtrail: {
    ResourceId: `arn:aws:cloudtrail:us-east-1:${account}:trail/sample`,
    ResourceIdList: [`arn:aws:cloudtrail:us-east-1:${account}:trail/sample`],
  },
};

/** In one operation, where even that differs. */
const ofOperations: Readonly<Record<string, Samples>> = {
  'dynamodb:BatchGetItem': { RequestItems: { sample: { Keys: [{ pk: { S: 'a' } }] } } },
  'dynamodb:BatchWriteItem': {
    RequestItems: { sample: [{ PutRequest: { Item: { pk: { S: 'a' } } } }, { DeleteRequest: { Key: { pk: { S: 'b' } } } }] },
  },
};

export function sampleInput(operation: Operation, everything: boolean): Record<string, unknown> {
  const { input, service, name } = operation;
  if (!input) return {};
  const known = { ...common, ...samples[service.id], ...ofOperations[`${service.id}:${name}`] };
  return structure(input, everything, known, 0);
}

function structure(shape: Shape, everything: boolean, known: Samples, depth: number): Record<string, unknown> {
  const members = [...(shape.members ?? [])];
  const chosen = shape.union
    ? members.slice(0, 1)
    : members.filter(([name, member]) => everything || shape.required?.includes(name) === true || member.location === 'uri');
  const values: Record<string, unknown> = {};
  for (const [name, member] of chosen) {
    const value = isKnown(name, member.shape, known) ? known[name] : sampleOf(member, everything, known, depth + 1);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function isKnown(name: string, shape: Shape, known: Samples): boolean {
  return Object.hasOwn(known, name) && (shape.type === 'string') === (typeof known[name] === 'string');
}

function sampleOf({ shape }: Member, everything: boolean, known: Samples, depth: number): unknown {
  if (depth > 8) return undefined;
  switch (shape.type) {
    case 'structure':
      return shape.eventStream ? undefined : structure(shape, everything, known, depth);
    case 'list': {
      const element = sampleOf(shape.element as Member, everything, known, depth + 1);
      return element === undefined ? [] : [element];
    }
    case 'map': {
      const value = sampleOf(shape.value as Member, everything, known, depth + 1);
      return value === undefined ? {} : { pk: value };
    }
    case 'string':
      return shape.enum?.[0] ?? 'sample';
    case 'boolean':
      return true;
    case 'blob':
      return shape.streaming ? undefined : Uint8Array.of(1);
    case 'timestamp':
      return 0;
    case 'document':
      return {};
    default:
      return shape.min ?? 1;
  }
}
