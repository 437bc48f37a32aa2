/** CloudTrail and what it looks at, in a cloud of its own. */
import { gunzipSync } from 'node:zlib';
import {
  CloudTrailClient,
  CreateTrailCommand,
  type CreateTrailCommandInput,
  type LookupAttribute,
  LookupEventsCommand,
  type LookupEventsCommandInput,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import type { ClientConfig } from '../../src/testing';

export { fullRefusal as refusal } from '../refusal';

/** JSON, into which tests look deep. */
export type Event = Record<string, any>;

export function clients(config: ClientConfig) {
  const trail = new CloudTrailClient(config);
  const s3 = new S3Client(config);
  const lookUp = async (input: LookupEventsCommandInput = {}) => (await trail.send(new LookupEventsCommand(input))).Events ?? [];
  return {
    trail,
    s3,
    sqs: new SQSClient(config),
    sns: new SNSClient(config),
    sts: new STSClient(config),
    lookUp,
    /** The newest event with this attribute, as the JSON that CloudTrail gives. */
    async event(AttributeKey: LookupAttribute['AttributeKey'], AttributeValue: string): Promise<Event> {
      const [found] = await lookUp({ LookupAttributes: [{ AttributeKey, AttributeValue }], MaxResults: 1 });
      return JSON.parse(found?.CloudTrailEvent ?? '{}') as Event;
    },
    /** A trail that logs into a new bucket `logs`. */
    async startTrail(input: Partial<CreateTrailCommandInput> = {}) {
      await s3.send(new CreateBucketCommand({ Bucket: 'logs' }));
      const made = await trail.send(new CreateTrailCommand({ Name: 'trail', S3BucketName: 'logs', ...input }));
      await trail.send(new StartLoggingCommand({ Name: input.Name ?? 'trail' }));
      return made;
    },
    async keys(Prefix = 'AWSLogs/', Bucket = 'logs'): Promise<string[]> {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
      return Contents.map(({ Key }) => Key as string);
    },
    async unzip(Key: string, Bucket = 'logs') {
      const { Body, Metadata } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const text = gunzipSync((await Body?.transformToByteArray()) as Uint8Array).toString();
      return { text, metadata: Metadata ?? {}, json: JSON.parse(text) as Event };
    },
    /** The events in all log files below a prefix. */
    async delivered(prefix?: string): Promise<Event[]> {
      const files = (await this.keys(prefix)).filter((key) => /\/CloudTrail\//.test(key));
      const records = await Promise.all(files.map(async (key) => (await this.unzip(key)).json.Records as Event[]));
      return records.flat();
    },
  };
}

export const minutes = (n: number) => n * 60_000;
