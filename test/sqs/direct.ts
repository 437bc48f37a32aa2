/** SQS over the kernel alone, with a frozen clock: for the many cases that need no wire. */
import type { SQS } from '../../generated/api/sqs';
import sqs from '../../src/services/sqs/service';
import { Held, Queues } from '../../src/services/sqs/state';
import { type Direct, here, openDirect } from '../direct';

export { here } from '../direct';
export { fullRefusal as refusal } from '../refusal';

export interface DirectSqs extends Direct<SQS> {
  /** Creates a queue; its URL. */
  queue(name: string, attributes?: Record<string, string>): Promise<string>;
  /** The bodies that one receive gets. */
  bodies(url: string, options?: Partial<SQS['ReceiveMessage']['input']>): Promise<string[]>;
  /** `visible/in flight/delayed` */
  counts(url: string): Promise<string>;
  /** Makes a queue believe that so many more messages are in flight. */
  fillFlight(name: string, messages: number): Promise<void>;
}

export function openSqs(): DirectSqs {
  const direct = openDirect<SQS>(sqs);
  const { world, call } = direct;
  return {
    ...direct,
    async queue(name, Attributes) {
      const fifo = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
      const { QueueUrl } = await call('CreateQueue', { QueueName: name, Attributes: { ...fifo, ...Attributes } });
      return QueueUrl as string;
    },
    async bodies(QueueUrl, more) {
      const { Messages = [] } = await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10, ...more });
      return Messages.map((message) => message.Body as string);
    },
    async counts(QueueUrl) {
      const { Attributes = {} } = await call('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
      const count = (suffix: string) => Attributes[`ApproximateNumberOfMessages${suffix}` as 'ApproximateNumberOfMessages'];
      return `${count('')}/${count('NotVisible')}/${count('Delayed')}`;
    },
    async fillFlight(name, messages) {
      await world.transactAt(here, (tx) => tx.add(Held, tx.get(Queues, name)?.bin as string, messages));
    },
  };
}
