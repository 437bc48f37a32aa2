/** Metadata documents of SAML identity providers, as far as IAM looks into them. */
import { parseXml, type XmlNode, XmlSyntaxError } from '../../kernel';
import { readBareCertificate } from './certificates';

/** What AWS says against a document; undefined when it will do. A document without certificates does (recorded): nobody gets in by it. */
export function metadataProblem(document: string): string | undefined {
  const entities = readEntities(document);
  if (!entities?.every((entity) => entity.attributes?.entityID && certificatesOf(entity).every(isCertificate))) {
    return 'Could not parse metadata';
  }
  const hasIssuer = entities.some((entity) => entity.children.some(({ name }) => name === 'IDPSSODescriptor'));
  return hasIssuer ? undefined : 'SAML Providers must reference at least one SAML assertion issuer.';
}

/** The entities described; undefined when the text is no metadata document. */
function readEntities(document: string): readonly XmlNode[] | undefined {
  let root: XmlNode;
  try {
    root = parseXml(document.trimStart());
  } catch (error) {
    if (error instanceof XmlSyntaxError) return undefined;
    throw error;
  }
  if (root.name === 'EntityDescriptor') return [root];
  return root.name === 'EntitiesDescriptor' ? descendants(root, 'EntityDescriptor') : undefined;
}

function descendants(node: XmlNode, name: string): XmlNode[] {
  return node.children.flatMap((child) => (child.name === name ? [child] : descendants(child, name)));
}

const certificatesOf = (entity: XmlNode): string[] => descendants(entity, 'X509Certificate').map(({ text }) => text);
const isCertificate = (text: string): boolean => readBareCertificate(text) !== undefined;
