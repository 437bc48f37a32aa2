// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
/** How conditions combine, and policy variables. IAM User Guide, "Multiple context keys or values", "Variables and tags". */
import { alice, allow, type Case, deny, federated, no, type Row, row, session, yes } from './row';

const when = (condition: Record<string, unknown>) => allow('s3:GetObject', { Condition: condition });
const twoKeys = when({ StringEquals: { 'app:a': '1', 'app:b': '2' } });
const twoOperators = when({ StringEquals: { 'app:a': '1' }, NumericLessThan: { 'app:b': '5' } });
const twoValues = when({ StringEquals: { 'app:a': ['1', '2'] } });
const neither = when({ StringNotEquals: { 'app:a': ['1', '2'] } });

const combined: readonly Row[] = [
  row('both keys of one operator hold', { identity: twoKeys, keys: { 'app:a': '1', 'app:b': '2' } }, yes),
  row('one key of one operator fails', { identity: twoKeys, keys: { 'app:a': '1', 'app:b': '3' } }, no),
  row('one key of one operator is missing', { identity: twoKeys, keys: { 'app:a': '1' } }, no),
  row('both operators hold', { identity: twoOperators, keys: { 'app:a': '1', 'app:b': '2' } }, yes),
  row('one operator fails', { identity: twoOperators, keys: { 'app:a': '1', 'app:b': '7' } }, no),
  row('the first of two values', { identity: twoValues, keys: { 'app:a': '1' } }, yes),
  row('the second of two values', { identity: twoValues, keys: { 'app:a': '2' } }, yes),
  row('neither of two values', { identity: twoValues, keys: { 'app:a': '3' } }, no),
  row('negated: one of two values', { identity: neither, keys: { 'app:a': '2' } }, no),
  row('negated: neither of two values', { identity: neither, keys: { 'app:a': '3' } }, yes),
  row('key names do not distinguish case', { identity: when({ StringEquals: { 'APP:A': '1' } }), keys: { 'app:a': '1' } }, yes),
  row('key names of the request neither', { identity: when({ StringEquals: { 'app:a': '1' } }), keys: { 'App:A': '1' } }, yes),
  row('an empty condition always holds', { identity: when({}) }, yes),
  row('an operator without keys always holds', { identity: when({ StringEquals: {} }) }, yes),
  row('a key without values never holds', { identity: when({ StringEquals: { 'app:a': [] } }), keys: { 'app:a': '1' } }, no),
  row(
    'a deny whose condition fails denies nothing',
    { identity: [allow('*'), deny('*', { Condition: { Bool: { 'app:a': 'true' } } })], keys: { 'app:a': 'false' } },
    yes,
  ),
  row(
    'a deny whose condition holds',
    { identity: [allow('*'), deny('*', { Condition: { Bool: { 'app:a': 'true' } } })], keys: { 'app:a': 'true' } },
    'deny by identity',
  ),
  row(
    'a negated deny applies when the key is missing',
    { identity: [allow('*'), deny('*', { Condition: { StringNotEquals: { 'app:a': '1' } } })] },
    'deny by identity',
  ),
  row(
    'a deny IfExists applies when the key is missing',
    { identity: [allow('*'), deny('*', { Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } })] },
    'deny by identity',
  ),
  row(
    'the same key under two operators',
    { identity: when({ StringLike: { 'app:a': 'x*' }, StringNotLike: { 'app:a': '*y' } }), keys: { 'app:a': 'xz' } },
    yes,
  ),
  row(
    'the same key under two operators, one fails',
    { identity: when({ StringLike: { 'app:a': 'x*' }, StringNotLike: { 'app:a': '*y' } }), keys: { 'app:a': 'xy' } },
    no,
  ),
  row(
    'required, not empty, and within a set',
    { identity: when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] }, Null: { 'aws:TagKeys': 'false' } }) },
    no,
  ),
];

const home = 'arn:aws:s3:::photos/alice/cat.jpg';
const tagged = (tags: Record<string, string>) => ({ caller: { ...alice, tags } });

/** Resource of the policy, what the request has besides, and whether it fits `photos/alice/cat.jpg`. */
const inResources: readonly (readonly [string, Case, boolean])[] = [
  ['arn:aws:s3:::photos/${aws:username}/*', {}, true],
  ['arn:aws:s3:::photos/${AWS:UserName}/*', {}, true],
  ['arn:aws:s3:::photos/${ aws:username }/*', {}, true],
  ['arn:aws:s3:::photos/${aws:username}/*', { caller: { ...alice, userName: 'bob' } }, false],
  ['arn:aws:s3:::photos/${aws:username}/*', { caller: session }, false],
  ['arn:aws:s3:::photos/${aws:username}/*', { caller: federated, session: allow('*') }, false],
  ['arn:aws:s3:::photos/${aws:userid}/*', { caller: { ...alice, id: 'alice' } }, true],
  ['arn:aws:s3:::photos/${aws:PrincipalTag/home}/*', tagged({ home: 'alice' }), true],
  ['arn:aws:s3:::photos/${aws:PrincipalTag/Home}/*', tagged({ home: 'alice' }), true],
  ['arn:aws:s3:::photos/${aws:PrincipalTag/home}/*', {}, false],
  ["arn:aws:s3:::photos/${aws:PrincipalTag/home, 'alice'}/*", {}, true],
  ["arn:aws:s3:::photos/${aws:PrincipalTag/home,'alice'}/*", {}, true],
  ["arn:aws:s3:::photos/${aws:PrincipalTag/home, 'alice'}/*", tagged({ home: 'bob' }), false],
  ["arn:aws:s3:::photos/${aws:PrincipalTag/home, 'bob'}/*", tagged({ home: 'alice' }), true],
  ['arn:aws:s3:::photos/${aws:PrincipalTag/home}/*', tagged({ home: '*' }), false],
  ['arn:aws:s3:::photos/${aws:PrincipalTag/home}/*', tagged({ home: 'a?ice' }), false],
  ['arn:aws:s3:::photos/${aws:PrincipalTag/first}${aws:PrincipalTag/last}/*', tagged({ first: 'al', last: 'ice' }), true],
  ['arn:aws:s3:::photos/*${aws:PrincipalTag/last}/cat.*', tagged({ last: 'ice' }), true],
  ['arn:aws:s3:::photos/${*}/*', {}, false],
  ['arn:aws:s3:::photos/${aws:username/*', {}, false],
  ['arn:aws:s3:::photos/${app:list}/*', { keys: { 'app:list': ['alice', 'bob'] } }, false],
  ['arn:aws:s3:::photos/${app:one}/*', { keys: { 'app:one': 'alice' } }, true],
];

/** Condition, tag `home` of the caller, value of app:key, and whether it holds. */
const inConditions: readonly (readonly [string, string, string | undefined, string, boolean])[] = [
  ['StringEquals', '${aws:PrincipalTag/home}', 'alice', 'alice', true],
  ['StringEquals', '${aws:PrincipalTag/home}', 'alice', 'bob', false],
  ['StringEquals', '${aws:PrincipalTag/home}', undefined, 'alice', false],
  ['StringEquals', "${aws:PrincipalTag/home, 'none'}", undefined, 'none', true],
  ['StringEquals', 'x-${aws:PrincipalTag/home}-y', 'a', 'x-a-y', true],
  ['StringEqualsIgnoreCase', '${aws:PrincipalTag/home}', 'ALICE', 'alice', true],
  ['StringNotEquals', '${aws:PrincipalTag/home}', 'alice', 'alice', false],
  ['StringNotEquals', '${aws:PrincipalTag/home}', 'alice', 'bob', true],
  ['StringLike', '${aws:PrincipalTag/home}/*', 'alice', 'alice/x', true],
  ['StringLike', '${aws:PrincipalTag/home}/*', '*', 'bob/x', false],
  ['StringLike', '${aws:PrincipalTag/home}/*', '*', '*/x', true],
  ['StringLike', 'a${*}c', undefined, 'a*c', true],
  ['StringLike', 'a${*}c', undefined, 'abc', false],
  ['StringLike', 'a${?}c', undefined, 'a?c', true],
  ['StringLike', 'a${?}c', undefined, 'abc', false],
  ['StringEquals', 'a${$}c', undefined, 'a$c', true],
  ['StringEquals', '${$}{aws:username}', undefined, '${aws:username}', true],
  ['StringNotLike', 'a${*}', undefined, 'ab', true],
  ['ArnLike', 'arn:aws:sns:*:*:${aws:PrincipalTag/home}', 'news', 'arn:aws:sns:us-east-1:111122223333:news', true],
  ['ArnLike', 'arn:aws:sns:*:*:${aws:PrincipalTag/home}', 'olds', 'arn:aws:sns:us-east-1:111122223333:news', false],
  ['ArnEquals', 'arn:aws:iam::${aws:PrincipalAccount}:role/x', undefined, 'arn:aws:iam::111122223333:role/x', true],
];

const variables: readonly Row[] = [
  row(
    'a variable before the fifth colon of a resource is no variable',
    {
      on: 'arn:aws:sns:eu-west-1:111122223333:t',
      keys: { 'app:one': 'eu-west-1' },
      identity: allow('s3:GetObject', 'arn:aws:sns:${app:one}:*:t'),
    },
    no,
  ),
  ...inResources.map(([name, it, isNamed], i) =>
    row(`variable ${i + 1} in a resource: ${name}`, { on: home, identity: allow('s3:GetObject', name), ...it }, isNamed ? yes : no),
  ),
  ...inConditions.map(([operator, value, tag, key, holds]) =>
    row(
      `variable: ${operator} ${value}, tag ${tag ?? '-'}, key ${key}`,
      {
        caller: tag === undefined ? alice : { ...alice, tags: { home: tag } },
        keys: { 'app:key': key },
        identity: when({ [operator]: { 'app:key': value } }),
      },
      holds ? yes : no,
    ),
  ),
];

export const conditions: readonly Row[] = [...combined, ...variables];
