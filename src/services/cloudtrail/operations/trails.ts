/** Trails: made, changed, shown, started, stopped, deleted. */
import type { CloudTrail } from '../../../../generated/api/cloudtrail';
import { defineOperations, paginate, type Tags, type TxContext, unselectAudited } from '../../../kernel';
import { beginLogging, endLogging, forgetTrail, tellSelection } from '../delivery';
import { checkBucket, checkUnsupported, topicArnOf } from '../destinations';
import { invalidCombination, notManagementAccount, organizationDenied, tokenInvalid, tooManyTrails, trailExists } from '../errors';
import { ensureLinkedRole } from '../linked-role';
import { findTrail, requireOwnTrail, requireTrail, trailsHere, trailsOf, trailsSeen } from '../lookup';
import { checkDestination, checkTrailName, trailArn } from '../names';
import { requireOrganization } from '../organization';
import { defaultSelectors } from '../selectors';
import { emptyStream, Streams, type Trail, Trails } from '../state';
import { readTags } from '../tag-rules';

const maxTrails = 5;
const trailsPage = 1000;

type Shown = NonNullable<CloudTrail['GetTrail']['output']['Trail']>;

function toSettings(trail: Trail) {
  return {
    Name: trail.name,
    S3BucketName: trail.bucket,
    ...(trail.prefix !== undefined && { S3KeyPrefix: trail.prefix }),
    ...(trail.topicArn !== undefined && { SnsTopicName: trail.topicArn.split(':')[5], SnsTopicARN: trail.topicArn }),
    IncludeGlobalServiceEvents: trail.includesGlobal,
    IsMultiRegionTrail: trail.isMultiRegion,
    TrailARN: trail.arn,
    LogFileValidationEnabled: trail.validates,
    IsOrganizationTrail: trail.organization !== undefined,
  };
}

function toTrail(trail: Trail): Shown {
  return {
    ...toSettings(trail),
    HomeRegion: trail.region,
    HasCustomEventSelectors: trail.advanced !== undefined || JSON.stringify(trail.selectors ?? defaultSelectors) !== defaultText,
    HasInsightSelectors: false,
  };
}

const defaultText = JSON.stringify(defaultSelectors);

/** An empty text takes a setting away. */
const textOr = (given: string | undefined, before: string | undefined) => (given === undefined ? before : given === '' ? undefined : given);

/** A trail that reaches every region needs the global services' events, and one of an organization every account's. */
function checkReach(trail: Pick<Trail, 'isMultiRegion' | 'includesGlobal'>): void {
  if (trail.isMultiRegion && !trail.includesGlobal) throw invalidCombination('Multi-Region trail must include global service events.');
}

/** Those of all regions count in each. */
function requireRoom({ tx, region }: TxContext, account: string, name: string): void {
  const here = trailsOf(tx, account).filter((trail) => trail.region === region || trail.isMultiRegion);
  if (here.some((trail) => trail.name === name)) throw trailExists(name, account);
  if (here.length >= maxTrails) throw tooManyTrails(account, region);
}

/** The organization of a trail that is changed. Only the management account may give it one, or take it away (UpdateTrail). */
function organizationAfter(ctx: TxContext, before: Trail, isShared: boolean): string | undefined {
  if (isShared === (before.organization !== undefined)) return before.organization;
  const after = isShared ? requireOrganization(ctx) : { account: before.account, organization: undefined };
  if (after.account !== ctx.account) throw notManagementAccount();
  return after.organization;
}

export const trailOperations = defineOperations<CloudTrail>()({
  CreateTrail(ctx, input) {
    const { Name: name, S3BucketName: bucket, S3KeyPrefix, SnsTopicName = '', TagsList } = input;
    checkTrailName(name);
    checkDestination(bucket, S3KeyPrefix);
    const { account, organization } = input.IsOrganizationTrail
      ? requireOrganization(ctx)
      : { account: ctx.account, organization: undefined };
    requireRoom(ctx, account, name);
    checkUnsupported(input);
    const tags: Tags = readTags(TagsList ?? []);
    const arn = trailArn({ ...ctx.place, account }, name);
    const trail: Trail = {
      account,
      region: ctx.region,
      name,
      arn,
      bucket,
      prefix: textOr(S3KeyPrefix, undefined),
      topicArn: SnsTopicName === '' ? undefined : topicArnOf(ctx, SnsTopicName, { arn, account }),
      includesGlobal: input.IncludeGlobalServiceEvents ?? true,
      isMultiRegion: input.IsMultiRegionTrail ?? false,
      validates: input.EnableLogFileValidation ?? false,
      organization,
      selectors: undefined,
      advanced: undefined,
      isLogging: false,
      startedAt: undefined,
      stoppedAt: undefined,
    };
    checkReach(trail);
    checkBucket(ctx, trail);
    if (trail.organization !== undefined) ensureLinkedRole(ctx, trail.account, organizationDenied);
    ctx.tx.in({ account }).put(Trails, trail, { tags });
    return toSettings(trail);
  },

  UpdateTrail(ctx, input) {
    const { Name, S3BucketName: bucket, S3KeyPrefix, SnsTopicName } = input;
    const before = requireOwnTrail(ctx, Name);
    checkDestination(bucket, S3KeyPrefix);
    checkUnsupported(input);
    const topic = textOr(SnsTopicName, before.topicArn);
    const isShared = input.IsOrganizationTrail ?? before.organization !== undefined;
    const trail: Trail = {
      ...before,
      bucket: bucket ?? before.bucket,
      prefix: textOr(S3KeyPrefix, before.prefix),
      topicArn: topic === undefined || topic === before.topicArn ? topic : topicArnOf(ctx, topic, before),
      includesGlobal: input.IncludeGlobalServiceEvents ?? before.includesGlobal,
      isMultiRegion: input.IsMultiRegionTrail ?? before.isMultiRegion,
      validates: input.EnableLogFileValidation ?? before.validates,
      organization: organizationAfter(ctx, before, isShared),
    };
    checkReach(trail);
    checkBucket(ctx, trail);
    if (trail.organization !== undefined) ensureLinkedRole(ctx, trail.account, organizationDenied);
    ctx.tx.put(Trails, trail);
    tellSelection(ctx.tx, trail, before);
    return toSettings(trail);
  },

  DeleteTrail(ctx, { Name }) {
    const trail = requireOwnTrail(ctx, Name);
    ctx.tx.delete(Trails, trail);
    unselectAudited(ctx.tx, trail.arn);
    forgetTrail(ctx.tx, trail);
    return {};
  },

  GetTrail: (ctx, { Name }) => ({ Trail: toTrail(requireTrail(ctx, Name)) }),

  DescribeTrails(ctx, { trailNameList = [], includeShadowTrails = true }) {
    const isShown = (trail: Trail) => includeShadowTrails || (trail.region === ctx.region && trail.account === ctx.account);
    const named = trailNameList.map((name) => findTrail(ctx, name)).filter((trail) => trail !== undefined);
    return { trailList: (trailNameList.length > 0 ? named : trailsHere(ctx)).filter(isShown).map(toTrail) };
  },

  ListTrails(ctx, { NextToken }) {
    const all = trailsSeen(ctx).map(({ arn, name, region }) => ({ TrailARN: arn, Name: name, HomeRegion: region }));
    const { items, nextToken } = paginate(all, { token: NextToken, limit: trailsPage, kind: 'cloudtrail.trails' }, tokenInvalid);
    return { Trails: items, ...(nextToken !== undefined && { NextToken: nextToken }) };
  },

  GetTrailStatus(ctx, { Name }) {
    const trail = requireTrail(ctx, Name);
    const id = { trail: trail.arn, account: trail.account, region: ctx.region };
    const stream = ctx.tx.get(Streams, [id.trail, id.account, id.region]) ?? emptyStream(id);
    return {
      IsLogging: trail.isLogging,
      ...(stream.deliveryError !== undefined && { LatestDeliveryError: stream.deliveryError }),
      ...(stream.deliveredAt !== undefined && { LatestDeliveryTime: stream.deliveredAt }),
      ...(stream.notifiedAt !== undefined && { LatestNotificationTime: stream.notifiedAt }),
      ...(trail.startedAt !== undefined && { StartLoggingTime: trail.startedAt }),
      ...(trail.stoppedAt !== undefined && { StopLoggingTime: trail.stoppedAt }),
      ...(stream.digestedAt !== undefined && { LatestDigestDeliveryTime: stream.digestedAt }),
      ...(stream.digestError !== undefined && { LatestDigestDeliveryError: stream.digestError }),
      ...oldTimes(trail, stream.deliveredAt, stream.notifiedAt),
    };
  },

  StartLogging(ctx, { Name }) {
    const trail = requireOwnTrail(ctx, Name);
    if (trail.isLogging) return {};
    beginLogging(ctx.tx, ctx.tx.put(Trails, { ...trail, isLogging: true, startedAt: ctx.now }));
    return {};
  },

  StopLogging(ctx, { Name }) {
    const trail = requireOwnTrail(ctx, Name);
    if (!trail.isLogging) return {};
    endLogging(ctx.tx, ctx.tx.put(Trails, { ...trail, isLogging: false, stoppedAt: ctx.now }));
    return {};
  },
});

/** Fields that nobody uses any more, which AWS still answers (recorded): times as text, empty when there is none. */
function oldTimes(trail: Trail, deliveredAt: number | undefined, notifiedAt: number | undefined) {
  const text = (ms: number | undefined) => (ms === undefined ? '' : `${new Date(ms).toISOString().slice(0, 19)}Z`);
  return {
    LatestDeliveryAttemptTime: text(deliveredAt),
    LatestNotificationAttemptTime: text(notifiedAt),
    LatestNotificationAttemptSucceeded: text(notifiedAt),
    LatestDeliveryAttemptSucceeded: text(deliveredAt),
    TimeLoggingStarted: text(trail.startedAt),
    TimeLoggingStopped: text(trail.stoppedAt),
  };
}
