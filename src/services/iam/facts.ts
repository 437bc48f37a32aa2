/** What decisions about access need to know of identities and of IAM's own resources. */
import {
  type AccessFacts,
  type Arn,
  homeRegionOf,
  type IdentityFacts,
  type PolicyText,
  type Principal,
  parseArn,
  providerNamespace,
  type ResourceFacts,
  type Tags,
  type Tx,
} from '../../kernel';
import { policyTexts } from './attachments';
import { PasswordPolicies } from './credentials-state';
import { delegationFacts } from './delegation-access';
import { delegationKind } from './delegation-state';
import { type Entity, entityArn, findEntity, readIamArn } from './entities';
import { nameKey } from './ids';
import { findUser } from './lookup';
import { policyByArn, policyText } from './managed-policies/managed';
import { Groups, InstanceProfiles, instanceProfileArn, Memberships, type Role, Roles, roleArn, type User, Users, userArn } from './state';
import { shownTrust } from './trust';

export const facts: AccessFacts = {
  identity(tx, principal) {
    const home = tx.in({ account: principal.account, region: homeRegionOf(tx.place.partition) });
    const identity = identityOf(home, principal);
    return identity && withSessionPolicies(home, identity, principal);
  },

  resource(tx, text, at, { action }) {
    const arn = parseArn(text);
    if (arn?.service !== 'iam') return undefined;
    // Policies of AWS, and boundaries of product providers, are everybody's own.
    if (arn.account === 'aws' || arn.account === providerNamespace) return { account: at.account };
    // Whose root may be assumed is the organization's matter; no policy of that account has a say.
    if (action === 'sts:AssumeRoot') return { account: at.account };
    const known = resourceOf(tx.in({ account: arn.account, region: homeRegionOf(tx.place.partition) }), arn, text);
    // A trust policy says who may assume the role, and nothing of who may change it.
    return known?.policyKind === 'trust' && !action.startsWith('sts:') ? { ...known, policy: undefined, policyFirst: false } : known;
  },

  spellResource,
};

/** Denials name what is there by kind and name, what is to be created and what is passed by ARN (recorded). */
function spellResource(arn: string, action: string): string {
  if (/^iam:(Create(?!AccessKey|LoginProfile|Policy)|PassRole)/.test(action)) return arn;
  const { kind, name } = readIamArn(arn) ?? {};
  switch (kind) {
    case 'user':
    case 'group':
    case 'role':
      return `${kind} ${name}`;
    case 'instance-profile':
      return `instance profile ${name}`;
    case 'policy':
      return `policy ${action === 'iam:CreatePolicy' ? name : arn}`;
    default:
      return arn;
  }
}

const grantsNothing = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"none:null","Resource":"*"}}';

/** Root has no policies: nothing of IAM limits it. */
const root: IdentityFacts = { tags: {}, policies: [] };
/** Those whom root federates have its rights, as far as their session's policies let them. */
const federatedByRoot: IdentityFacts = {
  tags: {},
  policies: [{ name: 'root', text: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}' }],
};

/** What an account's password policy may grant its users; the operation only ever changes the caller's own. */
const ownPassword: PolicyText = {
  name: 'AllowUsersToChangePassword',
  text: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["iam:ChangePassword","iam:GetAccountPasswordPolicy"],"Resource":"*"}}',
};

function identityOf(tx: Tx, principal: Principal): IdentityFacts | undefined {
  if (principal.type === 'root') return root;
  if (principal.type === 'user') return userFacts(tx, tx.find(Users, 'id', principal.id));
  if (principal.type !== 'session') return undefined;
  if (principal.roleArn !== undefined) return roleFacts(tx, tx.find(Roles, 'id', principal.id.split(':')[0] as string));
  const { userArn: arn = '' } = principal;
  if (arn.endsWith(':root')) return federatedByRoot;
  const found = findUser(tx, readIamArn(arn)?.name ?? '');
  return found && userArn(found, tx.place) === arn ? userFacts(tx, found) : undefined;
}

function userFacts(tx: Tx, user: User | undefined): IdentityFacts | undefined {
  if (!user) return undefined;
  const groups = tx.scan(Memberships, { prefix: user.id }).flatMap(({ groupId }) => {
    const group = tx.find(Groups, 'id', groupId)?.name ?? groupId;
    return policyTexts(tx, groupId).map((policy) => ({ ...policy, group }));
  });
  const passwords = tx.get(PasswordPolicies, 'policy');
  return {
    tags: tx.tagsOf(userArn(user, tx.place)),
    policies: [...policyTexts(tx, user.id), ...groups, ...(passwords?.allowUsersToChange ? [ownPassword] : [])],
    boundary: boundaryText(tx, user.boundary),
  };
}

function roleFacts(tx: Tx, role: Role | undefined): IdentityFacts | undefined {
  if (!role) return undefined;
  return { tags: tx.tagsOf(roleArn(role, tx.place)), policies: policyTexts(tx, role.id), boundary: boundaryText(tx, role.boundary) };
}

function boundaryText(tx: Tx, arn: string | undefined): PolicyText | undefined {
  return arn === undefined ? undefined : limitText(tx, arn);
}

/** A policy that limits: where it is gone, nothing is left. */
function limitText(tx: Tx, arn: string): PolicyText {
  return policyText(tx, arn) ?? { text: grantsNothing, arn };
}

/** What a session's token names by ARN. */
function withSessionPolicies(tx: Tx, identity: IdentityFacts, principal: Principal): IdentityFacts {
  const arns = 'session' in principal ? principal.session?.policyArns : undefined;
  if (arns === undefined) return identity;
  return { ...identity, sessionPolicies: arns.map((arn) => limitText(tx, arn)) };
}

function resourceOf(tx: Tx, { resource }: Arn, text: string): ResourceFacts | undefined {
  const { kind = '', name = '' } = readIamArn(text) ?? {};
  switch (kind) {
    case 'user':
    case 'group':
    case 'role':
      return holderFacts(tx, findEntity(tx, kind, name), text);
    case 'policy':
      return policyByArn(tx, text) && tagged(tx, text);
    case 'instance-profile': {
      const profile = tx.get(InstanceProfiles, nameKey(name));
      return profile && instanceProfileArn(profile, tx.place) === text ? tagged(tx, text) : undefined;
    }
    case delegationKind:
      return delegationFacts(tx, resource.slice(delegationKind.length + 1));
    default:
      // Providers, certificates and devices: what there is to know of them is their tags.
      return tagged(tx, text);
  }
}

/** Undefined for one that has another path by now. */
function holderFacts(tx: Tx, entity: Entity | undefined, text: string): ResourceFacts | undefined {
  if (!entity || entityArn(entity, tx.place) !== text) return undefined;
  if (entity.kind === 'group') return { account: tx.place.account };
  const known = entityFacts(tx, text, entity.record.boundary);
  if (entity.kind === 'user') return known;
  return { ...known, policy: { text: shownTrust(tx, entity.record.trust) }, policyKind: 'trust', policyFirst: true };
}

/** Users and roles: `iam:PermissionsBoundary` is the boundary they have. */
function entityFacts(tx: Tx, arn: string, boundary: string | undefined): ResourceFacts {
  const { account, tags } = tagged(tx, arn);
  const limits = boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary };
  return { account, tags, conditions: () => ({ ...tagConditions(tx.tagsOf(arn)), ...limits }) };
}

function tagged(tx: Tx, arn: string): ResourceFacts {
  const tags = () => tx.tagsOf(arn);
  return { account: tx.place.account, tags, conditions: () => tagConditions(tags()) };
}

/** IAM's own name for `aws:ResourceTag`. */
function tagConditions(tags: Tags): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`iam:ResourceTag/${key}`, value]));
}
