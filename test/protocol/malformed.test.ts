/** Bad input on each protocol: the service's own error, in its own form. */
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../src/api/load';
import type { Protocol } from '../../src/api/model';
import { AwsError } from '../../src/kernel/errors';
import { codecFor } from '../../src/protocol/codec';
import { wireRequest } from './wire-requests';

function failure(service: string, protocol: Protocol, parts: Parameters<typeof wireRequest>[0]): AwsError {
  const codec = codecFor(loadModel(service), protocol);
  const request = wireRequest(parts);
  try {
    codec.parse(codec.match(request), request);
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const json = (service: string, target: string, body: string | Uint8Array) =>
  failure(service, 'json', { headers: { 'X-Amz-Target': target }, body });
const form = (service: string, body: string | Uint8Array) => failure(service, service === 'ec2' ? 'ec2' : 'query', { body });
const SEND = 'AmazonSQS.SendMessage';
const PUT = 'DynamoDB_20120810.PutItem';
const RECORD = 'Kinesis_20131202.PutRecord';

describe('malformed JSON', () => {
  it.each([
    ['broken text', '{"QueueUrl":', ''],
    ['a list for the input', '[]', 'Start of list found where not expected'],
    ['a word for the input', '"x"', 'Expected null'],
    ['null for the input', 'null', 'Expected null'],
    ['a number for text', '{"QueueUrl":5}', 'NUMBER_VALUE can not be converted to a String'],
    ['a boolean for text', '{"QueueUrl":true}', 'TRUE_VALUE can not be converted to a String'],
    ['text for a number', '{"DelaySeconds":"5"}', 'STRING_VALUE can not be converted to an Integer'],
    ['a list for a number', '{"DelaySeconds":[]}', 'Start of list found where not expected'],
    ['a map for text', '{"QueueUrl":{}}', 'Start of structure or map found where not expected.'],
    ['text for a map', '{"MessageAttributes":"x"}', 'Expected map or null'],
    ['a number beyond its type', '{"DelaySeconds":4294967296}', 'Numeric value (4294967296) out of range of int'],
    ['a number beyond all', '{"DelaySeconds":1e999}', 'Numeric value (Infinity) out of range of int'],
  ])('SQS refuses %s', (_name, body, message) => {
    expect(json('sqs', SEND, body)).toMatchObject({ code: 'SerializationException', status: 400, message });
  });

  it.each([
    ['{"TableName":5}', 'NUMBER_VALUE cannot be converted to String'],
    ['{"TableName":[]}', 'Unrecognized collection type class java.lang.String'],
    ['{"TableName":{}}', 'Start of structure or map found where not expected'],
    ['{"Item":"x"}', 'Unexpected field type'],
    ['{"Item":{"a":{"B":"x"}}}', 'Base64 encoded length is expected a multiple of 4 bytes but found: 1'],
  ])('DynamoDB words %s its own way', (body, message) => {
    expect(json('dynamodb', PUT, body)).toMatchObject({ code: 'SerializationException', message });
  });

  it.each([
    ['{"StreamName":true}', 'class java.lang.Boolean can not be converted to an String'],
    ['{"Data":"=+/="}', "'=+/=' can not be converted to a Blob: Invalid Base64 character: '='"],
    ['{"Data":23}', 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to a Blob'],
  ])('Kinesis words %s its own way', (body, message) => {
    expect(json('kinesis', RECORD, body)).toMatchObject({ code: 'SerializationException', message });
  });

  it('refuses bytes that are no UTF-8', () => {
    expect(json('sqs', SEND, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toMatchObject({ code: 'SerializationException' });
  });

  it('refuses nesting that would exhaust the stack', () => {
    const deep = `{"Item":{"a":${'{"M":{"a":'.repeat(5000)}{"S":"x"}${'}}'.repeat(5000)}}}`;
    expect(json('dynamodb', PUT, deep)).toMatchObject({ code: 'SerializationException' });
    expect(json('sqs', SEND, '['.repeat(200_000))).toMatchObject({ code: 'SerializationException' });
  });

  it('drops unknown members, nulls and prototypes, and lets the last of equal names win', () => {
    const codec = codecFor(loadModel('sqs'), 'json');
    const body =
      '{"QueueUrl":"a","QueueUrl":"b","MessageBody":null,"__proto__":{"x":1},"Nonsense":[1],"MessageAttributes":{"__proto__":{"DataType":"String"}}}';
    const request = wireRequest({ headers: { 'x-amz-target': SEND }, body });
    const input: any = codec.parse(codec.match(request), request);
    expect(Object.keys(input)).toEqual(['QueueUrl', 'MessageAttributes']);
    expect(input.QueueUrl).toBe('b');
    expect(Object.getPrototypeOf(input.MessageAttributes)).toBe(Object.prototype);
    expect(Object.keys(input.MessageAttributes)).toEqual(['__proto__']);
    expect(({} as any).x).toBeUndefined();
  });

  it.each(['AmazonSQS.Nonsense', 'Other.SendMessage', 'SendMessage', '', 'AmazonSQS.'])(
    'answers UnknownOperationException to the target %j',
    (target) => {
      expect(json('sqs', target, '{}')).toMatchObject({ code: 'UnknownOperationException', status: 400 });
    },
  );
});

describe('malformed forms', () => {
  it.each([
    ['sts', '', 'MissingAction', 'The request must contain the parameter Action.'],
    ['sts', 'Action=Nonsense&Version=2011-06-15', 'InvalidAction', 'Could not find operation Nonsense for version 2011-06-15'],
    ['sqs', 'Action=Nonsense', 'InvalidAction', 'The action Nonsense is not valid for this web service.'],
    ['ec2', 'Action=Nonsense', 'InvalidAction', 'The action Nonsense is not valid for this web service.'],
    ['ec2', 'Version=2016-11-15', 'MissingParameter', 'The request must contain the parameter Action'],
    ['sts', 'Action=AssumeRole&DurationSeconds=abc', 'MalformedInput', 'For input string: "abc"'],
    ['ec2', 'Action=DescribeInstances&MaxResults=abc', 'InvalidParameterValue', "Invalid value 'abc' for MaxResults"],
    ['sts', 'Action=%E0%A4%A', 'MalformedQueryString', 'The query string contains a syntax error.'],
    ['sts', Buffer.from([0x41, 0xff]), 'MalformedQueryString', 'The query string contains a syntax error.'],
  ])('%s refuses %j', (service, body, code, message) => {
    expect(form(service, body)).toMatchObject({ code, status: 400, message });
  });

  it('refuses names with too many parts', () => {
    expect(form('sts', `Action=GetCallerIdentity&${'a.'.repeat(5000)}=1`)).toMatchObject({ code: 'MalformedInput' });
  });
});

describe('malformed XML', () => {
  const put = (body: string) => failure('s3', 'rest-xml', { method: 'PUT', uri: '/bucket?tagging', body });
  it.each([
    ['no XML', 'hello'],
    ['an open element', '<Tagging><TagSet>'],
    ['tags that do not match', '<Tagging><TagSet></Tagging></TagSet>'],
    ['two roots', '<Tagging/><Tagging/>'],
    ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><Tagging/>'],
    ['an unknown entity', '<Tagging>&xxe;</Tagging>'],
    ['a bare ampersand', '<Tagging>a & b</Tagging>'],
    ['a control character', '<Tagging>\u0001</Tagging>'],
    ['a control character by number', '<Tagging>&#1;</Tagging>'],
    ['an attribute twice', '<Tagging a="1" a="2"/>'],
    ['nesting without end', '<a>'.repeat(100_000)],
  ])('S3 answers MalformedXML to %s', (_name, body) => {
    expect(put(body)).toMatchObject({ code: 'MalformedXML', status: 400 });
  });

  it('keeps white space, CDATA and entities of text', () => {
    const codec = codecFor(loadModel('s3'), 'rest-xml');
    const body =
      '<?xml version="1.0"?><!-- c --><Tagging><TagSet><Tag><Key> a\tb </Key><Value><![CDATA[<x>]]>&lt;&#x41;&#66;&amp;</Value></Tag></TagSet></Tagging>';
    const request = wireRequest({ method: 'PUT', uri: '/bucket?tagging', body });
    expect(codec.parse(codec.match(request), request)).toEqual({
      Bucket: 'bucket',
      Tagging: { TagSet: [{ Key: ' a\tb ', Value: '<x><AB&' }] },
    });
  });

  it('names the argument of S3 that is no number', () => {
    expect(failure('s3', 'rest-xml', { method: 'GET', uri: '/bucket?list-type=2&max-keys=abc' })).toMatchObject({
      code: 'InvalidArgument',
      message: 'Provided max-keys not an integer or within integer range',
      fields: { ArgumentName: 'max-keys', ArgumentValue: 'abc' },
    });
  });

  it('refuses paths that are no UTF-8', () => {
    expect(failure('s3', 'rest-xml', { method: 'GET', uri: '/bucket/%FF' })).toMatchObject({ code: 'InvalidURI', status: 400 });
  });
});

describe('malformed CBOR', () => {
  const put = (hex: string) =>
    failure('cloudwatch', 'smithy-rpc-v2-cbor', {
      uri: '/service/GraniteServiceVersion20100801/operation/PutMetricData',
      body: Buffer.from(hex, 'hex'),
    });
  it.each([
    ['nothing but a break', 'ff'],
    ['a truncated map', 'a16161'],
    ['a length beyond the bytes', '9b00ffffffffffffff'],
    ['bytes after the end', 'a000'],
    ['keys that are no text', 'a10102'],
    ['a reserved length', '1c'],
    ['text that is no UTF-8', '61ff'],
    ['a list for the input', '80'],
    ['a tagged value for the input', 'c1a0'],
    ['nesting without end', '81'.repeat(50_000)],
  ])('answers SerializationException to %s', (_name, hex) => {
    expect(put(hex)).toMatchObject({ code: 'SerializationException', status: 400 });
  });

  it('answers UnknownOperationException to unknown paths', () => {
    expect(failure('cloudwatch', 'smithy-rpc-v2-cbor', { uri: '/service/X/operation/Nonsense' })).toMatchObject({
      code: 'UnknownOperationException',
      status: 404,
    });
  });
});

describe('malformed requests of rest-json', () => {
  it.each([
    ['a path nobody has', { method: 'GET', uri: '/nonsense' }, 'UnknownOperationException', 404],
    ['another method', { method: 'PATCH', uri: '/2015-03-31/functions' }, 'MethodNotAllowed', 405],
    ['a query that is no number', { method: 'GET', uri: '/2015-03-31/functions?MaxItems=x' }, 'SerializationException', 400],
    ['a body that is no JSON', { method: 'POST', uri: '/2015-03-31/functions', body: '{' }, 'SerializationException', 400],
    [
      'a member of the wrong type',
      { method: 'POST', uri: '/2015-03-31/functions', body: '{"Timeout":"x"}' },
      'SerializationException',
      400,
    ],
  ])('Lambda refuses %s', (_name, parts, code, status) => {
    expect(failure('lambda', 'rest-json', parts)).toMatchObject({ code, status });
  });

  it('does not let the body set what the path says', () => {
    const codec = codecFor(loadModel('lambda'), 'rest-json');
    const request = wireRequest({
      method: 'PUT',
      uri: '/2015-03-31/functions/a%2Fb/configuration',
      body: '{"FunctionName":"other","Timeout":3}',
    });
    expect(codec.parse(codec.match(request), request)).toEqual({ FunctionName: 'a/b', Timeout: 3 });
  });
});
