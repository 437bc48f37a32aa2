import { expect, test } from 'vitest';
import { run, Server } from '../cli/command';
import { admin } from '../system/admin-call';
import { environmentFor, outputOf } from './tools';

const version = outputOf('aws', '--version');
const python = outputOf('python3', '--version');

test.skipIf(version === undefined || python === undefined)(
  'AWS CLI: cloudtrail lookup-events says who did it, validate-logs finds what was changed (needs aws)',
  async () => {
    await using server = await Server.start(['--log', 'errors', '--strict']);
    const env = { ...(await environmentFor(server)), AWS_PAGER: '', PYTHONUTF8: '1' };
    const aws = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await run('aws', args, { env });
      if (code !== 0) throw new Error(`aws ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
      return stdout;
    };
    const json = async (...args: string[]) => JSON.parse(await aws(...args, '--output', 'json'));
    await aws('s3api', 'create-bucket', '--bucket', 'logs');
    await aws('cloudtrail', 'create-trail', '--name', 'main', '--s3-bucket-name', 'logs', '--enable-log-file-validation');
    await aws('cloudtrail', 'start-logging', '--name', 'main');
    const { TopicArn } = await json('sns', 'create-topic', '--name', 'orders');
    await aws('sns', 'delete-topic', '--topic-arn', TopicArn);

    const asked = ['--lookup-attributes', 'AttributeKey=EventName,AttributeValue=DeleteTopic'];
    const { Events } = await json('cloudtrail', 'lookup-events', ...asked);
    expect(Events).toMatchObject([{ EventName: 'DeleteTopic', Username: 'root', ReadOnly: 'false', EventSource: 'sns.amazonaws.com' }]);
    expect(JSON.parse(Events[0].CloudTrailEvent)).toMatchObject({
      userAgent: expect.stringContaining('aws-cli/'),
      sourceIPAddress: '127.0.0.1',
    });

    const { body: before } = await admin(server.url, 'clock');
    for (let hour = 0; hour < 2; hour++) await admin(server.url, 'clock/advance', { ms: 61 * 60_000 });
    const { body: after } = await admin(server.url, 'clock');
    const arn = 'arn:aws:cloudtrail:us-east-1:000000000000:trail/main';
    const times = ['--start-time', before.time, '--end-time', after.time];
    const validate = () => run('aws', ['cloudtrail', 'validate-logs', '--trail-arn', arn, ...times, '--verbose'], { env });
    const { stdout, stderr, code } = await validate();
    expect(stderr).toBe('');
    expect(stdout).toContain('2/2 digest files valid');
    expect(stdout).toMatch(/(\d+)\/\1 log files valid/);
    expect(code).toBe(0);

    const listed = await json('s3api', 'list-objects-v2', '--bucket', 'logs', '--prefix', 'AWSLogs/000000000000/CloudTrail/');
    await aws('s3', 'rm', `s3://logs/${listed.Contents[0].Key}`);
    const changed = await validate();
    expect(changed.stdout + changed.stderr).toContain('INVALID: not found');
  },
  120_000,
);
