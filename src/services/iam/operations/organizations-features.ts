/** What an organization's management account may do with the roots of its other accounts. */
import type { IAM } from '../../../../generated/api/iam';
import { awsError, defineOperations, fail, type Tx, type TxContext } from '../../../kernel';
import { OrganizationRootFeatures, type RootFeatures } from '../credentials-state';

type Feature = RootFeatures['enabled'][number];

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

const featuresOf = ({ id, tx }: Organization): readonly Feature[] => tx.get(OrganizationRootFeatures, id)?.enabled ?? [];

function change(ctx: TxContext, feature: Feature, isEnabled: boolean) {
  const organization = requireOrganization(ctx, isEnabled);
  const others = featuresOf(organization).filter((each) => each !== feature);
  const enabled = isEnabled ? [...others, feature] : others;
  organization.tx.put(OrganizationRootFeatures, { organization: organization.id, enabled });
  return { OrganizationId: organization.id, EnabledFeatures: enabled };
}

export const organizationsFeatureOperations = defineOperations<IAM>()({
  EnableOrganizationsRootCredentialsManagement: (ctx) => change(ctx, 'RootCredentialsManagement', true),
  DisableOrganizationsRootCredentialsManagement: (ctx) => change(ctx, 'RootCredentialsManagement', false),
  EnableOrganizationsRootSessions: (ctx) => change(ctx, 'RootSessions', true),
  DisableOrganizationsRootSessions: (ctx) => change(ctx, 'RootSessions', false),

  ListOrganizationsFeatures(ctx) {
    const organization = requireOrganization(ctx, false);
    return { OrganizationId: organization.id, EnabledFeatures: [...featuresOf(organization)] };
  },
});
