/** Names and passwords of users for services that do not sign with access keys: Git repositories, Cassandra, bearer tokens. */
import { randomBytes } from 'node:crypto';
import type { IAM } from '../../../../generated/api/iam';
import { accessKeyIdOf, base32Alphabet, defineOperations, fail, type Tx } from '../../../kernel';
import { settableStatus } from '../credential-errors';
import { type ServiceCredential, ServiceCredentials } from '../credentials-state';
import { wholeSeconds } from '../dates';
import { noSuchEntity, quotaExceeded, validationError } from '../errors';
import { requireUser } from '../lookup';
import { type Owner, ownerOf } from '../owner';
import { listedPage, type Page, type PageRequest, scannedPage, within } from '../paging';
import { mostServiceCredentials } from '../quotas';
import { Users } from '../state';

/** What each service takes: a name and a password, or one token that begins so. Nothing here asks for them, so they are told and not kept. */
const services: Readonly<Record<string, { readonly tokenPrefix?: string }>> = {
  'codecommit.amazonaws.com': {},
  'cassandra.amazonaws.com': {},
  'bedrock.amazonaws.com': { tokenPrefix: 'ABSK' },
  'logs.amazonaws.com': { tokenPrefix: 'ACWL' },
  'cloudwatch.amazonaws.com': { tokenPrefix: 'APIAACWM' },
  'aws-external-anthropic.amazonaws.com': { tokenPrefix: 'AEAA' },
};

/** 60 characters of base64. */
const passwordBytes = 45;
const dayMs = 86_400_000;

/** The service as we know it, whatever the case. Throws for those that have no such credentials. */
function requireService(name: string): string {
  const service = name.toLowerCase();
  if (!/^[a-z0-9.-]*$/.test(service)) throw validationError('ServiceName must match [a-zA-Z0-9.-]*');
  if (!Object.hasOwn(services, service)) throw noSuchEntity(`No such service ${name} is supported for Service Specific Credentials`);
  return service;
}

/**
 * "This field is only valid for Bedrock and CloudWatch Logs API keys" (API reference, CredentialAgeDays). The newer services
 * whose credentials are tokens are taken to be like them; the error is a guess.
 */
function requireExpiring(service: string): void {
  if (services[service]?.tokenPrefix === undefined) throw validationError(`CredentialAgeDays is not supported for service ${service}`);
}

/** Throws NoSuchEntity for ids that nobody has, ValidationError for those that another user has. */
function requireCredential(tx: Tx, owner: Owner, id: string): ServiceCredential {
  const credential = tx.get(ServiceCredentials, id) ?? fail(noSuchEntity(`No such credential ${id} exists`));
  if (credential.userId !== owner.id) throw validationError(`User ${owner.name} does not have a service specific credential with id ${id}`);
  return credential;
}

/** `jane-at-123456789012`, or `jane+1-at-…` while somebody has that already: names of users are used again, these stay. */
function freeLogin(tx: Tx, service: string, { name }: Owner): string {
  for (let number = 0; ; number++) {
    const login = `${name}${number === 0 ? '' : `+${number}`}-at-${tx.place.account}`;
    if (!tx.find(ServiceCredentials, 'login', [service, login])) return login;
  }
}

const newPassword = () => randomBytes(passwordBytes).toString('base64');

function toListed(tx: Tx, { id, userId, service, login, status, createdAt, expiresAt }: ServiceCredential) {
  return {
    UserName: tx.find(Users, 'id', userId)?.name ?? '',
    Status: expiresAt !== undefined && expiresAt <= tx.now ? ('Expired' as const) : status,
    ...(services[service]?.tokenPrefix === undefined ? { ServiceUserName: login } : { ServiceCredentialAlias: login }),
    CreateDate: wholeSeconds(createdAt),
    ...(expiresAt !== undefined && { ExpirationDate: wholeSeconds(expiresAt) }),
    ServiceSpecificCredentialId: id,
    ServiceName: service,
  };
}

/** With its password, which is told only once. */
function toNew(tx: Tx, credential: ServiceCredential, password: string) {
  const { service, login } = credential;
  const prefix = services[service]?.tokenPrefix;
  const secret =
    prefix === undefined
      ? { ServicePassword: password }
      : { ServiceCredentialSecret: prefix + Buffer.from(`${login}:${password}`).toString('base64') };
  return { ServiceSpecificCredential: { ...toListed(tx, credential), ...secret } };
}

function ofUser(tx: Tx, owner: Owner, service: string | undefined, page: PageRequest): Page<ServiceCredential> {
  const all = tx.scanIndex(ServiceCredentials, 'user', { prefix: owner.id });
  const wanted = all.filter((credential) => service === undefined || credential.service === service);
  return listedPage(`service-credentials ${owner.id} ${service ?? ''}`, page, wanted);
}

/** In the order of their ids: they may be many. */
function ofEverybody(tx: Tx, service: string | undefined, page: PageRequest): Page<ServiceCredential> {
  return scannedPage(`service-credentials-of-all ${service ?? ''}`, page, {
    read: (range) =>
      service === undefined ? tx.scan(ServiceCredentials, range) : tx.scanIndex(ServiceCredentials, 'service', within(service, range)),
    keyOf: ({ id }) => id,
  });
}

export const serviceCredentialOperations = defineOperations<IAM>()({
  CreateServiceSpecificCredential({ tx, account, now }, { UserName, ServiceName, CredentialAgeDays }) {
    const user = requireUser(tx, UserName);
    const service = requireService(ServiceName);
    if (CredentialAgeDays !== undefined) requireExpiring(service);
    const others = tx.scanIndex(ServiceCredentials, 'user', { prefix: user.id }).filter((credential) => credential.service === service);
    if (others.length >= mostServiceCredentials) throw quotaExceeded('ContextSpecificCredentialsPerUserPerContext', mostServiceCredentials);
    const credential = tx.put(ServiceCredentials, {
      id: `ACCA${accessKeyIdOf('AKIA', account, tx).slice(4)}${tx.id('', 1, base32Alphabet)}`,
      userId: user.id,
      service,
      login: freeLogin(tx, service, user),
      status: 'Active',
      createdAt: now,
      expiresAt: CredentialAgeDays === undefined ? undefined : now + CredentialAgeDays * dayMs,
    });
    return toNew(tx, credential, newPassword());
  },

  ListServiceSpecificCredentials(ctx, { UserName, ServiceName, AllUsers, ...page }) {
    const { tx } = ctx;
    if (AllUsers && UserName !== undefined) throw validationError('UserName cannot be specified together with AllUsers.'); // a guess
    const service = ServiceName === undefined || ServiceName === '' ? undefined : requireService(ServiceName);
    const { items, end } = AllUsers ? ofEverybody(tx, service, page) : ofUser(tx, ownerOf(ctx, UserName), service, page);
    return { ServiceSpecificCredentials: items.map((credential) => toListed(tx, credential)), ...end };
  },

  UpdateServiceSpecificCredential(ctx, { UserName, ServiceSpecificCredentialId, Status }) {
    const status = settableStatus(Status);
    ctx.tx.put(ServiceCredentials, { ...requireCredential(ctx.tx, ownerOf(ctx, UserName), ServiceSpecificCredentialId), status });
    return {};
  },

  ResetServiceSpecificCredential(ctx, { UserName, ServiceSpecificCredentialId }) {
    const credential = requireCredential(ctx.tx, ownerOf(ctx, UserName), ServiceSpecificCredentialId);
    return toNew(ctx.tx, credential, newPassword());
  },

  DeleteServiceSpecificCredential(ctx, { UserName, ServiceSpecificCredentialId }) {
    ctx.tx.delete(ServiceCredentials, requireCredential(ctx.tx, ownerOf(ctx, UserName), ServiceSpecificCredentialId));
    return {};
  },
});
