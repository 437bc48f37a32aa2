import { describe, expect, it } from 'vitest';
import { loadModel, serviceIds } from './load';
import { compileRoutes } from './router';

type Case = readonly [request: string, expected: string, labels?: Record<string, string>, headers?: Record<string, string>];

/** `GET /b/k?acl` to `GetObjectAcl`, `none` or `method-not-allowed`, and labels. */
function route(id: string, request: string, headers: Record<string, string> = {}): [string, Readonly<Record<string, string>>] {
  const [, method = '', path = '', query = ''] = /^(\S+) ([^?]*)\??(.*)$/.exec(request) ?? [];
  const match = compileRoutes(loadModel(id))(method, path, query, headers);
  return typeof match === 'object' ? [match.operation.name, match.labels] : [match ?? 'none', {}];
}

function check(id: string, cases: readonly Case[]): void {
  it.each(cases.map((one) => ({ request: one[0], expected: one[1], one })))('$request is $expected', ({ request, expected, one }) => {
    const [, , labels, headers] = one;
    const [operation, found] = route(id, request, headers);
    expect(operation).toBe(expected);
    if (labels) expect(found).toEqual(labels);
  });
}

const copy = { 'x-amz-copy-source': '/b/k' };

describe('S3', () => {
  check('s3', [
    ['GET /', 'ListBuckets', {}],
    ['GET ', 'ListBuckets', {}],
    ['GET /?x-id=ListBuckets', 'ListBuckets'],
    ['GET /b', 'ListObjects', { Bucket: 'b' }],
    ['GET /b/', 'ListObjects', { Bucket: 'b' }],
    ['GET /b?list-type=2&prefix=a', 'ListObjectsV2', { Bucket: 'b' }],
    ['GET /b?prefix=a&list-type=2', 'ListObjectsV2'],
    ['GET /b?list-type=1', 'ListObjects'],
    ['GET /b?list-type', 'ListObjects'],
    ['GET /b?uploads', 'ListMultipartUploads'],
    ['GET /b?uploads=', 'ListMultipartUploads'],
    ['GET /b?versions&prefix=x', 'ListObjectVersions'],
    ['GET /b?location', 'GetBucketLocation'],
    ['GET /b?%6Cocation', 'GetBucketLocation'],
    ['GET /b?lifecycle', 'GetBucketLifecycleConfiguration'],
    ['PUT /b?lifecycle', 'PutBucketLifecycleConfiguration'],
    ['GET /b?notification', 'GetBucketNotificationConfiguration'],
    ['GET /b?inventory', 'ListBucketInventoryConfigurations'],
    ['GET /b?inventory&id=1', 'GetBucketInventoryConfiguration'],
    ['DELETE /b?inventory', 'DeleteBucketInventoryConfiguration'],
    ['DELETE /b', 'DeleteBucket'],
    ['PUT /b', 'CreateBucket'],
    ['HEAD /b', 'HeadBucket'],
    ['POST /b?delete', 'DeleteObjects'],
    ['POST /b', 'method-not-allowed'],
    ['PATCH /b', 'method-not-allowed'],
    ['POST /', 'method-not-allowed'],
    ['GET /b/k', 'GetObject', { Bucket: 'b', Key: 'k' }],
    ['GET /b/k?x-id=GetObject', 'GetObject'],
    ['GET /b/k?versionId=1&X-Amz-Signature=x', 'GetObject'],
    ['GET /b/k?uploadId=u', 'ListParts'],
    ['GET /b/k?acl', 'GetObjectAcl'],
    ['GET /b/k?attributes', 'GetObjectAttributes'],
    ['GET /b/k?tagging&versionId=1', 'GetObjectTagging'],
    ['HEAD /b/k', 'HeadObject'],
    ['PUT /b/k', 'PutObject'],
    ['PUT /b/k', 'CopyObject', { Bucket: 'b', Key: 'k' }, copy],
    ['PUT /b/k?partNumber=1&uploadId=u', 'UploadPart'],
    ['PUT /b/k?uploadId=u&partNumber=1', 'UploadPartCopy', { Bucket: 'b', Key: 'k' }, copy],
    ['PUT /b/k?tagging', 'PutObjectTagging'],
    ['POST /b/k?uploads', 'CreateMultipartUpload'],
    ['POST /b/k?uploadId=u', 'CompleteMultipartUpload'],
    ['POST /b/k?select&select-type=2', 'SelectObjectContent'],
    ['POST /b/k?restore&versionId=v', 'RestoreObject'],
    ['POST /b/k', 'method-not-allowed'],
    ['DELETE /b/k', 'DeleteObject'],
    ['DELETE /b/k?uploadId=u', 'AbortMultipartUpload'],
    ['DELETE /b/k?tagging', 'DeleteObjectTagging'],
    ['POST /WriteGetObjectResponse', 'WriteGetObjectResponse', {}, { 'x-amz-request-route': 'r', 'x-amz-request-token': 't' }],
  ]);

  it.each(['/', '//', '/a', 'a//b', 'a/', 'a/../b', '..', '%2F', 'a%2Fb', '+', '%00', '%', 'é', '%F0%9F%8D%BA', 'WriteGetObjectResponse'])(
    'leaves the bytes of the key %s alone',
    (key) => {
      expect(route('s3', `PUT /b/${key}`)).toEqual(['PutObject', { Bucket: 'b', Key: key }]);
    },
  );
});

describe('Lambda', () => {
  check('lambda', [
    ['POST /2015-03-31/functions/f/invocations', 'Invoke', { FunctionName: 'f' }],
    ['POST /2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af/invocations?Qualifier=1', 'Invoke'],
    ['GET /2015-03-31/functions', 'ListFunctions'],
    ['GET /2015-03-31/functions/', 'ListFunctions'],
    ['GET /2015-03-31/functions/functions', 'GetFunction', { FunctionName: 'functions' }],
    ['GET /2018-10-31/layers', 'ListLayers'],
    ['GET /2018-10-31/layers?find=LayerVersion&Arn=a', 'GetLayerVersionByArn'],
    ['GET /2018-10-31/layers?find=LayerVersion', 'GetLayerVersionByArn'],
    ['GET /2019-09-30/functions/f/provisioned-concurrency?List=ALL', 'ListProvisionedConcurrencyConfigs'],
    ['GET /2019-09-30/functions/f/provisioned-concurrency?Qualifier=1', 'GetProvisionedConcurrencyConfig'],
    ['POST /2015-03-31/functions//invocations', 'none'],
    ['POST /2015-03-31/function/f/invocations', 'none'],
    ['PATCH /2015-03-31/functions/f/invocations', 'method-not-allowed'],
  ]);
});

describe('API Gateway and others', () => {
  check('apigateway', [
    ['POST /restapis', 'CreateRestApi'],
    ['POST /restapis?mode=import&failonwarnings=true', 'ImportRestApi'],
    ['PUT /restapis/a?mode=merge', 'PutRestApi', { restApiId: 'a' }],
    ['GET /restapis/a/resources/r/methods/GET', 'GetMethod', { restApiId: 'a', resourceId: 'r', httpMethod: 'GET' }],
    ['GET /restapis/a/resources/r', 'GetResource', { restApiId: 'a', resourceId: 'r' }],
    ['GET /tags/arn%3Aaws%3Aapigateway%3A%3A%2Frestapis%2Fa', 'GetTags', { resourceArn: 'arn%3Aaws%3Aapigateway%3A%3A%2Frestapis%2Fa' }],
  ]);
  check('apigatewaymanagementapi', [
    ['POST /@connections/c%3D', 'PostToConnection', { ConnectionId: 'c%3D' }],
    ['POST /%40connections/c', 'PostToConnection', { ConnectionId: 'c' }],
  ]);
  check('s3control', [
    ['GET /v20180820/mrap/instances/a/b', 'GetMultiRegionAccessPoint', { Name: 'a/b' }],
    ['GET /v20180820/mrap/instances/a/b/policy', 'GetMultiRegionAccessPointPolicy', { Name: 'a/b' }],
    ['GET /v20180820/mrap/instances/policy', 'GetMultiRegionAccessPoint', { Name: 'policy' }],
    ['GET /v20180820/tags/arn%3Aaws/x//y', 'ListTagsForResource', { ResourceArn: 'arn%3Aaws/x//y' }],
  ]);
  check('route53', [
    ['POST /2013-04-01/hostedzone/Z/rrset', 'ChangeResourceRecordSets', { HostedZoneId: 'Z' }],
    ['POST /2013-04-01/hostedzone/Z/rrset/', 'ChangeResourceRecordSets', { HostedZoneId: 'Z' }],
  ]);
  check('cloudfront', [
    ['POST /2020-05-31/tagging?Operation=Untag&Resource=a', 'UntagResource'],
    ['POST /2020-05-31/distribution?WithTags', 'CreateDistributionWithTags'],
    ['POST /2020-05-31/distribution', 'CreateDistribution'],
  ]);
});

describe('every REST service', () => {
  // Directory buckets are listed on a host of their own; the others gave way to the second form of the same call.
  const hidden = ['ListDirectoryBuckets', 'GetBucketLifecycle', 'GetBucketNotification', 'PutBucketLifecycle', 'PutBucketNotification'];
  const rest = serviceIds().filter((id) => loadModel(id).protocols.some((protocol) => protocol.startsWith('rest')));

  it.each(rest)('%s: each operation is reached by its own URI', (id) => {
    const model = loadModel(id);
    const wrong = model.operationNames.filter((name) => {
      if (hidden.includes(name)) return false;
      const { method, uri, input } = model.operation(name)!;
      const [path = '', literals = ''] = uri.split('?');
      const required = (location: string) =>
        (input?.required ?? []).flatMap((member) => {
          const use = input?.members?.get(member);
          return use?.location === location ? [use.locationName ?? member] : [];
        });
      const query = [literals, ...required('querystring').map((parameter) => `${parameter}=1`)].filter(Boolean).join('&');
      const headers = Object.fromEntries(required('header').map((header) => [header.toLowerCase(), '1']));
      const match = compileRoutes(model)(method, path.replace(/\{[^}]+\}/g, 'label'), query, headers);
      return typeof match !== 'object' || match.operation.name !== name || Object.values(match.labels).some((label) => label !== 'label');
    });
    expect(wrong).toEqual([]);
  });
});
