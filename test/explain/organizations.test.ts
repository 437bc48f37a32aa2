/** Explanations where several levels have a say: an organization's policies, and a group's. */
import { AddUserToGroupCommand, AttachGroupPolicyCommand, CreateGroupCommand, IAMClient, PutGroupPolicyCommand } from '@aws-sdk/client-iam';
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, expect, it } from 'vitest';
import { drawExplanations } from '../../src/cli/iam-explanation';
import type { Nuvola } from '../../src/testing';
import { accountA, allow, type Config, configOf, createUser, policy } from '../access/cloud';
import { settled } from '../organizations/cloud';
import { ownCloud } from '../server';
import { look } from './admin';

let cloud: Nuvola;
let mia: Config;
let member: string;
let scpArn: string;

beforeAll(async () => {
  cloud = await ownCloud({ iam: 'enforce' });
  const organizations = new OrganizationsClient(configOf(cloud, accountA));
  await organizations.send(new CreateOrganizationCommand({}));
  const { Roots = [] } = await organizations.send(new ListRootsCommand({}));
  const RootId = Roots[0]?.Id as string;
  await organizations.send(new EnablePolicyTypeCommand({ RootId, PolicyType: 'SERVICE_CONTROL_POLICY' }));
  const { CreateAccountStatus } = await organizations.send(
    new CreateAccountCommand({ AccountName: 'member', Email: 'member@example.com' }),
  );
  member = await settled({ organizations }, CreateAccountStatus?.Id as string);
  const { OrganizationalUnit } = await organizations.send(new CreateOrganizationalUnitCommand({ ParentId: RootId, Name: 'unit' }));
  const TargetId = OrganizationalUnit?.Id as string;
  await organizations.send(new MoveAccountCommand({ AccountId: member, SourceParentId: RootId, DestinationParentId: TargetId }));
  const Content = policy({ Sid: 'NoQueues', Effect: 'Deny', Action: 'sqs:CreateQueue', Resource: '*' });
  const { Policy } = await organizations.send(
    new CreatePolicyCommand({ Name: 'NoQueues', Description: '', Type: 'SERVICE_CONTROL_POLICY', Content }),
  );
  scpArn = Policy?.PolicySummary?.Arn as string;
  await organizations.send(new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id as string, TargetId }));

  const root = configOf(cloud, member);
  const iam = new IAMClient(root);
  mia = await createUser(iam, root, 'mia');
  await iam.send(new CreateGroupCommand({ GroupName: 'builders' }));
  await iam.send(new AddUserToGroupCommand({ GroupName: 'builders', UserName: 'mia' }));
  await iam.send(new AttachGroupPolicyCommand({ GroupName: 'builders', PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }));
  await iam.send(new PutGroupPolicyCommand({ GroupName: 'builders', PolicyName: 'queues', PolicyDocument: policy(allow('sqs:*')) }));
  return () => cloud.close();
});

it('draws the levels of an organization, and the groups that policies come from', async () => {
  const denied = await new SQSClient(mia).send(new CreateQueueCommand({ QueueName: 'q' })).catch((error) => error);
  const { body } = await look(cloud, 'iam/explain', { request: denied.$metadata.requestId });
  const full = 'FullAWSAccess arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess';
  const drawn = drawExplanations(body.decisions, false);
  expect(drawn).toContain(`
Service control policies of the organization’s root ─ allows it
└─ ${full}
   └─ ✓ Allow statement 1  everything fits

Service control policies of organizational unit 1 ─ denies it
├─ ${full}
│  └─ ✓ Allow statement 1  everything fits
└─ NoQueues ${scpArn}
   └─ ✗ Deny NoQueues  everything fits ◀ this decides

Service control policies of the account ─ allows it
└─ ${full}
   └─ ✓ Allow statement 1  everything fits

Identity-based policies ─ allows it
`);
  expect(drawn).toContain('IAMReadOnlyAccess of group builders\n');
  expect(drawn).toContain(`
└─ queues of group builders
   └─ ✓ Allow statement 1  everything fits

Denied by the service control policy ${scpArn}, statement NoQueues.

To allow it:
  Remove statement NoQueues from the SCP NoQueues, or narrow it: it denies this, and no Allow outweighs a Deny.`);
});

it('names the groups in what it suggests', async () => {
  const asked = { principal: 'mia', account: member, action: 'sqs:SendMessage', resource: `arn:aws:sqs:us-east-1:${accountA}:jobs` };
  const { body } = await look(cloud, 'iam/explain', asked);
  expect(body.decisions[0]).toMatchObject({
    effect: 'implicitDeny',
    suggestions: [{ kind: 'add', layer: 'resource', statement: { Principal: { AWS: expect.stringContaining(':user/mia') } } }],
  });
  const own = { ...asked, action: 's3:GetObject', resource: 'arn:aws:s3:::photos/cat' };
  expect((await look(cloud, 'iam/explain', own)).body.decisions[0].suggestions[0]).toMatchObject({
    kind: 'add',
    layer: 'identity',
    text: 'Add this statement to an identity-based policy of user mia:',
  });
});
