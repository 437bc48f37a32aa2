/** The limits of hiding messages: how many, and for how long. */
import { invalidValue } from './errors';
import type { Message } from './message';

/** Messages in flight per queue (Developer Guide, message quotas). */
export const maximumInFlight = 120_000;

/** A message stays hidden for twelve hours from its receive at most, however often its timeout is changed. */
const maximumVisibilitySeconds = 43_200;

export function checkVisibilityTimeout(seconds: number): void {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > maximumVisibilitySeconds) {
    throw invalidValue('VisibilityTimeout', seconds, `Must be between 0 and ${maximumVisibilitySeconds}, if provided.`);
  }
}

/** When a message that is hidden for `seconds` from `now` is visible again. */
export function hiddenUntil(message: Message, now: number, seconds: number): number {
  const until = now + seconds * 1000;
  if (until - (message.receivedAt ?? now) > maximumVisibilitySeconds * 1000) {
    const reason = `Total VisibilityTimeout for the message is beyond the limit [${maximumVisibilitySeconds} seconds]`;
    throw invalidValue('VisibilityTimeout', seconds, reason);
  }
  return until;
}
