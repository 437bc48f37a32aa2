/** Jest, as CommonJS: back to the same state before each test. */
const { CreateBucketCommand, ListBucketsCommand, S3Client } = require('@aws-sdk/client-s3');
const { Nuvola } = require('nuvola');

/** @type {import('nuvola').Nuvola} */
let cloud;
/** @type {import('nuvola').Snapshot} */
let clean;
/** @type {import('@aws-sdk/client-s3').S3Client} */
let s3;

beforeAll(async () => {
  cloud = await Nuvola.start();
  s3 = new S3Client(cloud.config({ inProcess: true }));
  await s3.send(new CreateBucketCommand({ Bucket: 'always-here' }));
  clean = await cloud.snapshot();
});
beforeEach(() => clean.restore());
afterAll(() => cloud.close());

test.each(['first', 'second'])('the %s test creates a bucket that the other never sees', async (name) => {
  await s3.send(new CreateBucketCommand({ Bucket: `only-${name}` }));
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  expect(Buckets.map(({ Name }) => Name)).toEqual(['always-here', `only-${name}`]);
});
