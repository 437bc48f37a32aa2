/** A bucket's lifecycle configuration: which rules S3 takes, which objects they concern and when they act. */
import type { S3 } from '../../../generated/api/s3';
import { invalidArgument, invalidRequest, malformedXml } from './errors';
import { modifiedAt } from './times';

export type LifecycleRule = NonNullable<
  NonNullable<S3['PutBucketLifecycleConfiguration']['input']['LifecycleConfiguration']>['Rules']
>[number];

/** What filters look at. */
interface Candidate {
  readonly key: string;
  readonly size: number;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export const dayMs = 86_400_000;
const maxRules = 1000;
const smallObject = 128 * 1024;

/** From warm to cold: an object only ever moves down. */
const classes = ['STANDARD', 'STANDARD_IA', 'INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'];

// ---- what is taken ----

/** The rules, each with an id; or S3's error. */
export function requireLifecycleRules(rules: readonly LifecycleRule[] | undefined, newId: () => string): LifecycleRule[] {
  if (!rules || rules.length === 0 || rules.length > maxRules) throw malformedXml();
  const named = rules.map((rule) => ({ ...rule, ID: rule.ID || newId() }));
  for (const rule of named) requireRule(rule);
  const ids = named.map((rule) => rule.ID);
  const twice = ids.find((id, i) => ids.indexOf(id) < i);
  if (twice !== undefined) throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID', twice);
  return named;
}

function requireRule(rule: LifecycleRule & { readonly ID: string }): void {
  if (rule.ID.length > 255) throw invalidArgument('ID length should not exceed allowed limit of 255', 'ID', rule.ID);
  if (rule.Status !== 'Enabled' && rule.Status !== 'Disabled') throw malformedXml();
  if ((rule.Filter === undefined) === (rule.Prefix === undefined)) throw malformedXml();
  requireFilter(rule.Filter);
  const {
    Expiration,
    Transitions = [],
    NoncurrentVersionExpiration,
    NoncurrentVersionTransitions = [],
    AbortIncompleteMultipartUpload,
  } = rule;
  if (
    !(Expiration ?? NoncurrentVersionExpiration ?? AbortIncompleteMultipartUpload) &&
    Transitions.length + NoncurrentVersionTransitions.length === 0
  )
    throw invalidRequest('At least one action needs to be specified in a rule');
  requireExpiration(rule);
  for (const transition of Transitions) {
    if ((transition.Days === undefined) === (transition.Date === undefined)) throw malformedXml();
    requireMidnight(transition.Date);
    requireTransition(transition.StorageClass, transition.Days, 'Days', 'Transition');
  }
  for (const { NoncurrentDays, StorageClass } of NoncurrentVersionTransitions)
    requireTransition(StorageClass, NoncurrentDays, 'NoncurrentDays', 'NoncurrentVersionTransition');
  if (NoncurrentVersionExpiration) {
    requirePositive(requireDays(NoncurrentVersionExpiration.NoncurrentDays), 'NoncurrentDays', 'NoncurrentVersionExpiration');
  }
  if (AbortIncompleteMultipartUpload) {
    requirePositive(
      requireDays(AbortIncompleteMultipartUpload.DaysAfterInitiation),
      'DaysAfterInitiation',
      'AbortIncompleteMultipartUpload',
    );
    if (tagsOf(rule).length > 0) throw invalidRequest('AbortIncompleteMultipartUpload cannot be specified with Tags.');
  }
}

function requireFilter(filter: LifecycleRule['Filter']): void {
  if (!filter) return;
  if (Object.values(filter).filter((value) => value !== undefined).length > 1) throw malformedXml();
  const keys = (filter.And?.Tags ?? []).map((tag) => tag.Key);
  if (new Set(keys).size < keys.length) throw invalidRequest('Duplicate Tag Keys are not allowed.');
}

function requireExpiration({ Expiration: expiration, Transitions = [] }: LifecycleRule): void {
  if (!expiration) return;
  const { Days: days, Date: date, ExpiredObjectDeleteMarker: marker } = expiration;
  if ([days, date, marker].filter((value) => value !== undefined).length !== 1) throw malformedXml();
  if (days !== undefined) requirePositive(days, 'Days', 'Expiration');
  requireMidnight(date);
  const latest = Math.max(0, ...Transitions.map((transition) => transition.Days ?? 0));
  if (days !== undefined && days <= latest)
    throw invalidArgument("'Days' in the Expiration action must be greater than 'Days' in the Transition action", 'Days', days);
}

function requireTransition(storageClass: string | undefined, days: number | undefined, name: string, action: string): void {
  if (storageClass === undefined || classes.indexOf(storageClass) < 1) throw malformedXml();
  if (days !== undefined && days < 0) throw invalidArgument(`'${name}' in ${action} action must be nonnegative`, name, days);
  const least = storageClass === 'STANDARD_IA' || storageClass === 'ONEZONE_IA' ? 30 : 0;
  if (days !== undefined && days < least)
    throw invalidArgument(
      `'${name}' in ${action} action must be greater than or equal to ${least} for storageClass '${storageClass}'`,
      name,
      days,
    );
}

function requireDays(days: number | undefined): number {
  if (days === undefined) throw malformedXml();
  return days;
}

function requirePositive(days: number, name: string, action: string): void {
  if (!Number.isInteger(days) || days < 1) throw invalidArgument(`'${name}' for ${action} action must be a positive integer`, name, days);
}

function requireMidnight(date: number | undefined): void {
  if (date !== undefined && date % dayMs !== 0)
    throw invalidArgument("'Date' must be at midnight GMT", 'Date', new Date(date).toISOString());
}

// ---- whom they concern, and when ----

/** Days count from the day after: "the next day midnight UTC" (user guide, "Lifecycle rules based on an object's age"). */
export function dueAfter(startMs: number, days: number): number {
  return Math.ceil((startMs + days * dayMs) / dayMs) * dayMs;
}

export function concernsObject(rule: LifecycleRule, object: Candidate): boolean {
  const { Filter: filter } = rule;
  const prefix = rule.Prefix ?? filter?.Prefix ?? filter?.And?.Prefix ?? '';
  const above = filter?.ObjectSizeGreaterThan ?? filter?.And?.ObjectSizeGreaterThan ?? -1;
  const below = filter?.ObjectSizeLessThan ?? filter?.And?.ObjectSizeLessThan ?? Number.POSITIVE_INFINITY;
  return (
    rule.Status === 'Enabled' &&
    object.key.startsWith(prefix) &&
    object.size > above &&
    object.size < below &&
    tagsOf(rule).every(({ Key, Value }) => Key !== undefined && object.tags?.[Key] === Value)
  );
}

function tagsOf({ Filter: filter }: LifecycleRule) {
  return filter?.Tag ? [filter.Tag] : (filter?.And?.Tags ?? []);
}

/** When a current version expires and by which rule: the earliest. */
export function expiryOf(
  rules: readonly LifecycleRule[],
  object: Candidate & { readonly modifiedSeconds: number },
): { readonly at: number; readonly ruleId: string } | undefined {
  let first: { at: number; ruleId: string } | undefined;
  for (const rule of rules) {
    const { Days: days, Date: date } = rule.Expiration ?? {};
    const at = days === undefined ? date : dueAfter(modifiedAt(object), days);
    if (at === undefined || !concernsObject(rule, object)) continue;
    if (first === undefined || at < first.at) first = { at, ruleId: rule.ID ?? '' };
  }
  return first;
}

/** The storage class that rules give a current version by now; undefined when it stays where it is. */
export function classDue(
  rules: readonly LifecycleRule[],
  object: Candidate & { readonly modifiedSeconds: number; readonly storageClass?: string | undefined },
  now: number,
): string | undefined {
  const due = rules.flatMap((rule) =>
    maySink(rule, object)
      ? (rule.Transitions ?? []).filter(({ Days, Date: date }) => (date ?? dueAfter(modifiedAt(object), Days ?? 0)) <= now)
      : [],
  );
  return coldest(
    object.storageClass,
    due.map((transition) => transition.StorageClass),
  );
}

/** The same for a version that has not been current since a time. */
export function noncurrentClassDue(
  rules: readonly LifecycleRule[],
  object: Candidate & { readonly storageClass?: string | undefined },
  since: number,
  newer: number,
  now: number,
): string | undefined {
  const due = rules.flatMap((rule) =>
    maySink(rule, object)
      ? (rule.NoncurrentVersionTransitions ?? []).filter(
          ({ NoncurrentDays = 0, NewerNoncurrentVersions = 0 }) =>
            newer >= NewerNoncurrentVersions && dueAfter(since, NoncurrentDays) <= now,
        )
      : [],
  );
  return coldest(
    object.storageClass,
    due.map((transition) => transition.StorageClass),
  );
}

/** Is a version gone that has not been current since a time, with so many newer ones that are not current either? */
export function noncurrentExpired(rules: readonly LifecycleRule[], object: Candidate, since: number, newer: number, now: number): boolean {
  return rules.some(({ NoncurrentVersionExpiration: expiration, ...rule }) => {
    if (!expiration || !concernsObject(rule, object)) return false;
    return newer >= (expiration.NewerNoncurrentVersions ?? 0) && dueAfter(since, expiration.NoncurrentDays ?? 0) <= now;
  });
}

/** "Objects smaller than 128 KB will not transition to any storage class by default", unless a filter speaks of size. */
function maySink(rule: LifecycleRule, object: Candidate): boolean {
  const speaksOfSize = (rule.Filter?.ObjectSizeGreaterThan ?? rule.Filter?.And?.ObjectSizeGreaterThan) !== undefined;
  return concernsObject(rule, object) && (speaksOfSize || object.size >= smallObject);
}

function coldest(current: string | undefined, due: readonly (string | undefined)[]): string | undefined {
  const now = classes.indexOf(current ?? 'STANDARD');
  const then = Math.max(now, ...due.map((name) => classes.indexOf(name ?? '')));
  return then > now ? classes[then] : undefined;
}
