/** Reports on which services users and roles can reach, and when they last did. */
import type { IAM } from '../../../../generated/api/iam';
import { defineOperations, fail, type Principal, type ServiceUse, type Tx, type TxContext } from '../../../kernel';
import { type PolicyDocument, parsePolicy } from '../../../policy';
import { policyTexts } from '../attachments';
import { type AccessReport, AccessReports, type ReportedAction, type ReportedEntity } from '../credentials-state';
import { type Entity, entityArn, entityOfId, readIamArn, requireEntityByArn } from '../entities';
import { invalidInput, noSuchEntity } from '../errors';
import { actionsAllowedByName, reachableServices } from '../granted-services';
import { documentOf, requireManagedPolicy } from '../managed-policies/managed';
import { listedPage } from '../paging';
import { Attachments } from '../policy-state';
import { serviceNames } from '../service-names';
import { Memberships, Users } from '../state';
import { groupsOf } from './groups';

/** How long AWS remembers uses of services. */
const trackedMs = 400 * 86_400_000;
/** Recorded; the API reference says 100. */
const servicesPerPage = 200;

export const jobNotFound = (id: string) => noSuchEntity(`The job with name ${id} cannot be found.`); // the sentence is a guess

/** A job is read by whom it was made: the user, whatever key he signs with; of sessions, the one with the same credentials. */
export const callerKey = (principal: Principal): string => (principal.type === 'session' ? principal.accessKeyId : principal.id);

export const isTracked = ({ at }: { readonly at: number }, now: number): boolean => at <= now && at > now - trackedMs;

export const accessAdvisorOperations = defineOperations<IAM>()({
  /** The work is done at once. */
  GenerateServiceLastAccessedDetails(ctx, { Arn, Granularity }) {
    const { tx } = ctx;
    const { policies, entities } = subjectOf(tx, Arn);
    const namespaces = reachableServices(policies);
    const uses = entities.flatMap((entity) => usesOf(ctx, entity));
    const report: AccessReport = {
      id: tx.uuid(),
      caller: callerKey(ctx.principal),
      createdAt: ctx.now,
      namespaces,
      entities,
      uses: uses.map(({ service: namespace, arn, entity: id, region, at }) => ({ namespace, arn, id, region, at })),
      ...(Granularity === 'ACTION_LEVEL' && { actions: actionsOf(namespaces, policies, uses) }),
    };
    tx.put(AccessReports, report);
    return { JobId: report.id };
  },

  GetServiceLastAccessedDetails(ctx, input) {
    const report = requireReport(ctx, input.JobId);
    const { items, end } = listedPage('service-access', { MaxItems: servicesPerPage, ...input }, report.namespaces);
    return {
      ...jobOf(report),
      JobType: report.actions ? ('ACTION_LEVEL' as const) : ('SERVICE_LEVEL' as const),
      ServicesLastAccessed: items.map((namespace) => toService(report, namespace)),
      ...end,
    };
  },

  /** Who is gone by now is left out, and names are as they are now (recorded). */
  GetServiceLastAccessedDetailsWithEntities(ctx, input) {
    if (!serviceNames.has(input.ServiceNamespace)) throw invalidInput('Invalid service namespace.'); // the sentence is a guess
    const report = requireReport(ctx, input.JobId);
    const isReached = report.namespaces.includes(input.ServiceNamespace);
    const uses = new Map(report.uses.filter(({ namespace }) => namespace === input.ServiceNamespace).map((use) => [use.id, use]));
    const details = (isReached ? report.entities : [])
      .flatMap(({ kind, id }) => {
        const entity = entityOfId(ctx.tx, kind, id);
        return entity ? [{ EntityInfo: toEntity(ctx.tx, entity), LastAuthenticated: uses.get(id)?.at }] : [];
      })
      .sort((a, b) => (b.LastAuthenticated ?? 0) - (a.LastAuthenticated ?? 0));
    const { items, end } = listedPage('entity-access', input, details);
    return { ...jobOf(report), EntityDetailsList: [...items], ...end };
  },
});

function requireReport({ tx, principal }: TxContext, id: string): AccessReport {
  const report = tx.get(AccessReports, id);
  return report?.caller === callerKey(principal) ? report : fail(jobNotFound(id));
}

function jobOf({ createdAt }: AccessReport) {
  return { JobStatus: 'COMPLETED' as const, JobCreationDate: createdAt, JobCompletionDate: createdAt };
}

function toService(report: AccessReport, namespace: string) {
  const uses = report.uses.filter((use) => use.namespace === namespace);
  const last = latest(uses);
  const actions = report.actions?.filter((action) => action.namespace === namespace) ?? [];
  return {
    ServiceName: serviceNames.get(namespace) ?? namespace,
    ServiceNamespace: namespace,
    TotalAuthenticatedEntities: uses.length,
    ...(last && { LastAuthenticated: last.at, LastAuthenticatedEntity: last.arn, LastAuthenticatedRegion: last.region }),
    ...(actions.length > 0 && { TrackedActionsLastAccessed: actions.map(toAction) }),
  };
}

const toAction = ({ name, last }: ReportedAction) => ({
  ActionName: name,
  ...(last && { LastAccessedTime: last.at, LastAccessedEntity: last.arn, LastAccessedRegion: last.region }),
});

function toEntity(tx: Tx, entity: Entity) {
  const { kind, record } = entity;
  const Type = kind === 'user' ? ('USER' as const) : ('ROLE' as const);
  return { Arn: entityArn(entity, tx.place), Id: record.id, Name: record.name, Path: record.path, Type };
}

export function latest<T extends { readonly at: number }>(uses: readonly T[]): T | undefined {
  return uses.reduce<T | undefined>((last, use) => (last && last.at >= use.at ? last : use), undefined);
}

// ---- whom a report is on ----

interface Subject {
  readonly policies: readonly PolicyDocument[];
  /** Users and roles that have these policies. */
  readonly entities: readonly ReportedEntity[];
}

function subjectOf(tx: Tx, text: string): Subject {
  if (readIamArn(text)?.kind === 'policy') {
    const policy = requireManagedPolicy(tx, text);
    return { policies: [parsePolicy(documentOf(tx, policy), 'managed')], entities: attachedTo(tx, policy.arn) };
  }
  const entity = requireEntityByArn(tx, text);
  const { id } = entity.record;
  if (entity.kind === 'group') return { policies: policiesOf(tx, [entity.record]), entities: membersOf(tx, id) };
  const groups = entity.kind === 'user' ? groupsOf(tx, id) : [];
  return { policies: policiesOf(tx, [entity.record, ...groups]), entities: [reported(tx, entity)] };
}

const reported = (tx: Tx, entity: Exclude<Entity, { readonly kind: 'group' }>): ReportedEntity => ({
  kind: entity.kind,
  id: entity.record.id,
  arn: entityArn(entity, tx.place),
});

function policiesOf(tx: Tx, holders: readonly { readonly id: string }[]): PolicyDocument[] {
  return holders.flatMap(({ id }) => policyTexts(tx, id).map(({ text }) => parsePolicy(text, 'managed')));
}

function membersOf(tx: Tx, groupId: string): ReportedEntity[] {
  return tx.scanIndex(Memberships, 'group', { prefix: groupId }).flatMap(({ userId }) => {
    const user = tx.find(Users, 'id', userId);
    return user ? [reported(tx, { kind: 'user', record: user })] : [];
  });
}

/** Itself or through a group; each once. */
function attachedTo(tx: Tx, policyArn: string): readonly ReportedEntity[] {
  const entities = tx.scanIndex(Attachments, 'policy', { prefix: policyArn }).flatMap(({ holder, holderId }) => {
    const entity = entityOfId(tx, holder, holderId) ?? fail(new Error(`nobody is ${holderId}`));
    return entity.kind === 'group' ? membersOf(tx, holderId) : [reported(tx, entity)];
  });
  return [...new Map(entities.map((entity) => [entity.id, entity])).values()];
}

// ---- what they did ----

/** Of somebody with this ARN. */
interface Use extends ServiceUse {
  readonly arn: string;
}

function usesOf({ tx, uses, now }: TxContext, { id, arn }: ReportedEntity): Use[] {
  return uses
    .ofEntity(tx, id)
    .filter((use) => isTracked(use, now))
    .map((use) => ({ ...use, arn }));
}

/** Actions that AWS does not track: passing a role is no call, and calls on data are no management. */
const untracked: Readonly<Record<string, RegExp>> = {
  iam: /^PassRole$/,
  s3: /Object|Multipart|Part$/,
  sqs: /Message/,
  sns: /^Publish/,
  dynamodb: /Item|^Query$|^Scan$|PartiQL|Statement$/,
  lambda: /^Invoke/,
  kinesis: /Record|^SubscribeToShard$/,
};

/** What policies name, and what was done. What they only allow by wildcards AWS lists too; Nuvola knows no list of all actions. */
function actionsOf(namespaces: readonly string[], policies: readonly PolicyDocument[], uses: readonly Use[]): readonly ReportedAction[] {
  const allowed = actionsAllowedByName(policies);
  return namespaces.flatMap((namespace) => {
    const done = uses
      .filter(({ service }) => service === namespace)
      .flatMap(({ arn, actions }) => Object.entries(actions).map(([name, { at, region }]) => ({ name, last: { arn, at, region } })));
    return [...new Set([...(allowed.get(namespace) ?? []), ...done.map(({ name }) => name)])]
      .filter((name) => !untracked[namespace]?.test(name))
      .sort()
      .map((name) => ({ namespace, name, last: latest(done.filter((action) => action.name === name).map(({ last }) => last)) }));
  });
}
