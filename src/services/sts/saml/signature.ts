/**
 * XML signatures as SAML has them (SAML Core §5.4): one signature inside the element it signs, one reference to that
 * element by its id, exclusive canonicalization. Nothing else is read, so that what is verified is what is used.
 */
import { createHash, type KeyObject, verify } from 'node:crypto';
import { canonicalText } from './canonical';
import { attributeOf, childrenNamed, descendants, elementsOf, textOf, type XmlElement } from './xml';

const dsigUri = 'http://www.w3.org/2000/09/xmldsig#';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const enveloped = `${dsigUri}enveloped-signature`;

/**
 * RSA with SHA-1 is still what some identity providers sign with, and taken with the keys that they registered; a guess,
 * since AWS documents no list.
 */
const signatureDigests: Readonly<Record<string, string>> = {
  [`${dsigUri}rsa-sha1`]: 'sha1',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384': 'sha384',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': 'sha512',
};
const referenceDigests: Readonly<Record<string, string>> = {
  [`${dsigUri}sha1`]: 'sha1',
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
};

/** The signatures directly inside an element. */
export function signaturesIn(element: XmlElement): XmlElement[] {
  return childrenNamed(element, dsigUri, 'Signature');
}

/** Is no signature anywhere in the document but in these elements, and no id given twice? */
export function isUnambiguous(root: XmlElement, signed: readonly XmlElement[]): boolean {
  const ids = new Set<string>();
  for (const element of descendants(root)) {
    if (element.uri === dsigUri && element.name === 'Signature' && !(element.parent && signed.includes(element.parent))) return false;
    for (const { name, value } of element.attributes) {
      if (name.toLowerCase() !== 'id') continue;
      if (ids.has(value)) return false;
      ids.add(value);
    }
  }
  return true;
}

/** Does the one signature in an element prove that this very element was signed with one of the keys? */
export function isSigned(element: XmlElement, keys: readonly KeyObject[]): boolean {
  const [signature, another] = signaturesIn(element);
  if (signature === undefined || another !== undefined) return false;
  const info = only(signature, 'SignedInfo');
  const value = only(signature, 'SignatureValue');
  const reference = info && only(info, 'Reference');
  if (!info || !value || !reference || !hasDigest(element, signature, reference)) return false;
  const digest = algorithmOf(only(info, 'SignatureMethod'), signatureDigests);
  const inclusive = inclusivePrefixes(only(info, 'CanonicalizationMethod'));
  if (digest === undefined || inclusive === undefined) return false;
  const text = Buffer.from(canonicalText(info, { inclusive }));
  const bytes = Buffer.from(textOf(value), 'base64');
  return keys.some((key) => verify(digest, text, key, bytes));
}

/** Is the reference about the element, and is the element what it was? */
function hasDigest(element: XmlElement, signature: XmlElement, reference: XmlElement): boolean {
  const id = attributeOf(element, 'ID');
  if (!id || attributeOf(reference, 'URI') !== `#${id}`) return false;
  const [first, second, third] = elementsOf(only(reference, 'Transforms') ?? reference);
  if (!first || third || attributeOf(first, 'Algorithm') !== enveloped) return false;
  const inclusive = inclusivePrefixes(second);
  const digest = algorithmOf(only(reference, 'DigestMethod'), referenceDigests);
  const value = only(reference, 'DigestValue');
  if (digest === undefined || value === undefined || inclusive === undefined) return false;
  const text = canonicalText(element, { without: signature, inclusive });
  return createHash(digest)
    .update(text)
    .digest()
    .equals(Buffer.from(textOf(value), 'base64'));
}

function only(element: XmlElement, name: string): XmlElement | undefined {
  const [found, another] = childrenNamed(element, dsigUri, name);
  return another === undefined ? found : undefined;
}

function algorithmOf(method: XmlElement | undefined, known: Readonly<Record<string, string>>): string | undefined {
  const algorithm = method && attributeOf(method, 'Algorithm');
  return algorithm !== undefined && Object.hasOwn(known, algorithm) ? known[algorithm] : undefined;
}

/** More than anybody needs, and few enough that a long list costs nothing. */
const maxPrefixes = 32;

/** Of exclusive canonicalization; undefined for any other, and when there are too many. */
function inclusivePrefixes(method: XmlElement | undefined): readonly string[] | undefined {
  if (method === undefined || attributeOf(method, 'Algorithm') !== exclusive) return undefined;
  const list = childrenNamed(method, exclusive, 'InclusiveNamespaces')[0];
  const prefixes = (list && attributeOf(list, 'PrefixList'))?.split(/\s+/).filter((prefix) => prefix !== '') ?? [];
  return prefixes.length > maxPrefixes ? undefined : prefixes;
}
