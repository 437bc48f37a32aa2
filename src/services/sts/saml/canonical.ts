/** Exclusive XML Canonicalization 1.0, without comments: the one text of an element that signatures are about. */
import { namespaceOf, type XmlElement } from './xml';

interface CanonicalOptions {
  /** Left out, with all it holds: the signature inside what it signs. */
  readonly without?: XmlElement | undefined;
  /** Prefixes that are treated as inclusive canonicalization treats them; `#default` for none. */
  readonly inclusive?: readonly string[] | undefined;
}

/** Elements are as deep as the reader lets them be. */
export function canonicalText(element: XmlElement, { without, inclusive = [] }: CanonicalOptions = {}): string {
  const always = inclusive.map((prefix) => (prefix === '#default' ? '' : prefix));
  const parts: string[] = [];
  write(element, new Map([['', '']]));
  return parts.join('');

  /** `rendered` are the namespaces that the ancestors in the output declare. */
  function write(node: XmlElement, rendered: ReadonlyMap<string, string>): void {
    const tag = node.prefix === '' ? node.name : `${node.prefix}:${node.name}`;
    const used = new Set([node.prefix, ...node.attributes.map(({ prefix }) => prefix).filter((prefix) => prefix !== ''), ...always]);
    used.delete('xml');
    const scope = new Map(rendered);
    parts.push('<', tag);
    for (const prefix of [...used].sort()) {
      const uri = namespaceOf(node, prefix);
      if (uri === undefined || scope.get(prefix) === uri) continue;
      scope.set(prefix, uri);
      parts.push(prefix === '' ? ' xmlns="' : ` xmlns:${prefix}="`, inAttribute(uri), '"');
    }
    for (const { prefix, name, value } of [...node.attributes].sort(byNamespaceAndName)) {
      parts.push(prefix === '' ? ` ${name}="` : ` ${prefix}:${name}="`, inAttribute(value), '"');
    }
    parts.push('>');
    for (const child of node.children) {
      if (typeof child === 'string') parts.push(inText(child));
      else if (child !== without) write(child, scope);
    }
    parts.push('</', tag, '>');
  }
}

function byNamespaceAndName(
  a: { readonly uri: string; readonly name: string },
  b: { readonly uri: string; readonly name: string },
): number {
  if (a.uri !== b.uri) return a.uri < b.uri ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

function inText(text: string): string {
  return text.replace(/[&<>\r]/g, (character) => escapes[character] as string);
}

function inAttribute(text: string): string {
  return text.replace(/[&<"\t\n\r]/g, (character) => escapes[character] as string);
}
