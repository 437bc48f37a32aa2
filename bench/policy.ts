/** `node scripts/run.mjs bench/policy.ts`: what a decision of the policy engine costs. */
import {
  type AccessRequest,
  type AttachedPolicy,
  type Caller,
  compileDocument,
  compilePolicy,
  evaluate,
  explain,
  type PolicyKind,
  parsePolicy,
} from '../src/policy';

const account = '111122223333';
const caller: Caller = {
  type: 'role-session',
  account,
  arn: `arn:aws:sts::${account}:assumed-role/deploy/monday`,
  id: 'AROADEPLOYDEPLOYDEP1:monday',
  entityArn: `arn:aws:iam::${account}:role/deploy`,
  tags: { team: 'blue' },
  session: { issuedAt: 0, mfa: true },
};

type Json = Readonly<Record<string, unknown>>;
const text = (statements: readonly Json[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const attach = (kind: PolicyKind, ...statements: readonly Json[]): AttachedPolicy => ({
  policy: compilePolicy(text(statements), kind),
  name: kind,
});

const services = ['ec2', 'sqs', 'sns', 'dynamodb', 'lambda', 'logs', 'kms', 'ecr', 'rds', 's3'];
/** A policy as people have them: some reads of everything, writes to what is theirs, a deny with a condition. */
const servicePolicy = (service: string) =>
  attach(
    'inline',
    {
      Effect: 'Allow',
      Action: [`${service}:Describe*`, `${service}:Get*`, `${service}:List*`],
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'true' } },
    },
    {
      Effect: 'Allow',
      Action: [`${service}:Put*`, `${service}:Create*`],
      Resource: [`arn:aws:${service}:*:${account}:team-*`, `arn:aws:${service}:::team-\${aws:PrincipalTag/team}/*`],
    },
    {
      Effect: 'Deny',
      NotAction: 'sts:*',
      Resource: '*',
      Condition: { NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.0/24'] } },
    },
  );
const identity = services.map(servicePolicy);
const everything = { Effect: 'Allow', Action: '*', Resource: '*' };

const base: AccessRequest = {
  caller,
  action: 's3:PutObject',
  resource: { arn: 'arn:aws:s3:::team-blue/2026/report.csv', account },
  call: { now: 1_772_359_200_000, region: 'eu-west-1', sourceIp: '203.0.113.7', secure: true, userAgent: 'aws-cli/2' },
  policies: { identity },
};
const organization: AccessRequest = {
  ...base,
  policies: {
    identity: identity.slice(4),
    boundary: attach('managed', { Effect: 'Allow', Action: ['s3:*', 'sqs:*'], Resource: '*' }),
    scps: [
      [attach('scp', everything)],
      [
        attach('scp', everything, {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
        }),
      ],
    ],
    resource: attach('resource', {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
  },
};

/** CPU time, the median of nine rounds after two to get warm, in µs: other work on the machine does not count. */
function cost(run: () => unknown, times = 50_000): number {
  const rounds: number[] = [];
  for (let n = 0; n < 11; n++) {
    const before = process.cpuUsage();
    for (let i = 0; i < times; i++) run();
    const { user, system } = process.cpuUsage(before);
    rounds.push((user + system) / times);
  }
  return rounds.slice(2).sort((a, b) => a - b)[4] ?? Number.NaN;
}

const document = text(
  identity[0]!.policy.document.statements.map(({ effect, actions }) => ({ Effect: effect, Action: actions.names, Resource: '*' })),
);
const limitUs = 5;
const lines: readonly (readonly [what: string, us: number, limit?: number])[] = [
  ['allowed by the last of 10 policies (30 statements, 20 conditions)', cost(() => evaluate(base)), limitUs],
  ['denied by none of 10 policies allowing it', cost(() => evaluate({ ...base, action: 'athena:StartQueryExecution' })), limitUs],
  ['10 policies: 6 identity, boundary, 2 SCPs, resource', cost(() => evaluate(organization)), limitUs],
  ['explained', cost(() => explain(base), 5_000)],
  ['a policy from the cache', cost(() => compilePolicy(document, 'inline'))],
  ['a policy parsed and compiled', cost(() => compileDocument(parsePolicy(document, 'inline'), 'inline'), 5_000)],
];
for (const [what, us, limit] of lines) {
  console.log(
    `${what.padEnd(68)} ${us.toFixed(2).padStart(7)} µs${limit === undefined ? '' : ` (at most ${limit}) ${us <= limit ? '✓' : '✗'}`}`,
  );
}
process.exitCode = lines.every(([, us, limit]) => limit === undefined || us <= limit) ? 0 : 1;
