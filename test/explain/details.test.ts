import { describe, expect, it } from 'vitest';
import { evaluate, parsePolicy } from '../../src/policy';
import type { DecisionEntry } from '../../src/security/access/decisions';
import { decodedMessage } from '../../src/security/access/decoded-message';
import { explainEntry } from '../../src/security/access/explain';
import { denialDetails, documentOf } from '../../src/security/access/explain-details';
import { account, alice, allow, attach, type Case, deny, object, other, requestOf, session, stranger } from '../policy/matrix/row';

function entry(it: Case): DecisionEntry {
  const request = requestOf(it);
  const decision = evaluate(request);
  const { caller } = request;
  return {
    requestId: '0b1c2d3e-0000-4000-8000-000000000001',
    at: Date.parse('2026-03-01T10:00:00Z'),
    mode: 'enforce',
    service: 's3',
    principal: { type: 'user', account: caller.account, arn: caller.arn, id: caller.id, userName: 'alice', accessKeyId: 'AKIA' },
    place: { partition: 'aws', account: caller.account, region: 'eu-west-1' },
    action: request.action,
    resource: request.resource.arn,
    request,
    decision,
    allowed: decision.effect === 'allow',
    byGrant: false,
    message: 'no',
    missingStatement: undefined,
  };
}

const details = (...cases: Case[]) => denialDetails(cases.map(entry))!;
const everybody = { Principal: '*' };

describe('the details of a denial', () => {
  it('tell what each evaluation came to, and which checks it had to pass', () => {
    const { evaluations, policies, ...rest } = details(
      { action: 's3:GetObject', identity: allow('s3:GetObject'), call: { region: 'eu-west-1' } },
      {
        action: 's3:PutObject',
        on: 'arn:aws:s3:::copies/x',
        identity: allow('s3:GetObject'),
        boundary: allow('*'),
        call: { region: 'eu-west-1' },
        keys: { 's3:x-amz-acl': 'private' },
      },
    );
    expect(rest).toEqual({
      account,
      organizationId: undefined,
      region: 'eu-west-1',
      requestContext: expect.objectContaining({
        'aws:PrincipalArn': alice.arn,
        'aws:username': 'alice',
        'aws:RequestedRegion': 'eu-west-1',
      }),
    });
    expect(evaluations).toEqual([
      {
        action: 's3:GetObject',
        resource: object,
        context: {},
        evaluatedEffect: 'ALLOW',
        matchedPolicies: [{ uri: policies[0]!.uri, matchedStatements: [{ sid: 'Statement1', evaluatedEffect: 'ALLOW' }] }],
        checks: [expect.objectContaining({ checkType: 'PRINCIPAL', evaluatedEffect: 'ALLOW' })],
      },
      {
        action: 's3:PutObject',
        resource: 'arn:aws:s3:::copies/x',
        context: { 's3:x-amz-acl': 'private' },
        evaluatedEffect: 'IMPLICIT_DENY',
        matchedPolicies: [],
        checks: [
          { checkType: 'PRINCIPAL', evaluatedEffect: 'IMPLICIT_DENY', relevantPolicyTypes: ['IDENTITY_BASED_POLICY'], matchedPolicies: [] },
          expect.objectContaining({
            checkType: 'PERMISSIONS_BOUNDARY',
            evaluatedEffect: 'ALLOW',
            relevantPolicyTypes: ['PERMISSIONS_BOUNDARY'],
          }),
        ],
      },
    ]);
    expect(policies).toEqual([
      expect.objectContaining({
        type: 'IDENTITY_BASED_POLICY',
        inline: true,
        uri: expect.stringMatching(/^[0-9a-f]{32}$/),
        attachedTo: [{ arn: alice.arn }],
      }),
      expect.objectContaining({ type: 'PERMISSIONS_BOUNDARY', inline: true, attachedTo: [{ arn: alice.arn }] }),
    ]);
    expect(policies[0]?.document).toEqual({ Version: '2012-10-17', Statement: [allow('s3:GetObject')] });
  });

  it('take the resource’s policy for another way past the principal’s check within one account', () => {
    const [{ checks } = { checks: [] }] = details({ resource: [{ ...deny('s3:*', everybody), Sid: 'Closed' }] }).evaluations;
    expect(checks).toEqual([
      {
        checkType: 'PRINCIPAL',
        evaluatedEffect: 'EXPLICIT_DENY',
        relevantPolicyTypes: ['RESOURCE_BASED_POLICY'],
        matchedPolicies: [{ uri: expect.any(String), matchedStatements: [{ sid: 'Closed', evaluatedEffect: 'DENY' }] }],
      },
    ]);
  });

  it('show nothing of the policies of other accounts but their effect', () => {
    const { evaluations, policies } = details({
      caller: stranger,
      owner: account,
      identity: allow('*'),
      resource: deny('s3:*', everybody),
    });
    expect(
      evaluations[0]?.checks.map(({ checkType, evaluatedEffect, matchedPolicies }) => [checkType, evaluatedEffect, matchedPolicies.length]),
    ).toEqual([
      ['RESOURCE', 'EXPLICIT_DENY', 0],
      ['PRINCIPAL', 'ALLOW', 1],
    ]);
    expect(policies.map(({ type }) => type)).toEqual(['IDENTITY_BASED_POLICY']);
  });

  it('name the root, unit and account that SCPs hang on', () => {
    const organization = {
      id: 'o-abcdefghij',
      path: 'o-abcdefghij/r-ab12/ou-ab12-11111111/',
      isManagement: false,
      managementAccount: other,
    };
    const own = {
      ...attach('scp', allow('*')),
      arn: `arn:aws:organizations::${other}:policy/o-abcdefghij/service_control_policy/p-11111111`,
    };
    const full = { ...attach('scp', allow('*')), arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess' };
    const { evaluations, policies } = details({
      caller: { ...session, organization },
      more: { policies: { scps: [[full], [full, own], [own]] } },
    });
    const targets = [
      `arn:aws:organizations::${other}:root/o-abcdefghij/r-ab12`,
      `arn:aws:organizations::${other}:ou/o-abcdefghij/ou-ab12-11111111`,
      `arn:aws:organizations::${other}:account/o-abcdefghij/${account}`,
    ];
    expect(evaluations[0]?.checks.map(({ targetArn }) => targetArn)).toEqual([...targets, undefined]);
    expect(policies.map(({ uri, inline, attachedTo }) => [uri, inline, attachedTo.map(({ arn }) => arn)])).toEqual([
      [full.arn, false, targets.slice(0, 2)],
      [own.arn, false, targets.slice(1)],
    ]);
  });

  it('tell of what no policy denied', () => {
    const refused: DecisionEntry = {
      ...entry({ identity: allow('*') }),
      allowed: false,
      decision: { effect: 'explicitDeny', layer: 'session' },
    };
    const [evaluation] = denialDetails([refused])!.evaluations;
    expect(evaluation).toMatchObject({ evaluatedEffect: 'EXPLICIT_DENY', matchedPolicies: [] });
    expect(evaluation?.checks.map(({ checkType, evaluatedEffect }) => [checkType, evaluatedEffect])).toEqual([
      ['PRINCIPAL', 'ALLOW'],
      ['SESSION', 'EXPLICIT_DENY'],
    ]);
    expect(explainEntry(refused)).toMatchObject({ effect: 'explicitDeny', summary: 'Denied whatever policies say: no', suggestions: [] });
  });

  it('are not there for what was allowed', () => {
    expect(denialDetails([entry({ identity: allow('*') })])).toBeUndefined();
    expect(denialDetails([])).toBeUndefined();
  });

  it('give documents back as they were', () => {
    const document = {
      Version: '2012-10-17',
      Id: 'Doc',
      Statement: [
        {
          Sid: 'One',
          Effect: 'Deny',
          NotPrincipal: { AWS: alice.arn, Service: ['a.amazonaws.com', 'b.amazonaws.com'] },
          NotAction: 's3:*',
          NotResource: '*',
        },
        {
          Effect: 'Allow',
          Principal: '*',
          Action: ['s3:Get*', 's3:List*'],
          Resource: object,
          Condition: { StringLike: { 'aws:username': ['a', 'b'] }, Bool: { 'aws:SecureTransport': 'true' } },
        },
      ],
    };
    expect(documentOf(parsePolicy(JSON.stringify(document), 'resource'))).toEqual(document);
  });
});

describe('a decoded authorization message', () => {
  it('has the members that AWS shows', () => {
    const identity = [{ ...deny(['ec2:RunInstances', 'ec2:StartInstances']), Sid: 'NoServers' }];
    const on = `arn:aws:ec2:eu-west-1:${account}:instance/*`;
    expect(decodedMessage(entry({ action: 'ec2:RunInstances', on, identity, keys: { 'ec2:InstanceType': 't3.micro' } }))).toEqual({
      allowed: false,
      explicitDeny: true,
      matchedStatements: {
        items: [
          {
            statementId: 'NoServers',
            effect: 'DENY',
            principals: { items: [{ value: alice.id }] },
            principalGroups: { items: [] },
            actions: { items: [{ value: 'ec2:RunInstances' }, { value: 'ec2:StartInstances' }] },
            resources: { items: [{ value: '*' }] },
            conditions: { items: [] },
          },
        ],
      },
      failures: { items: [] },
      context: {
        principal: { id: alice.id, name: 'alice', arn: alice.arn },
        action: 'ec2:RunInstances',
        resource: on,
        conditions: { items: expect.arrayContaining([{ key: 'ec2:InstanceType', values: { items: [{ value: 't3.micro' }] } }]) },
      },
    });
  });

  it('has no statement, and no user name, where there is none', () => {
    const message = decodedMessage(entry({ caller: session }));
    expect(message).toMatchObject({ allowed: false, explicitDeny: false, matchedStatements: { items: [] } });
    expect(message.context.principal).toEqual({ id: session.id, arn: session.arn });
  });

  it('stays within what an encoded message may have', () => {
    const many = Array.from({ length: 300 }, (_, n) => `s3:DoSomethingOfNumber${n}`);
    const keys = Object.fromEntries(many.map((key) => [key, 'value'.repeat(10)]));
    const identity = deny([...many, 's3:GetObject']);
    expect(JSON.stringify(decodedMessage(entry({ identity, keys }))).length).toBeLessThan(7_000);
  });
});
