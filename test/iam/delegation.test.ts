/** The life of delegation requests, with AWS's clients on both sides. */
import {
  CreateDelegationRequestCommand,
  GetHumanReadableSummaryCommand,
  ListDelegationRequestsCommand,
  RejectDelegationRequestCommand,
  UpdateDelegationRequestCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Nuvola } from '../../src/testing';
import { ownCloud } from '../server';
import { newAccount, refusal } from '../sts/people';
import { accept, associate, client, granted, parameters, provider, release, shown } from './delegation-people';

let cloud: Nuvola;
beforeAll(async () => {
  cloud = await ownCloud();
});
afterAll(() => cloud.close());

const day = 86_400_000;
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('a delegation request', () => {
  it('goes from the provider to the customer and back as a token', async () => {
    const partner = await provider(cloud);
    const { id, config, user } = newAccount(cloud);
    const ann = await user('ann');
    const created = await partner.iam.send(
      new CreateDelegationRequestCommand(
        partner.input({
          OwnerAccountId: id,
          RequestMessage: 'For workspace 7',
          RedirectUrl: 'https://example.com/back',
          RequestorWorkflowId: 'flow-1',
        }),
      ),
    );
    const request = created.DelegationRequestId ?? '';
    expect(created.ConsoleDeepLink).toBe(`https://us-east-1.console.aws.amazon.com/iam/account-access-requests/review/${request}`);
    const unassigned = await shown(config, request);
    expect(unassigned).toMatchObject({
      DelegationRequestId: request,
      OwnerAccountId: id,
      Description: 'Sets Example up.',
      RequestMessage: 'For workspace 7',
      Permissions: { PolicyTemplateArn: partner.templateArn, Parameters: parameters('data') },
      State: 'UNASSIGNED',
      RequestorId: partner.id,
      RequestorName: 'Example',
      SessionDuration: 3600,
      RedirectUrl: 'https://example.com/back',
      OnlySendByOwner: false,
    });
    expect(JSON.parse(unassigned.PermissionPolicy ?? '').Statement[0].Resource).toEqual(['arn:aws:s3:::data', 'arn:aws:s3:::data/*']);
    expect(unassigned.OwnerId ?? unassigned.ApproverId).toBeUndefined();
    expect(Number(unassigned.ExpirationTime) - Number(unassigned.CreateDate)).toBeCloseTo(day, -4);

    await associate(ann, request);
    expect(await shown(ann, request)).toMatchObject({ State: 'ASSIGNED', OwnerId: ann.arn, OwnerAccountId: id });
    await client(ann).send(new UpdateDelegationRequestCommand({ DelegationRequestId: request, Notes: 'Please.' }));
    expect(await shown(ann, request)).toMatchObject({ State: 'PENDING_APPROVAL', Notes: 'Please.' });
    await accept(config, request);
    expect(await shown(ann, request)).toMatchObject({ State: 'ACCEPTED', ApproverId: `arn:aws:iam::${id}:root` });
    await release(ann, request);
    expect(await shown(ann, request)).toMatchObject({ State: 'FINALIZED' });

    const messages = await partner.received();
    const common = { RequestId: request, RequestorWorkflowId: 'flow-1', OwnerAccountId: id, UpdatedAt: expect.stringMatching(isoTime) };
    expect(messages).toEqual([
      ...['ASSIGNED', 'PENDING_APPROVAL', 'ACCEPTED', 'FINALIZED'].map((State) => ({ ...common, Type: 'StateChange', State })),
      {
        ...common,
        Type: 'ExchangeToken',
        State: 'FINALIZED',
        ExchangeToken: expect.any(String),
        ExpiresAt: expect.stringMatching(isoTime),
      },
    ]);
    const answer = await partner.exchange(messages.at(-1)?.ExchangeToken ?? '');
    expect(answer).toMatchObject({ AssumedPrincipal: `arn:aws:iam::${id}:root`, PackedPolicySize: expect.any(Number) });
    expect(answer.Credentials?.Expiration?.getTime()).toBe(Math.floor(Date.parse(messages.at(-1)?.ExpiresAt ?? '') / 1000) * 1000);
  });

  it('that names no account is of whoever takes it up first', async () => {
    const partner = await provider(cloud);
    const request = await partner.request();
    const [one, other] = [newAccount(cloud), newAccount(cloud)];
    expect(await shown(other.config, request)).toMatchObject({ State: 'UNASSIGNED' });
    await associate(one.config, request);
    const gone = `NoSuchEntity: The delegation request with id ${request} cannot be found.`;
    for (const call of [shown, associate, accept, release]) expect(await refusal(call(other.config, request))).toBe(gone);
    expect(await refusal(associate(one.config, request))).toMatch(/^InvalidInput: .* in state ASSIGNED/);
    expect(await shown(one.config, request)).toMatchObject({ OwnerAccountId: one.id });
  });

  it('for another account cannot be seen', async () => {
    const partner = await provider(cloud);
    const request = await partner.request({ OwnerAccountId: newAccount(cloud).id });
    for (const config of [newAccount(cloud).config, partner.config])
      expect(await refusal(shown(config, request))).toMatch(/^NoSuchEntity: /);
  });

  it('is rejected with a reason, also after it was accepted', async () => {
    const partner = await provider(cloud);
    const { config } = newAccount(cloud);
    const reject = (DelegationRequestId: string) =>
      client(config).send(new RejectDelegationRequestCommand({ DelegationRequestId, Notes: 'Too much.' }));
    const [fresh, accepted, released] = [await partner.request(), await partner.request(), await partner.request()];
    for (const request of [fresh, accepted, released]) await associate(config, request);
    for (const request of [accepted, released]) await accept(config, request);
    await release(config, released);
    for (const request of [fresh, accepted]) {
      await reject(request);
      expect(await shown(config, request)).toMatchObject({ State: 'REJECTED', RejectionReason: 'Too much.' });
      for (const call of [associate, accept, release])
        expect(await refusal(call(config, request))).toMatch(/^InvalidInput: .* in state REJECTED/);
    }
    expect(await refusal(reject(released))).toMatch(/in state FINALIZED/);
    expect(await refusal(reject(await partner.request()))).toMatch(/in state UNASSIGNED/);
  });

  it('is released by its owner alone, where the provider wants that', async () => {
    const partner = await provider(cloud);
    const { config, user } = newAccount(cloud);
    const [owner, boss] = [await user('owner'), await user('boss')];
    const request = await partner.request({ OnlySendByOwner: true });
    await associate(owner, request);
    await accept(boss, request);
    for (const other of [boss, config]) expect(await refusal(release(other, request))).toMatch(/^AccessDenied: Only the owner/);
    await release(owner, request);
    expect((await partner.exchange((await partner.received()).at(-1)?.ExchangeToken ?? '')).AssumedPrincipal).toBe(boss.arn);
  });

  it('of more than four hours is not for root to approve', async () => {
    const partner = await provider(cloud);
    const { config, user } = newAccount(cloud);
    const request = await partner.request({ SessionDuration: 4 * 3600 + 1 });
    await associate(config, request);
    expect(await refusal(accept(config, request))).toBe(
      'InvalidInput: Root users can only approve delegation requests with a duration of 4 hours or less.',
    );
    await accept(await user('ann'), request);
    const short = await partner.request({ SessionDuration: 4 * 3600 });
    await associate(config, short);
    await accept(config, short);
  });

  it('is listed once it has an owner: all of the account, or one owner’s', async () => {
    const partner = await provider(cloud);
    const { id, config, user } = newAccount(cloud);
    const [ann, bob] = [await user('ann'), await user('bob')];
    const requests: string[] = [];
    for (const who of [ann, ann, bob]) {
      requests.push(await partner.request({ OwnerAccountId: id }));
      await associate(who, requests.at(-1) ?? '');
    }
    await partner.request({ OwnerAccountId: id });
    const list = async (OwnerId?: string) => {
      const { DelegationRequests = [], isTruncated } = await client(config).send(new ListDelegationRequestsCommand({ OwnerId }));
      expect(isTruncated).toBe(false);
      return DelegationRequests.map(({ DelegationRequestId }) => DelegationRequestId).sort();
    };
    expect(await list()).toEqual([...requests].sort());
    expect(await list(ann.arn)).toEqual(requests.slice(0, 2).sort());
    const { iam } = newAccount(cloud);
    expect((await iam.send(new ListDelegationRequestsCommand({}))).DelegationRequests ?? []).toEqual([]);
    const first = await client(config).send(new ListDelegationRequestsCommand({ MaxItems: 2 }));
    expect(first).toMatchObject({ isTruncated: true, Marker: expect.any(String) });
    const rest = await client(config).send(new ListDelegationRequestsCommand({ MaxItems: 2, Marker: first.Marker }));
    expect(
      [...(first.DelegationRequests ?? []), ...(rest.DelegationRequests ?? [])]
        .map(({ DelegationRequestId }) => DelegationRequestId)
        .sort(),
    ).toEqual([...requests].sort());
  });
});

describe('asking is refused', () => {
  it('for what is wrong with it', async () => {
    const partner = await provider(cloud);
    const stranger = await provider(cloud);
    const asked = (more: Parameters<typeof partner.input>[0]) =>
      refusal(partner.iam.send(new CreateDelegationRequestCommand(partner.input(more))));
    const { topicArn, templateArn } = partner;
    for (const [more, answer] of [
      [
        { Permissions: { PolicyTemplateArn: 'arn:aws:iam:::delegation-template/other' } },
        /^InvalidInput: Policy template .* is not registered .*delegation-templates/,
      ],
      [{ Permissions: { PolicyTemplateArn: stranger.templateArn } }, /^InvalidInput: Policy template .* is not registered/],
      [{ Permissions: { Parameters: parameters('data') } }, /^InvalidInput: Policy template/],
      [{ Permissions: { PolicyTemplateArn: templateArn } }, /^InvalidInput: The policy template has a parameter bucketName/],
      [{ NotificationChannel: stranger.topicArn }, /^InvalidInput: .* registered account/],
      [{ NotificationChannel: topicArn.replace('us-east-1', 'af-south-1') }, /^InvalidInput: .* enabled by default/],
      [{ NotificationChannel: topicArn.replace('us-east-1', 'no-where-1') }, /^InvalidInput: .* enabled by default/],
      [{ NotificationChannel: topicArn.replace(':sns:', ':sqs:') }, /^InvalidInput: .* SNS topic/],
      [{ NotificationChannel: `${topicArn}.fifo` }, /^InvalidInput: .* SNS topic/],
      [{ SessionDuration: 299 }, /^ValidationError: /],
      [{ SessionDuration: 43_201 }, /^ValidationError: /],
    ] as const)
      expect(await asked(more)).toMatch(answer);
    await partner.request({ RequestorWorkflowId: 'twice' });
    expect(await asked({ RequestorWorkflowId: 'twice' })).toMatch(/^EntityAlreadyExists: /);
    await stranger.request({ RequestorWorkflowId: 'twice' });
  });
});

describe('time', () => {
  it('ends requests that nobody acts on, tells the provider, and forgets them', async () => {
    await using own = await ownCloud();
    const partner = await provider(own);
    const { config } = newAccount(own);
    const [untouched, assigned] = [await partner.request(), await partner.request()];
    await associate(config, assigned);
    await partner.received();
    await own.clock.advance(day + 1);
    expect(await shown(config, untouched)).toMatchObject({ State: 'EXPIRED' });
    expect(await shown(config, assigned)).toMatchObject({ State: 'ASSIGNED' });
    expect(await partner.received()).toEqual([
      {
        RequestId: untouched,
        RequestorWorkflowId: expect.any(String),
        Type: 'StateChange',
        State: 'EXPIRED',
        UpdatedAt: expect.stringMatching(isoTime),
      },
    ]);
    expect(await refusal(associate(config, untouched))).toMatch(/in state EXPIRED/);
    await own.clock.advance(6 * day);
    expect(await shown(config, assigned)).toMatchObject({ State: 'EXPIRED' });
    expect(await refusal(accept(config, assigned))).toMatch(/in state EXPIRED/);
    await own.clock.advance(8 * day);
    for (const request of [untouched, assigned]) expect(await refusal(shown(config, request))).toMatch(/^NoSuchEntity: /);
  });

  it('counts anew in every state', async () => {
    await using own = await ownCloud();
    const partner = await provider(own);
    const { config } = newAccount(own);
    const request = await partner.request();
    await own.clock.advance(day / 2);
    await associate(config, request);
    await own.clock.advance(6 * day);
    await client(config).send(new UpdateDelegationRequestCommand({ DelegationRequestId: request }));
    await own.clock.advance(6 * day);
    await accept(config, request);
    await own.clock.advance(6 * day);
    expect(await shown(config, request)).toMatchObject({ State: 'ACCEPTED' });
    await own.clock.advance(day + 1);
    expect(await shown(config, request)).toMatchObject({ State: 'EXPIRED' });
  });

  it('ends a token and all credentials got with it at once, counted from its release', async () => {
    await using own = await ownCloud();
    const partner = await provider(own);
    const { config } = newAccount(own);
    const token = await granted(partner, config, { SessionDuration: 7200 });
    const [early] = [await partner.exchange(token)];
    await own.clock.advance(100 * 60_000);
    const late = await partner.exchange(token);
    const minutesLeft = ((late.Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 60_000;
    expect(minutesLeft).toBeGreaterThan(19);
    expect(minutesLeft).toBeLessThanOrEqual(20);
    expect(early.Credentials?.AccessKeyId).not.toBe(late.Credentials?.AccessKeyId);
    await own.clock.advance(20 * 60_000);
    expect(await refusal(partner.exchange(token))).toMatch(/^ExpiredTradeInToken: The trade-in token/);
  });
});

it('the summary of a request follows from its policy, in English', async () => {
  const partner = await provider(cloud);
  const { id, config } = newAccount(cloud);
  const EntityArn = `arn:aws:iam::${id}:delegation-request/${await partner.request()}`;
  const ask = (arn: string, Locale?: string) => client(config).send(new GetHumanReadableSummaryCommand({ EntityArn: arn, Locale }));
  const summary = await ask(EntityArn);
  expect(summary).toMatchObject({ SummaryState: 'AVAILABLE', Locale: 'en' });
  expect(summary.SummaryContent).toContain('- `sts:GetCallerIdentity` and `iam:ListRoles` on every resource');
  expect(await ask(EntityArn, 'en-GB')).toMatchObject({ SummaryState: 'AVAILABLE', Locale: 'en-GB' });
  const german = await ask(EntityArn, 'de');
  expect(german).toMatchObject({ SummaryState: 'NOT_SUPPORTED', Locale: 'de' });
  expect(german.SummaryContent || undefined).toBeUndefined();
  expect(await refusal(ask(`arn:aws:iam::${id}:user/ann`))).toMatch(/^InvalidInput: /);
  expect(await refusal(ask(`arn:aws:iam::${id}:delegation-request/other`))).toMatch(/^NoSuchEntity: /);
});

it('tokens are for the provider alone, and nothing else is one', async () => {
  const partner = await provider(cloud);
  const token = await granted(partner, newAccount(cloud).config);
  const invalid = 'ValidationError: Invalid trade-in token';
  expect(await refusal(partner.exchange(token, newAccount(cloud).config))).toBe(invalid);
  const middle = Math.floor(token.length / 2);
  const changed = token.slice(0, middle) + (token[middle] === 'A' ? 'B' : 'A') + token.slice(middle + 1);
  const { Credentials } = await partner.exchange(token);
  for (const text of ['x', 'eyJhbGciOiJIUzI1NiJ9.e30.x', changed, `${token}A`, Credentials?.SessionToken ?? ''])
    expect(await refusal(partner.exchange(text))).toBe(invalid);
});
