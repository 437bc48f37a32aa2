import { describe, expect, it } from 'vitest';
import { auditedCall } from '../../../test/audited-call';
import { dataTypesOf, selects } from './selectors';
import type { AdvancedSelector, BasicSelector, Operator, Trail } from './state';

const trail: Trail = {
  account: '111122223333',
  region: 'us-east-1',
  name: 'trail',
  arn: 'arn:aws:cloudtrail:us-east-1:111122223333:trail/trail',
  bucket: 'logs',
  prefix: undefined,
  topicArn: undefined,
  includesGlobal: true,
  isMultiRegion: false,
  validates: false,
  organization: undefined,
  selectors: undefined,
  advanced: undefined,
  isLogging: true,
  startedAt: 0,
  stoppedAt: undefined,
};

interface Given {
  readonly source?: string;
  readonly name?: string;
  readonly readOnly?: boolean;
  readonly type?: string;
  readonly region?: string;
  readonly resources?: readonly string[];
}

const call = ({ source = 'sqs', name = 'CreateQueue', readOnly = false, type, region = 'us-east-1', resources }: Given = {}) =>
  auditedCall({
    operation: { service: source, eventSource: `${source}.amazonaws.com`, eventName: name, readOnly, dataType: type },
    region,
    resources,
  });

const objects = 'AWS::S3::Object';
const put = (arn: string): Given => ({ source: 's3', name: 'PutObject', type: objects, resources: [arn, arn.split('/')[0] as string] });
const basic = (more: Partial<BasicSelector>): Partial<Trail> => ({
  selectors: [{ readWriteType: 'All', includeManagementEvents: true, dataResources: [], excludedSources: [], ...more }],
});
const data = (type: string, ...values: string[]) => basic({ includeManagementEvents: false, dataResources: [{ type, values }] });
type Tests = Partial<Record<Operator, readonly string[]>>;
const advanced = (fields: Record<string, Tests>): Partial<Trail> => ({
  advanced: [{ name: undefined, fields: Object.entries(fields).map(([field, tests]) => ({ field, tests })) } satisfies AdvancedSelector],
});
const dataOf = (type: string, more: Record<string, Tests> = {}) =>
  advanced({ eventCategory: { Equals: ['Data'] }, 'resources.type': { Equals: [type] }, ...more });

const table: readonly (readonly [what: string, trail: Partial<Trail>, call: Given, selected: boolean])[] = [
  ['management events by default', {}, {}, true],
  ['reads by default', {}, { name: 'ListQueues', readOnly: true }, true],
  ['no data events by default', {}, put('arn:aws:s3:::b/k'), false],
  ['no other region', {}, { region: 'us-west-2' }, false],
  ['other regions of a trail of all', { isMultiRegion: true }, { region: 'us-west-2' }, true],
  ['events of global services', {}, { source: 'iam', name: 'CreateUser' }, true],
  ['not where they are left out', { includesGlobal: false }, { source: 'iam', name: 'CreateUser' }, false],
  ['others where those are left out', { includesGlobal: false }, {}, true],
  ['writes only', basic({ readWriteType: 'WriteOnly' }), { readOnly: true }, false],
  ['reads only', basic({ readWriteType: 'ReadOnly' }), { readOnly: true }, true],
  ['excluded sources', basic({ excludedSources: ['kms.amazonaws.com'] }), { source: 'kms', name: 'Encrypt' }, false],
  ['data without management', data(objects, 'arn:aws:s3'), {}, false],
  ['all objects by arn:aws:s3', data(objects, 'arn:aws:s3'), put('arn:aws:s3:::b/k'), true],
  ['all objects by arn:aws:s3:::', data(objects, 'arn:aws:s3:::'), put('arn:aws:s3:::b/k'), true],
  ['objects of a bucket', data(objects, 'arn:aws:s3:::b/'), put('arn:aws:s3:::b/k'), true],
  ['not of a bucket with a longer name', data(objects, 'arn:aws:s3:::b/'), put('arn:aws:s3:::bb/k'), false],
  ['objects with a prefix', data(objects, 'arn:aws:s3:::b/in'), put('arn:aws:s3:::b/inside'), true],
  ['not with another prefix', data(objects, 'arn:aws:s3:::b/in'), put('arn:aws:s3:::b/out'), false],
  [
    'a table, by its whole ARN',
    data('AWS::DynamoDB::Table', 'arn:aws:dynamodb:us-east-1:1:table/a'),
    { type: 'AWS::DynamoDB::Table', resources: ['arn:aws:dynamodb:us-east-1:1:table/ab'] },
    false,
  ],
  ['data of another type', data('AWS::DynamoDB::Table', 'arn:aws:dynamodb'), put('arn:aws:s3:::b/k'), false],
  ['advanced: management', advanced({ eventCategory: { Equals: ['Management'] } }), {}, true],
  [
    'advanced: no data without a selector of theirs',
    advanced({ eventCategory: { Equals: ['Management'] } }),
    put('arn:aws:s3:::b/k'),
    false,
  ],
  ['advanced: by type', dataOf(objects), put('arn:aws:s3:::b/k'), true],
  ['advanced: ARN StartsWith', dataOf(objects, { 'resources.ARN': { StartsWith: ['arn:aws:s3:::b/'] } }), put('arn:aws:s3:::b/k'), true],
  [
    'advanced: ARN NotStartsWith',
    dataOf(objects, { 'resources.ARN': { NotStartsWith: ['arn:aws:s3:::b/'] } }),
    put('arn:aws:s3:::b/k'),
    false,
  ],
  ['advanced: ARN EndsWith', dataOf(objects, { 'resources.ARN': { EndsWith: ['.jpg'] } }), put('arn:aws:s3:::b/k.jpg'), true],
  ['advanced: ARN NotEndsWith', dataOf(objects, { 'resources.ARN': { NotEndsWith: ['.jpg'] } }), put('arn:aws:s3:::b/k.jpg'), false],
  ['advanced: ARN Equals', dataOf(objects, { 'resources.ARN': { Equals: ['arn:aws:s3:::b/k'] } }), put('arn:aws:s3:::b/k2'), false],
  [
    'advanced: one of several values',
    dataOf(objects, { eventName: { Equals: ['GetObject', 'PutObject'] } }),
    put('arn:aws:s3:::b/k'),
    true,
  ],
  [
    'advanced: none of several values',
    dataOf(objects, { eventName: { NotEquals: ['GetObject', 'PutObject'] } }),
    put('arn:aws:s3:::b/k'),
    false,
  ],
  ['advanced: readOnly', dataOf(objects, { readOnly: { Equals: ['true'] } }), put('arn:aws:s3:::b/k'), false],
  [
    'advanced: two operators of a field',
    dataOf(objects, { 'resources.ARN': { StartsWith: ['arn:aws:s3:::b/'], NotEndsWith: ['.tmp'] } }),
    put('arn:aws:s3:::b/k.tmp'),
    false,
  ],
  [
    'advanced: who it is',
    advanced({ eventCategory: { Equals: ['Management'] }, 'userIdentity.arn': { NotEquals: ['arn:aws:iam::111122223333:root'] } }),
    {},
    false,
  ],
  [
    'advanced: source',
    advanced({ eventCategory: { Equals: ['Management'] }, eventSource: { NotEquals: ['sqs.amazonaws.com'] } }),
    {},
    false,
  ],
];

describe('a trail takes', () => {
  it.each(table)('%s', (_, given, asked, selected) => {
    expect(selects({ ...trail, ...given }, call(asked))).toBe(selected);
  });
});

it('tells which types of data events are to be noted at all', () => {
  expect(dataTypesOf({ ...trail })).toEqual([]);
  expect(dataTypesOf({ ...trail, ...data(objects, 'arn:aws:s3') })).toEqual([objects]);
  expect(dataTypesOf({ ...trail, ...dataOf('AWS::SQS::Queue') })).toEqual(['AWS::SQS::Queue']);
});
