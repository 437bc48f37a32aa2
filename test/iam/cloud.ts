/** IAM of one account, and short ways to its everyday calls. */
import { CreatePolicyCommand, CreateRoleCommand, type CreateRoleCommandInput, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { account } from '../server';

export const allowAll = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });

/** Who may assume a role: a service, or AWS principals. */
export function trusting(principal: Record<string, string | string[]>): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }] });
}

export const forEc2 = trusting({ Service: 'ec2.amazonaws.com' });

export function open() {
  const { id, url, config, configIn } = account();
  // The SDK takes LimitExceeded for throttling, and would try again.
  const iam = new IAMClient({ ...config, maxAttempts: 1 });
  return {
    id,
    url,
    config,
    configIn,
    iam,
    /** `arn:aws:iam::…:user/bob` */
    arn: (resource: string) => `arn:aws:iam::${id}:${resource}`,
    async user(UserName: string, Path?: string) {
      return (await iam.send(new CreateUserCommand({ UserName, Path }))).User!;
    },
    async role(RoleName: string, more: Partial<CreateRoleCommandInput> = {}) {
      return (await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: forEc2, ...more }))).Role!;
    },
    /** Its ARN. */
    async policy(PolicyName: string, PolicyDocument = allowAll): Promise<string> {
      return (await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }))).Policy!.Arn!;
    },
  };
}

/** `Code: sentence` of the error a call ends with. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return `${(error as Error).name.replace(/Exception$/, '')}: ${(error as Error).message}`;
  }
  return 'no error';
}
