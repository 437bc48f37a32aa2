/** Finds queues: by URL, by ARN, by name. */
import { fail, type Place, type Tx, type TxContext } from '../../kernel';
import { queueDoesNotExist } from './errors';
import { parseQueueArn, parseQueueUrl } from './queue-address';
import { type Queue, Queues } from './state';

/** A queue and the transaction as its account and region see it: `tx.place` is where the queue is. */
export interface Located {
  readonly tx: Tx;
  readonly queue: Queue;
}

/** The account and region a queue URL means, for a caller at `at`. */
export function placeOfUrl(url: string, at: Place): Place {
  const { account, region = at.region } = parseQueueUrl(url);
  return account === at.account && region === at.region ? at : { partition: at.partition, account, region };
}

/** Throws QueueDoesNotExist or InvalidAddress. */
export function requireQueue(ctx: Pick<TxContext, 'tx' | 'request'>, url: string): Located {
  const { name } = parseQueueUrl(url);
  const place = placeOfUrl(url, ctx.tx.place);
  const tx = place === ctx.tx.place ? ctx.tx : ctx.tx.in(place);
  return { tx, queue: tx.get(Queues, name) ?? fail(queueDoesNotExist(ctx.request.protocol)) };
}

export function findQueueByArn(tx: Tx, arn: string): Located | undefined {
  const address = parseQueueArn(arn);
  if (address === undefined) return undefined;
  const { account, region } = address;
  const there = account === tx.place.account && region === tx.place.region ? tx : tx.in({ account, region });
  const queue = there.get(Queues, address.name);
  return queue && { tx: there, queue };
}
