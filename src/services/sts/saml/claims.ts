/** What attributes of an assertion mean to AWS: roles, sessions, tags, and condition keys of trust policies. */
import { createHash } from 'node:crypto';
import type { Tag } from '../../../../generated/api/sts';
import { invalidToken } from '../errors';
import { badSourceIdentity } from '../web-identity';
import type { Assertion } from './response';

const prefix = 'https://aws.amazon.com/SAML/Attributes/';
const nameForm = /^[a-zA-Z_0-9+=,.@-]{2,64}$/;

/** `arn:…:saml-provider/name`, in parts. */
export interface SamlProvider {
  readonly arn: string;
  readonly account: string;
  readonly name: string;
}

/** Does the identity provider give its user this role, through this provider? The pair may come in either order. */
export function offersRole({ attributes }: Assertion, roleArn: string, providerArn: string): boolean {
  const pairs = attributes.get(`${prefix}Role`) ?? [];
  return pairs.some((pair) => {
    const [one, other, ...rest] = pair.split(',').map((arn) => arn.trim());
    return rest.length === 0 && ((one === roleArn && other === providerArn) || (other === roleArn && one === providerArn));
  });
}

export function sessionNameOf({ attributes }: Assertion): string {
  const [name] = attributes.get(`${prefix}RoleSessionName`) ?? [];
  if (name === undefined) throw invalidToken('RoleSessionName is required in AuthnResponse');
  if (!nameForm.test(name)) throw invalidToken('RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}');
  return name;
}

export function sourceIdentityOf({ attributes }: Assertion): string | undefined {
  const [value] = attributes.get(`${prefix}SourceIdentity`) ?? [];
  if (value !== undefined && !nameForm.test(value)) throw badSourceIdentity();
  return value;
}

/** At most this many seconds; undefined when neither the attribute nor the session's end limits it. */
export function longestSecondsOf({ attributes, sessionEndsAt }: Assertion, nowMs: number): number | undefined {
  const [text] = attributes.get(`${prefix}SessionDuration`) ?? [];
  const asked = text === undefined ? Number.POSITIVE_INFINITY : Number(text);
  // the sentence is a guess
  if (text !== undefined && !(/^\d+$/.test(text) && asked >= 900 && asked <= 43_200))
    throw invalidToken('SessionDuration in AuthnResponse must be between 900 and 43200');
  const left = sessionEndsAt === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor((sessionEndsAt - nowMs) / 1000));
  const least = Math.min(asked, left);
  return Number.isFinite(least) ? least : undefined;
}

/** Multivalued tags are not supported; the sentence is a guess. */
export function sessionTagsOf({ attributes }: Assertion): { readonly tags: readonly Tag[]; readonly transitiveKeys: readonly string[] } {
  const tagPrefix = `${prefix}PrincipalTag:`;
  const tags = [...attributes]
    .filter(([name]) => name.startsWith(tagPrefix))
    .map(([name, values]) => {
      if (values.length !== 1) throw invalidToken('A session tag in AuthnResponse does not have exactly one value.');
      return { Key: name.slice(tagPrefix.length), Value: values[0]! };
    });
  return { tags, transitiveKeys: attributes.get(`${prefix}TransitiveTagKeys`) ?? [] };
}

/** `NameQualifier`: BASE64(SHA1(issuer + account + "/" + provider)) (API reference, AssumeRoleWithSAML). */
export function nameQualifierOf(issuer: string, { account, name }: SamlProvider): string {
  return createHash('sha1').update(`${issuer}${account}/${name}`).digest('base64');
}

/** Attributes that are condition keys of trust policies (IAM User Guide, "Mapping SAML attributes to AWS trust policy context keys"). */
const eduPerson = 'urn:oid:1.3.6.1.4.1.5923.1.1.1';
const eduOrg = 'urn:oid:1.3.6.1.4.1.5923.1.2.1';
const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const attributeKeys: Readonly<Record<string, string>> = {
  [`${eduPerson}.1`]: 'edupersonaffiliation',
  [`${eduPerson}.2`]: 'edupersonnickname',
  [`${eduPerson}.3`]: 'edupersonorgdn',
  [`${eduPerson}.4`]: 'edupersonorgunitdn',
  [`${eduPerson}.5`]: 'edupersonprimaryaffiliation',
  [`${eduPerson}.6`]: 'edupersonprincipalname',
  [`${eduPerson}.7`]: 'edupersonentitlement',
  [`${eduPerson}.8`]: 'edupersonprimaryorgunitdn',
  [`${eduPerson}.9`]: 'edupersonscopedaffiliation',
  [`${eduPerson}.10`]: 'edupersontargetedid',
  [`${eduPerson}.11`]: 'edupersonassurance',
  [`${eduOrg}.2`]: 'eduorghomepageuri',
  [`${eduOrg}.3`]: 'eduorgidentityauthnpolicyuri',
  [`${eduOrg}.4`]: 'eduorglegalname',
  [`${eduOrg}.5`]: 'eduorgsuperioruri',
  [`${eduOrg}.6`]: 'eduorgwhitepagesuri',
  'urn:oid:2.5.4.3': 'cn',
  [`${claims}/name`]: 'name',
  'http://schemas.xmlsoap.org/claims/CommonName': 'commonName',
  [`${claims}/givenname`]: 'givenName',
  [`${claims}/surname`]: 'surname',
  [`${claims}/emailaddress`]: 'mail',
  'http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid': 'uid',
  '2.5.4.3': 'commonName',
  '2.5.4.4': 'surname',
  '2.4.5.42': 'givenName',
  '2.5.4.45': 'x500UniqueIdentifier',
  '0.9.2342.19200300100.1.1': 'uid',
  '0.9.2342.19200300100.1.3': 'mail',
  '0.9.2342.19200300.100.1.45': 'organizationStatus',
};

export function conditionsOf(
  { issuer, subject, subjectType, recipient, attributes }: Assertion,
  provider: SamlProvider,
): Readonly<Record<string, string | readonly string[]>> {
  const conditions: Record<string, string | readonly string[]> = {
    'saml:aud': recipient,
    'saml:iss': issuer,
    'saml:sub': subject,
    'saml:sub_type': subjectType,
    'saml:doc': `${provider.account}/${provider.name}`,
    'saml:namequalifier': nameQualifierOf(issuer, provider),
  };
  for (const [name, key] of Object.entries(attributeKeys)) {
    const values = attributes.get(name);
    if (values !== undefined && values.length > 0) conditions[`saml:${key}`] ??= values.length === 1 ? values[0]! : values;
  }
  return conditions;
}

/** Those of them that policies of the session may ask too (IAM User Guide, "SAML role permissions policies"). */
export function vouchedBy({ issuer, subject, subjectType }: Assertion, provider: SamlProvider): Readonly<Record<string, string>> {
  return { 'saml:namequalifier': nameQualifierOf(issuer, provider), 'saml:sub': subject, 'saml:sub_type': subjectType };
}
