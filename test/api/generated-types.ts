/** What the generated types must say, checked by the compiler (`npm run types`): a line that is wrong does not compile. Nothing runs this. */
import type { AttributeValue, DynamoDB } from '../../generated/api/dynamodb';
import type { ServiceApis } from '../../generated/api/index';
import type { S3, SelectObjectContentEventStream } from '../../generated/api/s3';
import type { SQS } from '../../generated/api/sqs';
import type { RequestBody, ResponseBody } from '../../src/kernel';
import { awsError, defineOperations } from '../../src/kernel';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T | undefined => undefined;

// Every service is in the index, under its id.
holds<Equal<ServiceApis['sqs'], SQS>>();
holds<Equal<ServiceApis['dynamodb'], DynamoDB>>();
holds<'cognito-idp' | 'ec2' | 'sdb' | 's3control' extends keyof ServiceApis ? true : false>();

// Required members are there; others may be absent or undefined.
holds<Equal<SQS['SendMessage']['input']['MessageBody'], string>>();
holds<Equal<SQS['SendMessage']['input']['DelaySeconds'], number | undefined>>();
holds<Equal<SQS['SendMessageBatch']['output']['Successful'][number]['MessageId'], string>>();
// @ts-expect-error QueueUrl is required
export const missing: SQS['SendMessage']['input'] = { MessageBody: 'x' };

// Bytes are streams where they stream, and only there.
holds<Equal<S3['PutObject']['input']['Body'], RequestBody | undefined>>();
holds<Equal<S3['GetObject']['output']['Body'], ResponseBody | undefined>>();
holds<Equal<AttributeValue['B'], Uint8Array | undefined>>();
holds<Equal<S3['SelectObjectContent']['output']['Payload'], AsyncIterable<SelectObjectContentEventStream> | undefined>>();

// Timestamps are milliseconds; enums offer what is known and accept the rest; lists may be read-only.
holds<Equal<S3['HeadObject']['output']['LastModified'], number | undefined>>();
export const storageClass: S3['PutObject']['input']['StorageClass'] = 'A_CLASS_OF_NEXT_YEAR';
export const names: SQS['GetQueueAttributes']['input']['AttributeNames'] = ['All'] as const;

// An operation without output answers {}, and nothing else.
export const none: SQS['DeleteQueue']['output'] = {};
// @ts-expect-error DeleteQueue answers nothing
export const some: SQS['DeleteQueue']['output'] = { QueueUrl: 'x' };

// Errors: by shape name, by wire code, from our list; not those of other services.
export const errors = [
  awsError<SQS>('QueueDoesNotExist', 'x'),
  awsError<SQS>('AWS.SimpleQueueService.NonExistentQueue', 'x'),
  awsError<SQS>('InvalidParameterValue', 'x'),
  awsError<S3>('MalformedXML', 'x'),
  awsError<DynamoDB>('ValidationException', 'x'),
  // @ts-expect-error S3's
  awsError<SQS>('NoSuchBucket', 'x'),
  // @ts-expect-error no API named
  awsError('NoSuchBucket', 'x'),
];

// Handlers are checked by name, input and output.
export const operations = defineOperations<SQS>()({
  GetQueueUrl: (_ctx, { QueueName }) => ({ QueueUrl: QueueName.toUpperCase() }),
  // @ts-expect-error no such operation
  GetQueueUri: () => ({}),
});
