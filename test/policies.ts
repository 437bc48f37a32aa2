/** Policies as tests write them. */

type Statement = Readonly<Record<string, unknown>>;
type OneOrMore = string | readonly string[];

export const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

/** `more`: further elements of the statement. */
export const allow = (Action: OneOrMore, Resource: OneOrMore = '*', more: object = {}): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

export const deny = (Action: OneOrMore, Resource: OneOrMore = '*', more: object = {}): Statement => ({
  ...allow(Action, Resource, more),
  Effect: 'Deny',
});

/** The policy of a role that these may assume: services, or AWS principals. */
export const trusting = (Principal: string | Readonly<Record<string, OneOrMore>>) =>
  policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
