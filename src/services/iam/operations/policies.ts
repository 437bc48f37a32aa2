/** Managed policies and their versions. */
import type { IAM } from '../../../../generated/api/iam';
import { accessChanged, defineOperations, fail, type Tx } from '../../../kernel';
import { policyProblem, sizeProblem } from '../../../policy';
import { wholeSeconds } from '../dates';
import { accessDenied, alreadyExists, deleteConflict, limitExceeded, malformedPolicy, noSuchEntity } from '../errors';
import { nameKey, uniqueId } from '../ids';
import {
  attachmentCount,
  awsPoliciesAfter,
  awsPoliciesInUse,
  boundaryCount,
  documentOf,
  type ManagedPolicy,
  ofCustomer,
  requireManagedPolicy,
  toPolicy,
} from '../managed-policies/managed';
import { chainedPage, listedPage, type Source } from '../paging';
import { Policies, type Policy, type PolicyVersion, PolicyVersions } from '../policy-state';
import { countOneLess, countOneMore, mostVersionsPerPolicy } from '../quotas';
import { casedTags } from '../tag-rules';
import { encodedDocument } from '../wire';

export const policyOperations = defineOperations<IAM>()({
  CreatePolicy({ tx, now }, { PolicyName, Path, PolicyDocument, Description, Tags }) {
    const tags = casedTags.read(Tags);
    requireSound(PolicyDocument);
    if (tx.has(Policies, nameKey(PolicyName)))
      throw alreadyExists(`A policy called ${PolicyName} already exists. Duplicate names are not allowed.`);
    countOneMore(tx, 'policies');
    const policy: Policy = {
      name: PolicyName,
      path: Path ?? '/',
      id: uniqueId('policy', tx),
      createdAt: now,
      updatedAt: now,
      description: Description,
      defaultVersion: 1,
      lastVersion: 1,
    };
    tx.put(Policies, policy, { tags });
    putVersion(tx, { policyId: policy.id, version: 1, document: PolicyDocument, createdAt: now });
    return { Policy: toPolicy(tx, ofCustomer(tx, policy), tags && { tags }) };
  },

  GetPolicy({ tx }, { PolicyArn }) {
    const policy = requireManagedPolicy(tx, PolicyArn);
    return { Policy: toPolicy(tx, policy, { description: true, tags: tx.tagsOf(policy.arn) }) };
  },

  DeletePolicy({ tx }, { PolicyArn }) {
    const { arn, own } = requireOwn(tx, PolicyArn);
    // Both sentences are recorded.
    if (attachmentCount(tx, arn) + boundaryCount(tx, arn) > 0) throw deleteConflict('Cannot delete a policy attached to entities.');
    const versions = versionsOf(tx, own);
    if (versions.length > 1)
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    for (const version of versions) removeVersion(tx, version);
    tx.delete(Policies, own);
    countOneLess(tx, 'policies');
    // Sessions may be narrowed by it.
    accessChanged(tx);
    return {};
  },

  ListPolicies({ tx }, input) {
    const { Scope = 'All', OnlyAttached = false, PathPrefix = '/', PolicyUsageFilter } = input;
    const isAttached = ({ arn }: ManagedPolicy) =>
      (PolicyUsageFilter !== 'PermissionsBoundary' && attachmentCount(tx, arn) > 0) ||
      (PolicyUsageFilter !== 'PermissionsPolicy' && boundaryCount(tx, arn) > 0);
    const ofUsed = OnlyAttached || PolicyUsageFilter !== undefined;
    const keep = (policy: ManagedPolicy) => policy.path.startsWith(PathPrefix) && (!ofUsed || isAttached(policy));
    const local = Scope === 'AWS' ? nothing : ownPolicies(tx, keep);
    const aws = Scope === 'Local' ? nothing : ofUsed ? usedAwsPolicies(tx, keep) : awsPolicies(tx, PathPrefix);
    const { items, end } = chainedPage('policies', input, [local, aws]);
    return { Policies: items.map((policy) => toPolicy(tx, policy)), ...end };
  },

  CreatePolicyVersion({ tx, now }, { PolicyArn, PolicyDocument, SetAsDefault }) {
    const { own } = requireOwn(tx, PolicyArn);
    requireSound(PolicyDocument);
    if (versionsOf(tx, own).length >= mostVersionsPerPolicy)
      throw limitExceeded(
        `A managed policy can have up to ${mostVersionsPerPolicy} versions. Before you create a new version, you must delete an existing version.`,
      );
    const version = own.lastVersion + 1;
    const defaultVersion = SetAsDefault === true ? version : own.defaultVersion;
    const policy = tx.put(Policies, { ...own, lastVersion: version, defaultVersion, updatedAt: now });
    const { document: _, ...created } = putVersion(tx, { policyId: own.id, version, document: PolicyDocument, createdAt: now });
    return { PolicyVersion: toListedVersion(created, policy.defaultVersion) };
  },

  GetPolicyVersion({ tx }, { PolicyArn, VersionId }) {
    const policy = requireManagedPolicy(tx, PolicyArn);
    const version =
      versionsOfManaged(tx, policy).find(({ version }) => `v${version}` === VersionId) ?? fail(noVersion(PolicyArn, VersionId));
    return { PolicyVersion: { Document: encodedDocument(version.document), ...toListedVersion(version, policy.defaultVersion) } };
  },

  ListPolicyVersions({ tx }, input) {
    const policy = requireManagedPolicy(tx, input.PolicyArn);
    const { items, end } = listedPage('policy-versions', input, versionsOfManaged(tx, policy));
    return { Versions: items.map((version) => toListedVersion(version, policy.defaultVersion)), ...end };
  },

  SetDefaultPolicyVersion({ tx }, { PolicyArn, VersionId }) {
    const { own } = requireOwn(tx, PolicyArn);
    const { version } = requireVersion(tx, own, PolicyArn, VersionId);
    tx.put(Policies, { ...own, defaultVersion: version });
    accessChanged(tx);
    return {};
  },

  DeletePolicyVersion({ tx }, { PolicyArn, VersionId }) {
    const { own } = requireOwn(tx, PolicyArn);
    const version = requireVersion(tx, own, PolicyArn, VersionId);
    if (version.version === own.defaultVersion) throw deleteConflict('Cannot delete the default version of a policy.');
    removeVersion(tx, version);
    return {};
  },
});

/** Throws MalformedPolicyDocument or LimitExceeded. */
function requireSound(document: string): void {
  const problem = policyProblem(document, 'managed');
  if (problem !== undefined) throw malformedPolicy(problem);
  const tooLong = sizeProblem([document], 'managed');
  if (tooLong !== undefined) throw limitExceeded(tooLong);
}

/** A policy that its account may change. Those of AWS are refused before rights are looked at; the sentence is a guess. */
export function requireOwn(tx: Tx, arn: string): ManagedPolicy & { readonly own: Policy } {
  const policy = requireManagedPolicy(tx, arn);
  if (!policy.own) throw accessDenied(`Policies of ${policy.provider ? 'product providers' : 'AWS'} cannot be changed: ${arn}`);
  return { ...policy, own: policy.own };
}

function versionsOf(tx: Tx, policy: Policy): readonly PolicyVersion[] {
  return tx.scan(PolicyVersions, { prefix: policy.id });
}

/** Newest first. Of AWS's policies only the default version is known; those of product providers have no other. */
export function versionsOfManaged(tx: Tx, policy: ManagedPolicy): readonly PolicyVersion[] {
  if (policy.own) return [...versionsOf(tx, policy.own)].reverse();
  const { id, defaultVersion, updatedAt } = policy;
  return [{ policyId: id, version: defaultVersion, document: documentOf(tx, policy), createdAt: updatedAt }];
}

function requireVersion(tx: Tx, policy: Policy, arn: string, versionId: string): PolicyVersion {
  return tx.get(PolicyVersions, [policy.id, Number(versionId.slice(1))]) ?? fail(noVersion(arn, versionId));
}

const noVersion = (arn: string, versionId: string) =>
  noSuchEntity(`Policy ${arn} version ${versionId} does not exist or is not attachable.`);

function putVersion(tx: Tx, version: PolicyVersion): PolicyVersion {
  countOneMore(tx, 'policyVersions');
  accessChanged(tx);
  return tx.put(PolicyVersions, version);
}

function removeVersion(tx: Tx, version: PolicyVersion): void {
  tx.delete(PolicyVersions, version);
  countOneLess(tx, 'policyVersions');
}

export function toListedVersion({ version, createdAt }: Omit<PolicyVersion, 'document'>, defaultVersion: number) {
  return { VersionId: `v${version}`, IsDefaultVersion: version === defaultVersion, CreateDate: wholeSeconds(createdAt) };
}

type Listing = Source<ManagedPolicy>;
type Keep = NonNullable<Listing['keep']>;

const keyOf = ({ name }: ManagedPolicy) => nameKey(name);
const nothing: Listing = { read: () => [], keyOf };

/** The customer's policies by name. */
export function ownPolicies(tx: Tx, keep: Keep = () => true): Listing {
  return { read: (range) => tx.scan(Policies, range).map((own) => ofCustomer(tx, own)), keyOf, keep };
}

/** All of AWS by name. */
const awsPolicies = (tx: Tx, pathPrefix: string): Listing => ({ read: (range) => awsPoliciesAfter(tx, pathPrefix, range), keyOf });

/** Those of AWS that somebody uses, by name. */
export function usedAwsPolicies(tx: Tx, keep: Keep = () => true): Listing {
  const used = awsPoliciesInUse(tx);
  return { read: ({ after = '', limit }) => used.filter((policy) => keyOf(policy) > after).slice(0, limit), keyOf, keep };
}
