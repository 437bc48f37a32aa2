/** From XML nodes to handler values, compiled per shape. */
import type { Member, Shape } from '../api/model';
import { type XmlNode, XmlSyntaxError } from '../kernel/xml-parser';
import { isFlattened, parseScalar, perObject, setKey, xmlName } from './shapes';

export type ReadXml = (node: XmlNode) => unknown;

/** Puts what one child element says into the structure; flattened lists and maps come in several. */
type Put = (out: Record<string, unknown>, node: XmlNode) => void;

interface XmlReader {
  /** A reader of the element that holds a value of this shape. A value that does not fit its type throws XmlSyntaxError. */
  readonly element: (shape: Shape) => ReadXml;
  /** A reader of a structure's members that pass `isBody`; REST operations bind others elsewhere. */
  readonly fields: (shape: Shape, isBody?: (member: Member) => boolean) => ReadXml;
}

/** A reader of XML whose members go by these names. */
export function xmlReader(nameOf: (name: string, member: Member) => string): XmlReader {
  const element: XmlReader['element'] = perObject<ReadXml>((shape) => compile(shape, reader));
  const reader: XmlReader = { element, fields: (shape, isBody = () => true) => xmlFields(shape, isBody, nameOf, element) };
  return reader;
}

export const restXml = xmlReader(xmlName);

function compile(shape: Shape, reader: XmlReader): ReadXml {
  switch (shape.type) {
    case 'structure':
      return reader.fields(shape);
    case 'list':
      return listReader(shape, reader.element);
    case 'map':
      return mapReader(shape, reader.element);
    default:
      return (node) => {
        if (node.children.length > 0) throw new XmlSyntaxError(`${node.name} holds elements`);
        const value = parseScalar(shape, node.text);
        if (value === undefined) throw new XmlSyntaxError(`${node.name} is not a ${shape.type}`);
        return value;
      };
  }
}

type ElementReader = XmlReader['element'];

function xmlFields(
  shape: Shape,
  isBody: (member: Member) => boolean,
  nameOf: (name: string, member: Member) => string,
  element: ElementReader,
): ReadXml {
  let elements: Map<string, Put> | undefined;
  let attributes: { readonly name: string; readonly member: string; readonly shape: Shape }[] = [];
  const compileFields = () => {
    const compiled = new Map<string, Put>();
    const members = [...(shape.members ?? [])].filter(([, member]) => isBody(member));
    attributes = members
      .filter(([, member]) => member.xmlAttribute === true)
      .map(([name, member]) => ({ name: member.locationName ?? name, member: name, shape: member.shape }));
    for (const [name, member] of members)
      if (member.xmlAttribute !== true) compiled.set(nameOf(name, member), putter(name, member, element));
    return compiled;
  };
  return (node) => {
    elements ??= compileFields();
    const out: Record<string, unknown> = {};
    for (const attribute of attributes) {
      const text = node.attributes?.[attribute.name];
      if (text !== undefined) out[attribute.member] = parseScalar(attribute.shape, text);
    }
    for (const child of node.children) elements.get(child.name)?.(out, child);
    return out;
  };
}

function putter(name: string, member: Member, element: ElementReader): Put {
  const { shape } = member;
  if (!isFlattened(member) || (shape.type !== 'list' && shape.type !== 'map')) {
    return (out, node) => {
      out[name] = element(shape)(node);
    };
  }
  if (shape.type === 'list') {
    return (out, node) => {
      ((out[name] ??= []) as unknown[]).push(element(shape.element!.shape)(node));
    };
  }
  return (out, node) => putEntry(shape, (out[name] ??= {}) as Record<string, unknown>, node, element);
}

/** Every child element is an item: AWS does not look at their names. */
function listReader(shape: Shape, element: ElementReader): ReadXml {
  return (node) => {
    const read = element(shape.element!.shape);
    return node.children.map((child) => read(child));
  };
}

function mapReader(shape: Shape, element: ElementReader): ReadXml {
  return (node) => {
    const out: Record<string, unknown> = {};
    for (const child of node.children) putEntry(shape, out, child, element);
    return out;
  };
}

function putEntry(shape: Shape, out: Record<string, unknown>, entry: XmlNode, element: ElementReader): void {
  const keyName = shape.key?.locationName ?? 'key';
  const valueName = shape.value?.locationName ?? 'value';
  const key = entry.children.find((child) => child.name === keyName);
  const value = entry.children.find((child) => child.name === valueName);
  if (key === undefined) throw new XmlSyntaxError(`${keyName} missing`);
  if (value !== undefined) setKey(out, key.text, element(shape.value!.shape)(value));
}
