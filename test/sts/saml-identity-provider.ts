/** A SAML identity provider of the tests. It signs with a library, so that our own canonicalization is not its own judge. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { certificatePem, distinguishedName } from '../../src/kernel/certificates';

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const attributePrefix = 'https://aws.amazon.com/SAML/Attributes/';
export const awsEndpoint = 'https://signin.aws.amazon.com/saml';

export interface ResponseOptions {
  readonly issuer?: string;
  readonly subject?: string;
  readonly recipient?: string;
  readonly audience?: string | null;
  /** Seconds from now. */
  readonly issued?: number;
  readonly until?: number;
  readonly sessionUntil?: number;
  /** Values by the names that AWS gives them (`Role`), or by URIs. */
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
  readonly sign?: 'assertion' | 'response' | 'both' | 'neither';
  readonly digest?: 'sha1' | 'sha256' | 'sha512';
  readonly key?: KeyObject;
  /** Prefixes whose namespaces are signed wherever they are declared. */
  readonly inclusive?: readonly string[];
  readonly status?: string;
  /** Changes the text before it is signed. */
  readonly before?: (xml: string) => string;
}

export class IdentityProvider {
  readonly entityId = 'https://idp.example.com/saml';
  readonly key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  readonly certificate: string;

  constructor() {
    const name = distinguishedName('idp.example.com');
    const publicKey = createPublicKey(this.key);
    this.certificate = certificatePem({ subject: name, issuer: name, publicKey, days: 365, extensions: [], signer: this.key });
  }

  get metadata(): string {
    const certificate = this.certificate.replace(/-----[^-]+-----|\s/g, '');
    return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${this.entityId}">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
    </md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${this.entityId}/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
`;
  }

  /** The XML of an authentication response. */
  response(options: ResponseOptions = {}): string {
    const { sign = 'assertion', before = (xml: string) => xml } = options;
    let xml = before(this.#unsigned(options));
    if (sign === 'assertion' || sign === 'both') xml = this.sign(xml, 'Assertion', options);
    if (sign === 'response' || sign === 'both') xml = this.sign(xml, 'Response', options);
    return xml;
  }

  /** As AssumeRoleWithSAML takes it. */
  encoded(options: ResponseOptions = {}): string {
    return Buffer.from(this.response(options)).toString('base64');
  }

  /** Puts a signature into the first element of this name, behind its issuer. */
  sign(
    xml: string,
    element: 'Assertion' | 'Response',
    { digest = 'sha256', key = this.key, inclusive = [] }: ResponseOptions = {},
  ): string {
    const more = digest === 'sha1' ? 'http://www.w3.org/2000/09/xmldsig#' : 'http://www.w3.org/2001/04/xmldsig-more#';
    const hash = digest === 'sha1' ? 'http://www.w3.org/2000/09/xmldsig#sha1' : `http://www.w3.org/2001/04/xmlenc#${digest}`;
    const xpath = `(//*[local-name(.)='${element}'])[1]`;
    const signer = new SignedXml({
      privateKey: key.export({ type: 'pkcs8', format: 'pem' }) as string,
      publicCert: this.certificate,
      signatureAlgorithm: `${more}rsa-${digest}`,
      canonicalizationAlgorithm: exclusive,
      inclusiveNamespacesPrefixList: [...inclusive],
    });
    signer.addReference({
      xpath,
      digestAlgorithm: hash,
      transforms: [enveloped, exclusive],
      inclusiveNamespacesPrefixList: [...inclusive],
    });
    signer.computeSignature(xml, { prefix: 'ds', location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' } });
    return signer.getSignedXml();
  }

  #unsigned(options: ResponseOptions): string {
    const {
      issuer = this.entityId,
      subject = 'user-1',
      recipient = awsEndpoint,
      audience = 'urn:amazon:webservices',
      status = 'Success',
    } = options;
    const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
    const issued = at(options.issued ?? 0);
    const until = at(options.until ?? 300);
    const session = options.sessionUntil === undefined ? '' : ` SessionNotOnOrAfter="${at(options.sessionUntil)}"`;
    const attributes = Object.entries(options.attributes ?? {}).map(([name, values]) => attributeXml(name, [values].flat()));
    return `<?xml version="1.0" encoding="UTF-8"?>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema" ID="_response" Version="2.0" IssueInstant="${issued}" Destination="${recipient}">
  <saml:Issuer>${issuer}</saml:Issuer>
  <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}"/></samlp:Status>
  <saml:Assertion xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="_assertion" IssueInstant="${issued}" Version="2.0">
    <saml:Issuer>${issuer}</saml:Issuer>
    <saml:Subject>
      <saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${subject}</saml:NameID>
      <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
        <saml:SubjectConfirmationData NotOnOrAfter="${until}" Recipient="${recipient}"/>
      </saml:SubjectConfirmation>
    </saml:Subject>
    <saml:Conditions NotBefore="${issued}" NotOnOrAfter="${until}">
      ${audience === null ? '' : `<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction>`}
    </saml:Conditions>
    <saml:AuthnStatement AuthnInstant="${issued}"${session}><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
    <saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>
`;
  }
}

function attributeXml(name: string, values: readonly string[]): string {
  const full = name.includes(':') && !name.startsWith('PrincipalTag:') ? name : `${attributePrefix}${name}`;
  const value = (text: string) => `<saml:AttributeValue xsi:type="xs:string">${text}</saml:AttributeValue>`;
  return `\n      <saml:Attribute Name="${full}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">${values.map(value).join('')}</saml:Attribute>`;
}
