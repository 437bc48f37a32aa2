/** What an organization's management account may do with the roots of its other accounts. */
import type { IAM } from '../../../../generated/api/iam';
import { awsError, defineOperations, fail, type Tx, type TxContext } from '../../../kernel';
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
  const { organization, delegations, hasAllFeatures, trustedServices } = ctx.accountFacts(account) ?? fail(notFound(account));
  const { id, isManagement, managementAccount } = organization;
  if (!isManagement && isEnabling) throw notManagement(account);
  if (!isManagement && !delegations.get(iam)?.has(account)) throw notDelegated(account);
  if (!hasAllFeatures) throw notAllFeatures();
  if (!trustedServices.has(iam)) throw noAccess(account);
  return { id, tx: ctx.tx.in({ account: managementAccount }) };
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
