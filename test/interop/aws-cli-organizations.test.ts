import { expect, test } from 'vitest';
import { run, Server } from '../cli/command';
import { environmentFor, outputOf } from './tools';

const version = outputOf('aws', '--version');

test.skipIf(version === undefined)(
  'AWS CLI: an organization, a guarded unit and an account in it, whose role the management account assumes (needs aws)',
  async () => {
    await using server = await Server.start(['--log', 'errors', '--strict']);
    const env = { ...(await environmentFor(server)), AWS_PAGER: '', AWS_DEFAULT_OUTPUT: 'json' };
    const aws = async (...args: string[]) => {
      const { code, stdout, stderr } = await run('aws', args, { env });
      if (code !== 0) throw new Error(`aws ${args.join(' ')} ended with ${code}: ${stderr}`);
      return stdout === '' ? {} : JSON.parse(stdout);
    };
    const organizations = (...args: string[]) => aws('organizations', ...args);
    await organizations('create-organization', '--feature-set', 'ALL');
    const { Id: root } = (await organizations('list-roots')).Roots[0];
    await organizations('enable-policy-type', '--root-id', root, '--policy-type', 'SERVICE_CONTROL_POLICY');
    const created = await organizations('create-account', '--email', 'cli@example.org', '--account-name', 'cli', '--tags', 'Key=a,Value=b');
    const { Id: request } = created.CreateAccountStatus;
    // Each look takes a process of its own, so that asking again and again is no busy loop.
    const status = async () =>
      (await organizations('describe-create-account-status', '--create-account-request-id', request)).CreateAccountStatus;
    let made = await status();
    while (made.State === 'IN_PROGRESS') made = await status();
    const account: string = made.AccountId;
    const { OrganizationalUnit } = await organizations('create-organizational-unit', '--parent-id', root, '--name', 'workloads');
    const move = ['--source-parent-id', root, '--destination-parent-id', OrganizationalUnit.Id];
    await organizations('move-account', '--account-id', account, ...move);
    const content = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}';
    const policy = ['--name', 'stay', '--description', '', '--type', 'SERVICE_CONTROL_POLICY', '--content', content];
    const { Policy } = await organizations('create-policy', ...policy);
    await organizations('attach-policy', '--policy-id', Policy.PolicySummary.Id, '--target-id', OrganizationalUnit.Id);
    const { Accounts } = await organizations('list-accounts-for-parent', '--parent-id', OrganizationalUnit.Id);
    expect(Accounts).toMatchObject([{ Id: account, Name: 'cli', JoinedTimestamp: expect.anything() }]);
    const role = ['--role-arn', `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`, '--role-session-name', 'cli'];
    expect((await aws('sts', 'assume-role', ...role)).AssumedRoleUser.Arn).toContain(account);
    await aws('account', 'put-account-name', '--account-name', 'Management');
    expect(await aws('account', 'get-account-information')).toMatchObject({ AccountName: 'Management', AccountState: 'ACTIVE' });
    await expect(organizations('delete-organization')).rejects.toThrow('OrganizationNotEmptyException');
  },
  120_000,
);
