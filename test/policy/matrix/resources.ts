/**
 * Resource and NotResource. IAM User Guide, "Resource": wildcards stay within one part of an ARN, but for the last.
 */
import { allow, deny, no, type Row, row, yes } from './row';

const queue = 'arn:aws:sqs:us-east-1:111122223333:orders';
const fn = 'arn:aws:lambda:eu-west-1:111122223333:function:pay:7';

/** What the policy names, what is asked for, and whether it is named. */
const named: readonly (readonly [string, string, boolean])[] = [
  ['*', queue, true],
  ['*', '*', true],
  [queue, queue, true],
  [queue, `${queue}2`, false],
  [`${queue}*`, `${queue}2`, true],
  [queue, '*', false],
  ['arn:aws:sqs:*:*:*', '*', false],
  ['arn:aws:sqs:*:*:*', queue, true],
  ['arn:aws:sqs:us-east-1:*:orders', queue, true],
  ['arn:aws:sqs:us-*-1:*:orders', queue, true],
  ['arn:aws:sqs:us-west-*:*:orders', queue, false],
  ['arn:aws:sqs:*:111122223333:*', queue, true],
  ['arn:aws:sqs:*:444455556666:*', queue, false],
  ['arn:aws:sqs:*:1111*:ord*', queue, true],
  ['arn:aws:sqs:*:orders', queue, false],
  ['arn:aws:sqs', queue, true],
  ['arn:aws:sns', queue, false],
  ['arn:*:sqs:us-east-1:111122223333:orders', queue, true],
  ['arn:aws-cn:sqs:us-east-1:111122223333:orders', queue, false],
  ['arn:aws:SQS:us-east-1:111122223333:orders', queue, false],
  ['arn:aws:sqs:us-east-1:111122223333:Orders', queue, false],
  ['arn:aws:sqs:us-east-1:111122223333:order?', queue, true],
  ['arn:aws:sqs:us-east-1:111122223333:orders?', queue, false],
  ['arn:aws:sqs:us-east-1:11112222333?:orders', queue, true],
  ['arn:aws:sqs:us-east-1:?11112222333:orders', queue, false],
  ['arn:aws:lambda:*:*:function:*', fn, true],
  ['arn:aws:lambda:*:*:function:pay', fn, false],
  ['arn:aws:lambda:*:*:function:pay:*', fn, true],
  ['arn:aws:lambda:*:*:function:*:7', fn, true],
  ['arn:aws:lambda:*:*:*:7', fn, true],
  ['arn:aws:lambda:*:function:pay:7', fn, false],
  ['arn:aws:lambda:eu-west-1:111122223333:*pay*', fn, true],
  ['arn:aws:s3:::photos', 'arn:aws:s3:::photos', true],
  ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/cat.jpg', false],
  ['arn:aws:s3:::photos/*', 'arn:aws:s3:::photos/cat.jpg', true],
  ['arn:aws:s3:::photos/*', 'arn:aws:s3:::photos/a/b/c.jpg', true],
  ['arn:aws:s3:::photos/*', 'arn:aws:s3:::photos', false],
  ['arn:aws:s3:::photos/*', 'arn:aws:s3:::photos2/cat.jpg', false],
  ['arn:aws:s3:::photos*', 'arn:aws:s3:::photos2/cat.jpg', true],
  ['arn:aws:s3:::*', 'arn:aws:s3:::photos/cat.jpg', true],
  ['arn:aws:s3:::*/cat.jpg', 'arn:aws:s3:::photos/2026/cat.jpg', true],
  ['arn:aws:s3:::*/dog.jpg', 'arn:aws:s3:::photos/2026/cat.jpg', false],
  ['arn:aws:s3:::photos/*/*.jpg', 'arn:aws:s3:::photos/2026/cat.jpg', true],
  ['arn:aws:s3:::photos/*/*.jpg', 'arn:aws:s3:::photos/cat.jpg', false],
  ['arn:aws:s3:::photos/a:b', 'arn:aws:s3:::photos/a:b', true],
  ['arn:aws:s3:::photos/*:b', 'arn:aws:s3:::photos/a:c:b', true],
  ['arn:aws:s3:::photos/ü*', 'arn:aws:s3:::photos/übung', true],
  ['arn:aws:iam::111122223333:user/dev/*', 'arn:aws:iam::111122223333:user/dev/alice', true],
  ['arn:aws:iam::111122223333:user/dev/*', 'arn:aws:iam::111122223333:user/ops/alice', false],
  ['arn:aws:iam::*:role/*', 'arn:aws:iam::111122223333:role/team/deploy', true],
  ['arn:aws:dynamodb:*:*:table/Orders', 'arn:aws:dynamodb:us-east-1:111122223333:table/Orders/index/byDate', false],
  ['arn:aws:dynamodb:*:*:table/Orders/index/*', 'arn:aws:dynamodb:us-east-1:111122223333:table/Orders/index/byDate', true],
];

export const resources: readonly Row[] = [
  ...named.flatMap(([name, on, isNamed]) => [
    row(`Resource ${name}, ${on} asked for`, { action: 'x:Y', on, identity: allow('x:Y', name) }, isNamed ? yes : no),
    row(`NotResource ${name}, ${on} asked for`, { action: 'x:Y', on, identity: allow('x:Y', { NotResource: name }) }, isNamed ? no : yes),
  ]),
  row('one of several resources is enough', { identity: allow('s3:*', { Resource: ['arn:aws:s3:::a/*', 'arn:aws:s3:::photos/*'] }) }, yes),
  row(
    'NotResource spares each of its list',
    { identity: [allow('s3:*'), deny('s3:*', { NotResource: ['arn:aws:s3:::a/*', 'arn:aws:s3:::photos/*'] })] },
    yes,
  ),
  row(
    'NotResource denies what is not on its list',
    { identity: [allow('s3:*'), deny('s3:*', { NotResource: 'arn:aws:s3:::a/*' })] },
    'deny by identity',
  ),
  row(
    'action and resource must fit in one statement',
    { identity: [allow('s3:PutObject'), allow('s3:GetObject', 'arn:aws:s3:::a/*')] },
    no,
  ),
];
