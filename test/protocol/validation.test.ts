/** Constraints of the models, in the words of the services. */
import { describe, expect, it } from 'vitest';
import { loadModel, serviceIds } from '../../src/api/load';
import type { Protocol } from '../../src/api/model';
import type { AwsError } from '../../src/kernel/errors';
import { javaPattern } from '../../src/protocol/pattern';
import { requireValidInput, requireValidOutput } from '../../src/protocol/validation';

function refusal(service: string, operation: string, input: Record<string, unknown>, protocol?: Protocol): AwsError | undefined {
  const model = loadModel(service);
  try {
    requireValidInput(model.operation(operation)!, protocol ?? model.protocols[0]!, input);
    return undefined;
  } catch (error) {
    return error as AwsError;
  }
}

describe('inputs', () => {
  it('are accepted when they satisfy their model', () => {
    expect(refusal('kinesis', 'CreateStream', { StreamName: 'a-b', ShardCount: 1 })).toBeUndefined();
  });

  it('have all their violations collected, in the order of the model', () => {
    expect(refusal('kinesis', 'PutRecord', { StreamName: 'a b', PartitionKey: '' })).toMatchObject({
      code: 'ValidationException',
      status: 400,
      message:
        "3 validation errors detected: Value 'a b' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; " +
        "Value null at 'data' failed to satisfy constraint: Member must not be null; " +
        "Value '' at 'partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1",
    });
  });

  it('name items by number', () => {
    expect(
      refusal('kinesis', 'PutRecords', { Records: [{ Data: Buffer.from('x'), PartitionKey: 'k' }, { Data: Buffer.from('x') }] })?.message,
    ).toBe(
      "1 validation error detected: Value null at 'records.2.member.partitionKey' failed to satisfy constraint: Member must not be null",
    );
  });

  it('name enums, ranges, and what all items of a list must satisfy', () => {
    expect(refusal('kinesis', 'GetShardIterator', { StreamName: 'a', ShardId: 's', ShardIteratorType: 'X' })?.message).toBe(
      "1 validation error detected: Value 'X' at 'shardIteratorType' failed to satisfy constraint: " +
        'Member must satisfy enum value set: [AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER, TRIM_HORIZON, LATEST, AT_TIMESTAMP]',
    );
    expect(refusal('kinesis', 'RemoveTagsFromStream', { StreamName: 'a', TagKeys: ['k', ''] })?.message).toBe(
      "1 validation error detected: Value '[k, ]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: " +
        '[Member must have length less than or equal to 128, Member must have length greater than or equal to 1]',
    );
  });

  it('count characters, not UTF-16 units', () => {
    expect(refusal('kinesis', 'PutRecord', { StreamName: 'a', Data: Buffer.from('x'), PartitionKey: '😹'.repeat(256) })).toBeUndefined();
    expect(refusal('kinesis', 'PutRecord', { StreamName: 'a', Data: Buffer.from('x'), PartitionKey: '😹'.repeat(257) })).toBeDefined();
  });

  it('are reported ten at most', () => {
    const Records = Array.from({ length: 20 }, () => ({ PartitionKey: 'k' }));
    expect(refusal('kinesis', 'PutRecords', { Records })?.message).toMatch(/^10 validation errors detected: /);
  });

  it.each([
    ['sqs', 'CreateQueue', {}, 'MissingParameter', 'The request must contain the parameter QueueName.'],
    ['ec2', 'RunInstances', { MinCount: 1 }, 'MissingParameter', 'The request must contain the parameter MaxCount'],
    ['rds', 'DeleteDBInstance', {}, 'MissingParameter', 'The request must contain the parameter DBInstanceIdentifier.'],
    [
      'sts',
      'AssumeRole',
      { RoleSessionName: 'ab' },
      'ValidationError',
      "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
    ],
    [
      'logs',
      'CreateLogGroup',
      {},
      'InvalidParameterException',
      "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null",
    ],
  ])('are refused by %s %s as it does', (service, operation, input, code, message) => {
    expect(refusal(service, operation, input)).toMatchObject({ code, message });
  });

  it('are the business of S3 alone', () => {
    expect(refusal('s3', 'CreateBucket', {})).toBeUndefined();
  });
});

describe('outputs', () => {
  it('must be what the model says', () => {
    const operation = loadModel('sqs').operation('SendMessage')!;
    expect(() => requireValidOutput(operation, { MessageId: 'a', MD5OfMessageBody: 'b' })).not.toThrow();
    expect(() => requireValidOutput(operation, { MessageId: 5, Nonsense: 1 })).toThrow(
      /output\.MessageId is no string; output\.Nonsense is not in the model/,
    );
  });
});

describe('patterns', () => {
  it.each([
    ['[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*', 'Käy 1', 'a#'],
    ['\\p{Print}+', 'a b', 'ä'],
    ['[\\p{Print}&&[^|:/]]+', 'ab', 'a:b'],
    ['(?s).+', 'a\nb', ''],
    ['(?i)abc', 'aBC', 'abd'],
    ['[\\w-_]*', 'a-b_', 'a b'],
    ['[0-9A-Z]{2}+', 'A1', 'A'],
    ['[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*', 'a😹', 'a\n'],
    ['\\Qa.b\\E', 'a.b', 'axb'],
    ['[^/:|\\000-\\037]+', 'a', '\u0001'],
    ['arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+', 'arn:aws:iam::123456789012:role/x', 'arn:aws:iam::1:role/x'],
  ])('of Java mean the same here: %s', (source, yes, no) => {
    const pattern = javaPattern(source);
    expect(pattern.unsupported).toBeUndefined();
    expect(pattern.matches(yes)).toBe(true);
    expect(pattern.matches(no)).toBe(false);
  });

  it('cannot be made to run away', () => {
    const started = performance.now();
    expect(javaPattern('^[a-z0-9*](?:[._\\-/a-z0-9*]?[a-z0-9*]+)*$').matches(`${'a'.repeat(60)}!`)).toBe(true);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('do not fail on texts beyond what they can be matched against', () => {
    const UserName = 'x'.repeat(10_000_000);
    expect(refusal('iam', 'CreateUser', { UserName })).toMatchObject({ code: 'ValidationError', status: 400 });
  });

  it('of all services have an equivalent, but for one', () => {
    const unsupported = new Set<string>();
    for (const id of serviceIds()) {
      for (const source of patternsOf(id)) if (javaPattern(source).unsupported !== undefined) unsupported.add(source);
    }
    expect([...unsupported]).toEqual(['^(?![^:\\\\]*/action/|(?i).*<script>.*</script>.*)[^:\\\\]+$']);
  });
});

function patternsOf(id: string): Set<string> {
  const model = loadModel(id);
  const seen = new Set<unknown>();
  const patterns = new Set<string>();
  const visit = (shape: any): void => {
    if (shape === undefined || seen.has(shape)) return;
    seen.add(shape);
    if (shape.pattern !== undefined) patterns.add(shape.pattern);
    for (const member of shape.members?.values() ?? []) visit(member.shape);
    for (const member of [shape.element, shape.key, shape.value]) visit(member?.shape);
  };
  for (const name of model.operationNames) visit(model.operation(name)!.input);
  return patterns;
}
