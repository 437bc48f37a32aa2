import { describe, expect, it } from 'vitest';
import type { DynamoDB } from '../../generated/api/dynamodb';
import { attributes, keySchema, openDynamo, refusal, value } from './direct';

const TableName = 'tab';
type Create = DynamoDB['CreateTable']['input'];
type Update = DynamoDB['UpdateTable']['input'];

const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' });
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' });
const all = { ProjectionType: 'ALL' };
const global = (IndexName: string, more: object = {}) => ({ IndexName, KeySchema: [hash('a')], Projection: all, ...more });

describe('creating', () => {
  it('describes a table as DescribeTable does, active at once', async () => {
    await using db = openDynamo();
    const input: Create = {
      TableName,
      ...keySchema('pk:S sk:N +z:B +a:S'),
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
      LocalSecondaryIndexes: [{ IndexName: 'local', KeySchema: [hash('pk'), range('z')], Projection: { ProjectionType: 'KEYS_ONLY' } }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'global',
          KeySchema: [hash('a')],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['q', 'b'] },
          ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2 },
        },
      ],
      Tags: [{ Key: 'owner', Value: 'me' }],
    };
    const { TableDescription } = await db.call('CreateTable', input);
    const arn = 'arn:aws:dynamodb:us-east-1:111111111111:table/tab';
    expect(TableDescription).toEqual({
      AttributeDefinitions: ['a:S', 'pk:S', 'sk:N', 'z:B'].map((word) => {
        const [AttributeName, AttributeType] = word.split(':');
        return { AttributeName, AttributeType };
      }),
      TableName,
      KeySchema: [hash('pk'), range('sk')],
      TableStatus: 'ACTIVE',
      CreationDateTime: db.world.clock.now(),
      ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
      TableSizeBytes: 0,
      ItemCount: 0,
      TableArn: arn,
      TableId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/),
      LocalSecondaryIndexes: [
        {
          IndexName: 'local',
          KeySchema: [hash('pk'), range('z')],
          Projection: { ProjectionType: 'KEYS_ONLY' },
          IndexSizeBytes: 0,
          ItemCount: 0,
          IndexArn: `${arn}/index/local`,
        },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'global',
          KeySchema: [hash('a')],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['b', 'q'] },
          IndexStatus: 'ACTIVE',
          ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 1, WriteCapacityUnits: 2 },
          IndexSizeBytes: 0,
          ItemCount: 0,
          IndexArn: `${arn}/index/global`,
          WarmThroughput: { ReadUnitsPerSecond: 1, WriteUnitsPerSecond: 2, Status: 'ACTIVE' },
        },
      ],
      DeletionProtectionEnabled: false,
      WarmThroughput: { ReadUnitsPerSecond: 5, WriteUnitsPerSecond: 6, Status: 'ACTIVE' },
    });
    expect((await db.call('DescribeTable', { TableName: arn })).Table).toEqual(TableDescription);
    expect(await db.call('ListTagsOfResource', { ResourceArn: arn })).toEqual({ Tags: [{ Key: 'owner', Value: 'me' }] });
    expect(await refusal(db.call('CreateTable', input))).toBe('ResourceInUseException: Table already exists: tab');
  });

  it('shows zero throughput and warm defaults of on-demand tables', async () => {
    await using db = openDynamo();
    await db.table('pk:S', { ...keySchema('pk:S +a:S'), GlobalSecondaryIndexes: [global('idx')], SSESpecification: { Enabled: true } });
    const { Table } = await db.call('DescribeTable', { TableName });
    expect(Table).toMatchObject({
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
      WarmThroughput: { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4_000, Status: 'ACTIVE' },
      GlobalSecondaryIndexes: [{ ProvisionedThroughput: { ReadCapacityUnits: 0 }, WarmThroughput: { ReadUnitsPerSecond: 12_000 } }],
      SSEDescription: {
        Status: 'ENABLED',
        SSEType: 'KMS',
        KMSMasterKeyArn: expect.stringMatching(/^arn:aws:kms:us-east-1:111111111111:key\//),
      },
    });
  });

  const invalidValues = 'One or more parameter values were invalid: ';
  const attributesA = keySchema('pk:S +a:S');
  it.each<[string, Partial<Create>, string]>([
    [
      'throughput on demand',
      { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
      `${invalidValues}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
    ],
    [
      'no throughput',
      { BillingMode: undefined },
      `${invalidValues}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
    ],
    [
      'an undefined key',
      { AttributeDefinitions: [{ AttributeName: 'x', AttributeType: 'S' }] },
      `${invalidValues}Some index key attributes are not defined in AttributeDefinitions. Keys: [pk], AttributeDefinitions: [x]`,
    ],
    ['too few definitions', { KeySchema: [hash('pk'), range('sk')] }, 'Invalid KeySchema: Some index key attribute have no definition'],
    [
      'a duplicate definition',
      { AttributeDefinitions: ['S', 'N'].map((AttributeType) => ({ AttributeName: 'pk', AttributeType })) },
      `${invalidValues}Attribute Name is duplicated: pk`,
    ],
    [
      'an unused definition',
      keySchema('pk:S +x:S'),
      `${invalidValues}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
    ],
    [
      'the range first',
      { ...keySchema('pk:S sk:S'), KeySchema: [range('sk'), hash('pk')] },
      'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
    ],
    [
      'two hashes',
      { ...keySchema('pk:S sk:S'), KeySchema: [hash('pk'), hash('sk')] },
      'Invalid KeySchema: The second KeySchemaElement is not a RANGE key type',
    ],
    [
      'one attribute twice',
      { KeySchema: [hash('pk'), range('pk')], ...{ AttributeDefinitions: keySchema('pk:S q:S').AttributeDefinitions } },
      'Both the Hash Key and the Range Key element in the KeySchema have the same name',
    ],
    ['no local indexes', { LocalSecondaryIndexes: [] }, `${invalidValues}List of LocalSecondaryIndexes is empty`],
    ['no global indexes', { GlobalSecondaryIndexes: [] }, `${invalidValues}List of GlobalSecondaryIndexes is empty`],
    [
      'a local index without sort key',
      { ...attributesA, LocalSecondaryIndexes: [{ IndexName: 'idx', KeySchema: [hash('pk'), range('a')], Projection: all }] },
      `${invalidValues}Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`,
    ],
    [
      'another leading hash',
      {
        ...keySchema('pk:S sk:S +a:S'),
        LocalSecondaryIndexes: [{ IndexName: 'idx', KeySchema: [hash('a'), range('sk')], Projection: all }],
      },
      `${invalidValues}Index KeySchema does not have the same leading hash key as table KeySchema for index: idx. index hash key: a, table hash key: pk`,
    ],
    [
      'a local index without range',
      { ...keySchema('pk:S sk:S'), LocalSecondaryIndexes: [{ IndexName: 'idx', KeySchema: [hash('pk')], Projection: all }] },
      `${invalidValues}Index KeySchema does not have a range key for index: idx`,
    ],
    [
      'unused definitions',
      { ...keySchema('pk:S +a:S +b:S'), GlobalSecondaryIndexes: [global('idx')] },
      `${invalidValues}Some AttributeDefinitions are not used. AttributeDefinitions: [pk, a, b], keys used: [pk, a]`,
    ],
    [
      'duplicate names',
      { ...attributesA, GlobalSecondaryIndexes: [global('idx'), global('idx')] },
      `${invalidValues}Duplicate index name: idx`,
    ],
    [
      '21 indexes',
      { ...attributesA, GlobalSecondaryIndexes: Array.from({ length: 21 }, (_, i) => global(`idx${i}`)) },
      `${invalidValues}GlobalSecondaryIndex count exceeds the per-table limit of 20`,
    ],
    [
      'no projection type',
      { ...attributesA, GlobalSecondaryIndexes: [global('idx', { Projection: {} })] },
      `${invalidValues}Unknown ProjectionType: null`,
    ],
    [
      'nothing included',
      { ...attributesA, GlobalSecondaryIndexes: [global('idx', { Projection: { ProjectionType: 'INCLUDE' } })] },
      `${invalidValues}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`,
    ],
    [
      'all and more',
      { ...attributesA, GlobalSecondaryIndexes: [global('idx', { Projection: { ProjectionType: 'ALL', NonKeyAttributes: ['x'] } })] },
      `${invalidValues}ProjectionType is ALL, but NonKeyAttributes is specified`,
    ],
    [
      'index throughput',
      {
        ...attributesA,
        GlobalSecondaryIndexes: [global('idx', { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } })],
      },
      `${invalidValues}ProvisionedThroughput should not be specified for index: idx when BillingMode is PAY_PER_REQUEST`,
    ],
    [
      'five hashes',
      { ...keySchema('a:S +b:S +c:S +d:S +e:S'), GlobalSecondaryIndexes: [global('idx', { KeySchema: [...'abcde'].map(hash) })] },
      'Invalid KeySchema: The KeySchema exceeds the maximum allowed number of HASH key attributes',
    ],
    [
      'a hash after a range',
      { ...keySchema('a:S +b:S +c:S'), GlobalSecondaryIndexes: [global('idx', { KeySchema: [hash('a'), range('b'), hash('c')] })] },
      'Invalid KeySchema: All HASH key attributes must precede RANGE key attributes in the KeySchema',
    ],
    ['a bad name', { TableName: 'x' }, 'TableName must be at least 3 characters long and at most 255 characters long'],
  ])('refuses %s', async (_, more, sentence) => {
    await using db = openDynamo();
    const input = { TableName, BillingMode: 'PAY_PER_REQUEST', ...keySchema('pk:S'), ...more };
    expect(await refusal(db.call('CreateTable', input))).toBe(`ValidationException: ${sentence}`);
  });

  it('says that streams are not built, but lets them be off', async () => {
    await using db = openDynamo();
    const create = (StreamEnabled: boolean) =>
      db.table('pk:S', { StreamSpecification: { StreamEnabled, ...(StreamEnabled && { StreamViewType: 'NEW_IMAGE' }) } });
    expect(await refusal(create(true))).toMatch(/^NotImplemented: /);
    expect(await refusal(create(false))).toBe('no error');
  });
});

describe('finding', () => {
  it('lists by name and page', async () => {
    await using db = openDynamo();
    for (const name of ['ccc', 'aaa', 'bbb']) await db.table('pk:S', { TableName: name });
    const first = await db.call('ListTables', { Limit: 2 });
    expect(first).toEqual({ TableNames: ['aaa', 'bbb'], LastEvaluatedTableName: 'bbb' });
    expect(await db.call('ListTables', { ExclusiveStartTableName: 'bbb' })).toEqual({ TableNames: ['ccc'] });
  });

  it.each<[keyof DynamoDB & string, object, string]>([
    ['DescribeTable', {}, 'ResourceNotFoundException: Requested resource not found: Table: tab not found'],
    ['DeleteTable', {}, 'ResourceNotFoundException: Requested resource not found: Table: tab not found'],
    ['UpdateTable', { DeletionProtectionEnabled: true }, 'ResourceNotFoundException: Requested resource not found: Table: tab not found'],
    ['DescribeTimeToLive', {}, 'ResourceNotFoundException: Requested resource not found: Table: tab not found'],
    ['DescribeContinuousBackups', {}, 'TableNotFoundException: Table not found: tab'],
    ['GetItem', { Key: {} }, 'ResourceNotFoundException: Requested resource not found'],
    ['PutItem', { Item: {} }, 'ResourceNotFoundException: Requested resource not found'],
    ['Scan', {}, 'ResourceNotFoundException: Requested resource not found'],
    [
      'TagResource',
      { ResourceArn: 'arn:aws:dynamodb:us-east-1:111111111111:table/tab', Tags: [{ Key: 'a', Value: 'b' }] },
      'ResourceNotFoundException: Requested resource not found: ResourcArn: arn:aws:dynamodb:us-east-1:111111111111:table/tab not found',
    ],
    [
      'TagResource',
      { ResourceArn: 'abc', Tags: [{ Key: 'a', Value: 'b' }] },
      'ValidationException: Invalid TableArn: Invalid ResourceArn provided as input abc',
    ],
    ['UntagResource', { ResourceArn: 'abc', TagKeys: [] }, 'ValidationException: Atleast one Tag Key needs to be provided as Input.'],
  ])('%s %j of a missing table', async (operation, input, sentence) => {
    await using db = openDynamo();
    expect(await refusal(db.call(operation, { TableName, ...input } as never))).toBe(sentence);
  });

  it('answers what infrastructure tools read', async () => {
    await using db = openDynamo();
    await db.table();
    expect((await db.call('DescribeContinuousBackups', { TableName })).ContinuousBackupsDescription).toEqual({
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    });
    expect(await db.call('DescribeTimeToLive', { TableName })).toEqual({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } });
    expect((await db.call('DescribeLimits', {})).TableMaxReadCapacityUnits).toBe(40_000);
    expect(await refusal(db.call('ListBackups', {}))).toMatch(/^NotImplemented/);
  });
});

describe('updating', () => {
  const provisioned: Partial<Create> = {
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 2 },
  };
  const units = (read: number, write: number) => ({ ReadCapacityUnits: read, WriteCapacityUnits: write });
  const index = (IndexName: string, name = 'a') => ({ Create: { IndexName, KeySchema: [hash(name)], Projection: all } });
  const definition = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });

  it('adds an index with what is there already, and takes it away', async () => {
    await using db = openDynamo();
    await db.table();
    await db.put(...[1, 2, 3].map((n) => attributes({ pk: `${n}`, a: 'x' })), attributes({ pk: '4', a: 5 }), attributes({ pk: '5' }));
    const { TableDescription } = await db.call('UpdateTable', {
      TableName,
      AttributeDefinitions: [definition('a')],
      GlobalSecondaryIndexUpdates: [index('idx')],
    });
    expect(TableDescription?.GlobalSecondaryIndexes).toMatchObject([{ IndexName: 'idx', IndexStatus: 'ACTIVE', ItemCount: 3 }]);
    expect((await db.call('Scan', { TableName, IndexName: 'idx' })).Count).toBe(3);
    const gone = await db.call('UpdateTable', { TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'idx' } }] });
    expect(gone.TableDescription?.GlobalSecondaryIndexes).toBeUndefined();
    expect(gone.TableDescription?.AttributeDefinitions).toEqual([definition('pk')]);
    await db.pass(0);
    expect(db.world.engine.trees().map((tree) => tree.collection)).not.toContain('dynamodb/index-entry');
  });

  it('fills a large index step by step, and keeps it right meanwhile', async () => {
    await using db = openDynamo();
    await db.table();
    for (let n = 0; n < 2500; n++) await db.put(attributes({ pk: `${n}`, a: 'x' }));
    const { TableDescription } = await db.call('UpdateTable', {
      TableName,
      AttributeDefinitions: [definition('a')],
      GlobalSecondaryIndexUpdates: [index('idx')],
    });
    expect(TableDescription?.GlobalSecondaryIndexes).toMatchObject([{ IndexStatus: 'CREATING', Backfilling: true }]);
    expect(await refusal(db.call('Scan', { TableName, IndexName: 'idx' }))).toMatch(/backfilling/);
    expect(await refusal(db.call('DeleteTable', { TableName }))).toBe(
      'ResourceInUseException: Attempt to change a resource which is still in use: Cannot delete table while indexes are being created, updated, or deleted.',
    );
    for (let n = 0; n < 2500; n += 100) await db.call('DeleteItem', { TableName, Key: attributes({ pk: `${n}` }) });
    for (let n = 1; n < 2500; n += 100) await db.put(attributes({ pk: `${n}`, a: 'y' }));
    await db.pass(0);
    const { Table } = await db.call('DescribeTable', { TableName });
    expect(Table?.GlobalSecondaryIndexes).toMatchObject([{ IndexStatus: 'ACTIVE', ItemCount: 2475 }]);
    const count = async (a: string) =>
      (
        await db.call('Query', {
          TableName,
          IndexName: 'idx',
          KeyConditionExpression: 'a = :a',
          ExpressionAttributeValues: attributes({ ':a': a }),
        })
      ).Count;
    expect([await count('x'), await count('y')]).toEqual([2450, 25]);
  });

  it('changes billing both ways', async () => {
    await using db = openDynamo();
    await db.table('pk:S', { ...keySchema('pk:S +a:S'), GlobalSecondaryIndexes: [global('idx')] });
    const update = (input: Partial<Update>) => db.call('UpdateTable', { TableName, ...input });
    const toProvisioned = { BillingMode: 'PROVISIONED', ProvisionedThroughput: units(5, 5) };
    expect(await refusal(update({ BillingMode: 'PROVISIONED' }))).toMatch(
      /ProvisionedThroughput must be specified when BillingMode is PROVISIONED$/,
    );
    expect(await refusal(update(toProvisioned))).toMatch(/ProvisionedThroughput must be specified for index: idx$/);
    const { TableDescription } = await update({
      ...toProvisioned,
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'idx', ProvisionedThroughput: units(3, 3) } }],
    });
    expect(TableDescription).toMatchObject({
      BillingModeSummary: { BillingMode: 'PROVISIONED' },
      ProvisionedThroughput: units(5, 5),
      GlobalSecondaryIndexes: [{ ProvisionedThroughput: units(3, 3) }],
    });
    expect((await update({ BillingMode: 'PAY_PER_REQUEST' })).TableDescription).toMatchObject({
      ProvisionedThroughput: units(0, 0),
      GlobalSecondaryIndexes: [{ ProvisionedThroughput: units(0, 0) }],
    });
  });

  it('lets throughput be decreased four times a day, then once an hour', async () => {
    await using db = openDynamo();
    await db.table('pk:S', { ...provisioned, ProvisionedThroughput: units(50, 50) });
    const decrease = (read: number) => db.call('UpdateTable', { TableName, ProvisionedThroughput: units(read, 50) });
    for (const read of [40, 30, 20, 10]) await decrease(read);
    expect(await refusal(decrease(5))).toMatch(
      /^LimitExceededException: Subscriber limit exceeded: Provisioned throughput decreases are limited/,
    );
    await db.pass(24 * 3600);
    expect(await refusal(decrease(5))).toBe('no error');
  });

  it.each<[string, Partial<Update>, string | RegExp]>([
    ['nothing', {}, /^ValidationException: At least one of ProvisionedThroughput, BillingMode,/],
    ['no index updates', { GlobalSecondaryIndexUpdates: [] }, /^ValidationException: At least one of/],
    [
      'no index updates among others',
      { GlobalSecondaryIndexUpdates: [], DeletionProtectionEnabled: true },
      'ValidationException: One or more parameter values were invalid: List of GlobalSecondaryIndexUpdates is empty',
    ],
    ['an empty index update', { GlobalSecondaryIndexUpdates: [{}] }, /must not be null$/],
    [
      'two updates of one index',
      { GlobalSecondaryIndexUpdates: [index('idx'), { Delete: { IndexName: 'idx' } }] },
      /Only one global secondary index update per index is allowed simultaneously. Index: idx$/,
    ],
    [
      'two new indexes',
      { AttributeDefinitions: [definition('a')], GlobalSecondaryIndexUpdates: [index('idx'), index('idy')] },
      'LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    ],
    [
      'an index with other changes',
      { AttributeDefinitions: [definition('a')], GlobalSecondaryIndexUpdates: [index('idx')], DeletionProtectionEnabled: true },
      /DeletionProtection modification must be the only operation in the request$/,
    ],
    ['an undefined index key', { GlobalSecondaryIndexUpdates: [index('idx')] }, /AttributeDefinitions is not specified for index: idx$/],
    [
      'an index without throughput',
      { AttributeDefinitions: [definition('a')], GlobalSecondaryIndexUpdates: [index('idx')] },
      /Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: idx$/,
    ],
    [
      'an unknown index',
      { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'idx' } }] },
      'ResourceNotFoundException: Requested resource not found: Index idx for table tab',
    ],
    [
      'the same throughput',
      { ProvisionedThroughput: units(2, 2) },
      /^ValidationException: The provisioned throughput for the table will not change\./,
    ],
    ['replicas', { ReplicaUpdates: [{ Create: { RegionName: 'eu-west-1' } }] }, /^NotImplemented/],
  ])('refuses %s', async (_, input, sentence) => {
    await using db = openDynamo();
    await db.table('pk:S', provisioned);
    const answer = await refusal(db.call('UpdateTable', { TableName, ...input }));
    if (typeof sentence === 'string') expect(answer).toBe(sentence);
    else expect(answer).toMatch(sentence);
  });
});

describe('deleting', () => {
  it('protects, deletes, and leaves nothing in the store', async () => {
    await using db = openDynamo();
    await db.table('pk:S', {
      ...keySchema('pk:S sk:N +a:S'),
      DeletionProtectionEnabled: true,
      LocalSecondaryIndexes: [{ IndexName: 'local', KeySchema: [hash('pk'), range('a')], Projection: all }],
      GlobalSecondaryIndexes: [global('idx')],
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    await db.call('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } });
    for (let sk = 0; sk < 1200; sk++) await db.put({ ...attributes({ pk: 'p', sk, a: 'x' }), ttl: { N: '99999999999' } });
    expect(await refusal(db.call('DeleteTable', { TableName }))).toBe(
      'ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
    await db.call('UpdateTable', { TableName, DeletionProtectionEnabled: false });
    expect((await db.call('DeleteTable', { TableName })).TableDescription?.TableStatus).toBe('DELETING');
    await db.table();
    expect((await db.call('Scan', { TableName })).Count).toBe(0);
    await db.call('DeleteTable', { TableName });
    await db.pass(0);
    expect(db.world.engine.trees().map((tree) => tree.name)).toEqual([]);
  });
});

describe('time to live', () => {
  const enable = (AttributeName = 'ttl', Enabled = true) => ({ TableName, TimeToLiveSpecification: { Enabled, AttributeName } });

  it('deletes items when their time has come, those from before too', async () => {
    await using db = openDynamo();
    await db.table();
    const now = Math.floor(db.world.clock.now() / 1000);
    const item = (pk: string, ttl: unknown) => attributes({ pk, ttl });
    await db.put(item('soon', now + 10), item('later', now + 100), item('old', now - 6 * 366 * 86_400), item('text', `${now + 1}`));
    await db.call('UpdateTimeToLive', enable());
    await db.put(item('past', now - 5), item('moved', now + 10), item('kept', now + 10));
    await db.put(item('moved', now + 200), attributes({ pk: 'kept' }));
    const left = async () => (await db.call('Scan', { TableName })).Items?.map(({ pk }) => pk?.S).sort();
    await db.pass(0);
    expect(await left()).toEqual(['kept', 'later', 'moved', 'old', 'soon', 'text']);
    await db.pass(11);
    expect(await left()).toEqual(['kept', 'later', 'moved', 'old', 'text']);
    await db.pass(100);
    expect(await left()).toEqual(['kept', 'moved', 'old', 'text']);
    await db.call('UpdateTable', { TableName, DeletionProtectionEnabled: true });
    await db.pass(200);
    expect(await left()).toEqual(['kept', 'old', 'text']);
  });

  it('changes once an hour, and only to something else', async () => {
    await using db = openDynamo();
    await db.table();
    expect(await refusal(db.call('UpdateTimeToLive', enable('ttl', false)))).toBe('ValidationException: TimeToLive is already disabled');
    await db.call('UpdateTimeToLive', enable());
    expect(await db.call('DescribeTimeToLive', { TableName })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' },
    });
    expect(await refusal(db.call('UpdateTimeToLive', enable()))).toBe('ValidationException: TimeToLive is already enabled');
    expect(await refusal(db.call('UpdateTimeToLive', enable('other')))).toBe(
      'ValidationException: TimeToLive is active on a different AttributeName: current AttributeName is ttl',
    );
    expect(await refusal(db.call('UpdateTimeToLive', enable('ttl', false)))).toBe(
      'ValidationException: Time to live has been modified multiple times within a fixed interval',
    );
    await db.pass(3600);
    await db.call('UpdateTimeToLive', enable('ttl', false));
    await db.put({ ...attributes({ pk: 'a' }), ttl: value(1) });
    await db.pass(10);
    expect((await db.call('Scan', { TableName })).Count).toBe(1);
  });
});
