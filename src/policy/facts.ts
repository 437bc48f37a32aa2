/**
 * Global condition keys, computed from what is known of a request, each only when a policy asks for it.
 * IAM User Guide, "AWS global condition context keys": when each is present, and its value per principal type.
 */
import type { Context, ContextValue } from './context';
import type { AccessRequest, Caller } from './request';

/** Answers from the keys that the request states, then from its facts. */
export class RequestContext implements Context {
  private readonly request: AccessRequest;
  private stated: ReadonlyMap<string, ContextValue> | undefined;

  constructor(request: AccessRequest) {
    this.request = request;
  }

  get(key: string): ContextValue | undefined {
    const { conditions } = this.request;
    if (conditions !== undefined) {
      this.stated ??= new Map(Object.entries(conditions).map(([name, value]) => [name.toLowerCase(), value]));
      const value = this.stated.get(key);
      if (value !== undefined) return value;
    }
    const compute = globalKeys.get(key);
    if (compute !== undefined) return compute(this.request);
    const slash = key.indexOf('/');
    const tag = slash < 0 ? undefined : tagValue(this.request, key.slice(0, slash), key.slice(slash + 1));
    return tag ?? vouchedValue(this.request.caller, key);
  }
}

/** Sessions that an identity provider vouched for have a handful of such keys, others none. */
function vouchedValue({ session }: Caller, key: string): ContextValue | undefined {
  const vouched = session?.vouched;
  if (vouched === undefined) return undefined;
  for (const name in vouched) if (name.toLowerCase() === key) return vouched[name];
  return undefined;
}

type Compute = (request: AccessRequest) => ContextValue | undefined;

const iso = (ms: number | undefined) => (ms === undefined ? undefined : `${new Date(ms).toISOString().slice(0, 19)}Z`);
const flag = (is: boolean | undefined) => (is === undefined ? undefined : String(is));

const aboutCaller: Readonly<Record<string, (caller: Caller) => ContextValue | undefined>> = {
  'aws:PrincipalArn': (caller) => (isAuthenticated(caller) ? principalArn(caller) : undefined),
  'aws:PrincipalAccount': (caller) => (isAuthenticated(caller) ? caller.account : undefined),
  'aws:PrincipalOrgID': ({ organization }) => organization?.id,
  'aws:PrincipalOrgPaths': ({ organization }) => organization && [organization.path],
  'aws:PrincipalType': ({ type }) => principalTypes[type],
  'aws:PrincipalIsAWSService': (caller) => flag(caller.type === 'service'),
  'aws:PrincipalServiceName': ({ service }) => service,
  'aws:PrincipalServiceNamesList': ({ service }) => service && [service],
  'aws:userid': ({ id, type }) => (type === 'service' || type === 'identity' ? undefined : id),
  'aws:username': ({ type, userName }) => (type === 'user' ? userName : undefined),
  'aws:FederatedProvider': ({ federatedProvider }) => federatedProvider,
  'aws:SourceIdentity': ({ session }) => session?.sourceIdentity,
  'aws:AssumedRoot': ({ session }) => (session?.isAssumedRoot ? 'true' : undefined),
  'aws:TokenIssueTime': ({ session }) => iso(session?.issuedAt),
  'aws:MultiFactorAuthPresent': ({ session }) => flag(session?.mfa),
  'aws:MultiFactorAuthAge': ({ session }) => (session?.mfaAgeSeconds === undefined ? undefined : String(session.mfaAgeSeconds)),
};

const aboutCall: Readonly<Record<string, Compute>> = {
  'aws:SourceIp': ({ call }) => (call?.endpoint ? undefined : call?.sourceIp),
  'aws:VpcSourceIp': ({ call }) => (call?.endpoint ? call.sourceIp : undefined),
  'aws:SourceVpc': ({ call }) => call?.endpoint?.vpc,
  'aws:SourceVpce': ({ call }) => call?.endpoint?.vpce,
  'aws:VpceAccount': ({ call }) => call?.endpoint?.account,
  'aws:SecureTransport': ({ call }) => flag(call?.secure),
  'aws:UserAgent': ({ call }) => call?.userAgent,
  'aws:Referer': ({ call }) => call?.referer,
  'aws:RequestedRegion': ({ call }) => call?.region,
  'aws:CurrentTime': ({ call }) => iso(call?.now),
  'aws:EpochTime': ({ call }) => (call?.now === undefined ? undefined : String(Math.floor(call.now / 1000))),
  'aws:CalledVia': ({ call }) => call?.calledVia,
  'aws:CalledViaFirst': ({ call }) => call?.calledVia?.[0],
  'aws:CalledViaLast': ({ call }) => call?.calledVia?.at(-1),
  'aws:ViaAWSService': ({ call }) => flag(call !== undefined && (call.calledVia?.length ?? 0) > 0),
  'aws:SourceArn': ({ call }) => call?.source?.arn,
  'aws:SourceAccount': ({ call }) => call?.source?.account,
  'aws:SourceOrgID': ({ call }) => call?.source?.organization?.id,
  'aws:SourceOrgPaths': ({ call }) => call?.source?.organization && [call.source.organization.path],
  'aws:TagKeys': ({ call }) => call?.tagKeys ?? (call?.requestTags && Object.keys(call.requestTags)),
  'aws:ResourceAccount': ({ resource, caller }) => resource.account ?? caller.account,
  'aws:ResourceOrgID': ({ resource }) => resource.organization?.id,
  'aws:ResourceOrgPaths': ({ resource }) => resource.organization && [resource.organization.path],
};

const globalKeys: ReadonlyMap<string, Compute> = new Map([
  ...Object.entries(aboutCaller).map(([key, compute]): [string, Compute] => [key.toLowerCase(), ({ caller }) => compute(caller)]),
  ...Object.entries(aboutCall).map(([key, compute]): [string, Compute] => [key.toLowerCase(), compute]),
]);

/** Names of the global keys that are computed, as AWS writes them; those of tags end in a slash. */
const globalKeyNames: readonly string[] = [
  ...Object.keys(aboutCaller),
  ...Object.keys(aboutCall),
  'aws:PrincipalTag/',
  'aws:RequestTag/',
  'aws:ResourceTag/',
];

/** Every key that has a value for this request, under the name that AWS writes; a key that the request states keeps its own spelling. */
export function contextValues(request: AccessRequest): Record<string, ContextValue> {
  const context = new RequestContext(request);
  const tags = [
    ...Object.keys(request.caller.tags ?? {}).map((tag) => `aws:PrincipalTag/${tag}`),
    ...Object.keys(request.call?.requestTags ?? {}).map((tag) => `aws:RequestTag/${tag}`),
    ...Object.keys(request.resource.tags ?? {}).map((tag) => `aws:ResourceTag/${tag}`),
  ];
  const stated = [...new Set([...Object.keys(request.caller.session?.vouched ?? {}), ...Object.keys(request.conditions ?? {})])];
  const isStated = new Set(stated.map((name) => name.toLowerCase()));
  const computed = [...globalKeyNames, ...tags].filter((name) => !name.endsWith('/') && !isStated.has(name.toLowerCase()));
  const values: Record<string, ContextValue> = {};
  for (const name of [...computed, ...stated]) {
    const value = context.get(name.toLowerCase());
    if (value !== undefined) values[name] = value;
  }
  return values;
}

const principalTypes: Readonly<Record<Caller['type'], string | undefined>> = {
  root: 'Account',
  user: 'User',
  'role-session': 'AssumedRole',
  'federated-user': 'FederatedUser',
  anonymous: 'Anonymous',
  service: undefined,
  identity: undefined,
};

function isAuthenticated({ type }: Caller): boolean {
  return type === 'root' || type === 'user' || type === 'role-session' || type === 'federated-user';
}

/** For a role session the ARN of the role, not of the session. */
function principalArn({ type, arn, entityArn }: Caller): string {
  return type === 'role-session' ? (entityArn ?? arn) : arn;
}

/** Tag keys in conditions do not distinguish case. */
function tagValue({ caller, call, resource }: AccessRequest, key: string, tag: string): string | undefined {
  const tags =
    key === 'aws:principaltag'
      ? caller.tags
      : key === 'aws:requesttag'
        ? call?.requestTags
        : key === 'aws:resourcetag'
          ? resource.tags
          : undefined;
  if (tags === undefined) return undefined;
  for (const name in tags) if (name === tag || name.toLowerCase() === tag) return tags[name];
  return undefined;
}
