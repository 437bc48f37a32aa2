/** A strict XML reader for signed documents: with namespaces, without DTDs, processing instructions or any entities but the five; bounded, in linear time. */

export interface XmlElement {
  readonly prefix: string;
  readonly name: string;
  /** Of its namespace; empty when it is in none. */
  readonly uri: string;
  /** In the order of the document; namespace declarations are not among them. */
  readonly attributes: readonly XmlAttribute[];
  /** Declared by the element itself, by prefix; the default one has the empty prefix. */
  readonly declared: ReadonlyMap<string, string>;
  readonly parent: XmlElement | undefined;
  /** Comments are left out: text around one is one text. */
  readonly children: (XmlElement | string)[];
}

interface XmlAttribute {
  readonly prefix: string;
  readonly name: string;
  readonly uri: string;
  readonly value: string;
}

export class XmlError extends Error {}

const maxDepth = 64;
const xmlUri = 'http://www.w3.org/XML/1998/namespace';
const xmlnsUri = 'http://www.w3.org/2000/xmlns/';

type Scope = Pick<XmlElement, 'declared' | 'parent'>;

/** What a prefix means at an element; undefined when it means nothing. */
export function namespaceOf(element: Scope, prefix: string): string | undefined {
  for (let at: Scope | undefined = element; at !== undefined; at = at.parent) {
    const uri = at.declared.get(prefix);
    if (uri !== undefined) return uri;
  }
  return prefix === 'xml' ? xmlUri : prefix === '' ? '' : undefined;
}

/** All text directly inside. */
export function textOf(element: XmlElement): string {
  return element.children.filter((child) => typeof child === 'string').join('');
}

export function elementsOf(element: XmlElement): XmlElement[] {
  return element.children.filter((child) => typeof child !== 'string');
}

export function childrenNamed(element: XmlElement, uri: string, name: string): XmlElement[] {
  return elementsOf(element).filter((child) => child.uri === uri && child.name === name);
}

/** An attribute that is in no namespace, as SAML's and XML Signature's are. */
export function attributeOf(element: XmlElement, name: string): string | undefined {
  return element.attributes.find((attribute) => attribute.uri === '' && attribute.name === name)?.value;
}

/** The element and all elements inside it, in the order of the document. */
export function* descendants(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of elementsOf(element)) yield* descendants(child);
}

/** The root element of a document; or of a part of one, whose prefixes mean what they mean at its `parent`. Throws XmlError. */
export function parseDocument(bytes: Uint8Array, parent?: XmlElement): XmlElement {
  let source: string;
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new XmlError('not UTF-8');
  }
  if (illegal.test(source)) throw new XmlError('illegal character');
  return new Parser(source.replace(/\r\n?/g, '\n')).document(parent);
}

const illegal = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const nameForm = /[A-Za-z_\u00c0-\ud7ff][\w.\-\u00b7-\ud7ff]*/y;
const space = /[ \t\n]*/y;
const declaration = /<\?xml[ \t\n][^?]*\?>/y;

interface QualifiedName {
  readonly prefix: string;
  readonly name: string;
}

class Parser {
  private readonly source: string;
  private at = 0;

  constructor(source: string) {
    this.source = source;
  }

  document(parent: XmlElement | undefined): XmlElement {
    this.match(declaration);
    let root: XmlElement | undefined;
    const open: { readonly element: XmlElement; readonly tag: string }[] = [];
    while (this.at < this.source.length) {
      const inside = open.at(-1);
      if (this.source.charCodeAt(this.at) !== 60) this.text(inside?.element);
      else if (this.skips('</')) {
        if (inside === undefined || this.tagName() !== inside.tag) throw new XmlError('tags do not match');
        this.space();
        this.expect('>');
        open.pop();
      } else if (this.skips('<!--')) this.comment();
      else if (this.skips('<![CDATA[')) this.cdata(inside?.element);
      else if (/^<[?!]/.test(this.source.slice(this.at, this.at + 2))) throw new XmlError('neither DTDs nor instructions are read');
      else {
        this.at++;
        if (inside === undefined && root !== undefined) throw new XmlError('two document elements');
        if (open.length >= maxDepth) throw new XmlError('too deep');
        const { element, tag, isEmpty } = this.element(inside?.element ?? parent);
        root ??= element;
        inside?.element.children.push(element);
        if (!isEmpty) open.push({ element, tag });
      }
    }
    if (root === undefined || open.length > 0) throw new XmlError('not one document element');
    return root;
  }

  private text(parent: XmlElement | undefined): void {
    const end = this.source.indexOf('<', this.at);
    const raw = this.source.slice(this.at, end < 0 ? undefined : end);
    this.at += raw.length;
    if (raw.includes(']]>')) throw new XmlError(']]> in text');
    if (parent === undefined) {
      if (raw.trim() !== '') throw new XmlError('text outside of the document element');
    } else addText(parent, decoded(raw));
  }

  private comment(): void {
    const end = this.find('--');
    this.at = end + 2;
    this.expect('>');
  }

  private cdata(parent: XmlElement | undefined): void {
    if (parent === undefined) throw new XmlError('text outside of the document element');
    const end = this.find(']]>');
    addText(parent, this.source.slice(this.at, end));
    this.at = end + 3;
  }

  private element(parent: XmlElement | undefined): { readonly element: XmlElement; readonly tag: string; readonly isEmpty: boolean } {
    const from = this.at;
    const { prefix, name } = this.qualifiedName();
    const tag = this.source.slice(from, this.at);
    const declared = new Map<string, string>();
    const written: (QualifiedName & { readonly value: string })[] = [];
    while (this.space()) {
      const next = this.source.charCodeAt(this.at);
      if (next === 47 || next === 62) break;
      const attribute = { ...this.qualifiedName(), value: this.attributeValue() };
      if (attribute.prefix === 'xmlns') declare(declared, attribute.name, attribute.value);
      else if (attribute.prefix === '' && attribute.name === 'xmlns') declare(declared, '', attribute.value);
      else written.push(attribute);
    }
    const isEmpty = this.skips('/');
    this.expect('>');
    const resolve = (of: string) => namespaceOf({ declared, parent }, of) ?? fail(`prefix ${of} means nothing`);
    // attributes without a prefix are in no namespace (Namespaces in XML 1.0 §6.2)
    const attributes = written.map((each) => ({ ...each, uri: each.prefix === '' ? '' : resolve(each.prefix) }));
    if (new Set(attributes.map((each) => `${each.uri} ${each.name}`)).size < attributes.length) throw new XmlError('attribute twice');
    return { element: { prefix, name, uri: resolve(prefix), attributes, declared, parent, children: [] }, tag, isEmpty };
  }

  private attributeValue(): string {
    this.space();
    this.expect('=');
    this.space();
    const mark = this.source[this.at];
    if (mark !== '"' && mark !== "'") throw new XmlError('attribute without quotes');
    this.at++;
    const end = this.find(mark);
    const raw = this.source.slice(this.at, end);
    if (raw.includes('<')) throw new XmlError('< in attribute');
    this.at = end + 1;
    return decoded(raw.replace(/[\t\n]/g, ' '));
  }

  private tagName(): string {
    const from = this.at;
    this.qualifiedName();
    return this.source.slice(from, this.at);
  }

  private qualifiedName(): QualifiedName {
    const first = this.match(nameForm) ?? fail('name expected');
    if (!this.skips(':')) return { prefix: '', name: first };
    return { prefix: first, name: this.match(nameForm) ?? fail('name expected') };
  }

  private space(): boolean {
    return this.match(space) !== '';
  }

  private match(form: RegExp): string | undefined {
    form.lastIndex = this.at;
    const found = form.exec(this.source)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private skips(text: string): boolean {
    const is = this.source.startsWith(text, this.at);
    if (is) this.at += text.length;
    return is;
  }

  private expect(text: string): void {
    if (!this.skips(text)) throw new XmlError(`${text} expected`);
  }

  private find(text: string): number {
    const found = this.source.indexOf(text, this.at);
    return found >= 0 ? found : fail(`${text} missing`);
  }
}

function fail(message: string): never {
  throw new XmlError(message);
}

function addText(parent: XmlElement, text: string): void {
  const { children } = parent;
  const last = children.at(-1);
  if (typeof last === 'string') children[children.length - 1] = last + text;
  else if (text !== '') children.push(text);
}

function declare(declared: Map<string, string>, prefix: string, uri: string): void {
  if (declared.has(prefix)) throw new XmlError('attribute twice');
  if (prefix !== '' && uri === '') throw new XmlError('a prefix cannot be taken back');
  if (prefix === 'xmlns' || uri === xmlnsUri || (prefix === 'xml') !== (uri === xmlUri)) throw new XmlError('xml and xmlns are reserved');
  declared.set(prefix, uri);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|([a-z]{2,4}))?(;?)/g, (_all, decimal, hex, name, end) => {
    if (end !== ';') throw new XmlError('bad entity');
    if (name !== undefined) return entities[name] ?? fail('unknown entity');
    if (decimal === undefined && hex === undefined) throw new XmlError('bad entity');
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    const isCharacter = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
    if (!isCharacter || (code < 32 && code !== 9 && code !== 10 && code !== 13)) throw new XmlError('bad character');
    return String.fromCodePoint(code);
  });
}
