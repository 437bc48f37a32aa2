import { describe, expect, it } from 'vitest';
import { concerns, requireDestinations } from './notification-rules';

const arn = 'arn:aws:sqs:us-east-1:111122223333:q';
type Rules = { readonly prefix?: string; readonly suffix?: string };

function queue(events: string[], rules: Rules = {}, QueueArn = arn) {
  const FilterRules = Object.entries(rules).map(([Name, Value]) => ({ Name, Value }));
  return { Id: 'id', QueueArn, Events: events as never[], ...(FilterRules.length > 0 && { Filter: { Key: { FilterRules } } }) };
}

const destinations = (...QueueConfigurations: ReturnType<typeof queue>[]) => requireDestinations({ QueueConfigurations });

it.each<[string[], Rules, string, string, boolean]>([
  [['s3:ObjectCreated:*'], {}, 'ObjectCreated:Put', 'k', true],
  [['s3:ObjectCreated:*'], {}, 'ObjectRemoved:Delete', 'k', false],
  [['s3:ObjectCreated:Put'], {}, 'ObjectCreated:Copy', 'k', false],
  [['s3:ObjectRemoved:Delete', 's3:ObjectTagging:*'], {}, 'ObjectTagging:Put', 'k', true],
  [['s3:LifecycleTransition'], {}, 'LifecycleTransition', 'k', true],
  [['s3:ObjectCreated:*'], { prefix: 'in/' }, 'ObjectCreated:Put', 'in/k', true],
  [['s3:ObjectCreated:*'], { prefix: 'in/' }, 'ObjectCreated:Put', 'out/k', false],
  [['s3:ObjectCreated:*'], { prefix: 'in/', suffix: '.jpg' }, 'ObjectCreated:Put', 'in/k.png', false],
  [['s3:ObjectCreated:*'], { prefix: 'in/', suffix: '.jpg' }, 'ObjectCreated:Put', 'in/k.jpg', true],
])('%j with %j and %s of %s: %s', (events, rules, event, key, expected) => {
  expect(concerns(destinations(queue(events, rules))[0]!, event, key)).toBe(expected);
});

const overlap = 'Configurations overlap. Configurations on the same bucket cannot share a common event type.';
const ambiguous = /Cannot have overlapping suffixes in two rules if the prefixes are overlapping/;

describe('refuses', () => {
  it.each<[string, ReturnType<typeof queue>[], string | RegExp]>([
    ['the same event twice', [queue(['s3:ObjectCreated:*']), queue(['s3:ObjectCreated:Put'])], overlap],
    ['a filter beside none', [queue(['s3:ObjectCreated:*']), queue(['s3:ObjectCreated:*'], { prefix: 'a' })], ambiguous],
    [
      'prefixes in each other',
      [queue(['s3:ObjectCreated:*'], { prefix: 'a' }), queue(['s3:ObjectCreated:*'], { prefix: 'ab' })],
      ambiguous,
    ],
    [
      'suffixes in each other',
      [queue(['s3:ObjectCreated:*'], { suffix: '.gz' }), queue(['s3:ObjectCreated:*'], { suffix: '.tar.gz' })],
      ambiguous,
    ],
    ['an unknown event', [queue(['s3:ObjectSeen'])], 'The event is not supported for notifications'],
    ['no events', [queue([])], /not well-formed/],
    ['another service', [queue(['s3:ObjectCreated:*'], {}, 'arn:aws:sns:us-east-1:111122223333:t')], 'The ARN could not be parsed'],
    ['no ARN', [queue(['s3:ObjectCreated:*'], {}, 'q')], 'The ARN could not be parsed'],
    ['an unknown rule', [queue(['s3:ObjectCreated:*'], { infix: 'a' } as Rules)], 'filter rule name must be either prefix or suffix'],
  ])('%s', (_, queues, message) => {
    expect(() => destinations(...queues)).toThrow(message);
  });
});

describe('takes', () => {
  it.each<[string, ReturnType<typeof queue>[]]>([
    ['different events', [queue(['s3:ObjectCreated:*']), queue(['s3:ObjectRemoved:*'])]],
    ['different prefixes', [queue(['s3:ObjectCreated:*'], { prefix: 'a' }), queue(['s3:ObjectCreated:*'], { prefix: 'b' })]],
    [
      'the same prefix with different suffixes',
      [queue(['s3:ObjectCreated:*'], { prefix: 'a', suffix: '.jpg' }), queue(['s3:ObjectCreated:*'], { prefix: 'a', suffix: '.png' })],
    ],
  ])('%s', (_, queues) => {
    expect(destinations(...queues)).toHaveLength(queues.length);
  });
});
