/** Organizations of their own: a management account that nobody else uses, and accounts in it. */
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DescribeCreateAccountStatusCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  type OrganizationFeatureSet,
  OrganizationsClient,
  type PolicyType,
} from '@aws-sdk/client-organizations';
import type { Nuvola } from '../../src/testing';
import { account, type TestAccount } from '../server';

export { refusal } from '../refusal';

/** Somebody's view of the cloud. */
export interface Caller extends TestAccount {
  readonly organizations: OrganizationsClient;
}

export function caller(of: TestAccount = account()): Caller {
  return { ...of, organizations: new OrganizationsClient(of.config) };
}

/** The same cloud as another account sees it. */
export function callerAs({ config, configIn, url }: TestAccount, id: string): Caller {
  const credentials = { accessKeyId: id, secretAccessKey: 'test' };
  return caller({ id, url, config: { ...config, credentials }, configIn: (region) => ({ ...configIn(region), credentials }) });
}

export interface Organization extends Caller {
  readonly orgId: string;
  readonly rootId: string;
  createUnit(parent: string, name: string): Promise<string>;
  /** Of a new member, when it is there. */
  createAccount(name: string, more?: { RoleName?: string; Tags?: { Key: string; Value: string }[] }): Promise<string>;
  createPolicy(name: string, content: object, type?: PolicyType): Promise<string>;
  as(account: string): Caller;
}

/** With service control policies enabled, where there can be any. */
export async function organization(FeatureSet: OrganizationFeatureSet = 'ALL', of: TestAccount = account()): Promise<Organization> {
  const management = caller(of);
  const { organizations } = management;
  const { Organization } = await organizations.send(new CreateOrganizationCommand({ FeatureSet }));
  const { Roots } = await organizations.send(new ListRootsCommand({}));
  const RootId = Roots?.[0]?.Id ?? '';
  if (FeatureSet === 'ALL') await organizations.send(new EnablePolicyTypeCommand({ RootId, PolicyType: 'SERVICE_CONTROL_POLICY' }));
  return {
    ...management,
    orgId: Organization?.Id ?? '',
    rootId: RootId,
    async createUnit(ParentId, Name) {
      const { OrganizationalUnit } = await organizations.send(new CreateOrganizationalUnitCommand({ ParentId, Name }));
      return OrganizationalUnit?.Id ?? '';
    },
    async createAccount(AccountName, more = {}) {
      const Email = `${AccountName}-${management.id}@example.org`;
      const { CreateAccountStatus } = await organizations.send(new CreateAccountCommand({ AccountName, Email, ...more }));
      return settled(management, CreateAccountStatus?.Id ?? '');
    },
    async createPolicy(Name, content, Type = 'SERVICE_CONTROL_POLICY') {
      const Content = JSON.stringify(content);
      const { Policy } = await organizations.send(new CreatePolicyCommand({ Name, Description: '', Type, Content }));
      return Policy?.PolicySummary?.Id ?? '';
    },
    as: (id) => callerAs(of, id),
  };
}

/** In a cloud of one's own. */
export function organizationIn(cloud: Nuvola, id: string): Promise<Organization> {
  const configIn = (region: string) => cloud.config({ account: id, region });
  return organization('ALL', { id, url: cloud.url, config: cloud.config({ account: id }), configIn });
}

/** The account that a request made, once it is done: it takes no time, but it is not done in the request. */
export async function settled({ organizations }: Pick<Caller, 'organizations'>, CreateAccountRequestId: string): Promise<string> {
  for (;;) {
    const { CreateAccountStatus } = await organizations.send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId }));
    if (CreateAccountStatus?.State === 'SUCCEEDED') return CreateAccountStatus.AccountId ?? '';
    if (CreateAccountStatus?.State === 'FAILED') throw new Error(CreateAccountStatus.FailureReason);
  }
}
