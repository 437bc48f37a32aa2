/** IAM of one account, and short ways to its everyday calls. */
import { CreatePolicyCommand, CreateRoleCommand, type CreateRoleCommandInput, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { allow, policy, trusting } from '../policies';
import { account } from '../server';

export { trusting } from '../policies';
export { refusal } from '../refusal';

export const allowAll = policy(allow('*'));

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
