/** Reports on which services an organization's policies let its accounts reach, and when these last did. */
import type { IAM } from '../../../../generated/api/iam';
import { AwsError, defineOperations, fail, type ServiceUse, type TxContext } from '../../../kernel';
import { type PolicyDocument, parsePolicy } from '../../../policy';
import { type OrganizationReport, OrganizationReports, type OrganizationUse } from '../credentials-state';
import { accessDenied } from '../errors';
import { reachableServices } from '../granted-services';
import { listedPage } from '../paging';
import { serviceNames } from '../service-names';
import { callerKey, isTracked, jobNotFound, latest } from './access-advisor';

/** Who asks for the same thing within this time gets the same job (recorded). */
const reusedMs = 60_000;

type Problem = NonNullable<OrganizationReport['problem']>;

/** Codes and sentences recorded. */
const problems = {
  entity: {
    code: 'INVALID_ORGANIZATIONS_ENTITY_PATH',
    sentence: 'The entity with the specified path does not exist in your organization.',
  },
  policy: {
    code: 'INVALID_ORGANIZATIONS_POLICY',
    sentence: 'The policy with the specified ID does not exist in your organization.',
  },
  access: {
    code: 'ORGANIZATIONS_REPORT_ACCESS_DENIED',
    sentence: 'Requester is not authorized to perform the required AWS Organizations Describe* and List* actions.',
  },
} as const satisfies Record<string, Problem>;

/** What ends a job as failed. */
class Failed extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.sentence);
    this.problem = problem;
  }
}

export const organizationsAccessOperations = defineOperations<IAM>()({
  /** The work is done at once. */
  GenerateOrganizationsAccessReport(ctx, { EntityPath: path, OrganizationsPolicyId: policyId }) {
    const { tx, now } = ctx;
    requireManagement(ctx, path);
    const caller = callerKey(ctx.principal);
    const recent = tx
      .scanIndex(OrganizationReports, 'caller', { prefix: caller })
      .find((report) => report.path === path && report.policyId === policyId && now - report.createdAt < reusedMs);
    if (recent) return { JobId: recent.id };
    const id = tx.uuid();
    tx.put(OrganizationReports, { id, caller, path, policyId, createdAt: now, ...reportOf(ctx, path, policyId) });
    return { JobId: id };
  },

  GetOrganizationsAccessReport(ctx, input) {
    const report = ctx.tx.get(OrganizationReports, input.JobId);
    if (report?.caller !== callerKey(ctx.principal)) throw jobNotFound(input.JobId);
    const { createdAt, problem, namespaces, uses } = report;
    const job = { JobCreationDate: createdAt, JobCompletionDate: createdAt };
    if (problem) {
      const ErrorDetails = { Code: problem.code, Message: problem.sentence };
      return { ...job, JobStatus: 'FAILED' as const, ErrorDetails, IsTruncated: false };
    }
    const used = new Map(uses.map((use) => [use.namespace, use]));
    const SortKey = input.SortKey ?? 'SERVICE_NAMESPACE_ASCENDING';
    const sorted = [...namespaces].sort((a, b) => compare(a, b, SortKey, used));
    const { items, end } = listedPage(`organization-access-${SortKey}`, input, sorted);
    return {
      ...job,
      JobStatus: 'COMPLETED' as const,
      NumberOfServicesAccessible: namespaces.length,
      NumberOfServicesNotAccessed: namespaces.filter((namespace) => !used.has(namespace)).length,
      AccessDetails: items.map((namespace) => toDetail(namespace, used.get(namespace))),
      ...end,
    };
  },
});

function toDetail(namespace: string, use: OrganizationUse | undefined) {
  return {
    ServiceName: serviceNames.get(namespace) ?? namespace,
    ServiceNamespace: namespace,
    TotalAuthenticatedEntities: use?.accounts ?? 0,
    ...(use && { Region: use.region, EntityPath: use.path, LastAuthenticatedTime: use.at }),
  };
}

/** What was never used counts as used before all else. */
function compare(a: string, b: string, sortKey: string, used: ReadonlyMap<string, OrganizationUse>): number {
  const byTime = sortKey.startsWith('LAST_AUTHENTICATED_TIME') ? (used.get(a)?.at ?? 0) - (used.get(b)?.at ?? 0) : 0;
  const order = byTime || (a < b ? -1 : 1);
  return sortKey.endsWith('DESCENDING') ? -order : order;
}

/** Only the management account of an organization with SCPs, for its own organization. */
function requireManagement(ctx: TxContext, path: string): void {
  const facts = ctx.accountFacts(ctx.account);
  if (!facts?.organization.isManagement) throw accessDenied('Organizations access reports require the management account.'); // a guess
  if (!facts.scps) throw accessDenied('Service control policies must be enabled for the organization root.'); // a guess
  if (path.split('/')[0] !== facts.organization.id)
    throw accessDenied('The organization ID in the specified entity path is different than your organization ID.');
}

interface Member {
  readonly account: string;
  readonly path: string;
}

type Contents = Pick<OrganizationReport, 'problem' | 'namespaces' | 'uses'>;

/** Needs of the caller what it reads of the organization. */
function reportOf(ctx: TxContext, path: string, policyId: string | undefined): Contents {
  try {
    const { namespaces, members } = scopeOf(ctx, path, policyId);
    return { namespaces, uses: usesOf(ctx, members) };
  } catch (error) {
    return { problem: problemOf(error), namespaces: [], uses: [] };
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof Failed) return error.problem;
  const code = error instanceof AwsError ? error.code : '';
  if (/^AccessDenied(?:Exception)?$/.test(code)) return problems.access;
  if (code === 'PolicyNotFoundException') return problems.policy;
  if (/^(?:Target|Child)NotFoundException$/.test(code)) return problems.entity;
  throw error;
}

function scopeOf(ctx: TxContext, path: string, policyId: string | undefined) {
  const [, ...line] = path.split('/');
  const everybody = membersOf(ctx);
  const target = line.at(-1) ?? '';
  const isAccount = /^\d{12}$/.test(target);
  if (isAccount ? !everybody.some((member) => member.path === path) : !isLine(ctx, line)) throw new Failed(problems.entity);
  if (target === ctx.account) {
    return { namespaces: [...serviceNames.keys()], members: everybody.filter(({ account }) => account === ctx.account) };
  }
  // No SCP limits the management account.
  const members = everybody.filter(
    (member) => member.account !== ctx.account && (member.path === path || member.path.startsWith(`${path}/`)),
  );
  if (policyId === undefined) return { namespaces: commonServices(line.map((id) => policiesAt(ctx, id))), members };
  const targets = targetsOf(ctx, policyId);
  return {
    namespaces: reachableServices([policyById(ctx, policyId)]),
    members: members.filter((member) => member.path.split('/').some((id) => targets.includes(id))),
  };
}

/** What every level leaves. */
function commonServices(levels: readonly (readonly PolicyDocument[])[]): string[] {
  const [first = [], ...others] = levels.map((policies) => reachableServices(policies));
  return first.filter((namespace) => others.every((level) => level.includes(namespace)));
}

function usesOf({ tx, uses, now }: TxContext, members: readonly Member[]): OrganizationUse[] {
  const byService = new Map<string, (ServiceUse & Member)[]>();
  for (const member of members) {
    for (const use of uses.ofAccount(tx, member.account)) {
      if (!isTracked(use, now)) continue;
      const known = byService.get(use.service);
      if (known) known.push({ ...use, ...member });
      else byService.set(use.service, [{ ...use, ...member }]);
    }
  }
  return [...byService].map(([namespace, all]) => {
    const { path, region, at } = latest(all) ?? fail(new Error(`nobody used ${namespace}`));
    return { namespace, path, region, at, accounts: new Set(all.map(({ account }) => account)).size };
  });
}

// ---- the organization, as the caller may see it ----

/** Reads all pages. */
function all<T>(
  read: (NextToken: string | undefined) => { readonly items: readonly T[] | undefined; readonly next: string | undefined },
): T[] {
  const items: T[] = [];
  for (let token: string | undefined; ; ) {
    const page = read(token);
    items.push(...(page.items ?? []));
    if (page.next === undefined) return items;
    token = page.next;
  }
}

function membersOf(ctx: TxContext): Member[] {
  const as = ctx.principal;
  const accounts = all((NextToken) => {
    const page = ctx.call('organizations', 'ListAccounts', { NextToken }, { as });
    return { items: page.Accounts, next: page.NextToken };
  });
  return accounts.flatMap(({ Id: account = '' }) => {
    const facts = ctx.accountFacts(account);
    return facts ? [{ account, path: facts.organization.path + account }] : [];
  });
}

/** Is it the way from the root down to an OU? */
function isLine(ctx: TxContext, line: readonly string[]): boolean {
  const as = ctx.principal;
  const { Roots = [] } = ctx.call('organizations', 'ListRoots', {}, { as });
  if (line[0] !== Roots[0]?.Id) return false;
  return line.slice(1).every((ChildId, index) => {
    const { Parents = [] } = ctx.call('organizations', 'ListParents', { ChildId }, { as });
    return Parents[0]?.Id === line[index];
  });
}

function policiesAt(ctx: TxContext, TargetId: string): PolicyDocument[] {
  const attached = all((NextToken) => {
    const input = { TargetId, Filter: 'SERVICE_CONTROL_POLICY' as const, NextToken };
    const page = ctx.call('organizations', 'ListPoliciesForTarget', input, { as: ctx.principal });
    return { items: page.Policies, next: page.NextToken };
  });
  return attached.map(({ Id = '' }) => policyById(ctx, Id));
}

function policyById(ctx: TxContext, PolicyId: string): PolicyDocument {
  const { Policy } = ctx.call('organizations', 'DescribePolicy', { PolicyId }, { as: ctx.principal });
  if (Policy?.PolicySummary?.Type !== 'SERVICE_CONTROL_POLICY') throw new Failed(problems.policy);
  return parsePolicy(Policy.Content ?? '', 'scp');
}

function targetsOf(ctx: TxContext, PolicyId: string): string[] {
  const targets = all((NextToken) => {
    const page = ctx.call('organizations', 'ListTargetsForPolicy', { PolicyId, NextToken }, { as: ctx.principal });
    return { items: page.Targets, next: page.NextToken };
  });
  return targets.map(({ TargetId = '' }) => TargetId);
}
