import {
  AddTagsCommand,
  CreateChannelCommand,
  CreateEventDataStoreCommand,
  CreateTrailCommand,
  type CreateTrailCommandInput,
  DeleteTrailCommand,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetInsightSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  ListImportsCommand,
  ListTagsCommand,
  ListTrailsCommand,
  PutEventSelectorsCommand,
  type PutEventSelectorsCommandInput,
  PutInsightSelectorsCommand,
  RemoveTagsCommand,
  StartLoggingCommand,
  StartQueryCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { services } from '../../generated/services';
import { loadModel } from '../../src/api/load';
import { Registry } from '../../src/kernel/registry';
import { account } from '../server';
import { clients, refusal } from './cloud';

const registry = new Registry(services);

async function open() {
  const at = account();
  const here = clients(at.config);
  const bucket = `trails-${at.id}`;
  await here.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    ...at,
    ...here,
    bucket,
    west: clients(at.configIn('us-west-2')).trail,
    arn: (name: string, region = 'us-east-1') => `arn:aws:cloudtrail:${region}:${at.id}:trail/${name}`,
    create: (Name: string, more: Partial<CreateTrailCommandInput> = {}) =>
      here.trail.send(new CreateTrailCommand({ Name, S3BucketName: bucket, ...more })),
  };
}

describe('a trail', () => {
  it('has what it was made with, and the defaults', async () => {
    const { arn, bucket, create, trail, sns } = await open();
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'files' }));
    const made = await create('my.trail-1', { S3KeyPrefix: 'audit', SnsTopicName: 'files', EnableLogFileValidation: true });
    const settings = {
      Name: 'my.trail-1',
      S3BucketName: bucket,
      S3KeyPrefix: 'audit',
      SnsTopicName: 'files',
      SnsTopicARN: TopicArn,
      IncludeGlobalServiceEvents: true,
      IsMultiRegionTrail: false,
      TrailARN: arn('my.trail-1'),
      LogFileValidationEnabled: true,
      IsOrganizationTrail: false,
    };
    expect(made).toMatchObject(settings);
    const { Trail } = await trail.send(new GetTrailCommand({ Name: arn('my.trail-1') }));
    expect(Trail).toEqual({ ...settings, HomeRegion: 'us-east-1', HasCustomEventSelectors: false, HasInsightSelectors: false });
    const { trailList } = await trail.send(new DescribeTrailsCommand({}));
    expect(trailList).toEqual([Trail]);
  });

  it('changes what it is told to, and keeps the rest', async () => {
    const { create, trail } = await open();
    await create('changing', { S3KeyPrefix: 'a' });
    await trail.send(new UpdateTrailCommand({ Name: 'changing', IsMultiRegionTrail: true, S3KeyPrefix: '' }));
    const { Trail } = await trail.send(new GetTrailCommand({ Name: 'changing' }));
    expect(Trail).toMatchObject({ IsMultiRegionTrail: true, LogFileValidationEnabled: false });
    expect(Trail?.S3KeyPrefix).toBeUndefined();
  });

  it('logs between StartLogging and StopLogging', async () => {
    const { create, trail } = await open();
    await create('logging');
    const status = () => trail.send(new GetTrailStatusCommand({ Name: 'logging' }));
    expect(await status()).toMatchObject({ IsLogging: false });
    await trail.send(new StartLoggingCommand({ Name: 'logging' }));
    expect(await status()).toMatchObject({ IsLogging: true, StartLoggingTime: expect.any(Date) });
    await trail.send(new StopLoggingCommand({ Name: 'logging' }));
    expect(await status()).toMatchObject({ IsLogging: false, StopLoggingTime: expect.any(Date) });
  });

  it('of all regions is seen in all of them, and changed at home only', async () => {
    const { arn, create, trail, west } = await open();
    await create('everywhere', { IsMultiRegionTrail: true });
    await create('here');
    expect((await west.send(new DescribeTrailsCommand({}))).trailList?.map(({ Name, HomeRegion }) => [Name, HomeRegion])).toEqual([
      ['everywhere', 'us-east-1'],
    ]);
    expect((await west.send(new DescribeTrailsCommand({ includeShadowTrails: false }))).trailList).toEqual([]);
    expect((await west.send(new GetTrailCommand({ Name: arn('everywhere') }))).Trail?.HomeRegion).toBe('us-east-1');
    expect(await refusal(west.send(new StopLoggingCommand({ Name: arn('everywhere') })))).toMatch(/^InvalidHomeRegionException/);
    expect(await refusal(west.send(new GetTrailCommand({ Name: 'everywhere' })))).toMatch(/^TrailNotFoundException/);
    expect(await refusal(west.send(new GetTrailCommand({ Name: arn('here') })))).toMatch(/^TrailNotFoundException/);
    expect((await trail.send(new ListTrailsCommand({}))).Trails).toEqual([
      { TrailARN: arn('everywhere'), Name: 'everywhere', HomeRegion: 'us-east-1' },
      { TrailARN: arn('here'), Name: 'here', HomeRegion: 'us-east-1' },
    ]);
  });

  it('has tags', async () => {
    const { arn, create, trail } = await open();
    await create('tagged', { TagsList: [{ Key: 'team', Value: 'x' }] });
    const ResourceId = arn('tagged');
    await trail.send(new AddTagsCommand({ ResourceId, TagsList: [{ Key: 'stage', Value: 'test' }] }));
    await trail.send(new RemoveTagsCommand({ ResourceId, TagsList: [{ Key: 'team' }] }));
    const { ResourceTagList } = await trail.send(new ListTagsCommand({ ResourceIdList: [ResourceId] }));
    expect(ResourceTagList).toEqual([{ ResourceId, TagsList: [{ Key: 'stage', Value: 'test' }] }]);
    const missing = trail.send(new ListTagsCommand({ ResourceIdList: [arn('nothing')] }));
    expect(await refusal(missing)).toMatch(/^ResourceNotFoundException/);
  });

  it('is gone once it is deleted', async () => {
    const { id, create, trail } = await open();
    await create('going');
    await trail.send(new DeleteTrailCommand({ Name: 'going' }));
    expect(await refusal(trail.send(new GetTrailCommand({ Name: 'going' })))).toBe(
      `TrailNotFoundException: Unknown trail: going for the user: ${id}`,
    );
    await create('going');
  });

  it('is refused with what it cannot have', async () => {
    const { id, create } = await open();
    await create('first');
    const cases: readonly (readonly [string, Partial<CreateTrailCommandInput>, RegExp])[] = [
      ['first', {}, new RegExp(`^TrailAlreadyExistsException: Trail first already exists for customer: ${id}$`)],
      ['ab', {}, /^InvalidTrailNameException: Trail name too short\. Minimum allowed length: 3 characters\. Specified name length: 2/],
      ['a'.repeat(129), {}, /^InvalidTrailNameException: Trail name too long\./],
      ['-abc', {}, /^InvalidTrailNameException: Trail name must starts with/],
      ['abc-', {}, /^InvalidTrailNameException: Trail name must ends with/],
      ['a b c', {}, /^InvalidTrailNameException: Trail name or ARN can only contain/],
      ['a--b', {}, /^InvalidTrailNameException: .*adjacent/],
      ['192.168.5.4', {}, /^InvalidTrailNameException: .*IP address/],
      [
        'other',
        { S3BucketName: 'no-such-bucket-anywhere' },
        /^S3BucketDoesNotExistException: S3 bucket no-such-bucket-anywhere does not exist!/,
      ],
      ['other', { S3BucketName: 'x' }, /^InvalidS3BucketNameException/],
      ['other', { S3KeyPrefix: 'p'.repeat(201) }, /^InvalidS3PrefixException/],
      ['other', { SnsTopicName: 'no-topic' }, /^InsufficientSnsTopicPolicyException: SNS Topic does not exist/],
      ['other', { IsMultiRegionTrail: true, IncludeGlobalServiceEvents: false }, /^InvalidParameterCombinationException/],
      ['other', { CloudWatchLogsLogGroupArn: `arn:aws:logs:us-east-1:${id}:log-group:x:*` }, /^InvalidCloudWatchLogsLogGroupArnException/],
      ['other', { KmsKeyId: 'alias/x' }, /^NotImplemented: .*KmsKeyId/],
      ['other', { IsOrganizationTrail: true }, /^OrganizationsNotInUseException/],
      ['other', { TagsList: [{ Key: 'aws:x', Value: 'y' }] }, /^InvalidTagParameterException/],
    ];
    for (const [name, more, expected] of cases) {
      expect([name, more, await refusal(create(name, more))]).toEqual([name, more, expect.stringMatching(expected)]);
    }
    for (const name of ['second', 'third', 'fourth', 'fifth']) await create(name);
    expect(await refusal(create('sixth'))).toMatch(
      /^MaximumNumberOfTrailsExceededException: User: \d{12} already has 5 trails in us-east-1\.$/,
    );
  });

  it('of names that are no ARNs is refused as such', async () => {
    const { trail } = await open();
    const get = (Name: string) => refusal(trail.send(new GetTrailCommand({ Name })));
    expect(await get('arn:aws:s3:::bucket')).toMatch(/^CloudTrailARNInvalidException/);
    expect(await get('arn:aws:cloudtrail:us-east-1:1:trail/x')).toMatch(/^CloudTrailARNInvalidException/);
    expect(await get('x')).toMatch(/^InvalidTrailNameException/);
  });
});

describe('what is not built', () => {
  it('says so, and what to do instead', async () => {
    const { create, trail } = await open();
    const lake = /^NotImplemented: .*LookupEvents, or let a trail deliver/;
    expect(await refusal(trail.send(new CreateEventDataStoreCommand({ Name: 'store' })))).toMatch(lake);
    expect(await refusal(trail.send(new StartQueryCommand({ QueryStatement: 'SELECT 1' })))).toMatch(lake);
    expect(await refusal(trail.send(new ListImportsCommand({})))).toMatch(lake);
    const destinations = [{ Type: 'EVENT_DATA_STORE' as const, Location: 'store' }];
    const channel = new CreateChannelCommand({ Name: 'channel', Source: 'Custom', Destinations: destinations });
    expect(await refusal(trail.send(channel))).toMatch(/^NotImplemented: .*keep those in a bucket/);
    expect(await refusal(create('other', { KmsKeyId: 'alias/x' }))).toMatch(/^NotImplemented: .*KmsKeyId.* Leave it out/);
  });

  it('is told for every operation of CloudTrail', async () => {
    const definition = await registry.load('cloudtrail');
    const unbuilt = loadModel('cloudtrail').operationNames.filter((name) => !definition.operations[name]);
    expect(unbuilt).toEqual(expect.arrayContaining(['PutInsightSelectors', 'CreateChannel', 'StartQuery', 'CreateDashboard']));
    for (const name of unbuilt) expect([name, definition.instead?.(name)]).toEqual([name, expect.stringMatching(/^[A-Z].*\.$/)]);
  });
});

describe('selectors', () => {
  it('are those of management events, until others are put', async () => {
    const { arn, create, trail } = await open();
    await create('selecting');
    const TrailName = 'selecting';
    const get = () => trail.send(new GetEventSelectorsCommand({ TrailName }));
    expect(await get()).toMatchObject({
      TrailARN: arn(TrailName),
      EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] }],
    });
    const EventSelectors = [
      { ReadWriteType: 'WriteOnly' as const, DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::bucket/'] }] },
    ];
    await trail.send(new PutEventSelectorsCommand({ TrailName, EventSelectors }));
    expect((await get()).EventSelectors).toEqual([
      { ...EventSelectors[0], IncludeManagementEvents: true, ExcludeManagementEventSources: [] },
    ]);
    expect((await trail.send(new GetTrailCommand({ Name: TrailName }))).Trail?.HasCustomEventSelectors).toBe(true);
    const AdvancedEventSelectors = [
      {
        Name: 'queues',
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Data'] },
          { Field: 'resources.type', Equals: ['AWS::SQS::Queue'] },
        ],
      },
    ];
    await trail.send(new PutEventSelectorsCommand({ TrailName, AdvancedEventSelectors }));
    const now = await get();
    expect(now.AdvancedEventSelectors).toEqual(AdvancedEventSelectors);
    expect(now.EventSelectors).toBeUndefined();
  });

  it('that mean nothing are refused', async () => {
    const { create, trail } = await open();
    await create('selecting');
    const field = (Field: string, more: object) => ({ Field, ...more });
    const data = field('eventCategory', { Equals: ['Data'] });
    const management = field('eventCategory', { Equals: ['Management'] });
    const objects = field('resources.type', { Equals: ['AWS::S3::Object'] });
    const advanced = (...FieldSelectors: object[]) => ({ AdvancedEventSelectors: [{ FieldSelectors }] });
    const cases: readonly object[] = [
      {},
      { EventSelectors: [] },
      { EventSelectors: Array.from({ length: 6 }, () => ({})) },
      { EventSelectors: [{ IncludeManagementEvents: false }] },
      { EventSelectors: [{ DataResources: [{ Type: 'AWS::SQS::Queue', Values: ['arn:aws:sqs'] }] }] },
      { EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: ['bucket'] }] }] },
      { EventSelectors: [{ ExcludeManagementEventSources: ['iam.amazonaws.com'] }] },
      { EventSelectors: [{}], ...advanced(data, objects) },
      advanced(objects),
      advanced(data),
      advanced(data, objects, field('readOnly', { StartsWith: ['t'] })),
      advanced(data, objects, field('eventName', {})),
      advanced(data, objects, objects),
      advanced(management, objects),
      advanced(management, field('eventName', { Equals: ['CreateUser'] })),
      advanced(management, field('eventSource', { Equals: ['iam.amazonaws.com'] })),
      advanced(management, field('eventSource', { NotEquals: ['iam.amazonaws.com'] })),
      advanced(data, objects, field('readOnly', { Equals: ['maybe'] })),
      advanced(
        field('eventCategory', { Equals: ['NetworkActivity'] }),
        field('eventSource', { Equals: ['kms.amazonaws.com'] }),
        field('errorCode', { Equals: ['AccessDenied'] }),
      ),
      advanced(data, objects, field('eventName', { Equals: Array.from({ length: 500 }, (_, n) => `n${n}`) })),
    ];
    for (const selectors of cases) {
      const put = trail.send(new PutEventSelectorsCommand({ TrailName: 'selecting', ...selectors } as PutEventSelectorsCommandInput));
      expect([selectors, await refusal(put)]).toEqual([selectors, expect.stringMatching(/^InvalidEventSelectorsException/)]);
    }
  });

  it('of Insights are not taken, and so are off', async () => {
    const { create, trail } = await open();
    await create('insightful');
    const put = { TrailName: 'insightful', InsightSelectors: [{ InsightType: 'ApiCallRateInsight' as const }] };
    expect(await refusal(trail.send(new PutInsightSelectorsCommand(put)))).toMatch(/^NotImplemented: .*count the events/);
    expect(await refusal(trail.send(new GetInsightSelectorsCommand({ TrailName: 'insightful' })))).toMatch(/^InsightNotEnabledException/);
    expect((await trail.send(new GetTrailCommand({ Name: 'insightful' }))).Trail?.HasInsightSelectors).toBe(false);
  });
});
