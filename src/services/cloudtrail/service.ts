/**
 * AWS CloudTrail. The gateway notes finished calls, the kernel keeps each account's history of them; this service shows that
 * history (lookup-events.ts, record.ts) and has trails: what they select (selectors.ts), when and how it is delivered
 * (delivery.ts, files.ts, digest.ts). CloudTrail's own deliveries are not recorded, as with `--no-recursive-logging`.
 */
import { defineService } from '../../kernel';
import { access, facts } from './access';
import { audit, timers } from './delivery';
import { tagsInvalid } from './errors';
import { events } from './files';
import { instead } from './instead';
import { administratorOperations } from './operations/administrators';
import { eventOperations } from './operations/events';
import { selectorOperations } from './operations/selectors';
import { tagOperations } from './operations/tags';
import { trailOperations } from './operations/trails';
import { Streams, Trails, UndeliveredCalls } from './state';
import { trail } from './trail';

export default defineService({
  id: 'cloudtrail',
  operations: { ...trailOperations, ...selectorOperations, ...eventOperations, ...tagOperations, ...administratorOperations },
  instead,
  access,
  facts,
  tagPolicy: { types: ['trail'], refusal: tagsInvalid },
  trail,
  audit,
  state: [Trails, Streams, UndeliveredCalls],
  timers,
  events,
});
