/** SDK for JavaScript v2 as its users have it: no endpoint anywhere. Run under `nuvola run`. */
const assert = require('node:assert/strict');
// @ts-expect-error it is not among our dependencies
const AWS = require('aws-sdk');

AWS.config.update({ region: 'eu-west-1' });

async function main() {
  const identity = await new AWS.STS().getCallerIdentity().promise();
  assert.equal(identity.Arn, 'arn:aws:iam::000000000000:root');

  const s3 = new AWS.S3();
  const Bucket = 'from-version-two';
  await s3.createBucket({ Bucket }).promise();
  await s3.putObject({ Bucket, Key: 'a/b c.txt', Body: 'hello' }).promise();
  assert.equal(String((await s3.getObject({ Bucket, Key: 'a/b c.txt' }).promise()).Body), 'hello');
  await assert.rejects(s3.getObject({ Bucket, Key: 'none' }).promise(), { code: 'NoSuchKey', statusCode: 404 });

  const sqs = new AWS.SQS();
  const { QueueUrl } = await sqs.createQueue({ QueueName: 'jobs' }).promise();
  assert.equal(QueueUrl, 'https://sqs.eu-west-1.amazonaws.com/000000000000/jobs');
  await sqs.sendMessage({ QueueUrl, MessageBody: 'work' }).promise();
  assert.equal((await sqs.receiveMessage({ QueueUrl }).promise()).Messages?.[0]?.Body, 'work');

  const TableName = 'people';
  await new AWS.DynamoDB()
    .createTable({
      TableName,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
    .promise();
  const documents = new AWS.DynamoDB.DocumentClient();
  await documents.put({ TableName, Item: { pk: 'a', n: 1 } }).promise();
  assert.deepEqual((await documents.get({ TableName, Key: { pk: 'a' } }).promise()).Item, { pk: 'a', n: 1 });
  await assert.rejects(documents.get({ TableName: 'no', Key: { pk: 'a' } }).promise(), { code: 'ValidationException' });
  console.log('done');
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
