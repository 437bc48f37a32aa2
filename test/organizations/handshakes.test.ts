import {
  AcceptHandshakeCommand,
  CancelHandshakeCommand,
  DeclineHandshakeCommand,
  DeleteOrganizationCommand,
  DescribeAccountCommand,
  DescribeHandshakeCommand,
  DescribeOrganizationCommand,
  DescribeResponsibilityTransferCommand,
  EnableAllFeaturesCommand,
  InviteAccountToOrganizationCommand,
  InviteOrganizationToTransferResponsibilityCommand,
  LeaveOrganizationCommand,
  ListHandshakesForAccountCommand,
  ListHandshakesForOrganizationCommand,
  ListInboundResponsibilityTransfersCommand,
  ListOutboundResponsibilityTransfersCommand,
  ListTagsForResourceCommand,
  type OrganizationsClient,
  TerminateResponsibilityTransferCommand,
  UpdateResponsibilityTransferCommand,
} from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';
import { ownCloud } from '../server';
import { type Caller, caller, callerAs, organization, refusal } from './cloud';

const invite = async (client: OrganizationsClient, Id: string, Type: 'ACCOUNT' | 'EMAIL' = 'ACCOUNT') => {
  const { Handshake } = await client.send(
    new InviteAccountToOrganizationCommand({ Target: { Id, Type }, Notes: 'Come in', Tags: [{ Key: 'team', Value: 'x' }] }),
  );
  return Handshake?.Id ?? '';
};
const accept = (client: OrganizationsClient, HandshakeId: string) => client.send(new AcceptHandshakeCommand({ HandshakeId }));
const describeHandshake = async (client: OrganizationsClient, HandshakeId: string) =>
  (await client.send(new DescribeHandshakeCommand({ HandshakeId }))).Handshake;

describe('an invitation', () => {
  it('makes an account a member when it accepts', async () => {
    const org = await organization();
    const guest = caller();
    const HandshakeId = await invite(org.organizations, guest.id);
    expect(await describeHandshake(guest.organizations, HandshakeId)).toMatchObject({
      Id: HandshakeId,
      Arn: `arn:aws:organizations::${org.id}:handshake/${org.orgId}/invite/${HandshakeId}`,
      State: 'OPEN',
      Action: 'INVITE',
      Parties: [
        { Id: org.orgId, Type: 'ORGANIZATION' },
        { Id: guest.id, Type: 'ACCOUNT' },
      ],
      Resources: [
        { Type: 'ORGANIZATION', Value: org.orgId, Resources: [{ Type: 'MASTER_EMAIL' }, { Type: 'MASTER_NAME' }, { Value: 'ALL' }] },
        { Type: 'ACCOUNT', Value: guest.id },
        { Type: 'NOTES', Value: 'Come in' },
      ],
    });
    const mails = (await (await fetch(`${org.url}/_nuvola/inbox?account=${guest.id}`)).json()) as { body: string }[] | { mails: unknown };
    expect(JSON.stringify(mails)).toContain(HandshakeId);
    expect(await refusal(invite(org.organizations, guest.id))).toMatch(/^DuplicateHandshake/);
    expect(await refusal(accept(org.organizations, HandshakeId))).toMatch(/^AccessDenied/);
    expect((await accept(guest.organizations, HandshakeId)).Handshake?.State).toBe('ACCEPTED');
    expect(await refusal(accept(guest.organizations, HandshakeId))).toMatch(/^HandshakeAlreadyInState/);
    const { Account } = await org.organizations.send(new DescribeAccountCommand({ AccountId: guest.id }));
    expect(Account?.JoinedMethod).toBe('INVITED');
    const { Tags } = await org.organizations.send(new ListTagsForResourceCommand({ ResourceId: guest.id }));
    expect(Tags).toEqual([{ Key: 'team', Value: 'x' }]);
    expect(await refusal(invite(org.organizations, guest.id))).toMatch(/^HandshakeConstraintViolation ALREADY_IN_AN_ORGANIZATION/);
  });

  it('finds an account by its e-mail address', async () => {
    const org = await organization();
    const guest = caller();
    const HandshakeId = await invite(org.organizations, `${guest.id}@example.com`, 'EMAIL');
    const { Handshakes } = await guest.organizations.send(new ListHandshakesForAccountCommand({ Filter: { ActionType: 'INVITE' } }));
    expect(Handshakes).toMatchObject([{ Id: HandshakeId, Parties: [{}, { Type: 'EMAIL' }] }]);
    await accept(guest.organizations, HandshakeId);
    expect((await guest.organizations.send(new DescribeOrganizationCommand({}))).Organization?.Id).toBe(org.orgId);
    expect((await guest.organizations.send(new ListHandshakesForAccountCommand({}))).Handshakes).toHaveLength(1);
  });

  it('is nothing to whom is a member by then', async () => {
    const org = await organization();
    // the address of the account that is created next
    const HandshakeId = await invite(org.organizations, `member-${org.id}@example.org`, 'EMAIL');
    const member = org.as(await org.createAccount('member'));
    expect(await refusal(accept(member.organizations, HandshakeId))).toMatch(/^HandshakeConstraintViolation ALREADY_IN_AN_ORGANIZATION/);
  });

  it('takes an account from one organization to another', async () => {
    const [first, second] = [await organization(), await organization()];
    const member = first.as(await first.createAccount('member')).organizations;
    const id = (await second.organizations.send(new DescribeOrganizationCommand({}))).Organization?.Id;
    const account = (await member.config.credentials()).accessKeyId;
    await accept(member, await invite(second.organizations, account));
    expect((await member.send(new DescribeOrganizationCommand({}))).Organization?.Id).toBe(id);
    const toManagement = await invite(second.organizations, first.id);
    expect(await refusal(accept(first.organizations, toManagement))).toMatch(/^MasterCannotLeaveOrganization/);
  });

  it('is declined by one side or canceled by the other, once', async () => {
    const org = await organization();
    const guest = caller();
    const decline = (client: OrganizationsClient, HandshakeId: string) => client.send(new DeclineHandshakeCommand({ HandshakeId }));
    const cancel = (client: OrganizationsClient, HandshakeId: string) => client.send(new CancelHandshakeCommand({ HandshakeId }));
    const declined = await invite(org.organizations, guest.id);
    expect(await refusal(cancel(guest.organizations, declined))).toMatch(/^AccessDenied/);
    expect((await decline(guest.organizations, declined)).Handshake?.State).toBe('DECLINED');
    expect(await refusal(cancel(org.organizations, declined))).toMatch(/^InvalidHandshakeTransition/);
    const canceled = await invite(org.organizations, guest.id);
    expect((await cancel(org.organizations, canceled)).Handshake?.State).toBe('CANCELED');
    expect(await refusal(accept(guest.organizations, canceled))).toMatch(/^InvalidHandshakeTransition/);
    expect(await refusal(accept(guest.organizations, 'h-00000000'))).toMatch(/^HandshakeNotFound/);
    expect(await refusal(describeHandshake(caller().organizations, canceled))).toMatch(/^AccessDenied/);
  });

  it('is refused for what is no party', async () => {
    const { organizations } = await organization();
    expect(await refusal(invite(organizations, 'nobody'))).toMatch(/^InvalidInput INVALID_PATTERN/);
    expect(await refusal(invite(organizations, 'nobody', 'EMAIL'))).toMatch(/^InvalidInput INVALID_EMAIL_ADDRESS_TARGET/);
    expect(await refusal(invite(organizations, 'o-abcdefghij', 'ORGANIZATION' as 'ACCOUNT'))).toMatch(
      /^InvalidInput INVALID_PARTY_TYPE_TARGET/,
    );
  });

  it('expires after fifteen days, and is forgotten thirty days later', async () => {
    await using cloud = await ownCloud();
    const day = 24 * 3_600_000;
    const of = { id: '111111111111', url: cloud.url, config: cloud.config(), configIn: () => cloud.config() };
    const org = await organization('ALL', callerAs(of, '111111111111'));
    const guest = callerAs(of, '222222222222').organizations;
    const HandshakeId = await invite(org.organizations, '222222222222');
    await cloud.clock.advance(14 * day);
    expect((await describeHandshake(guest, HandshakeId))?.State).toBe('OPEN');
    await cloud.clock.advance(day);
    expect((await describeHandshake(guest, HandshakeId))?.State).toBe('EXPIRED');
    expect(await refusal(accept(guest, HandshakeId))).toMatch(/^InvalidHandshakeTransition/);
    await cloud.clock.advance(30 * day);
    expect(await refusal(describeHandshake(guest, HandshakeId))).toMatch(/^HandshakeNotFound/);
  });
});

describe('all features', () => {
  it('come when every invited member agrees and the management account has the last word', async () => {
    const org = await organization('CONSOLIDATED_BILLING');
    const guest = caller();
    await accept(guest.organizations, await invite(org.organizations, guest.id));
    await org.createAccount('created');
    const invited = await invite(org.organizations, '444444444444');
    const { Handshake: asked } = await org.organizations.send(new EnableAllFeaturesCommand({}));
    expect(asked).toMatchObject({ Action: 'ENABLE_ALL_FEATURES', State: 'REQUESTED', Parties: [{ Id: org.orgId }] });
    expect((await describeHandshake(org.organizations, invited))?.State).toBe('CANCELED');
    expect(await refusal(org.organizations.send(new EnableAllFeaturesCommand({})))).toMatch(
      /^HandshakeConstraintViolation ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION/,
    );
    expect(await refusal(invite(org.organizations, '333333333333'))).toMatch(
      /^HandshakeConstraintViolation INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES/,
    );
    const filter = { Filter: { ActionType: 'APPROVE_ALL_FEATURES' as const } };
    const { Handshakes: [mine] = [] } = await guest.organizations.send(new ListHandshakesForAccountCommand(filter));
    const own = asked?.Id ?? '';
    expect(mine?.Resources).toContainEqual({ Type: 'PARENT_HANDSHAKE', Value: own });
    expect(await refusal(accept(org.organizations, own))).toMatch(/^InvalidHandshakeTransition/);
    await accept(guest.organizations, mine?.Id ?? '');
    await accept(org.organizations, own);
    const { Organization } = await org.organizations.send(new DescribeOrganizationCommand({}));
    expect(Organization?.FeatureSet).toBe('ALL');
    const parts = new ListHandshakesForOrganizationCommand({ Filter: { ParentHandshakeId: own } });
    expect((await org.organizations.send(parts)).Handshakes).toMatchObject([{ Id: mine?.Id, State: 'ACCEPTED' }]);
    expect(await refusal(org.organizations.send(new EnableAllFeaturesCommand({})))).toMatch(
      /^HandshakeConstraintViolation ORGANIZATION_ALREADY_HAS_ALL_FEATURES/,
    );
  });
});

describe('an invited member that leaves', () => {
  it('need not agree to all features any more', async () => {
    const org = await organization('CONSOLIDATED_BILLING');
    const guest = caller();
    await accept(guest.organizations, await invite(org.organizations, guest.id));
    const { Handshake: asked } = await org.organizations.send(new EnableAllFeaturesCommand({}));
    await guest.organizations.send(new LeaveOrganizationCommand({}));
    expect((await describeHandshake(org.organizations, asked?.Id ?? ''))?.State).toBe('OPEN');
    await accept(org.organizations, asked?.Id ?? '');
    const { Organization } = await org.organizations.send(new DescribeOrganizationCommand({}));
    expect(Organization?.FeatureSet).toBe('ALL');
  });
});

describe('a responsibility transfer', () => {
  it('is agreed on by two management accounts, and ends', async () => {
    const [payer, source] = [await organization(), await organization()];
    const inviteSource = (StartTimestamp: Date) =>
      payer.organizations.send(
        new InviteOrganizationToTransferResponsibilityCommand({
          Type: 'BILLING',
          Target: { Type: 'ACCOUNT', Id: source.id },
          StartTimestamp,
          SourceName: 'theirs',
        }),
      );
    expect(await refusal(inviteSource(new Date('2030-01-02T00:00:00Z')))).toMatch(/^InvalidInput START_DATE_NOT_BEGINNING_OF_MONTH/);
    expect(await refusal(inviteSource(new Date('2030-01-01T01:00:00Z')))).toMatch(/^InvalidInput START_DATE_NOT_BEGINNING_OF_DAY/);
    expect(await refusal(inviteSource(new Date('2020-01-01T00:00:00Z')))).toMatch(/^InvalidInput START_DATE_TOO_EARLY/);
    const { Handshake } = await inviteSource(new Date('2030-01-01T00:00:00Z'));
    const Id = Handshake?.Resources?.find(({ Type }) => Type === 'RESPONSIBILITY_TRANSFER')?.Value ?? '';
    const { ResponsibilityTransfer: requested } = await payer.organizations.send(new DescribeResponsibilityTransferCommand({ Id }));
    expect(requested).toMatchObject({ Name: 'theirs', Status: 'REQUESTED', Source: { ManagementAccountId: source.id } });
    await accept(source.organizations, Handshake?.Id ?? '');
    await payer.organizations.send(new UpdateResponsibilityTransferCommand({ Id, Name: 'ours now' }));
    const { ResponsibilityTransfers: inbound } = await payer.organizations.send(
      new ListInboundResponsibilityTransfersCommand({ Type: 'BILLING' }),
    );
    expect(inbound).toMatchObject([{ Id, Name: 'ours now', Status: 'ACCEPTED', Arn: expect.stringContaining('/billing/inbound/') }]);
    const { ResponsibilityTransfers: outbound } = await source.organizations.send(
      new ListOutboundResponsibilityTransfersCommand({ Type: 'BILLING' }),
    );
    expect(outbound).toMatchObject([{ Id, Arn: expect.stringContaining('/billing/outbound/') }]);
    const terminate = () => source.organizations.send(new TerminateResponsibilityTransferCommand({ Id }));
    expect((await terminate()).ResponsibilityTransfer?.Status).toBe('WITHDRAWN');
    expect(await refusal(terminate())).toMatch(/^ResponsibilityTransferAlreadyInStatus/);
  });

  it('is asked for once, by account number or e-mail address', async () => {
    const [payer, source] = [await organization(), await organization()];
    const { Organization } = await source.organizations.send(new DescribeOrganizationCommand({}));
    const theirs = Organization?.MasterAccountEmail ?? '';
    await inviteToTransfer(payer, 'EMAIL', 'nobody@example.org');
    expect(await refusal(inviteToTransfer(payer, 'EMAIL', 'Nobody@example.org'))).toMatch(/^DuplicateHandshake/);
    await inviteToTransfer(payer, 'EMAIL', theirs);
    expect(await refusal(inviteToTransfer(payer, 'EMAIL', theirs))).toMatch(/^DuplicateHandshake/);
    expect(await refusal(inviteToTransfer(payer, 'ACCOUNT', source.id))).toMatch(/^DuplicateHandshake/);
  });

  it.each([
    ['an invitation by account number', 'ACCOUNT', false],
    ['an invitation by e-mail address', 'EMAIL', false],
    ['a transfer that was agreed on', 'ACCOUNT', true],
  ] as const)('keeps both organizations from ending: %s', async (_what, type, isAccepted) => {
    const [payer, source] = [await organization(), await organization()];
    const { Organization } = await source.organizations.send(new DescribeOrganizationCommand({}));
    const handshake = await inviteToTransfer(payer, type, type === 'ACCOUNT' ? source.id : (Organization?.MasterAccountEmail ?? ''));
    if (isAccepted) await accept(source.organizations, handshake?.Id ?? '');
    for (const side of [payer, source]) {
      expect(await refusal(side.organizations.send(new DeleteOrganizationCommand({})))).toMatch(
        /^ConstraintViolation ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS/,
      );
    }
    if (isAccepted) return;
    await source.organizations.send(new DeclineHandshakeCommand({ HandshakeId: handshake?.Id }));
    for (const side of [payer, source]) await side.organizations.send(new DeleteOrganizationCommand({}));
  });
});

async function inviteToTransfer({ organizations }: Caller, Type: 'ACCOUNT' | 'EMAIL', Id: string) {
  const asked = { Type: 'BILLING', Target: { Type, Id }, StartTimestamp: new Date('2030-01-01T00:00:00Z'), SourceName: 'theirs' } as const;
  return (await organizations.send(new InviteOrganizationToTransferResponsibilityCommand(asked))).Handshake;
}
