/** Access control lists: the canned ones, and those with grants of their own, as requests and answers spell them. */
import type { S3 } from '../../../generated/api/s3';
import { invalidArgument, invalidRequest, malformedAcl, methodNotAllowed } from './errors';
import { ownerOf } from './owner';
import type { Acl, AclGrant } from './state';

/** The members of requests that say who may what. */
export interface AclInput {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

type AclBody = NonNullable<S3['PutBucketAcl']['input']['AccessControlPolicy']>;
type WireGrant = NonNullable<S3['GetBucketAcl']['output']['Grants']>[number];

const prefix = 'http://acs.amazonaws.com/groups';
/** Whom a grant may be to, besides accounts. */
export const groups = {
  everybody: `${prefix}/global/AllUsers`,
  authenticated: `${prefix}/global/AuthenticatedUsers`,
  logDelivery: `${prefix}/s3/LogDelivery`,
} as const;
const { everybody, authenticated, logDelivery } = groups;
const knownGroups: ReadonlySet<string> = new Set(Object.values(groups));

/** EC2, which reads bundles of machine images. */
const imageReader = '6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c';

/** What each canned ACL grants besides full control to the owner (user guide, "Canned ACL"). */
export const cannedAcls: Readonly<Record<string, readonly AclGrant[]>> = {
  private: [],
  'public-read': [[everybody, 'READ']],
  'public-read-write': [
    [everybody, 'READ'],
    [everybody, 'WRITE'],
  ],
  'aws-exec-read': [[imageReader, 'READ']],
  'authenticated-read': [[authenticated, 'READ']],
  'log-delivery-write': [
    [logDelivery, 'WRITE'],
    [logDelivery, 'READ_ACP'],
  ],
  'bucket-owner-read': [],
  'bucket-owner-full-control': [],
};

const grantHeaders = [
  ['GrantRead', 'x-amz-grant-read', 'READ'],
  ['GrantWrite', 'x-amz-grant-write', 'WRITE'],
  ['GrantReadACP', 'x-amz-grant-read-acp', 'READ_ACP'],
  ['GrantWriteACP', 'x-amz-grant-write-acp', 'WRITE_ACP'],
  ['GrantFullControl', 'x-amz-grant-full-control', 'FULL_CONTROL'],
] as const;
const permissions: ReadonlySet<string> = new Set(grantHeaders.map(([, , permission]) => permission));

/** "An ACL can have up to 100 grants" (user guide). */
const maxGrants = 100;

export function hasGrants(input: AclInput): boolean {
  return (input.GrantFullControl ?? input.GrantRead ?? input.GrantReadACP ?? input.GrantWrite ?? input.GrantWriteACP) !== undefined;
}

/** The list that the headers of a request ask for. Grants in headers are the whole list: the owner is not added. */
export function aclOf(input: AclInput): Acl | undefined {
  const { ACL: name } = input;
  if (name !== undefined && hasGrants(input)) throw invalidRequest('Specifying both Canned ACLs and Header Grants is not allowed');
  if (name !== undefined && !Object.hasOwn(cannedAcls, name)) throw invalidArgument('', 'x-amz-acl', name);
  if (!hasGrants(input)) return name;
  return requireFew(
    grantHeaders.flatMap(([member, header, permission]) => {
      const text = input[member];
      return text === undefined ? [] : granteesOf(header, text).map((grantee): AclGrant => [grantee, permission]);
    }),
  );
}

/** The list that the body of a request spells out; by its name if it says the same as a canned one. */
export function aclOfBody({ Owner, Grants }: AclBody, account: string): Acl {
  if (!Owner || !Grants) throw malformedAcl();
  const grants = requireFew(
    Grants.map(({ Grantee: to, Permission }): AclGrant => {
      if (!to || Permission === undefined || !permissions.has(Permission)) throw malformedAcl();
      if (to.EmailAddress !== undefined) return [requireGrantee('emailAddress', to.EmailAddress), Permission];
      if (to.URI !== undefined) return [requireGrantee('uri', to.URI), Permission];
      return [requireGrantee('id', to.ID ?? ''), Permission];
    }),
  );
  const given = textOf(grants);
  return Object.keys(cannedAcls).find((name) => textOf(grantsOf(name, account)) === given) ?? grants;
}

/** Every grant of a list of this account's. */
export function grantsOf(acl: Acl | undefined, account: string): readonly AclGrant[] {
  if (typeof acl === 'object') return acl;
  return [[ownerOf(account).ID, 'FULL_CONTROL'], ...(cannedAcls[acl ?? 'private'] ?? [])];
}

export function toWireGrant([grantee, Permission]: AclGrant): WireGrant {
  const Grantee = knownGroups.has(grantee) ? { Type: 'Group' as const, URI: grantee } : { Type: 'CanonicalUser' as const, ID: grantee };
  return { Grantee, Permission: Permission as NonNullable<WireGrant['Permission']> };
}

/** "Authenticated users" are all of AWS, so that is public, too. */
export function isPublicAcl(acl: Acl | undefined): boolean {
  const grants = typeof acl === 'string' ? cannedAcls[acl] : acl;
  return grants?.some(([grantee]) => grantee === everybody || grantee === authenticated) === true;
}

/** `id="…", uri="…"`: with or without quotes. */
function granteesOf(header: string, text: string): string[] {
  return text.split(',').map((part) => {
    const match = /^\s*(id|uri|emailAddress)\s*=\s*(?:"([^"]+)"|([^"\s]+))\s*$/.exec(part);
    if (!match) throw invalidArgument('Argument format not recognized', header, text);
    return requireGrantee(match[1] as GranteeKind, (match[2] ?? match[3]) as string);
  });
}

type GranteeKind = 'id' | 'uri' | 'emailAddress';

function requireGrantee(kind: GranteeKind, value: string): string {
  // "As of October 1, 2025 ... the request will receive an HTTP 405 (Method Not Allowed) error" (PutBucketAcl).
  if (kind === 'emailAddress') throw methodNotAllowed('PUT', 'ACL');
  if (kind === 'uri' && !knownGroups.has(value)) throw invalidArgument('Invalid group uri', 'uri', value);
  if (kind === 'id' && !/^[0-9a-f]{64}$/.test(value)) throw invalidArgument('Invalid id', 'CanonicalUser/ID', value);
  return value;
}

function requireFew(grants: readonly AclGrant[]): readonly AclGrant[] {
  if (grants.length > maxGrants) throw malformedAcl();
  return grants;
}

function textOf(grants: readonly AclGrant[]): string {
  return grants
    .map((grant) => grant.join(' '))
    .sort()
    .join();
}
