/** New accounts: asked for, furnished with the role by which the management account gets in, and there a moment later. */
import {
  type AccountProfile,
  AccountProfiles,
  accountOfEmail,
  accountProfile,
  homeRegionOf,
  type Place,
  type Principal,
  rootOf,
  type Tags,
  type Tx,
  type TxContext,
} from '../../kernel';
import { invalidInput } from './errors';
import { newId } from './ids';
import { type Ours, oursOf } from './lookup';
import { join } from './membership';
import { type Creation, Creations, Members, Organizations } from './state';

export interface CreationRequest {
  readonly email: string;
  readonly name: string;
  readonly roleName: string | undefined;
  readonly tags: Tags;
  /** With a sibling of its own in the partition of AWS GovCloud (US). */
  readonly isGovCloud: boolean;
}

const completionTimer = 'organizations.account-created';
const govCloud = 'aws-us-gov';
const defaultRoleName = 'OrganizationAccountAccessRole';

/** Whether it succeeds is told later, as by AWS; a taken e-mail address is the one thing that makes it fail. */
export function beginCreation(ctx: TxContext, ours: Ours, request: CreationRequest): Creation {
  const { tx, org } = ours;
  const { email, name, roleName = defaultRoleName, tags, isGovCloud } = request;
  if (roleName.startsWith('AWSServiceRoleFor')) throw invalidInput('INVALID_ROLE_NAME');
  const isTaken = accountOfEmail(tx, email) !== undefined;
  const account = newAccountId(ctx);
  const govCloudAccount = isGovCloud ? newAccountId(ctx) : undefined;
  const id = newId(ctx, 'car');
  if (!isTaken) {
    const profile: AccountProfile = { account, name, email, createdAt: tx.now, state: 'ACTIVE', govCloudAccount };
    tx.put(AccountProfiles, profile);
    const place = { partition: ctx.partition, region: ctx.region, account };
    furnish(ctx, place, roleName, org.managementAccount);
    if (managesRoots(ctx, org.managementAccount)) withholdRootPassword(ctx, place);
    if (govCloudAccount !== undefined) furnishGovCloud(ctx, { ...profile, account: govCloudAccount, govCloudAccount: undefined }, roleName);
  }
  tx.at(tx.now, completionTimer, { organization: org.id, creation: id }, { id });
  return tx.put(Creations, {
    organization: org.id,
    owner: org.managementAccount,
    id,
    name,
    account,
    govCloudAccount,
    tags,
    requestedAt: tx.now,
    state: 'IN_PROGRESS',
    ...(isTaken && { failure: 'EMAIL_ALREADY_EXISTS' }),
  });
}

/** The timer: the account is a member, or the request has failed. */
function complete(tx: Tx, { organization, creation: id }: { readonly organization: string; readonly creation: string }): void {
  const creation = tx.get(Creations, [organization, id]);
  const org = tx.get(Organizations, organization);
  if (creation?.state !== 'IN_PROGRESS' || !org) return;
  const state = creation.failure === undefined ? 'SUCCEEDED' : 'FAILED';
  tx.put(Creations, { ...creation, state, completedAt: tx.now });
  if (state === 'SUCCEEDED') join(oursOf(tx, org), creation.account, 'CREATED', creation.tags);
}

export const creationTimers = { [completionTimer]: complete };

function newAccountId(ctx: TxContext): string {
  for (;;) {
    const account = ctx.id(ctx.id('', 1, '123456789'), 11, '0123456789');
    if (!ctx.tx.has(Members, account) && !ctx.tx.has(AccountProfiles, account)) return account;
  }
}

/** Where an account of AWS GovCloud (US) is. */
export function govCloudPlace(account: string): Place {
  return { partition: govCloud, account, region: homeRegionOf(govCloud) };
}

/** In the other partition the role is for the account that belongs to the management account there. */
function furnishGovCloud(ctx: TxContext, profile: AccountProfile, roleName: string): void {
  const place = govCloudPlace(profile.account);
  ctx.tx.in(place).put(AccountProfiles, profile);
  furnish(ctx, place, roleName, accountProfile(ctx.tx, ctx.account).govCloudAccount ?? ctx.account);
}

/** The role with which the management account administers the new one (CreateAccount, RoleName). The new account makes it itself. */
function furnish(ctx: TxContext, place: Place, RoleName: string, trusted: string): void {
  const { partition } = place;
  const as = rootOf(place.account, partition);
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:${partition}:iam::${trusted}:root` }, Action: 'sts:AssumeRole' }],
  });
  ctx.call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument }, { as, place });
  ctx.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn: `arn:${partition}:iam::aws:policy/AdministratorAccess` }, { as, place });
}

/** Does IAM manage the credentials of the members' roots? That needs its trust, without which it would refuse the question. */
function managesRoots(ctx: TxContext, management: string): boolean {
  const facts = ctx.accountFacts(management);
  if (!facts?.hasAllFeatures || !facts.trustedServices.has('iam.amazonaws.com')) return false;
  const place = { partition: ctx.partition, region: homeRegionOf(ctx.partition), account: management };
  const { EnabledFeatures } = ctx.call('iam', 'ListOrganizationsFeatures', {}, { place });
  return EnabledFeatures?.includes('RootCredentialsManagement') === true;
}

/**
 * "After you enable root credentials management in your organization, new AWS accounts you create from AWS Organizations
 * will not have a root user password" (AWS Security Blog, "Secure root user access for member accounts").
 */
function withholdRootPassword(ctx: TxContext, place: Place): void {
  const policyArns = [`arn:${place.partition}:iam::aws:policy/root-task/IAMDeleteRootUserCredentials`];
  const as: Principal = { ...rootOf(place.account, place.partition), session: { issuedAt: ctx.now, policyArns } };
  ctx.call('iam', 'DeleteLoginProfile', {}, { as, place });
}
