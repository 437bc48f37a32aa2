/** What an organization's management account may do with the roots of its other accounts. */
import type { IAM } from '../../../../generated/api/iam';
<<<<<<< Updated upstream
import { type AwsError, awsError, defineOperations, type Principal, rootOf, type Tx, type TxContext } from '../../../kernel';
=======
import { awsError, defineOperations, fail, type Tx, type TxContext } from '../../../kernel';
>>>>>>> Stashed changes
import type { AccountSettings } from '../credentials-state';
import { changeSettings, settingsOf } from './account-settings';

type Feature = AccountSettings['rootFeatures'][number];

const notFound = (account: string) =>
  awsError<IAM>('OrganizationNotFoundException', `The account ${account} is not a member of an organization.`); // a guess
const notManagement = (account: string) =>
  awsError<IAM>('CallerIsNotManagementAccountException', `The account ${account} is not the management account of its organization.`); // a guess
const notDelegated = (account: string) =>
  awsError<IAM>(
    'AccountNotManagementOrDelegatedAdministratorException',
    `The account ${account} is neither the management account nor a delegated administrator for IAM.`, // a guess
  );
const notAllFeatures = () =>
  awsError<IAM>('OrganizationNotInAllFeaturesModeException', 'The organization does not have all features enabled.'); // a guess
const noAccess = (account: string) =>
  awsError<IAM>('ServiceAccessNotEnabledException', `Trusted Access for IAM not enabled by organization of input account ${account}.`);

const iam = 'iam.amazonaws.com';

interface Organization {
  readonly id: string;
  /** Where the settings are: the management account. */
  readonly tx: Tx;
}

/** The caller's organization, which IAM must be trusted by. Delegated administrators may do all but switch features on. */
function requireOrganization(ctx: TxContext, isEnabling: boolean): Organization {
  const { account } = ctx;
<<<<<<< Updated upstream
  const { Organization: organization } = asked(() => ctx.call('organizations', 'DescribeOrganization', {}, own(ctx)), notFound(account));
  const { Id: id = '', MasterAccountId: management = '', FeatureSet } = organization ?? {};
  const as = rootOf(management, ctx.partition);
  const place = { account: management };
  const isManagement = account === management;
  if (!isManagement && isEnabling) throw notManagement(account);
  if (!isManagement && !isDelegated(ctx, as, place)) throw notDelegated(account);
  if (FeatureSet !== 'ALL') throw notAllFeatures();
  const { EnabledServicePrincipals: trusted = [] } = ctx.call('organizations', 'ListAWSServiceAccessForOrganization', {}, { as, place });
  if (!trusted.some(({ ServicePrincipal }) => ServicePrincipal === 'iam.amazonaws.com')) throw noAccess(account);
  return { id, tx: ctx.tx.in(place) };
}

function isDelegated(ctx: TxContext, as: Principal, place: { readonly account: string }): boolean {
  const input = { ServicePrincipal: 'iam.amazonaws.com' };
  const { DelegatedAdministrators = [] } = ctx.call('organizations', 'ListDelegatedAdministrators', input, { as, place });
  return DelegatedAdministrators.some(({ Id }) => Id === ctx.account);
}

/** What the caller itself need not be allowed: IAM asks for it. */
const own = (ctx: TxContext) => ({ as: rootOf(ctx.account, ctx.partition) });

/** Asks another service, whose refusals are ours to word. */
function asked<T>(call: () => T, otherwise: AwsError): T {
  try {
    return call();
  } catch (error) {
    throw (error as AwsError).code === 'AWSOrganizationsNotInUseException' ? otherwise : error;
  }
=======
  const { organization, delegations, hasAllFeatures, trustedServices } = ctx.accountFacts(account) ?? fail(notFound(account));
  const { id, isManagement, managementAccount } = organization;
  if (!isManagement && isEnabling) throw notManagement(account);
  if (!isManagement && !delegations.get(iam)?.has(account)) throw notDelegated(account);
  if (!hasAllFeatures) throw notAllFeatures();
  if (!trustedServices.has(iam)) throw noAccess(account);
  return { id, tx: ctx.tx.in({ account: managementAccount }) };
>>>>>>> Stashed changes
}

function change(ctx: TxContext, feature: Feature, isEnabled: boolean) {
  const { id, tx } = requireOrganization(ctx, isEnabled);
  const others = settingsOf(tx).rootFeatures.filter((each) => each !== feature);
  changeSettings(tx, { rootFeatures: isEnabled ? [...others, feature] : others });
  return { OrganizationId: id, EnabledFeatures: [...settingsOf(tx).rootFeatures] };
}

export const organizationsFeatureOperations = defineOperations<IAM>()({
  EnableOrganizationsRootCredentialsManagement: (ctx) => change(ctx, 'RootCredentialsManagement', true),
  DisableOrganizationsRootCredentialsManagement: (ctx) => change(ctx, 'RootCredentialsManagement', false),
  EnableOrganizationsRootSessions: (ctx) => change(ctx, 'RootSessions', true),
  DisableOrganizationsRootSessions: (ctx) => change(ctx, 'RootSessions', false),

  ListOrganizationsFeatures(ctx) {
    const { id, tx } = requireOrganization(ctx, false);
    return { OrganizationId: id, EnabledFeatures: [...settingsOf(tx).rootFeatures] };
  },
});
