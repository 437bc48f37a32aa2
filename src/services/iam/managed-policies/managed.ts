/** Managed policies by ARN, whoever manages them: the customer, AWS or, as boundaries only, a product provider. */
import {
  type Arn,
  fail,
  type PolicyText,
  ProviderBoundaries,
  type ProviderBoundary,
  parseArn,
  providerNamespace,
  type Tags,
  type Tx,
  toTagList,
} from '../../../kernel';
import { wholeSeconds } from '../dates';
import { invalidInput, noSuchEntity, validationError } from '../errors';
import { nameKey } from '../ids';
import type { Behind } from '../paging';
import { Attachments, Policies, type Policy, PolicyUses, PolicyVersions, policyArn } from '../policy-state';
import { Roles, Users } from '../state';
import { type AwsManagedPolicy, awsManagedKeys, awsManagedPath, findAwsManaged } from './aws-managed';

/** What all kinds have. */
export interface ManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly description?: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly defaultVersion: number;
  /** The customer's own; absent for others. */
  readonly own?: Policy;
  /** AWS's; absent for others. */
  readonly aws?: AwsManagedPolicy;
  /** A product provider's; absent for others. */
  readonly provider?: ProviderBoundary;
}

const isPolicyResource = /^policy\/[!-~]+$/;

/** Throws for text that cannot be the ARN of a policy; unknown ones are undefined. */
export function findManagedPolicy(tx: Tx, arn: string): ManagedPolicy | undefined {
  return lookUp(tx, policyAddress(tx, arn), arn);
}

/** The same for ARNs that nobody just wrote: what is no ARN of a policy is none. */
export function policyByArn(tx: Tx, arn: string): ManagedPolicy | undefined {
  const address = parseArn(arn);
  return address && lookUp(tx, address, arn);
}

function lookUp(tx: Tx, { account, resource }: Arn, arn: string): ManagedPolicy | undefined {
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  if (account === 'aws') {
    const aws = findAwsManaged(name);
    return aws && awsPolicyArn(tx, aws) === arn ? ofAws(tx, aws) : undefined;
  }
  if (account === providerNamespace) return ofProvider(tx.get(ProviderBoundaries, arn));
  if (account !== tx.place.account) return undefined;
  const own = tx.get(Policies, nameKey(name));
  return own && policyArn(own, tx.place) === arn ? ofCustomer(tx, own) : undefined;
}

/** The partition's sentence is recorded; that of other malformed ARNs too (AttachRolePolicy). */
function policyAddress(tx: Tx, arn: string): Arn {
  const address = parseArn(arn);
  if (address?.service !== 'iam' || address.region !== '' || !isPolicyResource.test(address.resource))
    throw invalidInput(`ARN ${arn} is not valid.`);
  if (address.partition !== tx.place.partition) throw validationError('Invalid ARN partition');
  return address;
}

/** Throws NoSuchEntity as operations on the policy itself do. */
export const requireManagedPolicy = (tx: Tx, arn: string): ManagedPolicy =>
  findManagedPolicy(tx, arn) ?? fail(noSuchEntity(`Policy ${arn} was not found.`));

/** Throws NoSuchEntity as attaching it does. Boundaries of product providers limit, and are nothing else (a guess). */
export function requireAttachable(tx: Tx, arn: string): ManagedPolicy {
  const policy = findManagedPolicy(tx, arn);
  return policy && !policy.provider ? policy : fail(noSuchEntity(`Policy ${arn} does not exist or is not attachable.`));
}

/** Is it one that AWS made for the roles of its services, and for nobody else? */
export const isForServices = ({ aws, path }: ManagedPolicy): boolean => aws !== undefined && path.startsWith('/aws-service-role/');

const awsPolicyArn = (tx: Tx, { path, name }: AwsManagedPolicy) => `arn:${tx.place.partition}:iam::aws:policy${path}${name}`;

export function ofCustomer(tx: Tx, own: Policy): ManagedPolicy {
  const { name, path, id, description, createdAt, updatedAt, defaultVersion } = own;
  return { arn: policyArn(own, tx.place), name, path, id, description, createdAt, updatedAt, defaultVersion, own };
}

function ofAws(tx: Tx, aws: AwsManagedPolicy): ManagedPolicy {
  const { name, path, id, createdAt, updatedAt, version, remark } = aws;
  return { arn: awsPolicyArn(tx, aws), name, path, id, createdAt, updatedAt, defaultVersion: version, aws, description: remark };
}

function ofProvider(provider: ProviderBoundary | undefined): ManagedPolicy | undefined {
  if (provider === undefined) return undefined;
  const { arn, id, description, createdAt } = provider;
  const at = arn.lastIndexOf('/') + 1;
  const path = arn.slice(arn.indexOf('/'), at);
  return { arn, name: arn.slice(at), path, id, description, createdAt, updatedAt: createdAt, defaultVersion: 1, provider };
}

/** Those of AWS with a path that begins so, behind a name, in the order of their names. Only what is given is read whole. */
export function awsPoliciesAfter(tx: Tx, pathPrefix: string, { after = '', limit }: Behind): readonly ManagedPolicy[] {
  const keys = awsManagedKeys().filter((key) => key > after && awsManagedPath(key).startsWith(pathPrefix));
  return keys.slice(0, limit).map((key) => ofAws(tx, findAwsManaged(key) as AwsManagedPolicy));
}

/** Those of AWS that are attached to somebody or bound somebody, in the order of their names. */
export function awsPoliciesInUse(tx: Tx): readonly ManagedPolicy[] {
  const textPrefix = `arn:${tx.place.partition}:iam::aws:policy/`;
  const attached = distinct((after) => tx.scanIndex(Attachments, 'policy', { textPrefix, ...after })[0]?.policyArn);
  const boundsUsers = distinct((after) => tx.scanIndex(Users, 'boundary', { textPrefix, ...after })[0]?.boundary);
  const boundsRoles = distinct((after) => tx.scanIndex(Roles, 'boundary', { textPrefix, ...after })[0]?.boundary);
  return [...new Set([...attached, ...boundsUsers, ...boundsRoles])]
    .map((arn) => policyByArn(tx, arn))
    .filter((policy): policy is ManagedPolicy => policy !== undefined)
    .sort((a, b) => (nameKey(a.name) < nameKey(b.name) ? -1 : 1));
}

/** Leaps from one to the next, however many entries each has. */
function distinct(next: (range: { readonly after?: string; readonly limit: 1 }) => string | undefined): string[] {
  const found: string[] = [];
  for (let arn = next({ limit: 1 }); arn !== undefined; arn = next({ after: arn, limit: 1 })) found.push(arn);
  return found;
}

/** The document in force. */
export function documentOf(tx: Tx, { own, aws, provider }: ManagedPolicy): string {
  if (provider) return provider.document;
  if (own) return tx.get(PolicyVersions, [own.id, own.defaultVersion])?.document ?? fail(new Error(`${own.id} has no default version`));
  return (aws as AwsManagedPolicy).document;
}

/** As decisions about access read it; undefined when there is no such policy any more. */
export function policyText(tx: Tx, arn: string): PolicyText | undefined {
  const policy = policyByArn(tx, arn);
  return policy && { text: documentOf(tx, policy), arn };
}

export const attachmentCount = (tx: Tx, arn: string): number => tx.count(PolicyUses, [arn, 'attached']);
export const boundaryCount = (tx: Tx, arn: string): number => tx.count(PolicyUses, [arn, 'boundary']);

/** Lists leave out the description, unless it says that Nuvola lacks the document, and the tags. */
export function toPolicy(tx: Tx, policy: ManagedPolicy, more: { readonly description?: boolean; readonly tags?: Tags } = {}) {
  const { arn, name, path, id, description, createdAt, updatedAt, defaultVersion, aws } = policy;
  const showsDescription = description !== undefined && (more.description === true || aws !== undefined);
  return {
    PolicyName: name,
    PolicyId: id,
    Arn: arn,
    Path: path,
    DefaultVersionId: `v${defaultVersion}`,
    AttachmentCount: attachmentCount(tx, arn),
    PermissionsBoundaryUsageCount: boundaryCount(tx, arn),
    IsAttachable: policy.provider === undefined,
    CreateDate: wholeSeconds(createdAt),
    UpdateDate: wholeSeconds(updatedAt),
    ...(showsDescription && { Description: description }),
    ...(more.tags && { Tags: toTagList(more.tags) }),
  };
}
