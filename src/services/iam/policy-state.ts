/** Policies: customer managed ones with their versions, inline ones, and what is attached to whom. */
import { collection, counter, type Place } from '../../kernel';
import { iamArn, nameKey } from './ids';
import type { Named } from './state';

/** A customer managed policy. */
export interface Policy extends Named {
  readonly description?: string | undefined;
  readonly defaultVersion: number;
  /** The highest number given to a version so far; none is given twice. */
  readonly lastVersion: number;
  /** When its newest version came; virtual ms. */
  readonly updatedAt: number;
}

export const policyArn = ({ path, name }: Pick<Policy, 'path' | 'name'>, at: Place) => iamArn(at, 'policy', path + name);

export const Policies = collection<Policy>({
  name: 'iam/policy',
  version: 1,
  scope: 'account',
  key: (p) => nameKey(p.name),
  arn: policyArn,
});

export interface PolicyVersion {
  readonly policyId: string;
  readonly version: number;
  readonly document: string;
  /** Virtual ms. */
  readonly createdAt: number;
}

export const PolicyVersions = collection<PolicyVersion>({
  name: 'iam/policy-version',
  version: 1,
  scope: 'account',
  key: (v) => [v.policyId, v.version],
});

/** What policies hang on. */
export type HolderKind = 'user' | 'group' | 'role';

export interface Holder {
  readonly kind: HolderKind;
  readonly id: string;
  readonly name: string;
}

/** A managed policy, of the customer or of AWS, attached to somebody. */
export interface Attachment {
  readonly holder: HolderKind;
  readonly holderId: string;
  readonly policyArn: string;
}

export const Attachments = collection<Attachment, 'policy'>({
  name: 'iam/attachment',
  version: 1,
  scope: 'account',
  key: (a) => [a.holderId, a.policyArn],
  indexes: { policy: (a) => [a.policyArn, a.holder, a.holderId] },
});

export interface InlinePolicy {
  readonly holderId: string;
  readonly name: string;
  readonly document: string;
}

export const InlinePolicies = collection<InlinePolicy>({
  name: 'iam/inline-policy',
  version: 1,
  scope: 'account',
  key: (p) => [p.holderId, p.name],
});

/** Per [policy ARN, 'attached' | 'boundary']: how many it is attached to or bounds. */
export const PolicyUses = counter({ name: 'iam/policy-uses', scope: 'account' });

/** Per kind (`users`, `policyVersions`, …): how many there are. Of kinds that were counted from their first record on. */
export const EntityCounts = counter({ name: 'iam/entity-count', scope: 'account' });

export const policyState = [Policies, PolicyVersions, Attachments, InlinePolicies, PolicyUses, EntityCounts];
