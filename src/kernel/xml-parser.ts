/** A small strict XML reader for untrusted bodies: no DTD, no entities but the five and numeric ones, bounded depth, linear time. */

/** Deeper documents are refused, so that nobody's recursion overflows. */
const MAX_DEPTH = 1000;

export interface XmlNode {
  /** Local name: AWS ignores prefixes. */
  readonly name: string;
  /** Attributes by their full name (`xsi:type`); undefined when there are none. */
  readonly attributes: Readonly<Record<string, string>> | undefined;
  readonly children: XmlNode[];
  /** All text directly inside, white space kept. */
  text: string;
}

export class XmlSyntaxError extends Error {}

const NAME = /[A-Za-z_\u00c0-\ufffd][\w.:\-\u00b7-\ufffd]*/y;
const SPACE = /[ \t\r\n]*/y;
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** The root element of a document. Throws XmlSyntaxError. */
export function parseXml(source: string): XmlNode {
  if (ILLEGAL.test(source)) throw new XmlSyntaxError('illegal character');
  return new Parser(source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source).document();
}

class Parser {
  private readonly source: string;
  private at = 0;

  constructor(source: string) {
    this.source = source;
  }

  document(): XmlNode {
    const root: XmlNode = { name: '', attributes: undefined, children: [], text: '' };
    const open: { readonly node: XmlNode; readonly tag: string }[] = [{ node: root, tag: '' }];
    while (this.at < this.source.length) this.piece(open);
    if (open.length !== 1 || root.children.length !== 1 || root.text.trim() !== '') throw new XmlSyntaxError('not one document element');
    return root.children[0]!;
  }

  /** Text, or one piece of markup. */
  private piece(open: { readonly node: XmlNode; readonly tag: string }[]): void {
    const { source, at } = this;
    const parent = open[open.length - 1]!;
    if (source.charCodeAt(at) !== 60) {
      const end = this.find('<', at, source.length);
      const raw = source.slice(at, end);
      if (raw.includes(']]>')) throw new XmlSyntaxError(']]> in text');
      parent.node.text += decodeEntities(raw);
      this.at = end;
    } else if (source.startsWith('</', at)) {
      this.at = at + 2;
      if (open.length === 1 || this.name() !== parent.tag) throw new XmlSyntaxError('tags do not match');
      this.space();
      this.expect('>');
      open.pop();
    } else if (source.startsWith('<!--', at)) {
      this.at = this.find('-->', at + 4) + 3;
    } else if (source.startsWith('<![CDATA[', at)) {
      const end = this.find(']]>', at + 9);
      parent.node.text += source.slice(at + 9, end);
      this.at = end + 3;
    } else if (source.startsWith('<?', at)) {
      this.at = this.find('?>', at + 2) + 2;
    } else if (source.startsWith('<!', at)) {
      throw new XmlSyntaxError('document types are not allowed');
    } else {
      this.at = at + 1;
      this.element(open);
    }
  }

  private element(open: { readonly node: XmlNode; readonly tag: string }[]): void {
    const tag = this.name();
    const attributes = this.attributes();
    const empty = this.source.charCodeAt(this.at) === 47;
    if (empty) this.at++;
    this.expect('>');
    const node: XmlNode = { name: tag.slice(tag.indexOf(':') + 1), attributes, children: [], text: '' };
    open[open.length - 1]!.node.children.push(node);
    if (open.length === 1 && open[0]!.node.children.length > 1) throw new XmlSyntaxError('two document elements');
    if (empty) return;
    if (open.length > MAX_DEPTH) throw new XmlSyntaxError('too deep');
    open.push({ node, tag });
  }

  private attributes(): Record<string, string> | undefined {
    let attributes: Record<string, string> | undefined;
    for (;;) {
      const spaced = this.space();
      const next = this.source.charCodeAt(this.at);
      if (next === 47 || next === 62) return attributes;
      if (!spaced) throw new XmlSyntaxError('bad tag');
      const name = this.name();
      this.space();
      this.expect('=');
      this.space();
      const mark = this.source[this.at];
      if (mark !== '"' && mark !== "'") throw new XmlSyntaxError('attribute without quotes');
      const end = this.find(mark, this.at + 1);
      const raw = this.source.slice(this.at + 1, end);
      if (raw.includes('<')) throw new XmlSyntaxError('< in attribute');
      attributes ??= Object.create(null) as Record<string, string>;
      if (name in attributes) throw new XmlSyntaxError('attribute twice');
      attributes[name] = decodeEntities(raw);
      this.at = end + 1;
    }
  }

  private name(): string {
    NAME.lastIndex = this.at;
    const found = NAME.exec(this.source);
    if (found === null) throw new XmlSyntaxError('name expected');
    this.at = NAME.lastIndex;
    return found[0];
  }

  private space(): boolean {
    SPACE.lastIndex = this.at;
    SPACE.exec(this.source);
    const moved = SPACE.lastIndex > this.at;
    this.at = SPACE.lastIndex;
    return moved;
  }

  private expect(text: string): void {
    if (!this.source.startsWith(text, this.at)) throw new XmlSyntaxError(`${text} expected`);
    this.at += text.length;
  }

  private find(text: string, from: number, otherwise?: number): number {
    const found = this.source.indexOf(text, from);
    if (found >= 0) return found;
    if (otherwise === undefined) throw new XmlSyntaxError(`${text} missing`);
    return otherwise;
  }
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|([a-z]{1,8}))?(;?)/g, (_all, decimal, hex, name, end) => {
    if (end !== ';') throw new XmlSyntaxError('bad entity');
    if (name !== undefined) {
      const known = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
      if (known === undefined) throw new XmlSyntaxError('unknown entity');
      return known;
    }
    if (decimal === undefined && hex === undefined) throw new XmlSyntaxError('bad entity');
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) || (code < 32 && code !== 9 && code !== 10 && code !== 13)) {
      throw new XmlSyntaxError('bad character');
    }
    return String.fromCodePoint(code);
  });
}
