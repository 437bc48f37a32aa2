/** From handler values to XML text, compiled per shape, in the model's member order. */
import type { Member, Shape, TimestampFormat, XmlNamespace } from '../api/model';
import { PreparedXml } from '../kernel/prepared';
import { escapeXml } from '../kernel/xml-text';
import { encodeBase64, isFlattened, perObject, queryName, xmlName } from './shapes';
import { formatTimestamp } from './timestamps';

/** How one family of services writes. */
export interface XmlDialect {
  /** Names of members: EC2 ignores flattening and element names. */
  readonly name: (name: string, member: Member) => string;
  /** Write `.000` into timestamps, as S3 and EC2 do. */
  readonly millis: boolean;
  readonly flattened: (member: Member) => boolean;
  /** Name of list items whose model gives none. */
  readonly item: string;
}

export const restDialect: XmlDialect = { name: xmlName, millis: false, flattened: isFlattened, item: 'member' };
export const queryDialect: XmlDialect = { ...restDialect, name: queryName };

/** Stands in a text for XML that is bytes already. XML cannot hold it, so no other text has it. */
export const preparedPlace = '\uffff';

/** Writes an element, or several for a flattened list: `<name …>…</name>`. */
type WriteXml = (name: string, value: unknown) => string;

/** ` xmlns="…"` for a start tag. */
export function xmlnsAttribute(namespace: XmlNamespace | undefined): string {
  if (namespace === undefined) return '';
  return ` xmlns${namespace.prefix === undefined ? '' : `:${namespace.prefix}`}="${escapeXml(namespace.uri)}"`;
}

/** An element around content that is XML already. */
export function wrap(name: string, attributes: string, content: string): string {
  return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

export class XmlWriter {
  readonly #dialect: XmlDialect;
  readonly #contentOf = perObject((shape: Shape) => this.#compileContent(shape));

  constructor(dialect: XmlDialect) {
    this.#dialect = dialect;
  }

  #compileContent(shape: Shape): (value: unknown) => string {
    switch (shape.type) {
      case 'structure':
        return this.fields(shape);
      case 'list':
        return this.#listContent(shape);
      case 'map':
        return this.#mapContent(shape, 'entry');
      case 'timestamp':
        return this.#timestampContent(shape.timestampFormat ?? 'iso8601');
      case 'blob':
        return encodeBase64;
      case 'string':
        return (value) => escapeXml(String(value));
      default:
        return String;
    }
  }

  #timestampContent(format: TimestampFormat): (value: unknown) => string {
    return (value) => formatTimestamp(value as number, format, this.#dialect.millis);
  }

  /** An element of this member's shape. */
  element(member: Member): WriteXml {
    const { shape } = member;
    const xmlns = xmlnsAttribute(member.xmlNamespace ?? shape.xmlNamespace);
    if (this.#dialect.flattened(member) && shape.type === 'list') {
      let item: WriteXml | undefined;
      return (name, value) => {
        if (value instanceof PreparedXml) return preparedPlace;
        item ??= this.element(shape.element!);
        const texts: string[] = [];
        for (const one of value as Iterable<unknown>) texts.push(item(name, one));
        return texts.join('');
      };
    }
    if (this.#dialect.flattened(member) && shape.type === 'map') {
      let entries: ((name: string, value: unknown) => string) | undefined;
      return (name, value) => (entries ??= this.#mapEntries(shape))(name, value);
    }
    if (shape.type === 'structure' && hasAttributes(shape)) {
      return (name, value) => wrap(name, xmlns + attributesOf(shape, value as Record<string, unknown>), this.#contentOf(shape)(value));
    }
    const content =
      shape.type === 'timestamp' ? this.#timestampContent(member.timestampFormat ?? shape.timestampFormat ?? 'iso8601') : undefined;
    return (name, value) => wrap(name, xmlns, (content ?? this.#contentOf(shape))(value));
  }

  /** Child elements of a structure, without the element around them. */
  fields(shape: Shape, isBody: (member: Member) => boolean = () => true): (value: unknown) => string {
    let compiled: { readonly name: string; readonly tag: string; readonly write: WriteXml }[] | undefined;
    const compile = () =>
      [...(shape.members ?? [])]
        .filter(([, member]) => member.xmlAttribute !== true && isBody(member))
        .map(([name, member]) => ({ name, tag: this.#dialect.name(name, member), write: this.element(member) }));
    return (value) => {
      compiled ??= compile();
      let text = '';
      for (const field of compiled) {
        const found = (value as Record<string, unknown>)[field.name];
        if (found !== undefined && found !== null) text += field.write(field.tag, found);
      }
      return text;
    };
  }

  #listContent(shape: Shape): (value: unknown) => string {
    const name = shape.element!.locationName ?? this.#dialect.item;
    let item: WriteXml | undefined;
    return (value) => {
      item ??= this.element(shape.element!);
      let text = '';
      for (const one of value as Iterable<unknown>) if (one !== undefined && one !== null) text += item(name, one);
      return text;
    };
  }

  #mapEntries(shape: Shape): (name: string, value: unknown) => string {
    const keyName = shape.key?.locationName ?? 'key';
    const valueName = shape.value?.locationName ?? 'value';
    const keyTag = xmlnsAttribute(shape.key?.xmlNamespace);
    const write = this.element(shape.value!);
    return (name, value) => {
      let text = '';
      for (const [key, one] of Object.entries(value as Record<string, unknown>)) {
        if (one !== undefined && one !== null) text += wrap(name, '', wrap(keyName, keyTag, escapeXml(key)) + write(valueName, one));
      }
      return text;
    };
  }

  #mapContent(shape: Shape, entry: string): (value: unknown) => string {
    let entries: ((name: string, value: unknown) => string) | undefined;
    return (value) => (entries ??= this.#mapEntries(shape))(entry, value);
  }
}

function hasAttributes(shape: Shape): boolean {
  for (const member of shape.members?.values() ?? []) if (member.xmlAttribute === true) return true;
  return false;
}

/** The members of a structure that are attributes of its element, for its start tag. */
export function attributesOf(shape: Shape, value: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const [name, member] of shape.members ?? []) {
    const found = value[name];
    if (member.xmlAttribute === true && found !== undefined && found !== null)
      text += ` ${member.locationName ?? name}="${escapeXml(String(found))}"`;
  }
  return text;
}
