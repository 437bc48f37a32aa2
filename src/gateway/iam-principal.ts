/** Whom a user of ours means: a user or a role by its name or ARN, a session, root, a service, the holder of an access key. */
import { type Arn, parseArn } from '../kernel/arn';
import { AccessKeys, defaultAccount } from '../kernel/credentials';
import { AwsError } from '../kernel/errors';
import { homeRegionOf, type Place } from '../kernel/place';
import { type Principal, rootOf, servicePrincipal } from '../kernel/principal';
import { anonymous } from '../security/principal';
import { badRequest } from './admin-parameters';
import type { Cloud } from './cloud';

interface Entity {
  readonly Arn: string;
  readonly UserId?: string;
  readonly RoleId?: string;
}

/** Where names and keys are looked for. */
interface NamedAt {
  readonly account?: string | undefined;
  readonly partition?: string | undefined;
}

/** Throws a 404 that says who there is. */
export async function principalNamed(cloud: Cloud, text: string, at: NamedAt = {}): Promise<Principal> {
  const { account = defaultAccount, partition = cloud.world.home.partition } = at;
  if (text === 'root') return rootOf(account, partition);
  if (/^\d{12}$/.test(text)) return rootOf(text, partition);
  if (text === 'anonymous' || text === '*') return anonymous;
  if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/.test(text)) return servicePrincipal(text, account);
  if (/^A(?:KIA|SIA)[A-Z0-9]{12,124}$/.test(text)) return holderOf(cloud, text, partition);
  return text.startsWith('arn:') ? byArn(cloud, text) : byName(cloud, text, { partition, account, region: homeRegionOf(partition) });
}

async function holderOf({ world, access }: Cloud, accessKeyId: string, partition: string): Promise<Principal> {
  const key = await world.transactAt({ ...world.home, partition }, (tx) => tx.get(AccessKeys, accessKeyId));
  const found = key?.principal ?? access.decisions.principalSeen(accessKeyId);
  if (found) return found;
  const isTemporary = accessKeyId.startsWith('ASIA');
  throw notFound(
    `There is no access key ${accessKeyId}.${isTemporary ? ' Temporary keys are known only by what was done with them in modes audit and enforce; name the role instead.' : ''}`,
  );
}

async function byArn(cloud: Cloud, text: string): Promise<Principal> {
  const arn = parseArn(text);
  const [kind = '', ...path] = arn?.resource.split('/') ?? [];
  const name = path.at(-1);
  if (arn?.service === 'iam' && kind === 'root' && /^\d{12}$/.test(arn.account)) return rootOf(arn.account, arn.partition);
  const isEntity = arn?.service === 'iam' && (kind === 'user' || kind === 'role');
  const isSession = arn?.service === 'sts' && (kind === 'assumed-role' || kind === 'federated-user');
  if (name === undefined || !/^\d{12}$/.test(arn?.account ?? '') || !(isEntity || isSession)) {
    throw badRequest(`${JSON.stringify(text)} is no ARN of a user, a role, a session or root.`);
  }
  const { partition, account } = arn as Arn;
  const place = { partition, account, region: homeRegionOf(partition) };
  if (isEntity) return (await entityOf(cloud, place, kind, name)) ?? (await nobody(cloud, place, `${kind} ${name}`));
  const seen = cloud.access.decisions.principalSeen(text);
  if (seen) return seen;
  if (kind === 'federated-user')
    throw notFound(`Nothing is known of the session ${text}. Ask for the request instead, or for the user behind it.`);
  return (await roleSession(cloud, place, path[0] as string, name)) ?? nobody(cloud, place, `role ${path[0]}`);
}

/** `alice`, `user/alice`, `role/deploy`. Users come before roles. */
async function byName(cloud: Cloud, text: string, place: Place): Promise<Principal> {
  const [, kind, name = ''] = /^(?:(user|role)[/:])?([\w+=,.@-]{1,64})$/.exec(text) ?? [];
  if (name === '') throw badRequest(`${JSON.stringify(text)} is no name of a user or a role, no ARN and no access key id.`);
  const user = kind === 'role' ? undefined : await entityOf(cloud, place, 'user', name);
  const found = user ?? (kind === 'user' ? undefined : await entityOf(cloud, place, 'role', name));
  return found ?? nobody(cloud, place, kind === undefined ? `user or role ${name}` : `${kind} ${name}`);
}

async function entityOf(cloud: Cloud, place: Place, kind: string, name: string): Promise<Principal | undefined> {
  if (kind === 'role') return roleSession(cloud, place, name, 'explain');
  const user = await lookUp(cloud, place, 'GetUser', { UserName: name }, 'User');
  if (!user?.UserId) return undefined;
  const userName = user.Arn.slice(user.Arn.lastIndexOf('/') + 1);
  return { type: 'user', account: place.account, arn: user.Arn, id: user.UserId, userName, accessKeyId: '' };
}

/** As somebody who has just assumed it. */
async function roleSession(cloud: Cloud, place: Place, name: string, sessionName: string): Promise<Principal | undefined> {
  const role = await lookUp(cloud, place, 'GetRole', { RoleName: name }, 'Role');
  if (!role?.RoleId) return undefined;
  const now = cloud.world.clock.now();
  const { account, partition } = place;
  return {
    type: 'session',
    account,
    arn: `arn:${partition}:sts::${account}:assumed-role/${role.Arn.slice(role.Arn.lastIndexOf('/') + 1)}/${sessionName}`,
    id: `${role.RoleId}:${sessionName}`,
    accessKeyId: '',
    roleArn: role.Arn,
    sessionName,
    expiresAt: now + 3_600_000,
    session: { issuedAt: now },
  };
}

async function lookUp({ world }: Cloud, place: Place, operation: string, input: object, member: string): Promise<Entity | undefined> {
  try {
    return ((await world.call('iam', operation, input, place)) as Record<string, Entity>)[member];
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchEntity') return undefined;
    throw error;
  }
}

const mostNames = 10;

/** Throws, naming those who are there. */
async function nobody({ world }: Cloud, place: Place, who: string): Promise<never> {
  const { Users } = (await world.call('iam', 'ListUsers', { MaxItems: mostNames }, place)) as { Users: { UserName: string }[] };
  const { Roles } = (await world.call('iam', 'ListRoles', { MaxItems: mostNames }, place)) as { Roles: { RoleName: string }[] };
  const users = Users.map(({ UserName }) => UserName);
  const roles = Roles.map(({ RoleName }) => RoleName);
  const there = [users.length > 0 && `Users there: ${users.join(', ')}.`, roles.length > 0 && `Roles there: ${roles.join(', ')}.`].filter(
    Boolean,
  );
  const known = there.length > 0 ? there.join(' ') : 'It has no users and no roles.';
  throw notFound(`There is no ${who} in account ${place.account}. ${known} Say which account when another is meant.`);
}

function notFound(message: string): AwsError {
  return new AwsError('NotFound', message, { status: 404 });
}
