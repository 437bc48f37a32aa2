/** What the tests of enforcement stand on: callers of every kind in a cloud that enforces, each with keys of its own. */
import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  type IAMClient,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { S3ControlClient } from '@aws-sdk/client-s3-control';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { ClientConfig, Nuvola } from '../../src/testing';
import { trusting } from '../policies';

export { allow, policy } from '../policies';

export const accountA = '111122223333';
export const accountB = '444455556666';

export type Config = ClientConfig & { readonly maxAttempts: number };

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export function configOf(cloud: Nuvola, account: string): Config {
  return { ...cloud.config({ account }), maxAttempts: 1 };
}

export function withKeys(config: Config, credentials: Keys): Config {
  return { ...config, credentials };
}

/** A client that signs nothing. */
export function unsigned(config: Config): Config {
  return { ...config, signer: { sign: async (request: unknown) => request } } as unknown as Config;
}

/** A user with a key and, when given, an inline policy. */
export async function createUser(iam: IAMClient, config: Config, UserName: string, document?: string): Promise<Config> {
  await iam.send(new CreateUserCommand({ UserName }));
  if (document !== undefined) await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: document }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return withKeys(config, { accessKeyId: AccessKey?.AccessKeyId as string, secretAccessKey: AccessKey?.SecretAccessKey as string });
}

/** A user whose only rights are those of a group. */
export async function createMember(iam: IAMClient, config: Config, UserName: string, document: string): Promise<Config> {
  const GroupName = `${UserName}s-group`;
  const member = await createUser(iam, config, UserName);
  await iam.send(new CreateGroupCommand({ GroupName }));
  await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'group', PolicyDocument: document }));
  await iam.send(new AddUserToGroupCommand({ GroupName, UserName }));
  return member;
}

/** A role that this account may assume, and a session of it. */
export async function createSession(iam: IAMClient, config: Config, RoleName: string, account: string, document: string): Promise<Config> {
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trusting({ AWS: account }) }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'role', PolicyDocument: document }));
  return assume(config, Role?.Arn as string);
}

export async function assume(config: Config, RoleArn: string, more: object = {}): Promise<Config> {
  const caller = withKeys(config, config.credentials);
  const { Credentials } = await new STSClient(caller).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...more }));
  return withKeys(config, {
    accessKeyId: Credentials?.AccessKeyId as string,
    secretAccessKey: Credentials?.SecretAccessKey as string,
    sessionToken: Credentials?.SessionToken as string,
  });
}

/** A client that does not put the account into the host name, which would resolve nowhere. */
export function s3ControlOf(cloud: Nuvola, config: Config): S3ControlClient {
  const { host, hostname, port } = new URL(cloud.url);
  const client = new S3ControlClient({ ...config, endpoint: `http://localhost:${port}` });
  const stayHere =
    (next: (args: never) => Promise<never>) => (args: { readonly request: { readonly headers: Record<string, string> } }) => {
      Object.assign(args.request, { hostname });
      args.request.headers['host'] = host;
      return next(args as never);
    };
  client.middlewareStack.add(stayHere as never, { step: 'build', priority: 'low' });
  return client;
}
