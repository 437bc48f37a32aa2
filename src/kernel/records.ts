/** What the kernel itself keeps durably: timers, events, deliveries, reconciler marks. One tree each, so that "what is next" is one look. */
import { AccessGenerations } from './access';
import { AccountRuleSets } from './account-rules';
import { AccountProfiles } from './accounts';
import { AuditChunks, AuditSelections } from './audit';
import type { ClockCourse } from './clock';
import { type Collection, collection } from './collection';
import { AccessKeys, SealingKeys } from './credentials';
import { DelegationTemplates, ProviderBoundaries } from './delegation-templates';
import { Inbox } from './inbox';
import { KeyUses, ServiceUses } from './key-uses';
import { MfaDevices } from './mfa';
import type { Place } from './place';
import { SamlKeys } from './saml-keys';
import { SigningKeyRecords } from './signing-keys';
import type { Sending } from './targets';
import type { Tags } from './tx';

export interface TimerRecord {
  /** Virtual time, ms. */
  readonly due: number;
  /** Order among timers of the same ms. */
  readonly sequence: number;
  readonly timer: string;
  readonly id: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly attempts: number;
  readonly place: Place;
}

/** The timer that wakes a lane. */
export const laneTimer = 'kernel.lane';

export const Timers = collection<TimerRecord, 'id'>({
  name: 'kernel/timer',
  version: 1,
  scope: 'world',
  key: (t) => [t.due, t.sequence],
  owner: (t) => t.place.account,
  indexes: { id: (t) => [t.place.account, t.place.region, t.timer, t.id] },
});

/** Something that one subscriber must still be told. Lanes are independent; within one, order holds. */
export interface EventRecord {
  readonly subscriber: string;
  readonly lane: string;
  readonly sequence: number;
  readonly event: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly at: number;
  readonly attempts: number;
  readonly place: Place;
}

export const Events = collection<EventRecord>({
  name: 'kernel/event',
  version: 1,
  scope: 'world',
  hot: true,
  key: (e) => [e.subscriber, e.lane, e.sequence],
  owner: (e) => e.place.account,
});

/** A payload on its way to an ARN. */
export interface DeliveryRecord extends Omit<Sending, 'key'> {
  readonly lane: string;
  readonly sequence: number;
  readonly at: number;
  readonly attempts: number;
  /** Of the sender. */
  readonly place: Place;
}

export const Deliveries = collection<DeliveryRecord>({
  name: 'kernel/delivery',
  version: 1,
  scope: 'world',
  hot: true,
  key: (d) => [d.lane, d.sequence],
  owner: (d) => d.place.account,
});

/** A reconciler's key that is not yet as it should be. */
export interface MarkRecord {
  readonly reconciler: string;
  readonly key: string;
  /** When to look next, virtual ms. */
  readonly due: number;
  /** Changes with every new mark, so that one made during a run is not lost. */
  readonly generation: number;
  readonly attempts: number;
  readonly place: Place;
}

export const Marks = collection<MarkRecord, 'due'>({
  name: 'kernel/mark',
  version: 1,
  scope: 'world',
  key: (m) => [m.reconciler, m.place.account, m.place.region, m.key],
  owner: (m) => m.place.account,
  indexes: { due: (m) => [m.due] },
});

/** The clock's course, while it is not the real one: a state that is opened again goes on in its own time. */
export const Clocks = collection<ClockCourse>({ name: 'kernel/clock', version: 1, scope: 'partition', key: () => 'clock' });

/** The tags of what has an ARN. */
export const TagSets = collection<{ readonly arn: string; readonly tags: Tags }>({
  name: 'kernel/tags',
  version: 1,
  scope: 'region',
  key: (r) => r.arn,
});

/** One per (blob, record that needs it); the first key part is the blob. */
export const BlobUses = collection<{ readonly blob: string; readonly user: string }>({
  name: 'kernel/blob-use',
  version: 1,
  scope: 'partition',
  key: (r) => [r.blob, r.user],
});

/** In which version a collection's records are written; but for this one, which has to be read before. */
export const Schemas = collection<{ readonly collection: string; readonly version: number }>({
  name: 'kernel/schema',
  version: 1,
  scope: 'partition',
  key: (s) => s.collection,
});

/** All that the kernel keeps, whose versions are noted and among which a reset finds an account's records. */
export const kernelCollections = [
  Timers,
  Events,
  Deliveries,
  Marks,
  Clocks,
  TagSets,
  BlobUses,
  Inbox,
  AccessKeys,
  SealingKeys,
  SigningKeyRecords,
  AccessGenerations,
  AccountProfiles,
  AccountRuleSets,
  MfaDevices,
  KeyUses,
  ServiceUses,
  AuditChunks,
  AuditSelections,
  SamlKeys,
  DelegationTemplates,
  ProviderBoundaries,
] as unknown as readonly Collection<object, string>[];
