/** Users and roles of one account, in any cloud, and short ways to become them. */
import { randomInt } from 'node:crypto';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  type CreateRoleCommandInput,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  type AssumeRoleCommandOutput,
  type Credentials,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import type { ClientConfig, Nuvola } from '../../src/testing';
import { policy } from '../policies';

export { allow, policy } from '../policies';
export { refusal } from '../refusal';

/** For the constructor of any SDK client; with temporary credentials too. */
export type Config = Omit<ClientConfig, 'credentials'> & {
  readonly credentials: ClientConfig['credentials'] & { readonly sessionToken?: string };
};

type Statement = Readonly<Record<string, unknown>>;

/** A statement of a trust policy. */
export const trust = (
  principal: string | Readonly<Record<string, string>>,
  Condition?: Statement,
  Action: string | readonly string[] = 'sts:AssumeRole',
): Statement => ({
  Effect: 'Allow',
  Principal: typeof principal === 'string' ? { AWS: principal } : principal,
  Action,
  ...(Condition && { Condition }),
});

export const sts = (config: Config) => new STSClient({ ...config, maxAttempts: 1 });
export const identity = (config: Config) => sts(config).send(new GetCallerIdentityCommand({}));

/** The same cloud, called with temporary credentials. */
export function withCredentials(config: Config, credentials: Credentials | undefined): Config {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = credentials ?? {};
  return { ...config, credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken } };
}

/** AssumeRole, by whoever `config` is. */
export function assume(
  config: ClientConfig,
  RoleArn: string,
  more: Partial<AssumeRoleCommandInput> = {},
): Promise<AssumeRoleCommandOutput> {
  return sts(config).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...more }));
}

/** The configuration of whoever assumed the role. */
export async function become(config: Config, roleArn: string, more: Partial<AssumeRoleCommandInput> = {}): Promise<Config> {
  return withCredentials(config, (await assume(config, roleArn, more)).Credentials);
}

export function peopleOf(config: Config) {
  const iam = new IAMClient({ ...config, maxAttempts: 1 });
  return {
    iam,
    /** A user's configuration; without statements it may do nothing. */
    async user(UserName: string, ...statements: readonly Statement[]): Promise<Config & { readonly arn: string }> {
      const { User } = await iam.send(new CreateUserCommand({ UserName }));
      if (statements.length > 0)
        await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: policy(...statements) }));
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
      const credentials = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
      return { ...config, credentials, arn: User?.Arn ?? '' };
    },
    /** A role's ARN. */
    async role(
      RoleName: string,
      trusted: readonly Statement[],
      statements: readonly Statement[] = [],
      more: Partial<CreateRoleCommandInput> = {},
    ): Promise<string> {
      const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policy(...trusted), ...more }));
      if (statements.length > 0)
        await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: policy(...statements) }));
      return Role?.Arn ?? '';
    },
  };
}

/** An account that nobody else uses, with its root. */
export function newAccount(cloud: Nuvola) {
  const id = String(randomInt(100_000_000_000, 281_474_976_710_655)).slice(0, 12);
  const config = cloud.config({ account: id });
  return { id, config, ...peopleOf(config) };
}
