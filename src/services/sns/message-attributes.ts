/** Message attributes: their rules and sentences, and how many bytes they count. */
import { invalidValue } from './errors';

export type { MessageAttributes } from '../../kernel';

import type { MessageAttributes } from '../../kernel';

type MessageAttribute = MessageAttributes[string];

const longestName = 256;
const type = /^(String|Number|Binary)(\..+)?$/;

/** Throws ParameterValueInvalid for the first attribute that SNS would refuse. Sentences as recorded. */
export function checkMessageAttributes(attributes: MessageAttributes): void {
  for (const name in attributes) {
    checkName(name);
    checkValue(name, attributes[name] as MessageAttribute);
  }
}

function checkName(name: string): void {
  if (Buffer.byteLength(name) > longestName) throw invalidValue('Length of message attribute name must be less than 256 bytes.');
  if (name.startsWith('.')) throw invalidValue("Invalid message attribute name starting with character '.' was found.");
  if (name.endsWith('.')) throw invalidValue("Invalid message attribute name ending with character '.' was found.");
  const strange = /[^\w.-]/.exec(name)?.[0];
  if (strange !== undefined) {
    const code = `#x${strange.charCodeAt(0).toString(16).toUpperCase()}`;
    throw invalidValue(
      `Invalid non-alphanumeric character '${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  if (name.includes('..')) throw invalidValue("Message attribute name can not have successive '.' character.");
}

function checkValue(name: string, { DataType, StringValue, BinaryValue }: MessageAttribute): void {
  if (!type.test(DataType)) {
    throw invalidValue(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const wanted = DataType.startsWith('Binary') ? 'Binary' : 'String';
  const [value, other] = wanted === 'Binary' ? [BinaryValue, StringValue] : [StringValue, BinaryValue];
  if (value === undefined && other !== undefined) {
    throw invalidValue(`The message attribute '${name}' with type '${DataType}' must use field '${wanted}'.`);
  }
  if (value === undefined || value.length === 0) {
    throw invalidValue(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
    );
  }
}

/** Bytes that the attributes add to a message: names, types and values. */
export function attributesSize(attributes: MessageAttributes): number {
  let bytes = 0;
  for (const name in attributes) {
    const { DataType, StringValue, BinaryValue } = attributes[name] as MessageAttribute;
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType) + (BinaryValue?.length ?? Buffer.byteLength(StringValue ?? ''));
  }
  return bytes;
}
