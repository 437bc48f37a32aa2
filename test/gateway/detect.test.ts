/** Which service does a request mean? One row each. */
import { describe, expect, it } from 'vitest';
import { serviceIndex } from '../../src/api/load';
import { type DetectRequest, detect, isOwnPath } from '../../src/gateway/detect';

interface Row {
  readonly host?: string;
  readonly method?: string;
  readonly target?: string;
  readonly headers?: Record<string, string>;
  readonly form?: string;
}

const local = '127.0.0.1:4566';
const formType = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

function request({ host = local, method, target = '/', headers = {}, form }: Row): DetectRequest {
  const [path = '/', query = ''] = target.split('?');
  return {
    method: method ?? (form === undefined ? 'GET' : 'POST'),
    path,
    query,
    headers: { host, ...(form !== undefined && formType), ...headers },
    host,
    hasBody: form !== undefined,
  };
}

const scope = (service: string, region = 'us-east-1') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/${region}/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=abc`,
});

function brief(row: Row): string {
  const found = detect(request(row), row.form);
  if (found === undefined) return 'needs the form';
  const extra = [
    found.bucket && `bucket=${found.bucket}`,
    found.account && `account=${found.account}`,
    found.website && 'website',
    found.resource && `resource=${found.resource}`,
  ];
  return [found.serviceId, found.protocol, found.region, ...extra.filter(Boolean)].join(' ');
}

describe('every service is found by its own credential scope, endpoint and target', () => {
  const services = Object.entries(serviceIndex());
  const shared = new Set([
    'apigatewayv2',
    'docdb',
    'iam-toolbox',
    'elb',
    'elbv2',
    'dynamodbstreams',
    's3control',
    'sesv2',
    'apigatewaymanagementapi',
  ]);
  it.each(services.filter(([id]) => !shared.has(id)))('%s by scope', (id, facts) => {
    const target = facts.targetPrefix === undefined ? {} : { 'x-amz-target': `${facts.targetPrefix}.Anything` };
    const row = { method: 'POST', headers: { ...scope(facts.signingName, 'eu-west-1'), ...target } };
    expect(detect(request(row), '')).toMatchObject({ serviceId: id, region: 'eu-west-1' });
  });
  it.each(services.filter(([, facts]) => facts.targetPrefix !== undefined))('%s by target, unsigned', (id, facts) => {
    expect(detect(request({ method: 'POST', headers: { 'x-amz-target': `${facts.targetPrefix}.Anything` } }))).toMatchObject({
      serviceId: id,
      protocol: 'json',
    });
  });
  const onePerEndpoint = services.filter(([id, facts]) =>
    services.every(([other, { endpointPrefix }]) => other === id || endpointPrefix !== facts.endpointPrefix),
  );
  it.each(onePerEndpoint.filter(([id]) => !['apigatewaymanagementapi', 's3'].includes(id)))('%s by host, unsigned', (id, facts) => {
    for (const host of [
      `${facts.endpointPrefix}.eu-central-1.amazonaws.com`,
      `${facts.endpointPrefix}-fips.eu-central-1.amazonaws.com`,
      `${facts.endpointPrefix}.eu-central-1.api.aws`,
      `${facts.endpointPrefix}.eu-central-1.localhost.localstack.cloud:4566`,
    ]) {
      expect(detect(request({ method: 'POST', host })), host).toMatchObject({ serviceId: id, region: 'eu-central-1' });
    }
  });
});

describe('a scope that several services share', () => {
  it.each<[string, Row]>([
    ['elb query us-east-1', { headers: scope('elasticloadbalancing'), form: 'Action=DescribeLoadBalancers&Version=2012-06-01' }],
    ['elbv2 query us-east-1', { headers: scope('elasticloadbalancing'), form: 'Action=DescribeLoadBalancers&Version=2015-12-01' }],
    ['elbv2 query us-east-1', { headers: scope('elasticloadbalancing'), form: 'Action=DescribeTargetGroups' }],
    ['elb query us-east-1', { headers: scope('elasticloadbalancing'), form: 'Action=DescribeInstanceHealth' }],
    ['elbv2 query us-east-1', { headers: scope('elasticloadbalancing'), target: '/?Action=DescribeLoadBalancers&Version=2015-12-01' }],
    ['apigateway rest-json us-east-1', { headers: scope('apigateway'), target: '/restapis' }],
    ['apigateway rest-json us-east-1', { headers: scope('apigateway'), target: '/tags/arn%3Aaws%3A' }],
    ['apigatewayv2 rest-json us-east-1', { headers: scope('apigateway'), target: '/v2/apis' }],
    ['iam-toolbox rest-json us-east-1', { headers: scope('iam'), target: '/authorization-details/abc' }],
    ['rds query us-east-1', { headers: scope('rds'), form: 'Action=CreateDBInstance&Version=2014-10-31&Engine=postgres' }],
    ['docdb query us-east-1', { headers: scope('rds'), form: 'Action=CreateDBCluster&Engine=docdb&Version=2014-10-31' }],
    [
      'docdb query us-east-1',
      { headers: { ...scope('rds'), 'user-agent': 'aws-sdk-js/3.1 api/docdb#3.1' }, form: 'Action=DescribeDBClusters&Version=2014-10-31' },
    ],
    ['rds query us-east-1', { headers: scope('rds'), form: 'Action=DescribeDBClusters&Version=2014-10-31' }],
    ['ses query us-east-1', { headers: scope('ses'), form: 'Action=SendEmail&Version=2010-12-01' }],
    ['sesv2 rest-json us-east-1', { headers: scope('ses'), target: '/v2/email/outbound-emails', method: 'POST' }],
    ['dynamodb json us-east-1', { headers: { ...scope('dynamodb'), 'x-amz-target': 'DynamoDB_20120810.ListTables' } }],
    ['dynamodbstreams json us-east-1', { headers: { ...scope('dynamodb'), 'x-amz-target': 'DynamoDBStreams_20120810.ListStreams' } }],
    ['dynamodb json us-east-1', { headers: { ...scope('dynamodb'), 'x-amz-target': 'Nonsense.ListStreams' } }],
    ['s3 rest-xml us-east-1', { headers: scope('s3'), target: '/bucket/key' }],
    ['s3 rest-xml us-east-1', { headers: scope('s3'), target: '/v20180820/tags/x' }],
    ['s3control rest-xml us-east-1', { headers: { ...scope('s3'), 'x-amz-account-id': '123456789012' }, target: '/v20180820/tags/x' }],
    [
      's3control rest-xml us-east-1',
      { headers: { 'x-amz-account-id': '123456789012' }, target: '/v20180820/configuration/publicAccessBlock' },
    ],
    [
      's3control rest-xml us-west-2 account=123456789012',
      { host: '123456789012.s3-control.us-west-2.amazonaws.com', headers: scope('s3', 'us-west-2'), target: '/v20180820/tags/x' },
    ],
    ['s3 rest-xml us-east-1', { headers: scope('s3-object-lambda'), target: '/x' }],
    ['s3 rest-xml us-east-1', { headers: scope('s3express'), target: '/x' }],
    ['iot-data rest-json us-east-1', { headers: scope('iotdevicegateway'), target: '/topics/a' }],
    ['iot rest-json us-east-1', { headers: scope('iot'), target: '/things' }],
    [
      'apigatewaymanagementapi rest-json us-east-1 resource=abc',
      { host: 'abc.execute-api.us-east-1.amazonaws.com', headers: scope('execute-api'), target: '/prod/@connections/xyz', method: 'POST' },
    ],
    [
      'execute-api rest-json us-east-1 resource=abc',
      { host: 'abc.execute-api.us-east-1.amazonaws.com', headers: scope('execute-api'), target: '/prod/pets' },
    ],
    ['sso-admin json us-east-1', { headers: { ...scope('sso'), 'x-amz-target': 'SWBExternalService.ListInstances' } }],
    ['sso rest-json us-east-1', { headers: scope('awsssoportal') }],
    ['waf-regional json us-east-1', { headers: scope('waf-regional') }],
    ['stepfunctions json us-east-1', { headers: { ...scope('states'), 'x-amz-target': 'AWSStepFunctions.ListStateMachines' } }],
  ])('%s', (expected, row) => {
    expect(brief(row)).toBe(expected);
  });

  it('asks for the form when only that can tell', () => {
    const row = request({ headers: scope('elasticloadbalancing'), form: '' });
    expect(detect(row)).toBeUndefined();
    expect(detect(request({ headers: scope('sqs'), form: '' }))).toMatchObject({ serviceId: 'sqs' });
  });

  it('says NotImplemented for services without API facts', () => {
    expect(() => detect(request({ headers: scope('gamelift') }))).toThrow(expect.objectContaining({ code: 'NotImplemented', status: 501 }));
  });
});

describe('region and protocol', () => {
  const cbor = { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' };
  it.each<[string, Row]>([
    [
      'sqs json ap-south-1',
      { headers: { ...scope('sqs', 'ap-south-1'), 'x-amz-target': 'AmazonSQS.SendMessage', 'content-type': 'application/x-amz-json-1.0' } },
    ],
    ['sqs query us-east-1', { headers: scope('sqs'), form: 'Action=ListQueues&Version=2012-11-05' }],
    ['sqs query us-east-1', { headers: scope('sqs'), target: '/?Action=ListQueues' }],
    [
      'cloudwatch smithy-rpc-v2-cbor us-east-1',
      {
        method: 'POST',
        headers: { ...scope('monitoring'), ...cbor },
        target: '/service/GraniteServiceVersion20100801/operation/PutMetricData',
      },
    ],
    ['cloudwatch query us-east-1', { headers: scope('monitoring'), form: 'Action=PutMetricData&Version=2010-08-01' }],
    ['cloudwatch json us-east-1', { headers: { ...scope('monitoring'), 'x-amz-target': 'GraniteServiceVersion20100801.PutMetricData' } }],
    ['ec2 ec2 eu-north-1', { headers: scope('ec2', 'eu-north-1'), form: 'Action=DescribeVpcs&Version=2016-11-15' }],
    ['ec2 ec2 us-east-1', { headers: scope('ec2'), form: 'Action=DescribeVpcs&Version=2014-09-01' }],
    ['s3 rest-xml us-east-1', { headers: scope('s3', 'aws-global') }],
    ['s3 rest-xml us-east-1', { headers: scope('s3', '') }],
    ['s3 rest-xml auto', { headers: scope('s3', 'auto') }],
    [
      's3 rest-xml us-east-1',
      { headers: { authorization: 'AWS4-ECDSA-P256-SHA256 Credential=AK/20260101/s3/aws4_request, SignedHeaders=host, Signature=x' } },
    ],
    [
      's3 rest-xml eu-west-3',
      {
        headers: {
          authorization: 'AWS4-ECDSA-P256-SHA256 Credential=AK/20260101/s3/aws4_request, SignedHeaders=host, Signature=x',
          'x-amz-region-set': 'eu-west-3,eu-west-1',
        },
      },
    ],
    [
      's3 rest-xml us-east-1',
      {
        headers: {
          authorization: 'AWS4-ECDSA-P256-SHA256 Credential=AK/20260101/s3/aws4_request, SignedHeaders=host, Signature=x',
          'x-amz-region-set': '*',
        },
      },
    ],
    ['s3 rest-xml us-east-1', { headers: { authorization: 'AWS AKIDEXAMPLE:c2lnbmF0dXJl' }, target: '/b/k' }],
    [
      'sqs json us-west-1',
      { headers: { authorization: 'AWS4-HMAC-SHA256 SignedHeaders=host,Credential=a/b/c/20260101/us-west-1/sqs/aws4_request' } },
    ],
    [
      'sqs json us-west-1',
      {
        headers: {
          authorization:
            'AWS4-HMAC-SHA256 MyCredential=a/20260101/eu-west-1/sts/aws4_request, Credential=a/20260101/us-west-1/sqs/aws4_request, Signature=x',
        },
      },
    ],
    [
      's3 rest-xml eu-west-1',
      { target: '/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F20260101%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Signature=x' },
    ],
    ['s3 rest-xml eu-west-1', { target: '/b/k?X-Amz-Credential=AK/20260101/eu-west-1/s3/aws4_request' }],
    [
      'sts query us-east-2',
      { target: '/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Credential=AK%2F20260101%2Fus-east-2%2Fsts%2Faws4_request' },
    ],
    ['s3 rest-xml us-east-1', { target: '/b/k?X-Amz-Credential=%E0%A4%A' }],
    ['s3 rest-xml us-east-1', { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=' } }],
    ['s3 rest-xml us-east-1', { headers: { authorization: 'Bearer token' } }],
  ])('%s', (expected, row) => {
    expect(brief(row)).toBe(expected);
  });
});

describe('hosts', () => {
  const hosts: [expected: string, host: string][] = [
    ['sqs json us-east-1', 'sqs.us-east-1.amazonaws.com'],
    ['sqs json us-east-1', 'SQS.US-EAST-1.AmazonAWS.com:443'],
    ['sqs json us-east-1', 'sqs.us-east-1.amazonaws.com.'],
    ['sqs json cn-north-1', 'sqs.cn-north-1.amazonaws.com.cn'],
    ['sqs json eusc-de-east-1', 'sqs.eusc-de-east-1.amazonaws.eu'],
    ['sqs json us-iso-east-1', 'sqs.us-iso-east-1.c2s.ic.gov'],
    ['sqs json us-isob-east-1', 'sqs.us-isob-east-1.sc2s.sgov.gov'],
    ['lambda rest-json eu-isoe-west-1', 'lambda.eu-isoe-west-1.api.cloud-aws.adc-e.uk'],
    ['sqs json us-gov-west-1', 'sqs.us-gov-west-1.amazonaws.com'],
    ['sqs json us-east-1', 'sqs.us-east-1.api.aws'],
    ['sqs json us-east-1', 'sqs-fips.us-east-1.amazonaws.com'],
    ['sqs json us-east-1', 'sqs-fips.us-east-1.api.aws'],
    ['sqs json us-west-2', 'us-west-2.queue.amazonaws.com'],
    ['sqs json us-east-1', 'queue.amazonaws.com'],
    ['sqs json us-east-1', 'sqs.amazonaws.com'],
    ['sqs json us-east-1', 'vpce-0a1b2c-xyz.sqs.us-east-1.vpce.amazonaws.com'],
    ['sqs json us-east-1', 'sqs.us-east-1.localhost.localstack.cloud:4566'],
    ['sqs json us-east-1', 'sqs.us-east-1.localhost:4566'],
    ['dynamodb json us-east-1 account=123456789012', '123456789012.ddb.us-east-1.amazonaws.com'],
    ['dynamodbstreams json us-east-1', 'streams.dynamodb.us-east-1.amazonaws.com'],
    ['ecr json eu-west-1', 'api.ecr.eu-west-1.amazonaws.com'],
    ['sts query us-east-1', 'sts.amazonaws.com'],
    ['iam query us-east-1', 'iam.amazonaws.com'],
    ['route53 rest-xml us-east-1', 'route53.amazonaws.com'],
    ['stepfunctions json us-east-1', 'sync-states.us-east-1.amazonaws.com'],
    ['servicediscovery json us-east-1', 'data-servicediscovery.us-east-1.amazonaws.com'],
    ['cloudwatch smithy-rpc-v2-cbor us-east-1', 'monitoring.us-east-1.amazonaws.com'],
    ['iot-data rest-json us-east-1', 'data-ats.iot.us-east-1.amazonaws.com'],
    ['iot-data rest-json us-east-1 resource=a1b2c3', 'a1b2c3.data.iot.us-east-1.amazonaws.com'],
    ['execute-api rest-json us-east-1 resource=abc123', 'abc123.execute-api.us-east-1.amazonaws.com'],
    ['execute-api rest-json us-east-1 resource=abc123', 'abc123.execute-api.localhost.localstack.cloud:4566'],
    ['lambda-url rest-json us-east-1 resource=xyz', 'xyz.lambda-url.us-east-1.on.aws'],
    ['s3 rest-xml us-east-1', 's3.amazonaws.com'],
    ['s3 rest-xml us-east-1', 's3.localhost.localstack.cloud:4566'],
    ['s3 rest-xml us-east-1', 's3.localhost'],
    ['s3 rest-xml eu-west-1', 's3.eu-west-1.amazonaws.com'],
    ['s3 rest-xml eu-west-1', 's3-eu-west-1.amazonaws.com'],
    ['s3 rest-xml eu-west-1', 's3.dualstack.eu-west-1.amazonaws.com'],
    ['s3 rest-xml us-east-1', 's3-fips.us-east-1.amazonaws.com'],
    ['s3 rest-xml us-east-1', 's3-external-1.amazonaws.com'],
    ['s3 rest-xml us-east-1 bucket=photos', 'photos.s3.amazonaws.com'],
    ['s3 rest-xml us-west-2 bucket=photos', 'photos.s3.us-west-2.amazonaws.com'],
    ['s3 rest-xml us-west-2 bucket=photos', 'photos.s3-us-west-2.amazonaws.com'],
    ['s3 rest-xml us-west-2 bucket=my.photos.2026', 'my.photos.2026.s3.us-west-2.amazonaws.com'],
    ['s3 rest-xml us-west-2 bucket=photos', 'photos.s3.dualstack.us-west-2.amazonaws.com'],
    ['s3 rest-xml us-west-2 bucket=photos', 'photos.s3-fips.dualstack.us-west-2.amazonaws.com'],
    ['s3 rest-xml us-east-1 bucket=photos', 'photos.s3-accelerate.amazonaws.com'],
    ['s3 rest-xml us-east-1 bucket=photos', 'photos.s3-accelerate.dualstack.amazonaws.com'],
    ['s3 rest-xml us-east-1 bucket=photos', 'photos.bucket.vpce-1a2b-3c.s3.us-east-1.vpce.amazonaws.com'],
    ['s3 rest-xml us-east-1 bucket=photos website', 'photos.s3-website-us-east-1.amazonaws.com'],
    ['s3 rest-xml eu-central-1 bucket=photos website', 'photos.s3-website.eu-central-1.amazonaws.com'],
    ['s3 rest-xml us-east-1 bucket=photos website', 'photos.s3-website.localhost.localstack.cloud'],
    ['s3 rest-xml us-east-1 bucket=photos', 'photos.s3.localhost.localstack.cloud:4566'],
    ['s3 rest-xml us-west-2 bucket=photos', 'photos.s3.us-west-2.localhost.localstack.cloud:4566'],
    ['s3 rest-xml us-east-1 bucket=photos', 'photos.s3.localhost:4566'],
    ['s3 rest-xml us-east-1 bucket=photos', 'photos.localhost:4566'],
    ['s3 rest-xml us-east-1 bucket=my.photos', 'my.photos.localhost:4566'],
    ['s3 rest-xml cn-north-1 bucket=photos', 'photos.s3.cn-north-1.amazonaws.com.cn'],
    [
      's3 rest-xml us-east-1 bucket=arn:aws:s3:us-east-1:123456789012:accesspoint/my-ap',
      'my-ap-123456789012.s3-accesspoint.us-east-1.amazonaws.com',
    ],
    ['s3control rest-xml us-east-1 account=123456789012', '123456789012.s3-control.us-east-1.amazonaws.com'],
    ['s3control rest-xml us-east-1 account=123456789012', '123456789012.s3-control-fips.dualstack.us-east-1.amazonaws.com'],
    ['s3 rest-xml us-east-1', 'localhost:4566'],
    ['s3 rest-xml us-east-1', '[::1]:4566'],
    ['s3 rest-xml us-east-1', 'nuvola:4566'],
  ];
  it.each(hosts)('%s ← %s', (expected, host) => {
    expect(brief({ host, target: '/key' })).toBe(expected);
  });

  it('puts the bucket in front of the path, touching nothing else', () => {
    expect(detect(request({ host: 'photos.s3.amazonaws.com', target: '/a//b%2F../c?x' }))?.path).toBe('/photos/a//b%2F../c');
    expect(detect(request({ host: 'photos.s3.amazonaws.com' }))?.path).toBe('/photos/');
    expect(detect(request({ target: '/photos//a' }))?.path).toBe('/photos//a');
  });

  it('takes a name under localhost for a bucket when S3 is meant, even one that is a service', () => {
    expect(brief({ host: 'sqs.localhost:4566', headers: scope('s3'), target: '/key' })).toBe('s3 rest-xml us-east-1 bucket=sqs');
    expect(brief({ host: 'sqs.localhost:4566', headers: scope('sqs') })).toBe('sqs json us-east-1');
    expect(brief({ host: 's3.localhost:4566', headers: scope('s3'), target: '/b/key' })).toBe('s3 rest-xml us-east-1');
    expect(brief({ host: 'sqs.localhost:4566', target: '/' })).toBe('sqs json us-east-1');
    expect(brief({ host: 'health.localhost:4566', method: 'GET', target: '/key' })).toBe('s3 rest-xml us-east-1 bucket=health');
    expect(brief({ host: 'sqs.localhost:4566', target: '/111122223333/queue?Action=ReceiveMessage' })).toBe('sqs query us-east-1');
  });

  it('knows hosts that were allowed, and buckets below them', () => {
    const allowHosts = ['cloud.test', '.wild.test'];
    expect(detect(request({ host: 'photos.s3.cloud.test', target: '/k' }), undefined, { allowHosts })).toMatchObject({ bucket: 'photos' });
    expect(detect(request({ host: 'photos.s3.wild.test', target: '/k' }), undefined, { allowHosts })).toMatchObject({ bucket: 'photos' });
    expect(detect(request({ host: 'cloud.test', target: '/k' }), undefined, { allowHosts })?.bucket).toBeUndefined();
  });
});

describe('unsigned requests', () => {
  it.each<[string, Row]>([
    ['sts query us-east-1', { target: '/?Action=GetCallerIdentity&Version=2011-06-15' }],
    ['sts query us-east-1', { form: 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=x' }],
    ['sts query us-east-1', { target: '/?Action=GetCallerIdentity' }],
    ['sqs query us-east-1', { target: '/123456789012/my-queue?Action=SendMessage&MessageBody=x' }],
    ['sqs query us-east-1', { target: '/123456789012/my-queue.fifo?Action=ReceiveMessage&Version=2012-11-05' }],
    ['sqs query us-east-1', { target: '/queue/us-east-1/123456789012/q?Action=ReceiveMessage' }],
    ['sqs query us-east-1', { target: '/123456789012/q', form: 'Action=SendMessage&MessageBody=x' }],
    ['sns query us-east-1', { target: '/?Action=ConfirmSubscription&TopicArn=x&Token=y&Version=2010-03-31' }],
    ['iam query us-east-1', { form: 'Version=2010-05-08&Action=ListUsers' }],
    ['ses query us-east-1', { form: 'Action=SendEmail&Version=2010-12-01' }],
    ['elasticbeanstalk query us-east-1', { form: 'Action=DescribeApplications&Version=2010-12-01' }],
    ['ec2 ec2 us-east-1', { form: 'Action=DescribeInstances&Version=2016-11-15' }],
    ['cognito-identity json us-east-1', { method: 'POST', headers: { 'x-amz-target': 'AWSCognitoIdentityService.GetId' } }],
    [
      'cloudtrail json us-east-1',
      { method: 'POST', headers: { 'x-amz-target': 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents' } },
    ],
    [
      'sso-oidc rest-json us-east-1',
      { method: 'POST', target: '/token', headers: { 'user-agent': 'aws-sdk-js/3.1169.0 ua/2.1 api/sso-oidc#3.1169.0' } },
    ],
    ['s3 rest-xml us-east-1', { target: '/bucket/key?AWSAccessKeyId=AK&Signature=x%3D&Expires=1800000000' }],
    ['s3 rest-xml us-east-1', { target: '/' }],
    ['s3 rest-xml us-east-1', { target: '/bucket/key' }],
    ['s3 rest-xml us-east-1', { target: '/bucket', method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
    ['s3 rest-xml us-east-1', { target: '/bucket?delete', form: '<Delete/>' }],
    ['s3 rest-xml us-east-1', { form: 'nothing=known' }],
    ['s3 rest-xml us-east-1', { target: '/?Action=NoSuchThing' }],
    ['s3 rest-xml us-east-1', { target: '/service/x/operation/y' }],
    [
      'cloudwatch smithy-rpc-v2-cbor us-east-1',
      {
        method: 'POST',
        target: '/service/GraniteServiceVersion20100801/operation/ListMetrics',
        headers: { 'smithy-protocol': 'rpc-v2-cbor' },
      },
    ],
  ])('%s', (expected, row) => {
    expect(brief(row)).toBe(expected);
  });

  // Every one of these is a legal bucket name (3 to 63 of a-z, 0-9, - and .).
  it.each([
    'health',
    'sqs',
    'queue',
    'service',
    'v20180820',
    'v2',
    'restapis',
    '2015-03-31',
    '123456789012',
    'nuvola',
    'localstack',
    'admin',
    'metrics',
    'console',
    'token',
    'latest',
  ])('the bucket "%s" is reachable by path', (bucket) => {
    for (const target of [`/${bucket}`, `/${bucket}/`, `/${bucket}/key`, `/${bucket}/operation/x`]) {
      expect(detect(request({ target, headers: scope('s3') })), target).toMatchObject({ serviceId: 's3', path: target });
      expect(detect(request({ target })), target).toMatchObject({ serviceId: 's3', path: target });
      expect(isOwnPath(request({ target }))).toBe(false);
    }
  });
});

describe("Nuvola's own paths", () => {
  it.each<[boolean, Row]>([
    [true, { target: '/_nuvola' }],
    [true, { target: '/_nuvola/health' }],
    [true, { target: '/_localstack/health' }],
    [true, { target: '/_nuvola/health', host: 'localhost.localstack.cloud:4566' }],
    [true, { target: '/_nuvola/health', host: 'nuvola.localhost' }],
    [false, { target: '/_nuvolas' }],
    [false, { target: '/_localstack' }],
    [false, { target: '/nuvola/_nuvola' }],
    [false, { target: '/_nuvola/key', host: 'photos.s3.amazonaws.com' }],
    [false, { target: '/_nuvola/key', host: 'photos.localhost', headers: scope('s3') }],
  ])('%s %o', (expected, row) => {
    expect(isOwnPath(request(row))).toBe(expected);
  });
});
