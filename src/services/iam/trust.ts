/**
 * Trust policies. AWS keeps the unique ids of the users and roles that one names and shows their ARNs: when somebody is
 * deleted the policy shows the id, and a later user of the same name is not trusted (IAM User Guide, "Principal").
 */
import { type Arn, homeRegionOf, parseArn, rootOf, type Tx } from '../../kernel';
import { parsePolicy, policyProblem, principalsOf, sizeProblem } from '../../policy';
import { type Entity, entityArn, findEntity, readIamArn } from './entities';
import { limitExceeded, malformedPolicy } from './errors';
import { Roles, roleArn, type TrustPolicy, Users, userArn } from './state';

/** Throws MalformedPolicyDocument or LimitExceeded, in AWS's words. */
export function readTrust(tx: Tx, text: string): TrustPolicy {
  const problem = policyProblem(text, 'trust');
  if (problem !== undefined) throw malformedPolicy(problem);
  const tooLong = sizeProblem([text], 'trust');
  if (tooLong !== undefined) throw limitExceeded(tooLong);
  const names = principalsOf(parsePolicy(text, 'trust'));
  const accounts = names.filter((name) => /^\d{12}$/.test(name));
  const identities = names.filter((name) => !/^(\*|\d{12})$/.test(name)).map((name) => [name, principalId(tx, name)] as const);
  return {
    text: accounts.length === 0 ? text : withPrincipals(text, (name) => (accounts.includes(name) ? rootArn(tx, name) : name)),
    principalIds: Object.fromEntries(identities.filter((pair): pair is [string, string] => pair[1] !== undefined)),
  };
}

/** As AWS shows it today: with the ARNs that those it names have now, or the unique ids of those who are gone. */
export function shownTrust(tx: Tx, { text, principalIds }: TrustPolicy): string {
  const shown = new Map(Object.entries(principalIds).map(([arn, id]) => [arn, arnOfId(tx, arn, id) ?? id]));
  const isUnchanged = [...shown].every(([arn, now]) => arn === now);
  return isUnchanged ? text : withPrincipals(text, (name) => shown.get(name) ?? name);
}

const rootArn = (tx: Tx, account: string) => rootOf(account, tx.place.partition).arn;

/**
 * The unique id behind the ARN of a user or role; undefined for accounts and sessions, which have none. Throws for what is
 * no principal and for users and roles that do not exist.
 */
function principalId(tx: Tx, name: string): string | undefined {
  const invalid = () => malformedPolicy(`Invalid principal in policy: "AWS":"${name}"`);
  const arn = parseArn(name);
  if (!arn || arn.partition !== tx.place.partition || arn.region !== '' || !/^\d{12}$/.test(arn.account)) throw invalid();
  if (arn.service === 'sts' && /^(assumed-role|federated-user)\/./.test(arn.resource)) return undefined;
  if (arn.service !== 'iam') throw invalid();
  if (arn.resource === 'root') return undefined;
  const found = entityAt(tx, name);
  if (!found || entityArn(found, accountOf(tx, arn).place) !== name) throw invalid();
  return found.record.id;
}

/** The ARN that the user or role with this id has now; `arn` is the one it had when the policy was written. */
function arnOfId(tx: Tx, arn: string, id: string): string | undefined {
  const there = accountOf(tx, parseArn(arn) as Arn);
  const user = there.find(Users, 'id', id);
  if (user) return userArn(user, there.place);
  const role = there.find(Roles, 'id', id);
  return role && roleArn(role, there.place);
}

/** The user or role an ARN names, by its name. */
function entityAt(tx: Tx, text: string): Entity | undefined {
  const named = readIamArn(text);
  const entity = named && findEntity(accountOf(tx, named.arn), named.kind, named.name);
  return entity?.kind === 'group' ? undefined : entity;
}

function accountOf(tx: Tx, { account }: Arn): Tx {
  return tx.in({ account, region: homeRegionOf(tx.place.partition) });
}

type Json = Readonly<Record<string, unknown>>;

/** The document with other names in place of its AWS principals. */
function withPrincipals(text: string, rename: (name: string) => string): string {
  const document = JSON.parse(text) as Json;
  const statements = document['Statement'];
  const renamed = (value: unknown) => (typeof value === 'string' ? rename(value) : value);
  const inStatement = (statement: Json): Json => {
    const element = ['Principal', 'NotPrincipal'].find((name) => typeof statement[name] === 'object' && statement[name] !== null);
    if (element === undefined) return statement;
    const principal = statement[element] as Json;
    const { AWS } = principal;
    if (AWS === undefined) return statement;
    return { ...statement, [element]: { ...principal, AWS: Array.isArray(AWS) ? AWS.map(renamed) : renamed(AWS) } };
  };
  return JSON.stringify({
    ...document,
    Statement: Array.isArray(statements) ? statements.map((statement) => inStatement(statement as Json)) : inStatement(statements as Json),
  });
}
