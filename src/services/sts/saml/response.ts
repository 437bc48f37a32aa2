/** A SAML authentication response: read, decrypted, verified, and only what was verified is given out. */
import type { KeyObject } from 'node:crypto';
import { expiredToken, invalidToken } from '../errors';
import { decrypt } from './encryption';
import type { IdentityProvider } from './metadata';
import { isSigned, isUnambiguous, signaturesIn } from './signature';
import { attributeOf, childrenNamed, descendants, elementsOf, parseDocument, textOf, type XmlElement, XmlError } from './xml';

export interface Assertion {
  readonly issuer: string;
  readonly subject: string;
  /** `persistent`, `transient`, or a format of another family in full. */
  readonly subjectType: string;
  /** Where it is to be presented: `https://signin.aws.amazon.com/saml`. */
  readonly recipient: string;
  /** Real ms; when the session at the identity provider ends. */
  readonly sessionEndsAt: number | undefined;
  /** Values by the full names of attributes. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

const protocolUri = 'urn:oasis:names:tc:SAML:2.0:protocol';
const assertionUri = 'urn:oasis:names:tc:SAML:2.0:assertion';
const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const success = 'urn:oasis:names:tc:SAML:2.0:status:Success';
const formatPrefix = 'urn:oasis:names:tc:SAML:2.0:nameid-format:';
const redeemMs = 5 * 60_000;
const skewMs = 5 * 60_000;

const badSignature = () => invalidToken('Response signature invalid');
/** The sentence is a guess, as are those of all that breaks the profile of SAML. */
const malformed = (what: string) => invalidToken(`The SAML response is invalid: ${what}`);
const undecryptable = () => invalidToken('The encrypted assertion of the SAML response could not be decrypted and verified.');
const notEncrypted = () => malformed('the provider requires its assertion to be encrypted.');
const tooLate = () => expiredToken('Token must be redeemed within 5 minutes of issuance');

/** What the SAML provider says of encryption. */
export interface Decryption {
  /** Assertions must be encrypted. */
  readonly isRequired: boolean;
  /** In the order in which they are tried. */
  readonly keys: () => readonly KeyObject[];
}

/** `provider` are who may have signed it; `nowMs` is real time, the only one that identity providers know. */
export function readResponse(base64: string, provider: IdentityProvider, decryption: Decryption, nowMs: number): Assertion {
  const root = parsed(base64);
  const isEncrypted = [...descendants(root)].some(isEncryptedAssertion);
  if (decryption.isRequired && !isEncrypted) throw notEncrypted();
  const assertion = isEncrypted ? requireDecrypted(root, provider, decryption.keys()) : requireSignature(root, provider);
  requireSuccess(root);
  const issuer = textOf(single(assertion, 'Issuer')).trim();
  if (issuer !== provider.entityId) throw invalidToken('Issuer not present in specified provider');
  const subject = single(assertion, 'Subject');
  const nameId = single(subject, 'NameID');
  checkConditions(assertion, nowMs);
  return {
    issuer,
    subject: textOf(nameId).trim(),
    subjectType: subjectType(attributeOf(nameId, 'Format')),
    recipient: checkedRecipient(subject, nowMs),
    sessionEndsAt: sessionEnd(assertion),
    attributes: attributesOf(assertion),
  };
}

function parsed(base64: string): XmlElement {
  const text = base64.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw invalidToken('Invalid base64 SAMLResponse');
  let root: XmlElement;
  try {
    root = parseDocument(Buffer.from(text, 'base64'));
  } catch (error) {
    if (error instanceof XmlError) throw malformed(`${error.message}.`);
    throw error;
  }
  if (root.uri !== protocolUri || root.name !== 'Response') throw malformed('it is not a Response.');
  return root;
}

const isAssertion = ({ uri, name }: XmlElement) => uri === assertionUri && name === 'Assertion';
const isEncryptedAssertion = ({ uri, name }: XmlElement) => uri === assertionUri && name === 'EncryptedAssertion';

/**
 * The one assertion of a response, when it or the response around it is signed. A second assertion anywhere, a second
 * signature, a signature elsewhere, or an id given twice is how verified and unverified parts are mixed up: all are refused.
 */
function requireSignature(root: XmlElement, { keys }: IdentityProvider): XmlElement {
  const [assertion, another] = [...descendants(root)].filter(isAssertion);
  if (assertion === undefined || another !== undefined || assertion.parent !== root)
    throw malformed('it does not hold exactly one Assertion.');
  const signed = [root, assertion].filter((element) => signaturesIn(element).length > 0);
  if (signed.length === 0 || !isUnambiguous(root, signed) || !signed.every((element) => isSigned(element, keys))) throw badSignature();
  return assertion;
}

/**
 * The same where the assertion is encrypted. A signature around it is of what was sent, so it is verified first. Of all that
 * comes after, until the assertion is known to be the provider's, nothing is told but that it failed: CBC does not protect
 * what it encrypts, and answers that differ would let it be read (Jager and Somorovsky, "How to Break XML Encryption").
 */
function requireDecrypted(root: XmlElement, { keys: signers }: IdentityProvider, keys: readonly KeyObject[]): XmlElement {
  const all = [...descendants(root)];
  const [holder, another] = all.filter(isEncryptedAssertion);
  if (holder === undefined || another !== undefined || holder.parent !== root || all.some(isAssertion))
    throw malformed('it does not hold exactly one EncryptedAssertion, and no Assertion beside it.');
  if (keys.length === 0) throw malformed('its assertion is encrypted, and the provider has no private key to decrypt it with.');
  const isSignedOutside = signaturesIn(root).length > 0;
  if (!isUnambiguous(root, [root]) || (isSignedOutside && !isSigned(root, signers))) throw badSignature();
  const assertion = decryptedIn(holder, keys);
  if (assertion === undefined || [...descendants(assertion)].filter(isAssertion).length > 1) throw undecryptable();
  holder.children.splice(0, holder.children.length, assertion);
  const isSignedInside = signaturesIn(assertion).length > 0;
  const isProven = isSignedInside ? isSigned(assertion, signers) : isSignedOutside;
  if (!isProven || !isUnambiguous(root, [root, assertion])) throw undecryptable();
  return assertion;
}

function decryptedIn(holder: XmlElement, keys: readonly KeyObject[]): XmlElement | undefined {
  const bytes = decrypt(holder, keys);
  if (bytes === undefined) return undefined;
  try {
    const element = parseDocument(bytes, holder);
    return isAssertion(element) ? element : undefined;
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
}

function requireSuccess(root: XmlElement): void {
  const [status] = childrenNamed(root, protocolUri, 'Status');
  const [code] = status ? childrenNamed(status, protocolUri, 'StatusCode') : [];
  if (!code || attributeOf(code, 'Value') !== success) throw malformed('its status is not Success.');
}

function single(element: XmlElement, name: string): XmlElement {
  const [found, another] = childrenNamed(element, assertionUri, name);
  if (found === undefined || another !== undefined) throw malformed(`${element.name} does not hold exactly one ${name}.`);
  return found;
}

function subjectType(format: string | undefined): string {
  if (format === undefined) return '';
  return format.startsWith(formatPrefix) ? format.slice(formatPrefix.length) : format;
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** Real ms; undefined when the attribute is absent. */
function timeOf(element: XmlElement, name: string): number | undefined {
  const text = attributeOf(element, name);
  if (text === undefined) return undefined;
  const ms = instant.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw malformed(`${name} is not a time.`);
  return ms;
}

/** Endpoints of AWS for sign-in, in any region and partition, with or without the id of a provider behind. */
const endpoint = /^https:\/\/([a-z0-9-]+\.)?signin\.(aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)\/saml(\/acs\/[\w-]+)?$/;
const audience = /^urn:amazon:webservices(:[\w-]+)?$/;

function checkConditions(assertion: XmlElement, nowMs: number): void {
  const issuedAt = timeOf(assertion, 'IssueInstant');
  if (issuedAt === undefined) throw malformed('Assertion has no IssueInstant.');
  if (issuedAt + redeemMs < nowMs) throw tooLate();
  const conditions = single(assertion, 'Conditions');
  const from = Math.max(issuedAt, timeOf(conditions, 'NotBefore') ?? issuedAt);
  if (from > nowMs + skewMs) throw malformed('it is not valid yet.');
  if ((timeOf(conditions, 'NotOnOrAfter') ?? Number.POSITIVE_INFINITY) <= nowMs) throw tooLate();
  const restrictions = childrenNamed(conditions, assertionUri, 'AudienceRestriction');
  const isForUs = (text: string) => endpoint.test(text) || audience.test(text);
  // all restrictions must hold, each by one of its audiences (SAML Core §2.5.1.4)
  const meets = (restriction: XmlElement) =>
    childrenNamed(restriction, assertionUri, 'Audience').some((each) => isForUs(textOf(each).trim()));
  if (restrictions.length === 0 || !restrictions.every(meets)) throw invalidToken('Response does not contain the required audience.');
}

/** "There must be exactly one SubjectConfirmation element with a SubjectConfirmationData element" (IAM User Guide). */
function checkedRecipient(subject: XmlElement, nowMs: number): string {
  const confirmation = single(subject, 'SubjectConfirmation');
  const data = single(confirmation, 'SubjectConfirmationData');
  const recipient = attributeOf(data, 'Recipient');
  const until = timeOf(data, 'NotOnOrAfter');
  if (attributeOf(confirmation, 'Method') !== bearer) throw malformed('its subject is not confirmed by bearing it.');
  if (recipient === undefined || until === undefined) throw malformed('SubjectConfirmationData lacks Recipient or NotOnOrAfter.');
  if (!endpoint.test(recipient)) throw malformed('its Recipient is not an endpoint of AWS.');
  if (until <= nowMs) throw tooLate();
  return recipient;
}

function sessionEnd(assertion: XmlElement): number | undefined {
  const ends = childrenNamed(assertion, assertionUri, 'AuthnStatement').map((each) => timeOf(each, 'SessionNotOnOrAfter'));
  const told = ends.filter((end) => end !== undefined);
  return told.length === 0 ? undefined : Math.min(...told);
}

/** "If you include more than one, only one claim will be mapped" (IAM User Guide): the first. */
function attributesOf(assertion: XmlElement): ReadonlyMap<string, readonly string[]> {
  const attributes = new Map<string, readonly string[]>();
  for (const statement of childrenNamed(assertion, assertionUri, 'AttributeStatement')) {
    for (const attribute of childrenNamed(statement, assertionUri, 'Attribute')) {
      const name = attributeOf(attribute, 'Name');
      if (name === undefined || attributes.has(name)) continue;
      const values = elementsOf(attribute).filter((each) => each.uri === assertionUri && each.name === 'AttributeValue');
      attributes.set(
        name,
        values.map((value) => textOf(value).trim()),
      );
    }
  }
  return attributes;
}
