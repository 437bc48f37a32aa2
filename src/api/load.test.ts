import { describe, expect, it } from 'vitest';
import { loadModel, serviceFacts, serviceIds } from './load';
import type { Member, Operation, Shape } from './model';

describe('loadModel', () => {
  it('gives one model per service, and says which service it lacks', () => {
    expect(loadModel('sqs')).toBe(loadModel('sqs'));
    expect(() => loadModel('parcel')).toThrow('no API table of a service "parcel"');
    expect(() => loadModel('constructor')).toThrow('no API table');
    expect(serviceFacts('toString')).toBeUndefined();
  });

  it.each([
    ['sqs', { serviceId: 'SQS', apiVersion: '2012-11-05', protocols: ['json', 'query'], targetPrefix: 'AmazonSQS', jsonVersion: '1.0' }],
    ['s3', { serviceId: 'S3', signingName: 's3', protocols: ['rest-xml'], xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/' }],
    ['sts', { protocols: ['query'], globalEndpoint: 'sts.amazonaws.com', xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/' }],
    ['cloudwatch', { endpointPrefix: 'monitoring', signingName: 'monitoring', protocols: ['smithy-rpc-v2-cbor', 'json', 'query'] }],
    ['dynamodbstreams', { signingName: 'dynamodb', targetPrefix: 'DynamoDBStreams_20120810' }],
    ['sdb', { serviceId: 'SimpleDB', protocols: ['query'], apiVersion: '2009-04-15' }],
  ])('knows what %s is called and speaks', (id, facts) => {
    expect(loadModel(id)).toMatchObject({ id, ...facts });
    expect(serviceFacts(id)).toMatchObject(facts);
  });
});

describe('operations', () => {
  it('have method, path, status, shapes and errors', () => {
    const s3 = loadModel('s3');
    expect(s3.operation('PutObject')).toMatchObject({
      name: 'PutObject',
      method: 'PUT',
      uri: '/{Bucket}/{Key+}',
      status: 200,
      service: s3,
    });
    expect(s3.operation('DeleteBucket')).toMatchObject({ status: 204, output: undefined });
    expect(s3.operation('GetObject')).toMatchObject({ errors: ['NoSuchKey', 'InvalidObjectState'] });
    expect(s3.operation('PutObject')).toBe(s3.operation('PutObject'));
    expect(s3.operation('PutObjects')).toBeUndefined();
    expect(loadModel('sqs').operation('SendMessage')).toMatchObject({ method: 'POST', uri: '/', resultWrapper: 'SendMessageResult' });
  });

  it('have what else the model says of them', () => {
    const s3 = loadModel('s3');
    expect(s3.operation('PutObject')?.checksum).toEqual({ requestAlgorithmMember: 'ChecksumAlgorithm' });
    expect(s3.operation('DeleteObjects')?.checksum).toEqual({ requestAlgorithmMember: 'ChecksumAlgorithm', requestRequired: true });
    expect(s3.operation('GetObject')?.checksum).toMatchObject({ requestValidationModeMember: 'ChecksumMode' });
    expect(s3.operation('CompleteMultipartUpload')).toMatchObject({ method: 'POST' });
    expect(s3.operation('ListObjectsV2')?.paginator).toMatchObject({
      inputToken: ['ContinuationToken'],
      outputToken: ['NextContinuationToken'],
      resultKey: ['Contents', 'CommonPrefixes'],
      limitKey: 'MaxKeys',
    });
    expect(loadModel('s3control').operation('GetAccessPoint')?.hostPrefix).toBe('{AccountId}.');
    expect(loadModel('sts').operation('AssumeRoleWithWebIdentity')?.authType).toBe('none');
    expect(loadModel('cloudwatch').operation('PutMetricData')?.compression).toEqual(['gzip']);
    expect(loadModel('cloudfront').operation('CreateDistribution')).toMatchObject({ status: 201 });
    expect(loadModel('cloudfront').operation('UpdateVpcOrigin')?.errors).toContain('IllegalUpdate');
    expect(s3.waiters().get('BucketExists')).toMatchObject({ operation: 'HeadBucket', delay: 5, maxAttempts: 20 });
    expect(loadModel('sts').waiters().size).toBe(0);
  });
});

describe('shapes', () => {
  it('keep members in the order of the model, with their traits', () => {
    const grantee = loadModel('s3').shape('Grantee');
    expect([...(grantee.members?.keys() ?? [])]).toEqual(['DisplayName', 'EmailAddress', 'ID', 'Type', 'URI']);
    expect(grantee.members?.get('Type')).toMatchObject({ locationName: 'xsi:type', xmlAttribute: true });
    expect(grantee).toMatchObject({ type: 'structure', required: ['Type'], xmlNamespace: { prefix: 'xsi' } });
    const put = loadModel('s3').shape('PutObjectRequest');
    expect(put).toMatchObject({ payload: 'Body', required: ['Bucket', 'Key'] });
    expect(put.members?.get('Metadata')).toMatchObject({ location: 'headers', locationName: 'x-amz-meta-' });
    expect(put.members?.get('Body')).toMatchObject({ streaming: true });
    expect(put.members?.get('ContentLength')?.shape.type).toBe('long');
  });

  it('say what they allow', () => {
    const ec2 = loadModel('ec2');
    expect(ec2.shape('InstanceType').enum).toContain('t3.micro');
    expect(loadModel('lambda').shape('Timeout')).toMatchObject({ type: 'integer', min: 1 });
    expect(loadModel('iam').shape('userNameType')).toMatchObject({ min: 1, max: 64, pattern: '[\\w+=,.@-]+' });
    expect(loadModel('s3').shape('SelectObjectContentEventStream')).toMatchObject({ eventStream: true });
    expect(loadModel('s3').shape('RecordsEvent')).toMatchObject({ event: true });
    expect(() => ec2.shape('Nothing')).toThrow('ec2 has no shape "Nothing"');
  });

  it('may contain themselves', () => {
    const value = loadModel('dynamodb').shape('AttributeValue');
    expect(value.members?.get('L')?.shape.element?.shape).toBe(value);
    expect(value.members?.get('M')?.shape.value?.shape).toBe(value);
  });

  it('keep the names that SQS has in the query protocol', () => {
    const sqs = loadModel('sqs');
    const queryName = (shape: string, member: string) => sqs.shape(shape).members?.get(member)?.queryName;
    expect(queryName('CreateQueueRequest', 'Attributes')).toBe('Attribute');
    expect(queryName('CreateQueueRequest', 'tags')).toBe('Tag');
    expect(queryName('ReceiveMessageResult', 'Messages')).toBe('Message');
    expect(sqs.shape('QueueAttributeMap')).toMatchObject({
      flattened: true,
      key: { locationName: 'Name' },
      value: { locationName: 'Value' },
    });
  });
});

describe('errors', () => {
  it.each([
    ['sqs', 'QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue', 400, 'Sender'],
    ['sqs', 'AWS.SimpleQueueService.NonExistentQueue', 'AWS.SimpleQueueService.NonExistentQueue', 400, 'Sender'],
    ['sqs', 'QueueAlreadyExists', 'QueueAlreadyExists', 400, 'Sender'],
    ['iam', 'NoSuchEntity', 'NoSuchEntity', 404, 'Sender'],
    ['iam', 'ServiceFailure', 'ServiceFailure', 500, 'Receiver'],
    ['s3', 'NoSuchKey', 'NoSuchKey', 404, 'Sender'],
    ['s3', 'MalformedXML', 'MalformedXML', 400, 'Sender'],
    ['s3', 'NoSuchBucketPolicy', 'NoSuchBucketPolicy', 404, 'Sender'],
    ['s3', 'SlowDown', 'SlowDown', 503, 'Receiver'],
    ['ec2', 'InvalidInstanceID.NotFound', 'InvalidInstanceID.NotFound', 400, 'Sender'],
    ['ec2', 'DryRunOperation', 'DryRunOperation', 412, 'Sender'],
    ['ec2', 'InsufficientInstanceCapacity', 'InsufficientInstanceCapacity', 500, 'Receiver'],
    ['dynamodb', 'ValidationException', 'ValidationException', 400, 'Sender'],
    ['dynamodb', 'AccessDeniedException', 'AccessDeniedException', 400, 'Sender'],
    ['lambda', 'AccessDeniedException', 'AccessDeniedException', 403, 'Sender'],
    ['lambda', 'ServiceException', 'ServiceException', 500, 'Receiver'],
    ['sts', 'AccessDenied', 'AccessDenied', 403, 'Sender'],
    ['sts', 'ExpiredTokenException', 'ExpiredTokenException', 400, 'Sender'],
  ])('%s %s is %s, %i, %s', (id, asked, code, status, fault) => {
    expect(loadModel(id).error(asked)).toMatchObject({ code, status, fault });
  });

  it('are undefined for codes that nobody lists', () => {
    for (const id of ['ec2', 'sqs', 's3']) {
      expect(loadModel(id).error('NoSuchThing')).toBeUndefined();
      expect(loadModel(id).error('constructor')).toBeUndefined();
    }
  });
});

describe('every table', () => {
  it.each(serviceIds())('%s refers only to what it has', (id) => {
    const model = loadModel(id);
    expect(model.operationNames.length).toBeGreaterThan(0);
    const seen = new Set<Shape>();
    const problems = model.operationNames.flatMap((name) => {
      const operation = model.operation(name)!;
      const errors = operation.errors.map((error) => model.shape(error));
      const shapes = [operation.input, operation.output, ...errors].filter((shape) => shape !== undefined);
      return [
        ...errors.filter((error) => !error.error).map((error) => `${name} answers ${error.name}, which is no error`),
        ...shapes.flatMap((shape) => problemsOf(shape, seen)),
        ...problemsOfPaging(operation),
      ];
    });
    for (const { operation } of model.waiters().values()) if (!model.operation(operation)) problems.push(`no ${operation} to wait for`);
    expect(problems).toEqual([]);
  });
});

/** Resolves every use of a shape, and says what a codec would stumble over. */
function problemsOf(shape: Shape, seen: Set<Shape>): string[] {
  if (seen.has(shape)) return [];
  seen.add(shape);
  const { name, type, members, element, key, value, required = [], payload } = shape;
  const uses: readonly (Member | undefined)[] = [...(members?.values() ?? []), element, key, value];
  const complete = type === 'structure' ? members : type === 'list' ? element : type === 'map' ? key && value : true;
  return [
    ...(complete ? [] : [`${name} lacks what a ${type} has`]),
    ...[...required, ...(payload === undefined ? [] : [payload])]
      .filter((member) => !members?.has(member))
      .map((member) => `no ${name}.${member}`),
    ...uses.flatMap((use) => (use ? problemsOf(use.shape, seen) : [])),
  ];
}

function problemsOfPaging({ name, input, output, paginator }: Operation): string[] {
  if (paginator === undefined) return [];
  if (output === undefined) return [`${name} pages through nothing`];
  return paginator.inputToken.filter((token) => !input?.members?.has(token)).map((token) => `${name} takes no ${token}`);
}
