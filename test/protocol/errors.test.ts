/** Errors on the wire, in the form of each service. */
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../src/api/load';
import type { Protocol } from '../../src/api/model';
import { AwsError } from '../../src/kernel/errors';
import { extendedRequestId } from '../../src/kernel/request-id';
import { decodeCbor } from '../../src/protocol/cbor';
import { codecFor } from '../../src/protocol/codec';

function written(service: string, protocol: Protocol, error: AwsError, headOnly = false) {
  return codecFor(loadModel(service), protocol).serialiseError(undefined, error, 'req-1', {
    resource: '/bucket',
    headOnly,
  });
}

describe('errors', () => {
  it('of SQS in JSON carry the namespace, and the code of the query protocol in a header', () => {
    const wire = written('sqs', 'json', new AwsError('QueueDoesNotExist', 'The specified queue does not exist.'));
    expect(wire).toEqual({
      status: 400,
      headers: {
        'x-amzn-RequestId': 'req-1',
        'Content-Type': 'application/x-amz-json-1.0',
        'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender',
      },
      body: '{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}',
    });
  });

  it.each([
    ['InvalidParameterValue', 'InvalidParameterValueException', 'InvalidParameterValue'],
    ['MissingParameter', 'MissingRequiredParameterException', 'MissingParameter'],
    ['UnknownOperationException', 'UnknownOperationException', 'InvalidAction'],
    ['SerializationException', 'SerializationException', 'MalformedInput'],
    ['InvalidSignatureException', 'InvalidSignatureException', 'SignatureDoesNotMatch'],
    ['AccessDeniedException', 'AccessDeniedException', 'AccessDenied'],
  ])('of the platform below SQS have two names: %s', (code, type, queryCode) => {
    const wire = written('sqs', 'json', new AwsError(code, 'x'));
    expect(wire.headers['x-amzn-query-error']).toBe(`${queryCode};Sender`);
    expect(JSON.parse(wire.body as string).__type).toBe(`com.amazon.coral.service#${type}`);
    expect(written('sqs', 'query', new AwsError(code, 'x')).body).toContain(`<Code>${queryCode}</Code>`);
  });

  it('of SQS in the query protocol carry the old code', () => {
    const wire = written('sqs', 'query', new AwsError('QueueDoesNotExist', 'a < b'));
    expect(wire.body).toBe(
      '<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>' +
        '<Message>a &lt; b</Message><Detail/></Error><RequestId>req-1</RequestId></ErrorResponse>',
    );
  });

  it.each([
    ['ResourceNotFoundException', 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', 'message'],
    ['ValidationException', 'com.amazon.coral.validate#ValidationException', 'message'],
    ['SerializationException', 'com.amazon.coral.service#SerializationException', 'Message'],
    ['UnknownOperationException', 'com.amazon.coral.service#UnknownOperationException', 'message'],
  ])('of DynamoDB: %s', (code, type, key) => {
    expect(JSON.parse(written('dynamodb', 'json', new AwsError(code, 'x')).body as string)).toEqual({ __type: type, [key]: 'x' });
  });

  it('carry the members of their shape', () => {
    const error = new AwsError('TransactionCanceledException', 'cancelled', {
      fields: { CancellationReasons: [{ Code: 'None' }], Unknown: 1 },
    });
    expect(JSON.parse(written('dynamodb', 'json', error).body as string)).toEqual({
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      Message: 'cancelled',
      CancellationReasons: [{ Code: 'None' }],
    });
  });

  it('of most JSON services are plain', () => {
    expect(written('kms', 'json', new AwsError('NotFoundException', 'no key')).body).toBe(
      '{"__type":"NotFoundException","message":"no key"}',
    );
  });

  it('of REST services in JSON name their type in a header', () => {
    const wire = written('lambda', 'rest-json', new AwsError('ResourceNotFoundException', 'no function', { fields: { Type: 'User' } }));
    expect(wire.status).toBe(404);
    expect(wire.headers['x-amzn-ErrorType']).toBe('ResourceNotFoundException');
    expect(JSON.parse(wire.body as string)).toEqual({ Type: 'User', Message: 'no function' });
  });

  it('of S3 are bare, with fields of their own', () => {
    const wire = written(
      's3',
      'rest-xml',
      new AwsError('NoSuchBucket', 'The specified bucket does not exist', { fields: { BucketName: 'b&c' } }),
    );
    expect(wire.status).toBe(404);
    expect(wire.headers).toMatchObject({
      'x-amz-request-id': 'req-1',
      'x-amz-id-2': extendedRequestId('req-1'),
      'Content-Type': 'application/xml',
    });
    expect(wire.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message>' +
        `<BucketName>b&amp;c</BucketName><RequestId>req-1</RequestId><HostId>${extendedRequestId('req-1')}</HostId></Error>`,
    );
  });

  it('of Route 53 are wrapped', () => {
    const wire = written('route53', 'rest-xml', new AwsError('NoSuchHostedZone', 'no zone'));
    expect(wire.body).toContain(
      '<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error><Type>Sender</Type><Code>NoSuchHostedZone</Code>',
    );
  });

  it('of EC2 have their own envelope', () => {
    const wire = written('ec2', 'ec2', new AwsError('InvalidInstanceID.NotFound', 'no instance'));
    expect(wire.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code><Message>no instance</Message></Error></Errors>' +
        '<RequestID>req-1</RequestID></Response>',
    );
  });

  it('in CBOR carry __type and the protocol header', () => {
    const wire = written('cloudwatch', 'smithy-rpc-v2-cbor', new AwsError('InternalServiceFault', 'oops', { fields: { Message: 'oops' } }));
    expect(wire.headers['smithy-protocol']).toBe('rpc-v2-cbor');
    expect(wire.status).toBe(500);
    expect(decodeCbor(wire.body as Uint8Array)).toMatchObject({ __type: expect.stringContaining('#InternalServiceFault') });
  });

  it('that HTTP gives no body have none', () => {
    expect(written('s3', 'rest-xml', new AwsError('NotModified', '', { status: 304 })).body).toBeUndefined();
  });

  it('of HEAD requests have no body', () => {
    expect(written('s3', 'rest-xml', new AwsError('NoSuchKey', 'x'), true).body).toBeUndefined();
  });
});
