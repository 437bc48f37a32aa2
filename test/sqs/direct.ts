/** SQS over the kernel alone, with a frozen clock: for the many cases that need no wire. */
import type { SQS } from '../../generated/api/sqs';
import type { Place } from '../../src/kernel';
import { Clock } from '../../src/kernel/clock';
import { Registry } from '../../src/kernel/registry';
import { World } from '../../src/kernel/world';
import sqs from '../../src/services/sqs/service';
import { Held, Queues } from '../../src/services/sqs/state';
import { openMemory } from '../../src/store/memory';
import { openMemoryBlobs } from '../../src/store/memory-blobs';

export { fullRefusal as refusal } from '../refusal';

export const here: Place = { partition: 'aws', account: '111111111111', region: 'us-east-1' };

export interface DirectSqs extends AsyncDisposable {
  readonly world: World;
  call<O extends keyof SQS & string>(operation: O, input: SQS[O]['input'], place?: Place): Promise<SQS[O]['output']>;
  /** Moves the clock, in seconds, and waits for what that causes. */
  pass(seconds: number): Promise<void>;
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
  const clock = new Clock();
  clock.freeze();
  const failures: unknown[] = [];
  const world = new World({
    engine: openMemory({ freeze: true }),
    blobs: openMemoryBlobs(),
    registry: new Registry({ sqs: { load: async () => ({ default: sqs }), events: [], state: {} } }),
    clock,
    seed: 'sqs',
    report: (what, error) => failures.push(what, error),
  });
  const call = ((operation, input, place = here) => world.call('sqs', operation, input, place)) as DirectSqs['call'];
  return {
    world,
    call,
    async pass(seconds) {
      const { settled, left } = await world.advance(seconds * 1000);
      if (!settled) throw new Error(`not settled: ${left.join(', ')}`);
    },
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
    async [Symbol.asyncDispose]() {
      await world.close();
      if (failures.length > 0) throw new AggregateError(failures, 'something failed in the background');
    },
  };
}
