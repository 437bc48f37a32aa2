/** How queues are named: names, URLs and ARNs. */
import { BoundedCache, fail } from '../../kernel';
import { invalidAddress, invalidParameter } from './errors';

/** Where a queue is, as far as its URL or ARN says; the caller's region stands in when a URL names none. */
interface QueueAddress {
  readonly account: string;
  readonly region: string | undefined;
  readonly name: string;
}

const standardName = /^[\w-]{1,80}$/;
const fifoName = /^(?=.{6,80}$)[\w-]+\.fifo$/;
const accountId = /^\d{12}$/;
const regionInHost = /^https?:\/\/(?:sqs(?:-fips)?\.([a-z]{2,3}(?:-[a-z]+)+-\d+)|([a-z]{2,3}(?:-[a-z]+)+-\d+)\.queue)\./;
const regionInPath = /\/queue\/([a-z]{2,3}(?:-[a-z]+)+-\d+)$/;
const queueArn = /^arn:[\w-]+:sqs:([a-z0-9-]+):(\d{12}):([\w-]{1,80}(?:\.fifo)?)$/;

export function isFifoName(name: string): boolean {
  return name.endsWith('.fifo');
}

/** Throws AWS's sentence for a name that no queue of this kind may have. */
export function checkQueueName(name: string, fifo: boolean): void {
  if (fifo ? fifoName.test(name) : standardName.test(name)) return;
  throw invalidParameter(
    fifo
      ? 'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.'
      : 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  );
}

/** What a URL of a queue ends with, whatever the host; undefined for other texts. */
export function findQueueInUrl(url: string): Pick<QueueAddress, 'account' | 'name'> | undefined {
  const nameAt = url.lastIndexOf('/') + 1;
  const accountAt = nameAt - 13;
  const account = url.slice(accountAt, nameAt - 1);
  if (accountAt < 1 || url[accountAt - 1] !== '/' || nameAt === url.length || !accountId.test(account)) return undefined;
  return { account, name: url.slice(nameAt) };
}

/** Clients name the same queues in call after call. */
const addresses = new BoundedCache<QueueAddress>(1000);
const longestKept = 256;

/**
 * The account and name are what counts, whatever the host: `http://127.0.0.1:4566/<account>/<name>`,
 * `https://sqs.eu-west-1.amazonaws.com/<account>/<name>`, `http://host/queue/eu-west-1/<account>/<name>`.
 */
export function parseQueueUrl(url: string): QueueAddress {
  const known = addresses.get(url);
  if (known) return known;
  const address = readQueueUrl(url);
  return url.length > longestKept ? address : addresses.set(url, address);
}

function readQueueUrl(url: string): QueueAddress {
  const { account, name } = findQueueInUrl(url) ?? fail(invalidAddress(url));
  const host = regionInHost.exec(url);
  const region = host?.[1] ?? host?.[2] ?? regionInPath.exec(url.slice(0, url.length - name.length - account.length - 2))?.[1];
  return { account, region: region ?? (url.includes('://queue.amazonaws.com/') ? 'us-east-1' : undefined), name };
}

export function formatQueueUrl(baseUrl: string, account: string, name: string): string {
  return `${baseUrl}/${account}/${name}`;
}

interface ArnAddress extends QueueAddress {
  readonly region: string;
}

const arnAddresses = new BoundedCache<ArnAddress>(1000);

/** Undefined when the text is not the ARN of a queue. */
export function parseQueueArn(arn: string): ArnAddress | undefined {
  const known = arnAddresses.get(arn);
  if (known) return known;
  const [, region, account, name] = queueArn.exec(arn) ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  return arnAddresses.set(arn, { region, account, name });
}
