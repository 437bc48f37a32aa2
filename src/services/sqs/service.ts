/** Amazon SQS. */
import { defineService } from '../../kernel';
import { access } from './access';
import { target, timers } from './effects';
import { tagForbidden } from './errors';
import { facts } from './facts';
import { messageOperations } from './operations/messages';
import { moveTaskOperations } from './operations/move-tasks';
import { queueOperations } from './operations/queues';
import { sharingOperations } from './operations/sharing';
import {
  Deduplications,
  Delayed,
  DeletedNames,
  FifoMessages,
  Groups,
  Held,
  InFlight,
  MoveTasks,
  Postponed,
  Queues,
  Ready,
  ReceiveAttempts,
  Sent,
  Taken,
  Tenants,
  Wakeups,
} from './state';
import { trail } from './trail';

export default defineService({
  id: 'sqs',
  operations: { ...queueOperations, ...messageOperations, ...sharingOperations, ...moveTaskOperations },
  access,
  facts,
  tagPolicy: { types: ['queue'], refusal: tagForbidden },
  trail,
  state: [
    Queues,
    DeletedNames,
    Ready,
    Delayed,
    InFlight,
    Tenants,
    FifoMessages,
    Groups,
    Deduplications,
    ReceiveAttempts,
    Wakeups,
    MoveTasks,
    Sent,
    Taken,
    Held,
    Postponed,
  ],
  timers,
  target,
});
