/** What the metadata of an identity provider says: its name, and the keys it signs with (SAML Metadata 2.0). */
import { type KeyObject, X509Certificate } from 'node:crypto';
import { attributeOf, childrenNamed, parseDocument, textOf, type XmlElement, XmlError } from './xml';

export interface IdentityProvider {
  readonly entityId: string;
  readonly keys: readonly KeyObject[];
}

const metadataUri = 'urn:oasis:names:tc:SAML:2.0:metadata';
const dsigUri = 'http://www.w3.org/2000/09/xmldsig#';

/** Undefined when it is not the metadata of an identity provider. */
export function readMetadata(document: string): IdentityProvider | undefined {
  const root = parsed(document);
  const entityId = root && attributeOf(root, 'entityID');
  if (root?.uri !== metadataUri || root.name !== 'EntityDescriptor' || !entityId) return undefined;
  const descriptors = childrenNamed(root, metadataUri, 'IDPSSODescriptor').flatMap((role) =>
    childrenNamed(role, metadataUri, 'KeyDescriptor').filter((key) => (attributeOf(key, 'use') ?? 'signing') === 'signing'),
  );
  return { entityId, keys: descriptors.flatMap(certificatesIn).flatMap(keyOf) };
}

function parsed(document: string): XmlElement | undefined {
  try {
    return parseDocument(Buffer.from(document.replace(/^\ufeff/, '')));
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
}

function certificatesIn(descriptor: XmlElement): string[] {
  const inside = (elements: readonly XmlElement[], name: string) => elements.flatMap((each) => childrenNamed(each, dsigUri, name));
  return inside(inside(inside([descriptor], 'KeyInfo'), 'X509Data'), 'X509Certificate').map(textOf);
}

/** Signatures are RSA's; other keys, and what is no certificate, prove nothing. */
function keyOf(base64: string): KeyObject[] {
  try {
    const { publicKey } = new X509Certificate(Buffer.from(base64, 'base64'));
    return publicKey.asymmetricKeyType === 'rsa' ? [publicKey] : [];
  } catch {
    return [];
  }
}
