/** Message attributes: their rules, their size, their MD5, and which of them a receiver asked for. */
import { createHash } from 'node:crypto';
import { invalidContents, invalidParameter } from './errors';

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: Uint8Array | undefined;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const maximumAttributes = 10;
const allowedName = /^(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/;
const reservedName = /^(aws|amazon)\./i;
const allowedType = /^(String|Number|Binary)(\..+)?$/;
const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,5})?$/;
const forbiddenCharacter = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** True when text holds a character that no SQS message may hold (SendMessage documents the set: XML's). */
export function hasForbiddenCharacter(text: string): boolean {
  return forbiddenCharacter.test(text);
}

/** Throws InvalidParameterValue for the first attribute that SQS would refuse. */
export function checkMessageAttributes(attributes: MessageAttributes): void {
  const names = Object.keys(attributes);
  if (names.length > maximumAttributes) {
    throw invalidParameter(`Number of message attributes [${names.length}] exceeds the allowed maximum [${maximumAttributes}].`);
  }
  for (const name of names) {
    checkName(name);
    checkValue(name, attributes[name] as MessageAttribute, 'user');
  }
}

/** The only system attribute a sender may set is the X-Ray trace header (SendMessage, MessageSystemAttributes). */
export function checkSystemAttributes(attributes: MessageAttributes): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    if (name !== 'AWSTraceHeader') {
      throw invalidParameter(
        `Message system attribute name '${name}' is invalid. You must use only the following supported names: AWSTraceHeader.`,
      );
    }
    checkValue(name, attribute, 'system');
    if (attribute.DataType !== 'String') {
      throw invalidParameter(
        `The type of message (system) attribute '${name}' is invalid. You must use only the following supported types: String.`,
      );
    }
  }
}

function checkName(name: string): void {
  if (name === '') throw invalidParameter('The request must contain non-empty message attribute names.');
  if (reservedName.test(name)) {
    throw invalidParameter(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use.",
    );
  }
  if (!allowedName.test(name)) {
    throw invalidParameter(
      `The message attribute name '${name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.`,
    );
  }
}

function checkValue(name: string, attribute: MessageAttribute, kind: 'user' | 'system'): void {
  const type = attribute.DataType;
  if (!type) throw invalidParameter(`Message (${kind}) attribute '${name}' must contain a non-empty message attribute type.`);
  if (!allowedType.test(type) || type.length > 256) {
    throw invalidParameter(
      `The type of message (${kind}) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const value = isBinary(type) ? attribute.BinaryValue : attribute.StringValue;
  if (value === undefined || value.length === 0) {
    throw invalidParameter(
      `Message (${kind}) attribute '${name}' must contain a non-empty value of type '${isBinary(type) ? 'Binary' : 'String'}'.`,
    );
  }
  if (typeof value === 'string' && hasForbiddenCharacter(value)) throw invalidContents();
  if (type.startsWith('Number') && !isNumber(value as string)) {
    throw invalidParameter(`Can't cast the value of message (${kind}) attribute '${name}' to a number.`);
  }
}

/** Up to 38 digits of precision, from 10^-128 to 10^+126 (Developer Guide, message metadata). */
function isNumber(text: string): boolean {
  if (!number.test(text)) return false;
  const value = Math.abs(Number(text));
  const digits = text
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '');
  return digits.length <= 38 && (value === 0 ? digits === '' : value >= 1e-128 && value <= 1e126);
}

function isBinary(type: string): boolean {
  return type.startsWith('Binary');
}

/** Bytes that the attributes add to a message: names, types and values. */
export function attributesSize(attributes: MessageAttributes | undefined): number {
  let bytes = 0;
  for (const name in attributes) {
    const { DataType, StringValue, BinaryValue } = attributes[name] as MessageAttribute;
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    bytes += BinaryValue?.length ?? Buffer.byteLength(StringValue ?? '');
  }
  return bytes;
}

/**
 * The digest clients check: by name, each part preceded by its length (4 bytes, big endian), and one byte before the
 * value that says string (1) or binary (2) (Developer Guide, "Calculating the MD5 message digest for message attributes").
 */
export function md5OfAttributes(attributes: MessageAttributes): string {
  const md5 = createHash('md5');
  const add = (part: string | Uint8Array) => {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(bytes.length);
    md5.update(length).update(bytes);
  };
  for (const name of Object.keys(attributes).sort()) {
    const attribute = attributes[name] as MessageAttribute;
    add(name);
    add(attribute.DataType);
    md5.update(isBinary(attribute.DataType) ? '\x02' : '\x01');
    add(isBinary(attribute.DataType) ? (attribute.BinaryValue ?? '') : (attribute.StringValue ?? ''));
  }
  return md5.digest('hex');
}

/** The attributes that `wanted` names: exactly, by prefix (`bar.*`), or all (`All`, `.*`). Undefined when that is none. */
export function selectAttributes(attributes: MessageAttributes | undefined, wanted: readonly string[]): MessageAttributes | undefined {
  if (attributes === undefined || wanted.length === 0) return undefined;
  if (wanted.some((name) => name === 'All' || name === '.*' || name === '*')) return attributes;
  const matches = (name: string) => wanted.some((want) => want === name || (want.endsWith('.*') && name.startsWith(want.slice(0, -2))));
  const selected = Object.entries(attributes).filter(([name]) => matches(name));
  return selected.length === 0 ? undefined : Object.fromEntries(selected);
}
