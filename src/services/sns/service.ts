/**
 * Amazon SNS. Operations look up, check and change; what a message goes through is in publishing.ts, how it arrives in
 * effects.ts and local-delivery.ts, and delivery itself, with its retries and dead letters, is the kernel's (`tx.send`).
 */
import { defineService } from '../../kernel';
import { access } from './access';
import { finishText, target, timers } from './effects';
import { tagForbidden } from './errors';
import { facts } from './facts';
import { messageOperations } from './operations/messages';
import { platformOperations } from './operations/platforms';
import { smsOperations } from './operations/sms';
import { subscriptionOperations } from './operations/subscriptions';
import { topicOperations } from './operations/topics';
import {
  Deduplications,
  PlatformApplications,
  PlatformEndpoints,
  Published,
  SandboxNumbers,
  SmsSettings,
  SubscriptionCounts,
  Subscriptions,
  Tokens,
  Topics,
} from './state';
import { trail } from './trail';

export default defineService({
  id: 'sns',
  operations: { ...topicOperations, ...subscriptionOperations, ...messageOperations, ...platformOperations, ...smsOperations },
  access,
  facts,
  tagPolicy: { types: ['topic'], refusal: tagForbidden },
  trail,
  state: [
    Topics,
    Subscriptions,
    Tokens,
    Deduplications,
    SubscriptionCounts,
    Published,
    PlatformApplications,
    PlatformEndpoints,
    SmsSettings,
    SandboxNumbers,
  ],
  timers,
  target,
  finishText,
});
